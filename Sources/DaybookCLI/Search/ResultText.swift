// SPDX-License-Identifier: Apache-2.0

import Query
import Records

/// A result for people. Rows come one by one; some wait until it is known how wide columns are.
protocol ResultText {
    mutating func take(_ record: FoundRecord, into out: inout OutputBuffer)
    mutating func take(_ row: [RecordValue?], into out: inout OutputBuffer)
    /// Shows what waits.
    mutating func flush(into out: inout OutputBuffer)
    mutating func end(into out: inout OutputBuffer)
}

extension ResultText {
    mutating func take(_ record: FoundRecord, into out: inout OutputBuffer) {}
    mutating func take(_ row: [RecordValue?], into out: inout OutputBuffer) {}
    mutating func flush(into out: inout OutputBuffer) {}
}

func makeResultText(
    _ shape: ResultShape, _ style: TextStyle, books: [String], zone: QueryZone
) -> any ResultText {
    switch shape {
    case .records: style.isLive ? LiveText() : RecordTable(style, books: books)
    case .values(let columns), .table(let columns): ValueTable(columns, style)
    case .timeline(_, let width): TimelineChart(style, bucket: width, zone: zone)
    case .lifecycle(_, let order): LifecycleText(style, order: order)
    }
}

/// Records as `tail` shows them, one by one.
struct LiveText: ResultText {
    mutating func take(_ record: FoundRecord, into out: inout OutputBuffer) {
        out.append(line: RecordText.render(record.line))
    }

    mutating func end(into out: inout OutputBuffer) {}
}

/// Rows of text in columns. The first rows wait, so that columns get the width that they need; a
/// later value that is wider is cut.
struct TextColumns {
    struct Column {
        let name: String
        /// Numbers stand at the right and are never cut.
        let isNumber: Bool
        /// Keeps the width of its values where others give way.
        var isFixed = false
    }

    private let columns: [Column]
    private let style: TextStyle
    private var waiting: [[String]] = []
    private var widths: [Int]?

    /// Rows that wait: a screen or two.
    private static let waitingMax = 200
    /// Characters that a column keeps when the terminal is too narrow for all.
    private static let leastWidth = 8
    private static let gap = "  "

    init(_ columns: [Column], _ style: TextStyle) {
        self.columns = columns
        self.style = style
    }

    mutating func add(_ row: [String], into out: inout OutputBuffer) {
        guard widths != nil else {
            waiting.append(row)
            if waiting.count >= Self.waitingMax { flush(into: &out) }
            return
        }
        write(row, into: &out)
    }

    mutating func flush(into out: inout OutputBuffer) {
        guard widths == nil, !waiting.isEmpty else { return }
        let widths = fittingWidths()
        self.widths = widths
        let header = columns.enumerated().map { place, column in
            Self.pad(
                TextWidth.cut(column.name, to: widths[place]), widths[place], column.isNumber)
        }
        out.append(line: style.dim(Self.join(header)))
        for row in waiting { write(row, into: &out) }
        waiting = []
    }

    private func fittingWidths() -> [Int] {
        var widths = columns.map { TextWidth.of($0.name) }
        for row in waiting {
            for (place, value) in row.enumerated() {
                widths[place] = max(widths[place], TextWidth.of(value))
            }
        }
        guard let limit = style.width else { return widths }
        var over = widths.reduce(0, +) + Self.gap.count * (widths.count - 1) - limit
        while over > 0 {
            // The widest text gives first.
            let widest = widths.indices.filter { !columns[$0].isNumber && !columns[$0].isFixed }
                .max { widths[$0] < widths[$1] }
            guard let widest, widths[widest] > Self.leastWidth else { break }
            widths[widest] -= 1
            over -= 1
        }
        return widths
    }

    private func write(_ row: [String], into out: inout OutputBuffer) {
        guard let widths else { return }
        let isCutting = style.width != nil
        let cells = row.enumerated().map { place, value in
            let isNumber = columns[place].isNumber
            let text =
                isCutting && !isNumber ? TextWidth.cut(value, to: widths[place]) : value
            return Self.pad(text, widths[place], isNumber)
        }
        out.append(line: Self.join(cells))
    }

    private static func join(_ cells: [String]) -> String {
        var line = cells.joined(separator: gap)
        while line.last == " " { line.removeLast() }
        return line
    }

    private static func pad(_ text: String, _ width: Int, _ isNumber: Bool) -> String {
        let blanks = String(repeating: " ", count: max(0, width - TextWidth.of(text)))
        return isNumber ? blanks + text : text + blanks
    }
}

/// How wide texts are on a terminal.
enum TextWidth {
    /// Columns that a text takes: two for each wide character of East Asia and each emoji.
    static func of(_ text: String) -> Int {
        text.utf8.allSatisfy { $0 < 0x80 } ? text.utf8.count : text.reduce(0) { $0 + of($1) }
    }

    private static func of(_ character: Character) -> Int {
        guard let scalar = character.unicodeScalars.first?.value else { return 0 }
        switch scalar {
        case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
            0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
            return 2
        default: return 1
        }
    }

    /// A text of at most so many columns, with … where something is missing.
    static func cut(_ text: String, to width: Int) -> String {
        guard of(text) > width else { return text }
        guard width > 0 else { return "" }
        var result = ""
        var used = 1
        for character in text {
            used += of(character)
            if used > width { break }
            result.append(character)
        }
        return result + "…"
    }
}

/// Values and figures in columns.
struct ValueTable: ResultText {
    private let columns: [ResultColumn]
    private var text: TextColumns

    init(_ columns: [ResultColumn], _ style: TextStyle) {
        self.columns = columns
        text = TextColumns(
            columns.map {
                TextColumns.Column(
                    name: RecordText.safe($0.name),
                    isNumber: $0.kind == .integer || $0.kind == .decimal)
            }, style)
    }

    mutating func take(_ row: [RecordValue?], into out: inout OutputBuffer) {
        text.add(
            zip(columns, row).map { column, value in
                guard let value, value.kind != .null else { return "" }
                let text = String(decoding: value.bytes, as: UTF8.self)
                return column.kind == .instant ? Self.instant(text) : RecordText.safe(text)
            }, into: &out)
    }

    /// Without a fraction that is nothing, and with a blank instead of the T.
    static func instant(_ text: String) -> String {
        guard text.utf8.count == 27, text.hasSuffix("Z") else { return RecordText.safe(text) }
        let short = text.hasSuffix(".000000Z") ? text.dropLast(8) : text.dropLast(1)
        return String(short).replacing("T", with: " ")
    }

    mutating func flush(into out: inout OutputBuffer) { text.flush(into: &out) }
    mutating func end(into out: inout OutputBuffer) { text.flush(into: &out) }
}
