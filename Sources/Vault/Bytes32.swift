// SPDX-License-Identifier: Apache-2.0

internal import Crypto

/// 32 bytes: a key, a digest or a salt. Lies where it is used, not on the heap.
struct Bytes32: Sendable, Hashable {
    /// The bytes as they lie in memory.
    private(set) var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

    static let count = 32

    /// Zeros.
    init() {}

    /// - Parameter bytes: at least 32; what follows is not looked at.
    init(_ bytes: UnsafeRawBufferPointer) {
        precondition(bytes.count >= Self.count, "32 bytes")
        words = (
            bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self),
            bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
            bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self),
            bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
        )
    }

    init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.count else { return nil }
        self = bytes.withUnsafeBytes { Bytes32($0) }
    }

    /// From the system's generator.
    static func random() -> Bytes32 {
        var generator = SystemRandomNumberGenerator()
        var made = Bytes32()
        made.words = (generator.next(), generator.next(), generator.next(), generator.next())
        return made
    }

    func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows
        -> Result
    {
        try Swift.withUnsafeBytes(of: words, body)
    }

    var array: [UInt8] { withUnsafeBytes { Array($0) } }

    var key: SymmetricKey { withUnsafeBytes { SymmetricKey(data: $0) } }

    static func == (left: Self, right: Self) -> Bool { left.words == right.words }

    func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
    }
}

/// 16 bytes: a tag, or the first half of a commitment.
struct Bytes16: Sendable, Hashable {
    /// Big-endian, so that the text and the order are those of the bytes.
    var high: UInt64
    var low: UInt64

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// The first 16 bytes.
    init(_ bytes: UnsafeRawBufferPointer) {
        precondition(bytes.count >= 16, "16 bytes")
        high = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self))
        low = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    }

    init(_ bytes: Bytes32) {
        self = bytes.withUnsafeBytes { Bytes16($0) }
    }
}
