// SPDX-License-Identifier: Apache-2.0

/// Rows of text in aligned columns, two spaces apart.
struct TextTable {
    enum Heading {
        case left(String)
        case right(String)

        var text: String {
            switch self {
            case .left(let text), .right(let text): text
            }
        }
    }

    private let headings: [Heading]
    private var rows: [[String]] = []

    init(_ headings: [Heading]) { self.headings = headings }

    mutating func add(_ row: [String]) { rows.append(row) }

    /// The headings and the rows, without blanks at their ends.
    var lines: [String] {
        let all = [headings.map(\.text)] + rows
        let widths = headings.indices.map { column in
            all.reduce(0) { max($0, column < $1.count ? $1[column].count : 0) }
        }
        return all.map { row in
            var line = ""
            for (column, heading) in headings.enumerated() where column < row.count {
                if column > 0 { line += "  " }
                let blanks = String(repeating: " ", count: widths[column] - row[column].count)
                switch heading {
                case .left: line += row[column] + blanks
                case .right: line += blanks + row[column]
                }
            }
            while line.last == " " { line.removeLast() }
            return line
        }
    }
}
