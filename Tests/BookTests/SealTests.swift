// SPDX-License-Identifier: Apache-2.0

import Masking
import Records
import Segments
import Testing
import TransparencyLog

@testable import Book

/// Days become parts and segments; whoever reads the book sees the same lines all the time.
@Suite struct SealTests {
    let directory = TemporaryDirectory()
    let clock = TestClock("2026-11-20T10:00:00Z")

    private var settings: BookSettings {
        var settings = BookSettings(liveName: "audit.log")
        settings.sealing.partRecords = 100
        settings.sealing.delayNanoseconds = 0
        return settings
    }

    private func open(_ settings: BookSettings) throws -> (BookPlace, BookCore) {
        let place = place(directory, clock: clock)
        return (place, try #require(try BookCore.open(place, settings)))
    }

    private func lines(_ place: BookPlace) throws -> [[UInt8]] {
        let snapshot = try BookSnapshot(place)
        var lines: [[UInt8]] = []
        try snapshot.forEachLine(in: 0..<snapshot.size) { index, line in
            #expect(index == UInt64(lines.count))
            lines.append(Array(line))
            return true
        }
        return lines
    }

    @Test("while the day is open its synced lines become parts, and the rest stays lines")
    func parts() throws {
        let (place, core) = try open(settings)
        _ = try core.append([trades(0..<250)])
        try work(core)
        #expect(core.manifest.live.parts.isEmpty == false)
        #expect(core.manifest.live.parts.map(\.records) == [100, 100])
        #expect(bytes(place.path("audit.log")).split(separator: 10).count == 250)
        let snapshot = try BookSnapshot(place)
        #expect(snapshot.pieces.map(\.kind) == [.part, .part, .live])
        #expect(snapshot.pieces.map(\.range) == [0..<100, 100..<200, 200..<250])
        #expect(snapshot.size == 250)
        for piece in snapshot.pieces.dropLast() {
            let reader = try snapshot.segment(piece)
            #expect(reader.range == piece.range)
            try reader.forEachBatch(in: piece.range) { batch in
                for position in 0..<batch.count {
                    let line = try? snapshot.line(at: batch.firstIndex + UInt64(position))
                    #expect(Array(batch.line(position)) == line)
                }
                return true
            }
        }
        #expect(try BookVerifier(place).run().isSound)
        core.abandon()
    }

    @Test(
        "a closed day becomes a segment with the same lines and root; its lines go after their time"
    )
    func seals() throws {
        var settings = settings
        settings.plainKeep = .seconds(86_400)
        let (place, core) = try open(settings)
        _ = try core.append([trades(0..<250)])
        try work(core)
        let before = try lines(place)
        try core.rotate()
        let root = core.manifest.closed[0].root
        try work(core)
        let file = core.manifest.closed[0]
        let segment = try #require(file.segment)
        #expect(segment.name == "2026-11-20-0001.parquet")
        #expect(segment.record == 250)
        #expect(file.hasLines)
        #expect(file.parts.isEmpty)
        #expect(place.disk.kind(of: place.segmentPath(segment.name)) == .file)
        #expect(try place.disk.list(place.partsDirectory).isEmpty)
        #expect(try digest(of: place.segmentPath(segment.name), place.disk) == segment.sha256)
        clock.microseconds += 86_400_000_000
        core.seal.nextLook = 0
        try work(core)
        #expect(!core.manifest.closed[0].hasLines)
        #expect(core.manifest.discarded.isEmpty)
        #expect(place.disk.kind(of: place.path("audit.log.2026-11-20")) == .missing)
        let snapshot = try BookSnapshot(place)
        #expect(try Array(lines(place)[..<250]) == before)
        #expect(snapshot.files.map(\.name) == ["audit/2026-11-20-0001.parquet", "audit.log"])
        #expect(try snapshot.line(at: 123) == before[123])
        #expect(try snapshot.lastLines(3).count == 3)
        #expect(try snapshot.lastLines(101).first == before[150])
        #expect(snapshot.range(ofDate: "2026-11-20") == 0..<251, "its seal was recorded that day")
        #expect(snapshot.segments.first?.root == root)
        let reader = try snapshot.segment(try #require(snapshot.pieces.first))
        #expect(reader.header.root == root.bytes)
        let verdict = try BookVerifier(place).run()
        #expect(verdict.isSound, "\(verdict.findings)")
        let prover = try BookProver(place)
        let key = try #require(try place.keys.key(for: core.manifest.origin))
        #expect(try prover.prove(99).verify(line: before[99], key: key.verifier).isAccepted)
        core.abandon()
        // Opening reads leaves back from the segment.
        let again = try #require(try BookCore.open(place, settings))
        #expect(again.size == 251)
        again.abandon()
    }

    @Test("an idle book closes no day for its own records of sealing")
    func idle() throws {
        var settings = settings
        settings.plainKeep = .zero
        let (place, core) = try open(settings)
        _ = try core.append([trades(0..<10)])
        for _ in 0..<4 {
            clock.microseconds += 86_400_000_000
            if core.isRotationDue { try core.rotate() }
            core.seal.nextLook = 0
            try work(core)
        }
        #expect(core.manifest.closed.count == 1)
        #expect(core.size == 11)
        _ = try core.append([trades(10..<12)])
        #expect(core.manifest.live.date == "2026-11-24")
        core.abandon()
        #expect(try BookVerifier(place).run().isSound)
    }

    @Test("encrypted: no line is readable without the key, and the error says which file and key")
    func encrypted() throws {
        var settings = settings
        settings.encryptSegments = true
        let (place, core) = try open(settings)
        _ = try core.append([trades(0..<150)])
        try core.rotate()
        try work(core)
        let file = core.manifest.closed[0]
        #expect(file.segment?.isEncrypted == true)
        #expect(!file.hasLines)
        let origin = core.manifest.origin
        core.abandon()
        #expect(try lines(place).count == 151)
        #expect(try BookVerifier(place).run().isSound)
        let path = try place.segmentPath(#require(file.segment).name)
        #expect(bytes(path).suffix(4) == Array("PARE".utf8)[...])
        try place.disk.rename(
            place.keys.segmentKeyPath(for: origin), to: "\(directory.path)/away")
        let refused = #expect(throws: BookError(.missingKey, "")) {
            try BookSnapshot(place).line(at: 3)
        }
        #expect(refused?.message.contains(path) == true)
        #expect(refused?.message.contains("segment.key") == true)
    }

    @Test("seal() of a holder and of a client seals today and every day before")
    func sealsOnDemand() throws {
        var settings = settings
        settings.sealing.isAutomatic = false
        let place = place(directory)
        let holder = try Book(place, settings)
        let client = try Book(place, settings)
        try holder.append(trades(0..<250), .written)
        try holder.rotate()
        try holder.append(trades(250..<260), .written)
        let sealed = try client.seal()
        #expect(sealed.map(\.records) == [250, 10])
        #expect(sealed.allSatisfy { $0.isSealed && $0.sealedBy != nil })
        #expect(try client.seal().isEmpty, "nothing is new")
        #expect(try holder.seal().isEmpty)
        try holder.append(trades(260..<270), .written)
        #expect(try holder.seal().map(\.records) == [12])
        try client.close()
        try holder.close()
        let verdict = try BookVerifier(place).run()
        #expect(verdict.isSound, "\(verdict.findings)")
    }

    @Test("a writer seals by itself, and whoever listens hears of it")
    func automatic() throws {
        let heard = Listener()
        var settings = settings
        settings.sealed = heard
        let place = place(directory)
        let book = try Book(place, settings)
        try book.append(trades(0..<250), .synced)
        try book.rotate()
        for _ in 0..<200 where heard.sealed.withLock({ $0.isEmpty }) {
            pause(nanoseconds: 50_000_000)
        }
        try book.close()
        #expect(heard.sealed.withLock { $0.map(\.records) } == [250])
        #expect(try BookVerifier(place).run().isSound)
    }

    @Test("without space for a segment lines stay, appends go on, and sealing is tried again")
    func diskFull() throws {
        let disk = FaultyDisk()
        let place = BookPlace(
            logs: "\(directory.path)/logs", name: "audit", keys: "\(directory.path)/keys",
            masker: .standard, disk: disk)
        let book = try Book(place, settings)
        try book.append(trades(0..<50), .synced)
        disk.set { $0.refusesColumns = true }
        #expect(throws: BookError(.noSpace, "")) { try book.seal() }
        #expect(book.sealTrouble?.code == .noSpace)
        try book.append(trades(50..<60), .synced)
        #expect(try lines(place).count == 60)
        disk.set { $0.refusesColumns = false }
        #expect(try book.seal().count == 2)
        #expect(book.sealTrouble == nil)
        try book.close()
        #expect(try BookVerifier(place).run().isSound)
    }

    @Test("lines that are not those that were signed are not sealed, and stay")
    func altered() throws {
        let (place, core) = try open(settings)
        _ = try core.append([trades(0..<50)])
        try core.rotate()
        let path = place.path("audit.log.2026-11-20")
        let sound = bytes(path)
        var altered = sound
        altered[sound.count / 2] ^= 1
        try overwrite(path, altered)
        try core.checkpoint()
        #expect(throws: BookError(.damaged, "")) { try work(core) }
        #expect(core.manifest.closed[0].segment == nil)
        try overwrite(path, sound)
        core.retrySealing()
        try work(core)
        #expect(core.manifest.closed[0].segment != nil)
        core.abandon()
    }
}

private final class Listener: SealObserver {
    let sealed = Monitor<[SegmentSummary]>([])

    func didSeal(_ segment: SegmentSummary, of place: BookPlace) {
        sealed.withLock { $0.append(segment) }
    }
    func didPrune(until index: UInt64, of place: BookPlace) {}
}
