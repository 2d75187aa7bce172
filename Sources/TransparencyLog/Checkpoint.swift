// SPDX-License-Identifier: Apache-2.0

/// A checkpoint (C2SP tlog-checkpoint): what a log claims to be, at one size. Signed, it is a note.
///
/// Its text is the origin, the size in decimal and the root in base64, a line each, then extension
/// lines, if any.
public struct Checkpoint: Sendable, Hashable, CustomStringConvertible {
    /// The log's name.
    public let origin: String
    /// How many entries the tree has.
    public let size: Int
    /// The root of the tree of that size.
    public let root: Digest
    /// Further lines, without line feeds. Discouraged: not every kind of cosignature covers them.
    public let extensions: [String]

    /// A checkpoint from its parts.
    ///
    /// - Throws: ``TransparencyLogError`` with `invalidText` if the origin or an extension is empty
    ///   or has a control character, or if the size is below 0.
    public init(
        origin: String, size: Int, root: Digest, extensions: [String] = []
    ) throws(TransparencyLogError) {
        for line in [origin] + extensions
        where line.isEmpty || line.utf8.contains(where: { $0 < 0x20 }) {
            throw TransparencyLogError(
                .invalidText,
                "a line of a checkpoint must not be empty nor have control characters")
        }
        guard size >= 0 else {
            throw TransparencyLogError(.invalidText, "a checkpoint's size must not be below 0")
        }
        self.origin = origin
        self.size = size
        self.root = root
        self.extensions = extensions
    }

    /// Reads the text of a checkpoint (not of the note around it), strictly.
    ///
    /// - Throws: ``TransparencyLogError`` with `malformedCheckpoint`: fewer than three lines, an
    ///   empty line, a last line without line feed, a size that is not plain decimal or over
    ///   2^63 − 1, a root that is not 32 bytes of strict base64, a control character.
    public init(parsing text: String) throws(TransparencyLogError) {
        guard NoteText.isValid(text) else {
            throw TransparencyLogError(
                .malformedCheckpoint, "the checkpoint has control characters or is cut off")
        }
        let lines = text.utf8.dropLast()
            .split(separator: NoteText.lineFeed, omittingEmptySubsequences: false)
        guard lines.count >= 3, !lines.contains(where: \.isEmpty) else {
            throw TransparencyLogError(
                .malformedCheckpoint, "a checkpoint has three lines or more, none of them empty")
        }
        guard let size = DecimalText.parse(lines[1]) else {
            throw TransparencyLogError(.malformedCheckpoint, "the checkpoint's size is no number")
        }
        guard let bytes = Base64.decode(lines[2]), let root = Digest(bytes) else {
            throw TransparencyLogError(
                .malformedCheckpoint, "the checkpoint's root is not 32 bytes of base64")
        }
        origin = String(Substring(lines[0]))
        self.size = size
        self.root = root
        extensions = lines.dropFirst(3).map { String(Substring($0)) }
    }

    /// The text, which reads back as the same checkpoint: what is signed.
    public var description: String {
        extensions.reduce(into: "\(origin)\n\(size)\n\(root.base64)\n") { $0 += "\($1)\n" }
    }

    /// Signs the checkpoint.
    ///
    /// The caller must have made sure that it never signed another tree under this origin: sync the
    /// size and the root first, then sign, then publish.
    ///
    /// - Throws: ``TransparencyLogError`` with `signingFailed` or, for a text over the limit or no
    ///   key, `invalidText`.
    public func signed(by keys: [NoteKey]) throws(TransparencyLogError) -> SignedNote {
        try SignedNote(text: description, signedBy: keys)
    }
}

/// A checkpoint read from a note, with the note.
public struct SignedCheckpoint: Sendable, Hashable {
    /// What the log claims.
    public let checkpoint: Checkpoint
    /// The text as signed, with the signatures.
    public let note: SignedNote

    /// Reads a signed checkpoint. Says nothing about the signatures; ``verify(with:witnesses:)``
    /// does.
    ///
    /// - Throws: ``TransparencyLogError`` with `malformedNote`, `malformedCheckpoint`.
    public init(parsing bytes: [UInt8]) throws(TransparencyLogError) {
        try self.init(note: SignedNote(parsing: bytes))
    }

    /// The checkpoint in this note.
    ///
    /// - Throws: ``TransparencyLogError`` with `malformedCheckpoint`.
    public init(note: SignedNote) throws(TransparencyLogError) {
        checkpoint = try Checkpoint(parsing: note.text)
        self.note = note
    }

    /// Checks that the log's own key signed, that the checkpoint is of the log that we mean, and
    /// the signatures of witnesses that are there.
    ///
    /// - Parameters:
    ///   - key: the log's key; without its signature the checkpoint is not accepted.
    ///   - origin: the log that we mean; nil if it is called like its key.
    ///   - witnesses: keys of witnesses whose cosignatures shall be checked too.
    public func verify(
        with key: VerifierKey, origin: String? = nil, witnesses: [VerifierKey] = []
    ) -> CheckpointVerdict {
        let verdict = note.verify(with: [key] + witnesses)
        var reasons = verdict.reasons.map { CheckpointVerdict.Reason.note($0) }
        if reasons.isEmpty, !verdict.verified.contains(where: { $0.key == key }) {
            reasons.append(.notSignedByLog)
        }
        if !checkpoint.origin.utf8.elementsEqual((origin ?? key.name).utf8) {
            reasons.append(.otherOrigin)
        }
        return CheckpointVerdict(
            reasons: reasons, cosignatures: verdict.verified.filter { $0.key != key })
    }
}

/// What came of checking a signed checkpoint.
public struct CheckpointVerdict: Sendable, Hashable {
    /// Why a checkpoint is not accepted.
    public enum Reason: Sendable, Hashable, CustomStringConvertible {
        /// The note's signatures are not accepted.
        case note(NoteVerdict.Reason)
        /// A witness signed, the log itself did not.
        case notSignedByLog
        /// The checkpoint is of another log.
        case otherOrigin

        /// The reason in words.
        public var description: String {
            switch self {
            case .note(let reason): reason.description
            case .notSignedByLog: "the log's own key did not sign"
            case .otherOrigin: "the checkpoint is of another log"
            }
        }
    }

    /// Why the checkpoint is not accepted; empty if it is.
    public let reasons: [Reason]
    /// The good signatures of witnesses, with their times.
    public let cosignatures: [VerifiedSignature]

    /// Whether the log signed this checkpoint.
    public var isAccepted: Bool { reasons.isEmpty }
}
