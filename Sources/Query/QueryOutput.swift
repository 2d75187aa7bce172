// SPDX-License-Identifier: Apache-2.0

import Records

/// A column of a result.
package struct ResultColumn: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        /// A whole number, such as a count.
        case integer
        case decimal, instant
        /// Anything; of records the values as they are.
        case text
    }

    package let name: String
    package let kind: Kind

    package init(_ name: String, _ kind: Kind) {
        self.name = name
        self.kind = kind
    }

    /// The column for a record's field.
    package init(_ name: String, of path: FieldPath) {
        let kind: Kind =
            switch path.kind {
            case .decimal: .decimal
            case .integer: .integer
            case .instant: .instant
            case .text, .open: .text
            }
        self.init(name, kind)
    }
}

/// What a result looks like, said once before its first piece.
package enum ResultShape: Sendable {
    /// Whole records.
    case records
    /// Values of records, as they are written there.
    case values([ResultColumn])
    /// Groups and figures.
    case table([ResultColumn])
    /// `time` and `count`, every bucket of this many microseconds from first to last.
    case timeline([ResultColumn], width: Int64)
    /// The steps of an order's life; the last column is the record.
    case lifecycle([ResultColumn], order: String)

    package var columns: [ResultColumn] {
        switch self {
        case .records: []
        case .values(let columns), .table(let columns), .timeline(let columns, _),
            .lifecycle(let columns, _):
            columns
        }
    }
}

/// A record that was found.
package struct FoundRecord {
    /// The place of its book in the run.
    package let book: Int
    package let index: UInt64
    package let line: UnsafeBufferPointer<UInt8>
}

/// Takes a result piece by piece: a printer, or a file.
package protocol QueryOutput {
    /// Called once, before anything else, as soon as the first piece is known; `hits` are the
    /// records that were found, where they are all known by then.
    mutating func begin(_ shape: ResultShape, hits: UInt64?) throws(QueryError)
    /// A whole record; false when no more are wanted.
    mutating func take(_ record: FoundRecord) throws(QueryError) -> Bool
    /// Values in the order of the columns; false when no more are wanted.
    mutating func take(_ row: [RecordValue?]) throws(QueryError) -> Bool
}

extension Cell {
    /// The cell as a value of a result.
    package func value(_ kind: ResultColumn.Kind) -> RecordValue? {
        switch self {
        case .none: nil
        case .number(let number):
            RecordValue(kind == .integer ? .number : .string, Array(number.description.utf8))
        case .instant(let instant): RecordValue(.string, Array(instant.description.utf8))
        case .text(let bytes): RecordValue(.string, bytes)
        }
    }
}

extension StatsPlan {
    /// The columns of the table: what it is grouped by, then the figures.
    package var resultColumns: [ResultColumn] {
        keys.map { key in
            switch key.source {
            case .field(let path): ResultColumn(key.name, of: path)
            case .time: ResultColumn(key.name, .instant)
            }
        }
            + columns.map { column in
                switch column.function {
                case .count, .distinct: ResultColumn(column.name, .integer)
                case .minimum, .maximum:
                    column.path.map { ResultColumn(column.name, of: $0) }
                        ?? ResultColumn(column.name, .text)
                default: ResultColumn(column.name, .decimal)
                }
            }
    }
}
