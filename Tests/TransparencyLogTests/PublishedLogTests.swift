// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import TransparencyLog

/// A small log as tlog-tiles lays it out, kept in Tests/Fixtures/tlog. Programs that are not ours
/// check the same files (Tests/Interop/check_tlog.py), so what the library writes today must be what
/// they said yes to.
///
/// `DAYBOOK_WRITE_LOG=70000:directory swift test --filter PublishedLog` writes one of any size.
@Suite("The published log")
struct PublishedLogTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Fixtures/tlog")
    static let order = ProcessInfo.processInfo.environment["DAYBOOK_WRITE_LOG"]
    static let size = 600

    /// The files of a log of this size, by path, and its signed checkpoint.
    static func log(size: Int) throws -> (files: [String: [UInt8]], signed: SignedCheckpoint) {
        let entries = (0..<size).map { number in
            Array("{\"event\":\"order_filled\",\"order_id\":\"\(number)\"}".utf8)
        }
        let tree = StoredLevels(entries.map { TreeHash.leaf($0) })
        var files: [String: [UInt8]] = [:]
        for level in 0..<8 {
            var index = 0
            while let tile = Tile(level: level, index: index, inTreeOf: size) {
                files[tile.path] = Tile.encode(try tree.hashes(of: tile))
                if level == 0, let path = EntryBundle.path(index: index, width: tile.width) {
                    let first = index * Tile.fullWidth
                    files[path] = try EntryBundle.encode(Array(entries[first..<first + tile.width]))
                }
                index += 1
            }
        }
        // The seed of a key that signs nothing else.
        let key = try NoteKey(name: "example.com/golden", seed: Array(64..<96))
        let checkpoint = try Checkpoint(
            origin: key.name, size: size, root: TreeHash.root(of: tree.levels[0]))
        let signed = try SignedCheckpoint(note: checkpoint.signed(by: [key]))
        files["checkpoint"] = signed.note.bytes
        files["vkey"] = Array("\(key.verifier)\n".utf8)
        for index in [0, 255, 256, size - 1] {
            let proof = try TLogProof(index: index, in: signed, tiles: tree)
            files["proofs/\(index).tlog-proof"] = proof.bytes
        }
        return (files, signed)
    }

    @Test("what we write is what other programs have checked")
    func golden() throws {
        let (files, _) = try Self.log(size: Self.size)
        for (path, bytes) in files {
            let kept = Array(try Data(contentsOf: Self.folder.appending(path: path)))
            // A signature may differ each time; all else may not.
            switch path {
            case "checkpoint":
                #expect(
                    try SignedNote(parsing: kept).text == SignedNote(parsing: bytes).text)
            case let path where path.hasSuffix(".tlog-proof"):
                let kept = try TLogProof(parsing: kept)
                let proof = try TLogProof(parsing: bytes)
                #expect(kept.inclusion == proof.inclusion)
                #expect(kept.signed.checkpoint == proof.signed.checkpoint)
            default:
                #expect(kept == bytes, "\(path)")
            }
        }
    }

    @Test("the kept checkpoint and proofs verify with the kept key")
    func verifies() throws {
        func text(_ path: String) throws -> String {
            String(decoding: try Data(contentsOf: Self.folder.appending(path: path)), as: UTF8.self)
        }
        let key = try VerifierKey(text("vkey").dropLast())
        let signed = try SignedCheckpoint(parsing: Array(text("checkpoint").utf8))
        #expect(signed.verify(with: key).isAccepted)
        for index in [0, 255, 256, 599] {
            let line = Array("{\"event\":\"order_filled\",\"order_id\":\"\(index)\"}".utf8)
            let proof = try Array(text("proofs/\(index).tlog-proof").utf8)
            #expect(try TLogProof.verify(line: line, proof: proof, key: key).isAccepted)
        }
    }

    @Test("writes a log for other programs", .enabled(if: order != nil))
    func write() throws {
        let parts = try #require(Self.order).split(separator: ":", maxSplits: 1)
        let size = try #require(Int(parts[0]))
        let folder = URL(filePath: String(parts[1]))
        for (path, bytes) in try Self.log(size: size).files {
            let file = folder.appending(path: path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(bytes).write(to: file)
        }
    }
}
