// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import TransparencyLog

/// The example of Go's `sumdb/note`.
enum Example {
    static let key = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
    static let text = "This is an example message.\n"
    static let signature =
        "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM="
    static let note = "\(text)\n\u{2014} example.com/foo \(signature)\n"
}

@Suite("Signed notes and keys")
struct NoteTests {
    let key: NoteKey

    init() throws {
        key = try NoteKey(name: "example.com/log", seed: Array(0..<32))
    }

    private func parse(_ text: String) throws -> SignedNote {
        try SignedNote(parsing: Array(text.utf8))
    }

    @Test("the known note verifies, and is written as it was")
    func knownNote() throws {
        let note = try parse(Example.note)
        let key = try VerifierKey(Example.key)
        #expect(note.text == Example.text)
        #expect(note.description == Example.note)
        #expect(key.description == Example.key)
        #expect(key.name == "example.com/foo" && key.identifier == 0x530d_903a)
        let verdict = note.verify(with: [key])
        #expect(verdict.isAccepted)
        #expect(verdict.verified.map(\.key) == [key])
    }

    @Test("a flipped bit anywhere in the note is refused")
    func flippedBits() throws {
        let key = try VerifierKey(Example.key)
        let bytes = Array(Example.note.utf8)
        for place in bytes.indices {
            for bit in 0..<8 {
                var changed = bytes
                changed[place] ^= 1 << bit
                let accepted = (try? SignedNote(parsing: changed))?.verify(with: [key]).isAccepted
                #expect(accepted != true, "byte \(place), bit \(bit)")
            }
        }
    }

