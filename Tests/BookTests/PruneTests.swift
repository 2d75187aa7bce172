// SPDX-License-Identifier: Apache-2.0

import Masking
import Records
import Testing
import TransparencyLog

@testable import Book

/// Whole days are removed from the front of a book, and what stays still proves.
@Suite struct PruneTests {
    let directory = TemporaryDirectory()
    let clock = TestClock("2026-11-20T10:00:00Z")

    /// A book of days of 300 records each, the last one live; lines only.
    private func makeBook(days: Int) throws -> (BookPlace, BookCore) {
        let place = place(directory, clock: clock)
        var settings = BookSettings(liveName: "audit.log")
        settings.sealing.isAutomatic = false
        let core = try #require(try BookCore.open(place, settings))
        for day in 0..<days {
            if day > 0 { try core.rotate() }
            _ = try core.append([trades((day * 300)..<(day * 300 + 300))])
            clock.microseconds += 86_400_000_000
        }
        try core.checkpoint()
        return (place, core)
    }

    private func prune(_ core: BookCore, until: UInt64) throws -> UInt64 {
        let record = try core.beginPrune(PrunePlan(until: until, rule: "keep 7y"))
        try core.checkpoint()
        try work(core)
        return record
    }

    @Test("pruned days are gone, the rest is there, and the tree still verifies")
    func prunes() throws {
        let (place, core) = try makeBook(days: 4)
        let lines = try (600..<1200).map { try BookSnapshot(place).line(at: UInt64($0)) }
        let record = try prune(core, until: 600)
        #expect(record == 1200)
        #expect(core.manifest.firstKept == 600)
        #expect(core.manifest.discarded.isEmpty)
        core.abandon()
        #expect(place.disk.kind(of: place.path("audit.log.2026-11-20")) == .missing)
        #expect(place.disk.kind(of: place.path("audit.log.2026-11-21")) == .missing)
        let snapshot = try BookSnapshot(place)
        #expect(snapshot.firstKept == 600)
        #expect(snapshot.size == 1201)
        #expect(try (600..<1200).map { try snapshot.line(at: UInt64($0)) } == lines)
        var seen: [UInt64] = []
        try snapshot.forEachLine(in: 0..<snapshot.size) { index, _ in
            seen.append(index)
            return true
        }
        #expect(seen == Array(600..<1201))
        #expect(throws: BookError(.pruned, "")) { try snapshot.line(at: 599) }
        let verdict = try BookVerifier(place).run()
        #expect(verdict.isSound, "\(verdict.findings)")
        #expect(verdict.pruned == 600)
        #expect(verdict.notes.contains { $0.contains("pruned by record 1200 (keep 7y)") })
    }

    @Test("what stays proves, what went says who pruned it, and the book is published from the cut")
    func provesAfterwards() throws {
        let (place, core) = try makeBook(days: 4)
        _ = try prune(core, until: 600)
        core.abandon()
        let prover = try BookProver(place)
        let key = try #require(try place.keys.key(for: core.manifest.origin))
        for index: UInt64 in [600, 767, 768, 1000, 1199] {
            let proof = try prover.prove(index)
            let line = try prover.snapshot.line(at: index)
            #expect(proof.verify(line: line, key: key.verifier).isAccepted)
        }
        let refused = #expect(throws: BookError(.pruned, "")) { try prover.prove(10) }
        #expect(refused?.message.contains("record 1200") == true)
        let site = "\(directory.path)/site"
        _ = try prover.publish(to: site)
        let disk = PosixDisk()
        // 600 lies in the third group; entries begin with the fourth, hashes with all.
        #expect(disk.kind(of: "\(site)/tile/entries/002") == .missing)
        #expect(disk.kind(of: "\(site)/tile/entries/003") == .file)
        #expect(disk.kind(of: "\(site)/tile/0/001") == .missing)
        #expect(disk.kind(of: "\(site)/tile/0/002") == .file)
        #expect(bytes("\(site)/tile/1/000.p/4") == bytes(place.treePath(level: 1)))
        #expect(disk.kind(of: "\(site)/checkpoint") == .file)
    }

