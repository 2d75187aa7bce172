// SPDX-License-Identifier: Apache-2.0

import Query

final class ParquetExport {
    init(_ shape: ResultShape) throws(QueryError) { throw QueryError(.meaning, "soon") }
    func take(_ record: FoundRecord) throws(QueryError) {}
    func take(_ row: [RecordValue?]) throws(QueryError) {}
    func finish(_ write: (UnsafeBufferPointer<UInt8>) -> Void) throws(QueryError) {}
}
