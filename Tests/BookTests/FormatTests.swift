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
            {"daybook_manifest":1,"origin":"example.com/desk/audit"}
            {"live":"audit.log","date":"2026-11-20","first":0}
            {"sha256":"04b9f2189bc9d27c9deaee18c45a8f9b5779bb8cbbaa64bb224cb4c7df16f413"}

            """
        #expect(String(decoding: manifest.encoded(), as: UTF8.self) == text)
        #expect(try Manifest(decoding: Array(text.utf8), path: "manifest") == manifest)
    }

    @Test("a manifest reads back, and no byte of it can change")
    func strictManifest() throws {
        var manifest = Manifest(
            origin: "example.com/desk/audit",
            live: .init(name: "audit.log", date: "2026-11-22", first: 17))
        manifest.closed = [
            .init(
                name: "audit.log.2026-11-20", date: "2026-11-20", first: 0, records: 10,
                bytes: 1234, root: TreeHash.leaf([1])),
            .init(
                name: "audit.log.2026-11-21", date: "2026-11-21", first: 10, records: 7,
                bytes: 900, root: TreeHash.leaf([2]), mayNeedTrim: true),
        ]
        let encoded = manifest.encoded()
        #expect(try Manifest(decoding: encoded, path: "manifest") == manifest)
        for offset in encoded.indices {
            for altered in [encoded[offset] ^ 1, encoded[offset] ^ 0x20, 0x0A] {
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
    }
}