    @Test("a pruned book goes on: appends, a second prune, an opening without its tree files")
    func goesOn() throws {
        let (place, core) = try makeBook(days: 4)
        _ = try prune(core, until: 300)
        _ = try core.append([trades(2000..<2010)])
        _ = try prune(core, until: 600)
        core.abandon()
        #expect(try BookVerifier(place).run().isSound)
        let root = try BookVerifier(place).run().root
        try place.disk.remove(place.treePath(level: 1))
        let verdict = try BookVerifier(place).run()
        #expect(verdict.findings.map(\.file).contains(place.treePath(level: 1)))
        let again = try #require(try BookCore.open(place, BookSettings(liveName: "audit.log")))
        try again.checkpoint()
        again.abandon()
        #expect(try BookVerifier(place).run().root == root)
    }

    @Test("a plan that ends inside a day, at nothing or beyond what is signed is refused")
    func refusesPlans() throws {
        let (_, core) = try makeBook(days: 3)
        for until: UInt64 in [0, 1, 599, 900, 901, .max] {
            #expect(throws: BookError(.setting, "")) {
                try core.beginPrune(PrunePlan(until: until, rule: "r"))
            }
        }
        #expect(core.size == 900, "a refused plan leaves no record")
        core.abandon()
    }

    @Test("a stored hash of pruned records that was altered is found, and its file named")
    func alteredHash() throws {
        let (place, core) = try makeBook(days: 4)
        _ = try prune(core, until: 900)
        core.abandon()
        let path = place.treePath(level: 1)
        let sound = bytes(path)
        for offset in [0, 31, 64, 95] {
            var altered = sound
            altered[offset] ^= 4
            try overwrite(path, altered)
            let verdict = try BookVerifier(place).run()
            #expect(verdict.findings.map(\.file).contains(path), "byte \(offset)")
        }
        try overwrite(path, sound)
        #expect(try BookVerifier(place).run().isSound)
    }

    @Test("a rule is asked at opening and its plan is carried out")
    func followsRule() throws {
        let (place, core) = try makeBook(days: 4)
        core.abandon()
        var settings = BookSettings(liveName: "audit.log")
        settings.sealing.isAutomatic = false
        settings.sealing.delayNanoseconds = 0
        settings.retention = KeepLast(days: 1)
        let book = try Book(place, settings)
        for _ in 0..<200 where try BookSnapshot(place).firstKept == 0 {
            pause(nanoseconds: 50_000_000)
        }
        try book.close()
        // The day that was live is over too.
        #expect(try BookSnapshot(place).firstKept == 900)
        #expect(try BookVerifier(place).run().isSound)
    }

    @Test("a client of the book prunes through its holder")
    func throughSocket() throws {
        let (place, core) = try makeBook(days: 3)
        core.abandon()
        var settings = BookSettings(liveName: "audit.log")
        settings.sealing.isAutomatic = false
        let holder = try Book(place, settings)
        let client = try Book(place, settings)
        #expect(!client.isHolder)
        #expect(try client.prune(PrunePlan(until: 300, rule: "keep 2d")) == 900)
        #expect(try BookSnapshot(place).firstKept == 300)
        #expect(throws: BookError(.setting, "")) {
            try client.prune(PrunePlan(until: 300, rule: "keep 2d"))
        }
        try client.close()
        try holder.close()
        #expect(try BookVerifier(place).run().isSound)
    }
}

/// Keeps the last closed days.
private struct KeepLast: RetentionRule {
    let days: Int

    func plan(segments: [SegmentSummary], now: Timestamp) -> PrunePlan? {
        guard segments.count > days else { return nil }
        return PrunePlan(until: segments[segments.count - days - 1].end, rule: "keep last")
    }
}
