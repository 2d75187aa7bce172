// SPDX-License-Identifier: Apache-2.0
//
// A whole Parquet file from anywhere: whatever comes in, nothing traps, memory stays bounded, and
// what is read in parts agrees with what is read whole.

import Parquet

private let key = try? EncryptionKey([UInt8](0..<16))

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let source = MemorySource([UInt8](UnsafeBufferPointer(start: start, count: count)))
    if let file = try? ParquetFile(source) { readAll(file) }
    if let key, let file = try? ParquetFile(source, key: key) { readAll(file) }
    return 0
}

private func readAll(_ file: ParquetFile) {
    precondition(file.rowCount == file.rowGroups.reduce(0) { $0 + $1.rowCount })
    for (group, rowGroup) in file.rowGroups.prefix(4).enumerated() {
        for (column, chunk) in rowGroup.columns.prefix(40).enumerated() {
            _ = chunk.statistics
            _ = chunk.encodings
            let pages = try? file.pageIndex(column: column, rowGroup: group)
            _ = try? file.bloomLocation(column: column, rowGroup: group)
            withUnsafeBytes(of: UInt64(7)) {
                _ = try? file.mayContain($0, column: column, rowGroup: group)
            }
            let whole = try? file.read(column: column, rowGroup: group)
            if let whole { check(whole, rows: rowGroup.rowCount) }
            let rows = rowGroup.rowCount
            for range in [0..<min(1, rows), (rows / 3)..<(rows - rows / 3)] {
                let part = try? file.read(column: column, rowGroup: group, rows: range)
                if let part { check(part, rows: range.count) }
            }
            for page in pages?.pages.prefix(8) ?? [] {
                precondition(page.firstRow >= 0 && page.rowCount >= 0)
                precondition(page.firstRow + page.rowCount <= rows)
            }
        }
    }
}

/// A vector is as long as it says, and what it refers to is there.
private func check(_ vector: ColumnVector, rows: Int) {
    precondition(vector.count == rows)
    precondition(vector.presence.map { $0.count == rows } ?? true)
    let present = vector.presence?.reduce(0) { $0 + Int($1) } ?? rows
    precondition(vector.values.count == present)
    check(vector.values)
}

private func check(_ values: ColumnValues) {
    switch values {
    case .strings(let strings):
        var last: UInt32 = 0
        for offset in strings.offsets {
            precondition(offset >= last && offset <= strings.data.count)
            last = offset
        }
    case .fixed(let values): precondition(values.data.count % values.width == 0)
    case .dictionary(let codes, let dictionary):
        precondition(codes.allSatisfy { $0 < dictionary.count })
        check(dictionary)
    case .booleans(let values): precondition(values.allSatisfy { $0 <= 1 })
    case .int32s, .int64s, .doubles: break
    }
}
