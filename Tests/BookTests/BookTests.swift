// SPDX-License-Identifier: Apache-2.0

import Masking
import Records
import Testing
import TransparencyLog

@testable import Book

/// A book on the real file system, from making it to reading it back.
@Suite struct BookTests {
    let directory = TemporaryDirectory()

    @Test("appended records come back as lines, in order, with their recording time")
    func roundTrip() throws {
        let place = place(directory)
        let book = try Book(place, BookSettings(liveName: "audit.log"))
        let first = try book.append(trades(0..<3), .synced)
        let second = try book.append(trades(3..<5), .written)
        try book.close()
        #expect(first == 0)
        #expect(second == 3)
        let snapshot = try BookSnapshot(place)
        #expect(snapshot.size == 5)
        for index in 0..<5 {
            let line = String(decoding: try snapshot.line(at: UInt64(index)), as: UTF8.self)
            #expect(line.contains("\"order_id\":\"order-\(index)\""))
            #expect(line.hasSuffix("Z\"}"))
        }
        #expect(try snapshot.lastLines(2).count == 2)
        #expect(try snapshot.lastLines(9).count == 5)
    }

    @Test("a closed book verifies, and its checkpoint covers everything")
    func verifies() throws {
        let place = place(directory)
        let book = try Book(place, BookSettings(liveName: "audit.log"))
        try book.append(trades(0..<1000), .queued)
        try book.close()
        let verdict = try BookVerifier(place).run()
        #expect(verdict.isSound, "\(verdict.findings)")
        #expect(verdict.size == 1000)
        #expect(verdict.uncovered == 0)
        #expect(verdict.notes.isEmpty)
    }

    @Test("a book goes on where it stopped, over many openings")
    func reopens() throws {
        let place = place(directory)
        for round in 0..<8 {
            let book = try Book(place, BookSettings(liveName: "audit.log"))
            let first = try book.append(trades((round * 100)..<(round * 100 + 100)), .synced)
            #expect(first == UInt64(round * 100))
            try book.close()
        }
        let verdict = try BookVerifier(place).run()
        #expect(verdict.isSound, "\(verdict.findings)")
        #expect(verdict.size == 800)
    }

    @Test("every record proves against the checkpoint, without the book")
    func proves() throws {
        let place = place(directory)
        let book = try Book(place, BookSettings(liveName: "audit.log"))
        try book.append(trades(0..<600), .queued)
        try book.rotate()
        try book.append(trades(600..<777), .queued)
        try book.close()
        let key = try #require(try place.keys.key(for: book.manifestOrigin(place)))
        let prover = try BookProver(place)
        for index: UInt64 in [0, 1, 255, 256, 511, 599, 600, 776] {
            let proof = try prover.prove(index)
            let line = try prover.snapshot.line(at: index)
            let read = try TLogProof(parsing: proof.bytes)
            #expect(read.verify(line: line, key: key.verifier).isAccepted)
            #expect(!read.verify(line: line + [0x20], key: key.verifier).isAccepted)
        }
        #expect(throws: BookError(.outOfRange, "")) { try prover.prove(777) }
    }

    @Test("recording time never steps back, whatever the clock does")
    func recordingTime() throws {
        let clock = TestClock("2026-11-20T10:00:00Z")
        let place = place(directory, clock: clock)
        let core = try #require(
            try BookCore.open(place, BookSettings(liveName: "audit.log")))
        _ = try core.append([trades(0..<2)])
        clock.microseconds -= 3_600_000_000
        _ = try core.append([trades(2..<4)])
        clock.microseconds += 7_200_000_000
        _ = try core.append([trades(4..<5)])
        try core.checkpoint()
        core.abandon()
        var last: Int64 = 0
        try BookSnapshot(place).forEachLine(in: 0..<5) { _, line in
            let time = LineChecker.recordingTime(line)?.microseconds ?? -1
            #expect(time >= last)
            last = time
            return true
        }
    }

    @Test("the live file is closed at midnight under its date, and the next one begins")
    func rotatesDaily() throws {
        let clock = TestClock("2026-11-20T23:59:59Z")
        let place = place(directory, clock: clock)
        let core = try #require(
            try BookCore.open(place, BookSettings(liveName: "audit.log")))
        _ = try core.append([trades(0..<10)])
        #expect(!core.isRotationDue)
        clock.microseconds += 2_000_000
        #expect(core.isRotationDue)
        try core.rotate()
        _ = try core.append([trades(10..<15)])
        try core.checkpoint()
        core.abandon()
        let snapshot = try BookSnapshot(place)
        #expect(snapshot.files.map(\.name) == ["audit.log.2026-11-20", "audit.log"])
        #expect(snapshot.files.map(\.records) == [10, 5])
        #expect(snapshot.range(ofDate: "2026-11-20") == 0..<10)
        #expect(snapshot.range(ofDate: "2026-11-21") == 10..<15)
        #expect(try BookVerifier(place).run().isSound)
    }

    @Test("several files of one date are numbered")
    func rotatesOnDemand() throws {
        let clock = TestClock("2026-11-20T10:00:00Z")
        let place = place(directory, clock: clock)
        let core = try #require(
            try BookCore.open(place, BookSettings(liveName: "audit.log")))
        for round in 0..<3 {
            _ = try core.append([trades(round..<(round + 1))])
            #expect(try core.rotate())
        }
        #expect(try !core.rotate(), "an empty live file is not closed")
        core.abandon()
        let names = try BookSnapshot(place).files.map(\.name)
        #expect(
            names == [
                "audit.log.2026-11-20", "audit.log.2026-11-20-0002", "audit.log.2026-11-20-0003",
                "audit.log",
            ])
    }

    @Test("a file of another program is not taken for a book")
    func foreignFile() throws {
        let place = place(directory)
        try place.disk.makeDirectory(place.logs, mode: 0o700)
        try overwriteNew(place.path("audit.log"), Array("hello\n".utf8))
        #expect(throws: BookError(.setting, "")) {
            try Book(place, BookSettings(liveName: "audit.log"))
        }
        #expect(bytes(place.path("audit.log")) == Array("hello\n".utf8))
    }

    private func overwriteNew(_ path: String, _ bytes: [UInt8]) throws {
        let disk = PosixDisk()
        let file = try disk.open(path, .creating, mode: 0o600)
        defer { disk.close(file) }
        try disk.write(bytes, to: file, at: 0)
    }
}

extension Book {
    func manifestOrigin(_ place: BookPlace) throws -> String {
        try BookSnapshot(place).manifest.origin
    }
}
