// SPDX-License-Identifier: Apache-2.0
//
// Proof files, entry bundles, tile paths and the proofs themselves: whatever comes in, nothing
// traps, and what is accepted is written back as it was.

import TransparencyLog

private let key = try? VerifierKey(
    "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = [UInt8](UnsafeBufferPointer(start: start, count: count))
    if let proof = try? TLogProof(parsing: bytes) {
        precondition(proof.bytes == bytes)
        if let key { _ = proof.verify(line: bytes, key: key) }
    }
    if let ranges = try? EntryBundle.entries(in: bytes) {
        precondition((try? EntryBundle.encode(ranges.map { Array(bytes[$0]) })) == bytes)
    }
    judgeAnyProof(bytes)
    guard let text = String(validating: bytes, as: UTF8.self) else { return 0 }
    let line = text.utf8.last == UInt8(ascii: "\n") ? text.dropLast() : text[...]
    if let tile = Tile(path: line) { precondition(tile.path.utf8.elementsEqual(line.utf8)) }
    if let (index, width) = EntryBundle.parse(path: line) {
        let path = EntryBundle.path(index: index, width: width)
        precondition(path?.utf8.elementsEqual(line.utf8) == true)
    }
    return 0
}

/// Takes three numbers and hashes off the bytes and lets them be judged as proofs.
private func judgeAnyProof(_ bytes: [UInt8]) {
    guard bytes.count >= 24 else { return }
    let numbers = [0, 8, 16].map { start in
        bytes[start..<start + 8].reduce(0) { $0 << 8 | Int($1) }
    }
    var hashes: [Digest] = []
    for start in stride(from: 24, through: bytes.count - 32, by: 32) {
        if let hash = Digest(bytes[start..<start + 32]) { hashes.append(hash) }
    }
    let leaf = TreeHash.leaf(bytes)
    precondition(
        !InclusionProof(index: numbers[0], hashes: hashes)
            .verify(leaf: leaf, size: numbers[1], root: TreeHash.empty).holds)
    _ = ConsistencyProof(hashes: hashes)
        .verify(oldSize: numbers[1], oldRoot: leaf, newSize: numbers[2], newRoot: TreeHash.empty)
    _ = Tile(level: numbers[0], index: numbers[1], inTreeOf: numbers[2])
    _ = Tile.partialTiles(inTreeOf: numbers[2])
    _ = EntryBundle.path(index: numbers[0], width: numbers[1])
}
