// SPDX-License-Identifier: Apache-2.0

import Records
import Testing
import TransparencyLog

@testable import Book

/// The bytes that docs/format/ promises.
@Suite struct FormatTests {
    @Test("the manifest of an empty book is the one in docs/format/directory.md")
    func emptyManifest() throws {
        let manifest = Manifest(
            origin: "example.com/desk/audit",
            live: .init(name: "audit.log", date: "2026-11-20", first: 0))
        let text = """
            {"daybook_manifest":2,"origin":"example.com/desk/audit"}
            {"live":"audit.log","date":"2026-11-20","first":0}
            {"sha256":"32cba4f095ee774ec4263fa0eef9a4cde5513fe0050aaf2a3db3b0ca3b28ae9a"}

            """
        #expect(String(decoding: manifest.encoded(), as: UTF8.self) == text)
        #expect(try Manifest(decoding: Array(text.utf8), path: "manifest") == manifest)
    }

    @Test("a manifest of version 1 is read")
    func versionOne() throws {
        let text = """
            {"daybook_manifest":1,"origin":"example.com/desk/audit"}
            {"live":"audit.log","date":"2026-11-20","first":0}
            {"sha256":"04b9f2189bc9d27c9deaee18c45a8f9b5779bb8cbbaa64bb224cb4c7df16f413"}

            """
        let manifest = try Manifest(decoding: Array(text.utf8), path: "manifest")
        #expect(manifest.origin == "example.com/desk/audit")
        #expect(manifest.live == .init(name: "audit.log", date: "2026-11-20", first: 0))
        let later = text.replacing("manifest\":1", with: "manifest\":3")
        #expect(throws: BookError(.damaged, "")) {
            try Manifest(decoding: Array(later.utf8), path: "manifest")
        }
    }

    @Test("a manifest reads back, and no byte of it can change")
    func strictManifest() throws {
        let leaves = [TreeHash.leaf([7])]
        var manifest = Manifest(
            origin: "example.com/desk/audit",
            cut: .init(until: 1, root: leaves[0], record: 9, peaks: leaves, leaves: leaves),
            live: .init(
                name: "audit.log", date: "2026-11-22", first: 18,
                parts: [
                    .init(
                        name: "000000000018-4.part", first: 18, records: 4, bytes: 77,
                        sha256: TreeHash.leaf([4]), lineEnd: 200)
                ]), discarded: ["audit.log.2026-11-19", "audit/2026-11-19-0001.parquet"])
        let day = try #require(Timestamp("2026-11-20T10:00:00Z"))
        manifest.closed = [
            .init(
                name: "audit.log.2026-11-20", date: "2026-11-20", first: 1, records: 10,
                bytes: 1234, root: TreeHash.leaf([1]), recorded: day...day, hasLines: false,
                segment: .init(
                    name: "2026-11-20-0001.parquet", bytes: 99, sha256: TreeHash.leaf([3]),
                    isEncrypted: true, record: 12)),
            .init(
                name: "audit.log.2026-11-21", date: "2026-11-21", first: 11, records: 7,
                bytes: 900, root: TreeHash.leaf([2]), mayNeedTrim: true,
                parts: [
                    .init(
                        name: "000000000011-3.part", first: 11, records: 3, bytes: 70,
                        sha256: TreeHash.leaf([5]), lineEnd: 400)
                ]),
        ]
        let encoded = manifest.encoded()
        #expect(try Manifest(decoding: encoded, path: "manifest") == manifest)
        for offset in encoded.indices {
            for altered in [encoded[offset] ^ 1, offset % 5 == 0 ? 0x0A : encoded[offset]] {
                var bytes = encoded
                guard bytes[offset] != altered else { continue }
                bytes[offset] = altered
                #expect(throws: BookError(.damaged, "")) {
                    try Manifest(decoding: bytes, path: "manifest")
                }
            }
        }
        #expect(throws: BookError(.damaged, "")) {
            try Manifest(decoding: encoded.dropLast(), path: "manifest")
        }
        #expect(throws: BookError(.damaged, "")) {
            try Manifest(decoding: encoded + [0x0A], path: "manifest")
        }
    }

    @Test("the high-water mark reads back, and junk is damage, not a crash")
    func highWater() throws {
        let mark = HighWater(
            size: 300, root: TreeHash.leaf([3]), fileFirst: 256, fileBytes: 9000,
            recorded: 1_795_190_400_000_000)
        #expect(try HighWater(decoding: mark.encoded(), path: "highwater") == mark)
        for junk in ["", "{}", "[1]", #"{"size":-1}"#, #"{"size":1,"root":"x"}"#] {
            #expect(throws: BookError(.damaged, "")) {
                try HighWater(decoding: Array(junk.utf8), path: "highwater")
            }
        }
    }

    @Test("a closed file's name says its date, and its number from the second on")
    func closedNames() {
        var manifest = Manifest(
            origin: "o", live: .init(name: "audit.log", date: "2026-11-20", first: 0))
        #expect(
            manifest.closedName(live: "audit.log", date: "2026-11-20") == "audit.log.2026-11-20")
        manifest.closed = [
            .init(
                name: "audit.log.2026-11-20", date: "2026-11-20", first: 0, records: 1, bytes: 1,
                root: TreeHash.empty)
        ]
        #expect(
            manifest.closedName(live: "audit.log", date: "2026-11-20")
                == "audit.log.2026-11-20-0002")
        #expect(
            manifest.closedName(live: "audit.log", date: "2026-11-21") == "audit.log.2026-11-21")
        #expect(manifest.segmentName(of: manifest.closed[0]) == "2026-11-20-0001.parquet")
        // The first one of the date was pruned; the number of the second is not used again.
        manifest.closed[0].name = "audit.log.2026-11-20-0002"
        manifest.discarded = ["audit.log.2026-11-20"]
        #expect(manifest.segmentName(of: manifest.closed[0]) == "2026-11-20-0002.parquet")
        #expect(
            manifest.closedName(live: "audit.log", date: "2026-11-20")
                == "audit.log.2026-11-20-0003")
    }

    @Test("a manifest names no file outside its directories")
    func hostileNames() throws {
        for name in ["../../etc/passwd", "a/b", "..", ""] {
            let manifest = Manifest(
                origin: "o", live: .init(name: name, date: "2026-11-20", first: 0))
            #expect(throws: BookError(.damaged, "")) {
                try Manifest(decoding: manifest.encoded(), path: "manifest")
            }
        }
    }
}
