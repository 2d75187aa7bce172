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

/// Segments, parts and the manifest that names them are altered; `verify` says no and names the
/// file, also where no record changes and only a search would be led astray.
@Suite struct SealedTamperingTests {
    let directory = TemporaryDirectory()
    let place: BookPlace
    let files: [String]

    /// A day that is a segment alone, one that has its lines too, and a live file with parts.
    init() throws {
        let clock = TestClock("2026-11-18T10:00:00Z")
        place = BookPlace(
            logs: "\(directory.path)/logs", name: "audit", keys: "\(directory.path)/keys",
            masker: .standard, clock: clock)
        var settings = BookSettings(liveName: "audit.log")
        settings.sealing.partRecords = 128
        settings.plainKeep = .seconds(49 * 3600)
        let core = try #require(try BookCore.open(place, settings))
        for day in 0..<3 {
            if day > 0 { try core.rotate() }
            _ = try core.append([trades((day * 300)..<(day * 300 + 300))])
            try work(core)
            clock.microseconds += 86_400_000_000
            core.seal.nextLook = 0
        }
        try work(core)
        let manifest = core.manifest
        core.abandon()
        try #require(manifest.closed.map(\.hasLines) == [false, true])
        try #require(manifest.live.parts.count == 2)
        let columns =
            manifest.closed.compactMap(\.segment).map { [place] in place.segmentPath($0.name) }
            + manifest.live.parts.map { [place] in place.partPath($0.name) }
        files = columns + [place.manifestPath, place.path("audit.log.2026-11-19")]
    }

    @Test("the book is sound before anyone touches it")
    func untouched() throws {
        let verdict = try BookVerifier(place).run()
        #expect(verdict.isSound, "\(verdict.findings)")
        #expect(verdict.notes.isEmpty, "\(verdict.notes)")
        #expect(verdict.size > 900)
    }

    @Test("one flipped bit in any of them is found, and its file is named")
    func bitFlips() throws {
        var random = SystemRandomNumberGenerator()
        let rounds = getenv("DAYBOOK_FLIPS").flatMap { Int(String(cString: $0)) } ?? 120
        for round in 0..<rounds {
            let path = files[round % files.count]
            let sound = bytes(path)
            var altered = sound
            let offset = Int.random(in: 0..<sound.count, using: &random)
            altered[offset] ^= UInt8(1) << UInt8.random(in: 0..<8, using: &random)
            try overwrite(path, altered)
            defer { try? overwrite(path, sound) }
            let named = try BookVerifier(place).run().findings.map(\.file)
            #expect(named.contains(path), "offset \(offset) of \(path) was blamed on \(named)")
        }
    }

    @Test("a segment that was altered together with the manifest is found by its record")
    func manifestToo() throws {
        for position in 0..<2 {
            var manifest = try #require(try BookCore.readManifest(place))
            let known = bytes(place.manifestPath)
            let path = files[position]
            let sound = bytes(path)
            // In the footer, behind the pages: statistics, or the name of the writer.
            var altered = sound
            altered[sound.count - 20] ^= 1
            try overwrite(path, altered)
            manifest.closed[position].segment?.sha256 = try digest(of: path, place.disk)
            try overwrite(place.manifestPath, manifest.encoded())
            let verdict = try BookVerifier(place).run()
            #expect(verdict.findings.map(\.file).contains(path), "\(verdict.findings)")
            // Taking the record's index out of the manifest does not help.
            manifest.closed[position].segment?.record = nil
            try overwrite(place.manifestPath, manifest.encoded())
            #expect(try BookVerifier(place).run().findings.map(\.file).contains(path))
            try overwrite(path, sound)
            try overwrite(place.manifestPath, known)
        }
        #expect(try BookVerifier(place).run().isSound)
    }

    @Test("another day's segment in the place of one is found")
    func swapped() throws {
        let sound = bytes(files[0])
        try overwrite(files[0], bytes(files[1]))
        #expect(try BookVerifier(place).run().findings.map(\.file).contains(files[0]))
        try overwrite(files[0], sound)
    }

    @Test(
        "a missing segment is named, and the next writer refuses when nothing else has its records")
    func missing() throws {
        for (position, isOnly) in [(0, true), (1, false)] {
            let away = "\(directory.path)/away"
            try place.disk.rename(files[position], to: away)
            let verdict = try BookVerifier(place).run()
            #expect(verdict.findings.map(\.file).contains(files[position]))
            if isOnly {
                #expect(throws: BookError(.missingFile, "")) {
                    try BookCore.open(place, BookSettings(liveName: "audit.log"))
                }
            }
            try place.disk.rename(away, to: files[position])
        }
        #expect(try BookVerifier(place).run().isSound)
    }
}
