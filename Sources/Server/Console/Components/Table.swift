// SPDX-License-Identifier: Apache-2.0

/// A dense table. Rows can lead somewhere; j and k walk through them.
package struct Table: Sendable {
    package struct Column: Sendable {
        package enum Kind: Sendable { case text, number }

        let title: String
        let kind: Kind
        /// Left out where the page is narrow.
        let isWideOnly: Bool

        package init(_ title: String, _ kind: Kind = .text, wideOnly isWideOnly: Bool = false) {
            self.title = title
            self.kind = kind
            self.isWideOnly = isWideOnly
        }
    }

    package struct Row: Sendable {
        let cells: [HTML]
        let id: String?

        /// - Parameter cells: as many as there are columns. The first one names the row: a link in it
        ///   is where Enter goes.
        package init(_ cells: [HTML], id: String? = nil) {
            self.cells = cells
            self.id = id
        }
    }

    /// Read to those who do not see it.
    package let caption: String
    package let columns: [Column]
    package let rows: [Row]
    /// The id of its body, for the filter as you type.
    package var id: String?

    package init(_ caption: String, _ columns: [Column], _ rows: [Row], id: String? = nil) {
        self.caption = caption
        self.columns = columns
        self.rows = rows
        self.id = id
    }

    package var html: HTML {
        Tag.div(.class("table-scroll"), .tabindex(0), .role("region"), .label(caption)) {
            Tag.table {
                Tag.caption(.class("unseen")) { caption }
                Tag.thead {
                    Tag.tr {
                        for column in columns {
                            Tag.element(
                                "th", [.column] + Self.attributes(column), .text(column.title))
                        }
                    }
                }
                Tag.element(
                    "tbody", [.data("list", "")] + (id.map { [.id($0)] } ?? []),
                    .group(rows.map(html(of:))))
            }
        }
    }

    private func html(of row: Row) -> HTML {
        let cells = zip(columns, row.cells).enumerated().map { place, pair in
            place == 0
                ? Tag.element("th", [.row] + Self.attributes(pair.0), pair.1)
                : Tag.element("td", Self.attributes(pair.0), pair.1)
        }
        return Tag.element("tr", row.id.map { [.id($0)] } ?? [], .group(cells))
    }

    private static func attributes(_ column: Column) -> [Attribute] {
        let names = [
            column.kind == .number ? "num" : nil, column.isWideOnly ? "wide-only" : nil,
        ].compactMap { $0 }
        return names.isEmpty ? [] : [.class(names.joined(separator: " "))]
    }
}
