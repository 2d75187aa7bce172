// SPDX-License-Identifier: Apache-2.0

import Masking
import Records
import Testing
import TransparencyLog

@testable import Book

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A book on disk is altered in every way that a copy tool, a fault or a person could; `verify`
/// says no and names the place, and a writer refuses what was cut back.
@Suite struct TamperingTests {
    let directory = TemporaryDirectory()
    let place: BookPlace

    init() throws {
        let clock = TestClock("2026-11-19T10:00:00Z")
        place = Self.place(directory, clock)
        let core = try #require(try BookCore.open(place, BookSettings(liveName: "audit.log")))
        for day in 0..<3 {
            _ = try core.append([trades((day * 400)..<(day * 400 + 400))])
            if day < 2 { try core.rotate() }
            clock.microseconds += 86_400_000_000
        }
        try core.checkpoint()
        core.abandon()
    }

    private static func place(_ directory: TemporaryDirectory, _ clock: any BookClock) -> BookPlace
    {
        BookPlace(
            logs: "\(directory.path)/logs", name: "audit", keys: "\(directory.path)/keys",
            masker: .standard, clock: clock)
    }

    private var files: [String] {
        let logs = ["audit.log", "audit.log.2026-11-19", "audit.log.2026-11-20"]
        return logs.map(place.path)
            + [place.manifestPath, place.checkpointPath, place.treePath(level: 1)]
    }

    @Test("the book is sound before anyone touches it")
    func untouched() throws {
        let verdict = try BookVerifier(place).run()
        #expect(verdict.isSound, "\(verdict.findings)")
        #expect(verdict.size == 1200)
    }

    @Test("without the key a book that agrees with itself is not called signed")
    func withoutKey() throws {
        let stranger = BookPlace(
            logs: place.logs, name: "audit", keys: "\(directory.path)/none", masker: .standard)
        let verdict = try BookVerifier(stranger).run()
        #expect(verdict.isSound)
        #expect(!verdict.isSignatureChecked)
        #expect(verdict.notes.count == 2)
        let key = try #require(try place.keys.key(for: verdict.origin)).verifier
        #expect(try BookVerifier(stranger, key: key).run().isSignatureChecked)
        let other = try NoteKey(generate: verdict.origin).verifier
        #expect(try !BookVerifier(stranger, key: other).run().isSound)
    }

    @Test("a stranger who lacks key and checkpoint is told that nothing is signed")
    func withoutCheckpoint() throws {
        unlink(place.checkpointPath)
        #expect(try !BookVerifier(place).run().isSound, "the owner's mark knows of a checkpoint")
        let stranger = BookPlace(
            logs: place.logs, name: "audit", keys: "\(directory.path)/none", masker: .standard)
        let verdict = try BookVerifier(stranger).run()
        #expect(!verdict.isSignatureChecked)
        #expect(verdict.notes.contains { $0.contains("no checkpoint") })
    }

    @Test("one flipped bit anywhere is found, and its place is named, 2,000 times")
    func bitFlips() throws {
        var random = SystemRandomNumberGenerator()
        let originals = files.map { (path: $0, bytes: bytes($0)) }
        let total = originals.reduce(0) { $0 + $1.bytes.count }
        for round in 0..<2000 {
            // Half of them anywhere, half spread over the files, so that small ones get theirs.
            var target = originals[round % originals.count]
            var offset = Int.random(in: 0..<target.bytes.count, using: &random)
            if round % 2 == 0 {
                var position = Int.random(in: 0..<total, using: &random)
                for original in originals {
                    if position < original.bytes.count {
                        target = original
                        offset = position
                        break
                    }
                    position -= original.bytes.count
                }
            }
            let bit = UInt8(1) << UInt8.random(in: 0..<8, using: &random)
            var altered = target.bytes
            altered[offset] ^= bit
            try overwrite(target.path, altered)
            defer { try? overwrite(target.path, target.bytes) }
            let verdict = try BookVerifier(place).run()
            let named = verdict.findings.map(\.file)
            #expect(!verdict.isSound, "bit \(bit) at \(offset) of \(target.path) was not found")
            #expect(
                named.contains(target.path),
                "bit \(bit) at \(offset) of \(target.path) was blamed on \(named)")
            for finding in verdict.findings where finding.records != nil {
                let span = try #require(finding.records)
                #expect(
                    span.count <= 256 || altered.split(separator: 10).count != 400,
                    "the span of \(target.path) is \(span)")
            }
        }
    }

    @Test("a deleted day is missed by verify and by the next writer")
    func deletedDay() throws {
        unlink(place.path("audit.log.2026-11-20"))
        let verdict = try BookVerifier(place).run()
        #expect(verdict.findings.map(\.file).contains(place.path("audit.log.2026-11-20")))
        #expect(throws: BookError(.missingFile, "")) {
            try BookCore.open(place, BookSettings(liveName: "audit.log"))
        }
    }

    @Test("a cut tail is missed by verify and refused by the next writer")
    func cutTail() throws {
        let path = place.path("audit.log")
        let lines = bytes(path).split(separator: UInt8(ascii: "\n"))
        try overwrite(path, Array(lines.dropLast(5).joined(separator: [10])) + [10])
        let verdict = try BookVerifier(place).run()
        #expect(verdict.findings.contains { $0.file == path && $0.records == 1195...1199 })
        #expect(throws: BookError(.rollback, "")) {
            try BookCore.open(place, BookSettings(liveName: "audit.log"))
        }
    }

    @Test("an older copy of the whole directory is refused, with the reason")
    func olderCopy() throws {
        let old = files.map { ($0, bytes($0)) }
        let core = try #require(try BookCore.open(place, BookSettings(liveName: "audit.log")))
        _ = try core.append([trades(1200..<1250)])
        try core.checkpoint()
        core.abandon()
        for (path, bytes) in old where place.disk.kind(of: path) == .file {
            try overwrite(path, bytes)
        }
        let verdict = try BookVerifier(place).run()
        #expect(!verdict.isSound)
        #expect(throws: BookError(.rollback, "")) {
            try BookCore.open(place, BookSettings(liveName: "audit.log"))
        }
    }

    @Test("an altered record is narrowed down to 256 records")
    func narrowed() throws {
        let path = place.path("audit.log.2026-11-19")
        var altered = bytes(path)
        let wanted = Array("\"order-300\"".utf8)
        let position = try #require(
            altered.indices.first { altered[$0...].starts(with: wanted) })
        altered[position + wanted.count - 2] = UInt8(ascii: "1")
        try overwrite(path, altered)
        let verdict = try BookVerifier(place).run()
        let finding = try #require(verdict.findings.first { $0.file == path })
        let span = try #require(finding.records)
        #expect(span.contains(300))
        #expect(span.count <= 256)
    }

    @Test("lost tree files are computed anew by the next writer")
    func lostTree() throws {
        let tree = bytes(place.treePath(level: 1))
        unlink(place.treePath(level: 1))
        #expect(try !BookVerifier(place).run().isSound)
        let core = try #require(try BookCore.open(place, BookSettings(liveName: "audit.log")))
        _ = try core.append([trades(1200..<1201)])
        try core.checkpoint()
        core.abandon()
        #expect(bytes(place.treePath(level: 1)) == tree)
        #expect(try BookVerifier(place).run().isSound)
    }
}