    @Test("what a key signs, its verifier accepts")
    func signAndVerify() throws {
        let other = try NoteKey(generate: "other")
        var note = try SignedNote(text: "a\n\nb\n", signedBy: [other, key])
        #expect(try parse(note.description) == note)
        #expect(note.verify(with: [key.verifier]).isAccepted)
        #expect(note.verify(with: [key.verifier]).ignored.map(\.name) == ["other"])
        #expect(note.verify(with: [key.verifier, other.verifier]).verified.count == 2)
        #expect(note.verify(with: []).reasons == [.noKnownSignature])
        try note.add([key.sign("another text\n")])
        #expect(
            note.verify(with: [key.verifier]).reasons == [
                .badSignature(name: "example.com/log", identifier: key.verifier.identifier)
            ])
        #expect(note.verify(with: [other.verifier]).isAccepted)
    }

    @Test("two keys that cannot be told apart are refused")
    func ambiguousKeys() throws {
        let note = try SignedNote(text: "a\n", signedBy: [key])
        #expect(note.verify(with: [key.verifier, key.verifier]).isAccepted)
        let double = VerifierKeyDouble.of(key.verifier)
        #expect(
            note.verify(with: [key.verifier, double]).reasons == [
                .ambiguousKey(name: key.name, identifier: key.verifier.identifier)
            ])
    }

    @Test("a text may have empty lines, even at its ends; the last empty line divides")
    func emptyLines() throws {
        for text in ["\n", "\n\n", "a\n\n", "\na\n", "a\n\n\nb\n\n\n"] {
            let note = try SignedNote(text: text, signedBy: [key])
            let read = try parse(note.description)
            #expect(read.text == text)
            #expect(read.verify(with: [key.verifier]).isAccepted)
        }
    }

    @Test(
        "malformed notes are refused",
        arguments: [
            "", "\n", "\n\n", "a\n", "a\n\n", "\n\u{2014} n AAAAAAA=\n", "a\n\u{2014} n AAAAAAA=\n",
            "a\n\n\u{2014} n AAAAAAA=", "a\n\n- n AAAAAAA=\n", "a\n\n\u{2014}n AAAAAAA=\n",
            "a\n\n\u{2014}  AAAAAAA=\n", "a\n\n\u{2014} n  AAAAAAA=\n",
            "a\n\n\u{2014} n AAAAAAA= \n",
            "a\n\n\u{2014} n AAAAAA==\n", "a\n\n\u{2014} n \n", "a\n\n\u{2014} n\n",
            "a\n\n\u{2014} n AAAAAAB=\n", "a\n\n\u{2014} n AAAAAAA=\nb\n",
            "a\r\n\n\u{2014} n AAAAAAA=\n",
            "a\n\n\u{2014} n+m AAAAAAA=\n", "a\n\n\u{2014} n\u{a0}m AAAAAAA=\n",
            "a\u{0}\n\n\u{2014} n AAAAAAA=\n", "a\t\n\n\u{2014} n AAAAAAA=\n",
        ])
    func malformed(text: String) {
        #expect(throws: TransparencyLogError(.malformedNote, "")) { try parse(text) }
    }

    @Test("the shortest note is read, invalid UTF-8 and a 65th signature are not")
    func edges() throws {
        let line = "\u{2014} n AAAAAAA=\n"
        #expect(try parse("a\n\n\(line)").signatures.first?.bytes == [0])
        let bytes = Array("a\n\n\(line)".utf8)
        #expect(throws: TransparencyLogError(.malformedNote, "")) {
            try SignedNote(parsing: [0xFF] + bytes)
        }
        let full = "a\n\n" + String(repeating: line, count: 64)
        #expect(try parse(full).signatures.count == 64)
        #expect(throws: TransparencyLogError(.malformedNote, "")) { try parse(full + line) }
    }

    @Test("a private key reads back from Go's form, and shows itself nowhere else")
    func privateForm() throws {
        let text = key.exportPrivateText()
        #expect(text.hasPrefix("PRIVATE+KEY+example.com/log+"))
        let again = try NoteKey(privateText: text)
        #expect(again.verifier == key.verifier)
        #expect(again.exportPrivateText() == text)
        let secret = try #require(text.split(separator: "+").last)
        var dumped = "\(key) \(String(reflecting: key))"
        dump(key, to: &dumped)
        #expect(!dumped.contains(secret))
    }

    @Test("a changed or malformed key text is refused")
    func malformedKeys() throws {
        let error = TransparencyLogError(.malformedKey, "")
        let text = key.verifier.description
        for changed in [
            "", "+", "++", "n+00000000+", text + "A", "a" + text, text.uppercased(),
            text.replacing("+", with: " "), String(text.dropLast()),
            "a b+00000000+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        ] {
            #expect(throws: error) { try VerifierKey(changed) }
            #expect(throws: error) { try NoteKey(privateText: "PRIVATE+KEY+" + changed) }
        }
        #expect(throws: error) { try NoteKey(privateText: text) }
        #expect(throws: error) { try VerifierKey(name: "n", publicKey: [1]) }
        #expect(throws: error) { try NoteKey(name: "n", seed: [1]) }
        #expect(throws: error) { try NoteKey(name: "n m", seed: Array(0..<32)) }
        #expect(throws: error) { try NoteKey(generate: "n", type: .ecdsa) }
        #expect(throws: error) {
            try NoteKey(privateText: key.exportPrivateText().replacing("log", with: "dog"))
        }
    }

    @Test("a key of an unknown kind is read, and its signatures are ignored")
    func unknownKind() throws {
        let strange = try VerifierKey(
            name: "n", type: SignatureType(rawValue: 0xEE), publicKey: [1, 2, 3])
        #expect(try VerifierKey(strange.description) == strange)
        #expect(!strange.isSupported)
        var note = try SignedNote(text: "a\n", signedBy: [key])
        let line = Base64.encode(KeyName.bigEndian(strange.identifier) + [9])
        try note.add([NoteSignature(line: "\u{2014} n \(line)")])
        #expect(note.verify(with: [strange]).reasons == [.noKnownSignature])
        #expect(note.verify(with: [strange, key.verifier]).isAccepted)
    }

    @Test("texts that no note can carry are not signed")
    func unsignable() {
        let error = TransparencyLogError(.invalidText, "")
        for text in ["", "a", "a\r\n", "\u{1}\n"] {
            #expect(throws: error) { try key.sign(text) }
        }
        #expect(throws: error) { try key.sign("a\n", time: 5) }
        #expect(throws: error) { try SignedNote(text: "a\n", signedBy: []) }
    }
}

/// Another key that pretends to the same name and identifier. Identifiers have 32 bits, so somebody
/// with a minute to spare finds one.
enum VerifierKeyDouble {
    static func of(_ key: VerifierKey) -> VerifierKey {
        var double = VerifierKey(
            unchecked: key.name, type: key.type, publicKey: [UInt8](repeating: 1, count: 32))
        double.identifier = key.identifier
        return double
    }
}
