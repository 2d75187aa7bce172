// SPDX-License-Identifier: Apache-2.0

/// A proof in a file (C2SP tlog-proof, `.tlog-proof`): all that is needed, beside the entry and the
/// log's key, to check offline that the entry is in the log.
public struct TLogProof: Sendable, Hashable, CustomStringConvertible {
    private static let header = "c2sp.org/tlog-proof@v1"

    /// Bytes that nobody vouches for; nil without an `extra` line.
    public let extra: [UInt8]?
    /// Where the entry is in the tree of the checkpoint.
    public let inclusion: InclusionProof
    /// The tree, signed.
    public let signed: SignedCheckpoint

    /// A proof from its parts.
    ///
    /// - Throws: ``TransparencyLogError`` with `invalidText` for a negative index or more than 63
    ///   hashes.
    public init(
        inclusion: InclusionProof, signed: SignedCheckpoint, extra: [UInt8]? = nil
    ) throws(TransparencyLogError) {
        guard inclusion.index >= 0, inclusion.hashes.count <= Limits.proofHashes else {
            throw TransparencyLogError(
                .invalidText, "the index or the number of hashes is no tree's")
        }
        self.extra = extra
        self.inclusion = inclusion
        self.signed = signed
    }

    /// Makes the proof for the entry at an index of the checkpoint's tree.
    ///
    /// - Throws: ``TransparencyLogError`` with `outOfRange` if the tree has no such index,
    ///   `unreadableTile`.
    public init(
        index: Int, in signed: SignedCheckpoint, tiles: some TileReader, extra: [UInt8]? = nil
    ) throws(TransparencyLogError) {
        let inclusion = try InclusionProof(
            index: index, size: signed.checkpoint.size, tiles: tiles)
        try self.init(inclusion: inclusion, signed: signed, extra: extra)
    }

    /// Reads a proof file, strictly, in its current form only.
    ///
    /// - Complexity: O(*n*) in the bytes.
    /// - Throws: ``TransparencyLogError`` with `malformedProof`, `malformedNote`,
    ///   `malformedCheckpoint`.
    public init(parsing bytes: [UInt8]) throws(TransparencyLogError) {
        guard bytes.count <= Limits.proofText else {
            throw TransparencyLogError(
                .malformedProof, "the file is over \(Limits.proofText) bytes")
        }
        var rest = bytes[...]
        guard let header = Self.line(of: &rest), header.elementsEqual(Self.header.utf8) else {
            throw TransparencyLogError(
                .malformedProof, "the file does not begin with the line \(Self.header)")
        }
        guard var line = Self.line(of: &rest) else { throw Self.cutOff }
        var extra: [UInt8]?
        if line.starts(with: "extra ".utf8) {
            guard let value = Base64.decode(line.dropFirst(6)) else {
                throw TransparencyLogError(.malformedProof, "the extra line is not base64")
            }
            extra = value
            guard let next = Self.line(of: &rest) else { throw Self.cutOff }
            line = next
        }
        guard line.starts(with: "index ".utf8), let index = DecimalText.parse(line.dropFirst(6))
        else {
            throw TransparencyLogError(.malformedProof, "the index line is missing or no number")
        }
        var hashes: [Digest] = []
        while true {
            guard let line = Self.line(of: &rest) else { throw Self.cutOff }
            if line.isEmpty { break }
            guard hashes.count < Limits.proofHashes, let bytes = Base64.decode(line),
                let hash = Digest(bytes)
            else {
                throw TransparencyLogError(
                    .malformedProof,
                    "hash \(hashes.count + 1) is not 32 bytes of base64, or too much")
            }
            hashes.append(hash)
        }
        self.extra = extra
        inclusion = InclusionProof(index: index, hashes: hashes)
        signed = try SignedCheckpoint(parsing: Array(rest))
    }

    private static let cutOff = TransparencyLogError(.malformedProof, "the proof is cut off")

    /// Takes the next line, without its line feed, off the bytes.
    private static func line(of rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard let end = rest.firstIndex(of: NoteText.lineFeed) else { return nil }
        defer { rest = rest[(end + 1)...] }
        return rest[..<end]
    }

    /// The text of the file, which reads back as the same proof.
    public var description: String {
        var text = Self.header + "\n"
        if let extra { text += "extra \(Base64.encode(extra))\n" }
        text += "index \(inclusion.index)\n"
        for hash in inclusion.hashes { text += hash.base64 + "\n" }
        return text + "\n" + signed.note.description
    }

    /// The bytes of the file.
    public var bytes: [UInt8] { Array(description.utf8) }
}

extension TLogProof {
    /// Checks, offline, that the line is in the log.
    ///
    /// - Parameters:
    ///   - line: the entry's bytes, without a line feed.
    ///   - key: the log's key, from a source that the proof's bearer has no hand in.
    ///   - origin: the log that we mean; nil if it is called like its key.
    ///   - witnesses: keys of witnesses whose cosignatures shall be checked too.
    /// - Complexity: O(*n* + log *size*).
    public func verify(
        line: [UInt8], key: VerifierKey, origin: String? = nil, witnesses: [VerifierKey] = []
    ) -> TLogProofVerdict {
        let checkpoint = signed.verify(with: key, origin: origin, witnesses: witnesses)
        let inclusion = inclusion.verify(
            leaf: TreeHash.leaf(line), size: signed.checkpoint.size, root: signed.checkpoint.root)
        return TLogProofVerdict(proof: self, checkpoint: checkpoint, inclusion: inclusion)
    }

    /// Reads a proof file and checks, offline, that the line is in the log. See
    /// ``verify(line:key:origin:witnesses:)``.
    ///
    /// - Throws: ``TransparencyLogError`` as ``init(parsing:)``: only if the file is no proof at all,
    ///   so that there was nothing to look at.
    public static func verify(
        line: [UInt8], proof: [UInt8], key: VerifierKey, origin: String? = nil,
        witnesses: [VerifierKey] = []
    ) throws(TransparencyLogError) -> TLogProofVerdict {
        try TLogProof(parsing: proof)
            .verify(line: line, key: key, origin: origin, witnesses: witnesses)
    }
}

/// What came of checking a proof file.
public struct TLogProofVerdict: Sendable, Hashable {
    /// The proof that was checked. Believe its index and checkpoint only if it is accepted.
    public let proof: TLogProof
    /// Whether the log vouches for the tree.
    public let checkpoint: CheckpointVerdict
    /// Whether the line is in that tree.
    public let inclusion: ProofVerdict

    /// Whether the line is in the log.
    public var isAccepted: Bool { checkpoint.isAccepted && inclusion.holds }

    /// Why the proof is not accepted, in words; empty if it is.
    public var reasons: [String] {
        var reasons = checkpoint.reasons.map(\.description)
        if case .refused(let reason) = inclusion { reasons.append(reason.description) }
        return reasons
    }
}
