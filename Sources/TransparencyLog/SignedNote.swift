// SPDX-License-Identifier: Apache-2.0

/// One signature line of a note: `— <name> base64(identifier ‖ signature)`.
public struct NoteSignature: Sendable, Hashable, CustomStringConvertible {
    /// The name of the key that claims to have signed.
    public let name: String
    /// The identifier of that key.
    public let identifier: UInt32
    /// The signature itself, without the identifier: 64 bytes for Ed25519, 72 for a cosignature.
    public let bytes: [UInt8]

    init(unchecked name: String, identifier: UInt32, bytes: [UInt8]) {
        self.name = name
        self.identifier = identifier
        self.bytes = bytes
    }

    /// Reads one line, with or without its line feed.
    ///
    /// - Throws: ``TransparencyLogError`` with `malformedNote`.
    public init(line: some StringProtocol) throws(TransparencyLogError) {
        var bytes = Array(line.utf8)[...]
        if bytes.last == NoteText.lineFeed { bytes = bytes.dropLast() }
        guard bytes.count <= Limits.noteText, let signature = Self(bytes: bytes) else {
            throw TransparencyLogError(.malformedNote, "this is no signature line")
        }
        self = signature
    }

    /// The signature on this line (without its line feed), or nil.
    init?(bytes line: ArraySlice<UInt8>) {
        guard line.starts(with: NoteText.signaturePrefix) else { return nil }
        let parts = line.dropFirst(NoteText.signaturePrefix.count)
            .split(separator: UInt8(ascii: " "), maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let name = String(validating: parts[0], as: UTF8.self),
            KeyName.isValid(name), let value = Base64.decode(parts[1]), value.count > 4
        else { return nil }
        self.name = name
        identifier = value.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
        bytes = Array(value.dropFirst(4))
    }

    /// The line, without a line feed.
    public var description: String {
        "\u{2014} \(name) \(Base64.encode(KeyName.bigEndian(identifier) + bytes))"
    }
}

/// The text that notes sign.
enum NoteText {
    static let lineFeed = UInt8(ascii: "\n")
    /// An em dash and a space.
    static let signaturePrefix = Array("\u{2014} ".utf8)

    /// Whether a note can carry this text: it ends in a line feed, has no other control character
    /// below U+0020 and is not too long.
    static func isValid(_ text: String) -> Bool {
        text.utf8.last == lineFeed && text.utf8.count <= Limits.noteText
            && text.utf8.allSatisfy { $0 >= 0x20 || $0 == lineFeed }
    }
}

/// A signed note (C2SP signed-note): a text, and signatures on it.
///
/// Reading a note says nothing about its signatures; ``verify(with:)`` does.
public struct SignedNote: Sendable, Hashable, CustomStringConvertible {
    /// What was signed, with its final line feed.
    public let text: String

    /// The signatures, in the order of the note; at least one.
    public private(set) var signatures: [NoteSignature]

    /// Signs a text with one or more keys of type 01.
    ///
    /// - Throws: ``TransparencyLogError`` with `invalidText` for a text that no note can carry, or
    ///   without keys; `signingFailed`.
    public init(text: String, signedBy keys: [NoteKey]) throws(TransparencyLogError) {
        guard !keys.isEmpty, keys.count <= Limits.noteSignatures else {
            throw TransparencyLogError(
                .invalidText, "a note has 1 to \(Limits.noteSignatures) signatures")
        }
        self.text = text
        signatures = []
        for key in keys { signatures.append(try key.sign(text)) }
    }

    /// Reads a note, strictly: UTF-8 without control characters but line feeds, a text, an empty
    /// line, and 1 to 64 signature lines; nothing else.
    ///
    /// - Complexity: O(*n*) in the bytes.
    /// - Throws: ``TransparencyLogError`` with `malformedNote`.
    public init(parsing bytes: [UInt8]) throws(TransparencyLogError) {
        guard bytes.count <= Limits.noteText else {
            throw TransparencyLogError(.malformedNote, "the note is over \(Limits.noteText) bytes")
        }
        guard let whole = String(validating: bytes, as: UTF8.self), NoteText.isValid(whole) else {
            throw TransparencyLogError(
                .malformedNote, "the note is not UTF-8, has control characters or is cut off")
        }
        // The last empty line divides; the text may have others.
        guard
            let blank = bytes.indices.dropFirst().last(where: {
                bytes[$0] == NoteText.lineFeed && bytes[$0 - 1] == NoteText.lineFeed
            }), blank + 1 < bytes.count
        else {
            throw TransparencyLogError(
                .malformedNote, "the note has no empty line before its signatures")
        }
        let lines = bytes[(blank + 1)...].dropLast()
            .split(separator: NoteText.lineFeed, omittingEmptySubsequences: false)
        guard lines.count <= Limits.noteSignatures else {
            throw TransparencyLogError(
                .malformedNote, "the note has over \(Limits.noteSignatures) signatures")
        }
        signatures = []
        for (number, line) in lines.enumerated() {
            guard let signature = NoteSignature(bytes: line) else {
                throw TransparencyLogError(
                    .malformedNote, "signature line \(number + 1) of the note is malformed")
            }
            signatures.append(signature)
        }
        text = String(decoding: bytes[..<blank], as: UTF8.self)
    }

    /// Adds signatures, such as a witness's cosignatures. They are not checked.
    ///
    /// - Throws: ``TransparencyLogError`` with `invalidText` if the note would have more than 64.
    public mutating func add(_ more: [NoteSignature]) throws(TransparencyLogError) {
        guard signatures.count + more.count <= Limits.noteSignatures else {
            throw TransparencyLogError(
                .invalidText, "a note has at most \(Limits.noteSignatures) signatures")
        }
        signatures += more
    }

    /// The whole note as text, which reads back as the same note.
    public var description: String {
        signatures.reduce(into: text + "\n") { $0 += "\($1)\n" }
    }

    /// The bytes of the whole note.
    public var bytes: [UInt8] { Array(description.utf8) }
}
