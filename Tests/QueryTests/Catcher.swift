// SPDX-License-Identifier: Apache-2.0

import Query

/// Keeps what a query gives, a text a row.
struct Catcher: QueryOutput {
    var rows: [String] = []
    mutating func begin(_ shape: ResultShape, hits: UInt64?) {}
    mutating func take(_ record: FoundRecord) -> Bool {
        rows.append(String(decoding: record.line, as: UTF8.self))
        return true
    }
    mutating func take(_ row: [RecordValue?]) -> Bool {
        rows.append(
            row.map { $0.map { String(decoding: $0.bytes, as: UTF8.self) } ?? "-" }
                .joined(separator: "|"))
        return true
    }
}
