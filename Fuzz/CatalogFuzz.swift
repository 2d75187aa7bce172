// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a catalog, and as the block of a segment in a catalog whose checksums are right: every
// question ends in an answer, and what can be read is written back as it was.

import Parquet
import Segments

/// The entry that libFuzzer calls.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    _ = CatalogReader(bytes)
    guard let rowGroups = bytes.first, let reader = CatalogReader(catalog(bytes, rowGroups)),
        let row = reader.row(name: "a", first: 7, records: 9, sha256: digest),
        let block = reader.block(of: row)
    else { return 0 }
    _ = block.rowCounts
    for column in ["_rest", "order_id", "asset", ""] {
        let name = Array(column.utf8)
        let chunks = block.chunks(of: name)
        for first in stride(from: 0, to: block.rowGroups, by: CatalogBlock.rowGroupsAtOnce) {
            ask(block, name, chunks, from: first)
        }
        guard let chunks else { continue }
        rewrite(name: column, chunks, of: block)
    }
    return 0
}

private let digest = [UInt8](repeating: 1, count: 32)

/// What a filter or a range says no to is not in the values that they were made of; here only that
/// both ways of reading agree on what is empty.
private func ask(
    _ block: CatalogBlock, _ name: [UInt8], _ chunks: [CatalogEntry.Chunk]?, from first: Int
) {
    let valued = block.mayHaveValues(name, from: first)
    let texts = CatalogTexts(column: name, texts: [Array("AAPL".utf8), [], [0xFF]])
    let found = block.mayHold(texts, from: first) { place, _ in place.blocks % 2 == 0 }
    guard let chunks else { return }
    for (number, chunk) in chunks.dropFirst(first).prefix(64).enumerated() where chunk.isEmpty {
        let bit: CatalogRowGroups = 1 << CatalogRowGroups(number)
        precondition(valued & bit == 0 && found & bit == 0, "an empty chunk has a value")
    }
}

/// Chunks that were read give, written, chunks that are read as the same.
private func rewrite(name: String, _ chunks: [CatalogEntry.Chunk], of block: CatalogBlock) {
    let entry = CatalogEntry(
        name: "a", first: 7, records: 9, bytes: 1, sha256: digest, times: 0...1,
        rowCounts: block.rowCounts, columns: [.init(name: name, chunks: chunks)],
        hasAllTexts: block.hasAllTexts)
    guard let record = CatalogRecord(entry) else { return }
    let reader = CatalogReader(Catalog.encode([record]))
    let row = reader?.row(name: "a", first: 7, records: 9, sha256: digest)
    let again = row.flatMap { reader?.block(of: $0) }?.chunks(of: Array(name.utf8))
    for (one, other) in zip(chunks, again ?? []) {
        precondition(one.filter == other.filter && one.isEmpty == other.isEmpty, "another chunk")
    }
    precondition(again?.count == chunks.count, "chunks are lost")
}

/// A catalog of one segment whose block is the input (docs/format/catalog.md).
private func catalog(_ block: [UInt8], _ rowGroups: UInt8) -> [UInt8] {
    var row = Array("a".utf8) + [UInt8](repeating: 0, count: 47)
    for value: UInt64 in [7, 9, 1, 0, 1, 0] { put(value, &row) }
    put(UInt32(block.count), &row)
    put(UInt32(rowGroups), &row)
    put(block.withUnsafeBytes { XXHash64.hash($0) }, &row)
    row += digest.prefix(16)
    var bytes = Array("daybkcat".utf8)
    put(Catalog.version, &bytes)
    put(1 as UInt32, &bytes)
    put(row.withUnsafeBytes { XXHash64.hash($0) }, &bytes)
    put(0 as UInt64, &bytes)
    return bytes + row + block
}

private func put(_ value: some FixedWidthInteger, _ bytes: inout [UInt8]) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
}
