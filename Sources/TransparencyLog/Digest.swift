// SPDX-License-Identifier: Apache-2.0

/// A SHA-256 digest: 32 bytes, stored in place, no allocation.
///
/// Its 32 bytes in memory are the digest's bytes, so that an array of digests can be filled by C and
/// written to a file as it is. (Four words and not an `InlineArray`, which needs macOS 26.)
public struct Digest: Sendable, Hashable {
    /// The length of every digest, in bytes.
    public static let byteCount = 32

    private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

    /// 32 zero bytes: a place to write to, never the hash of anything known.
    package init() {}

    /// The digest with these bytes, or nil unless there are exactly 32 of them.
    public init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        withUnsafeMutableBytes { $0.copyBytes(from: bytes) }
    }

    /// The digest written as 64 hexadecimal digits of either case, or nil.
    public init?(hex text: some StringProtocol) {
        guard let bytes = Hex.decode(text.utf8) else { return nil }
        self.init(bytes)
    }

    /// The digest written in strict base64 (44 characters, see ``Base64``), or nil.
    public init?(base64 text: some StringProtocol) {
        guard let bytes = Base64.decode(text.utf8) else { return nil }
        self.init(bytes)
    }

    /// As `init(hex:)`, of bytes in a buffer: a manifest has thousands.
    package init?(hexBytes text: UnsafeBufferPointer<UInt8>) {
        guard text.count == 2 * Self.byteCount, let bytes = Hex.decode(text) else { return nil }
        self.init(bytes)
    }

    /// As `init(base64:)`, of bytes in a buffer.
    package init?(base64Bytes text: UnsafeBufferPointer<UInt8>) {
        guard let bytes = Base64.decode(text) else { return nil }
        self.init(bytes)
    }

    /// The 32 bytes.
    public var bytes: [UInt8] { withUnsafeBytes { [UInt8]($0) } }

    /// 64 lower-case hexadecimal digits.
    public var hex: String { withUnsafeBytes { Hex.encode($0) } }

    /// 44 characters of padded base64, as checkpoints and proofs write digests.
    public var base64: String { withUnsafeBytes { Base64.encode($0) } }

    /// Calls `body` with the 32 bytes, without a copy.
    public func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try Swift.withUnsafeBytes(of: words, body)
    }

    /// Calls `body` with the 32 bytes, to be overwritten.
    package mutating func withUnsafeMutableBytes<Result, Failure: Error>(
        _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try Swift.withUnsafeMutableBytes(of: &words, body)
    }

    /// Whether the 32 bytes are the same.
    public static func == (left: Self, right: Self) -> Bool { left.words == right.words }

    /// Feeds the 32 bytes to the hasher.
    public func hash(into hasher: inout Hasher) {
        withUnsafeBytes { hasher.combine(bytes: $0) }
    }
}

extension Digest: CustomStringConvertible {
    /// The digest in hexadecimal.
    public var description: String { hex }
}
