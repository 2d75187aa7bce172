// SPDX-License-Identifier: Apache-2.0

internal import TransparencyLog

/// The keys that decrypt many envelopes, derived side by side in SIMD lanes: the same HKDF as
/// `EnvelopeCipher`'s, which is what it is compared with in tests.
///
/// Belongs to one thread. Its memory holds keys until the next use, and is overwritten when it goes.
final class EnvelopeKeyLanes {
    /// Envelopes at a time: enough for the lanes to be full, little enough for the first cache.
    static let most = 64

    /// Whether this machine has lanes that are faster than one envelope after the other.
    static var areWorthIt: Bool { LeafHasher.lanes > 0 }

    /// Bytes of a message: a padded key and what is hashed under it.
    private static let stride = 128
    private static let block = 64

    private let messages: UnsafeMutableRawPointer
    private let digests: UnsafeMutableBufferPointer<Digest>
    private let starts: UnsafeMutableBufferPointer<Int>
    private let counts: UnsafeMutableBufferPointer<Int>

    init() {
        precondition(MemoryLayout<Digest>.stride == Bytes32.count, "a digest is its bytes")
        messages = .allocate(byteCount: Self.most * Self.stride, alignment: 64)
        messages.initializeMemory(as: UInt8.self, repeating: 0, count: Self.most * Self.stride)
        digests = .allocate(capacity: Self.most)
        digests.initialize(repeating: Digest())
        starts = .allocate(capacity: Self.most)
        for place in 0..<Self.most { starts.initializeElement(at: place, to: place * Self.stride) }
        counts = .allocate(capacity: Self.most)
        counts.initialize(repeating: 0)
    }

    deinit {
        messages.initializeMemory(as: UInt8.self, repeating: 0, count: Self.most * Self.stride)
        digests.update(repeating: Digest())
        messages.deallocate()
        digests.deallocate()
        starts.deallocate()
        counts.deallocate()
    }

    /// HKDF-Extract of each (RFC 5869): HMAC-SHA256 of a group's key under an envelope's salt.
    ///
    /// - Parameters:
    ///   - groups, salts: as many of each, `most` at most.
    ///   - made: takes the pseudorandom keys in its first places.
    func pseudorandomKeys(groups: [Bytes32], salts: [Bytes32], into made: inout [Bytes32]) {
        precondition(groups.count == salts.count, "a salt for each group")
        for place in groups.indices { put(groups[place], place * Self.stride + Self.block) }
        authenticate(salts, count: salts.count, messageBytes: Bytes32.count, into: &made)
    }

    /// HKDF-Expand of each to its first key, which decrypts.
    ///
    /// - Parameter count: how many of the first places hold keys.
    func encryptionKeys(_ pseudorandom: [Bytes32], count: Int, into made: inout [Bytes32]) {
        let context = EnvelopeCipher.context
        for place in 0..<count {
            let message = messages + (place * Self.stride + Self.block)
            context.withUnsafeBytes {
                UnsafeMutableRawBufferPointer(start: message, count: $0.count).copyMemory(from: $0)
            }
            message.storeBytes(of: 1, toByteOffset: context.count, as: UInt8.self)
        }
        authenticate(
            pseudorandom, count: count, messageBytes: context.count + 1, into: &made)
    }

    /// HMAC-SHA256 under each key of what stands behind its block (RFC 2104, section 2).
    private func authenticate(
        _ keys: [Bytes32], count: Int, messageBytes: Int, into made: inout [Bytes32]
    ) {
        precondition(
            count <= Self.most && count <= keys.count && count <= made.count, "places for all keys")
        for place in 0..<count { pad(keys[place], 0x3636_3636_3636_3636, place) }
        hash(count, Self.block + messageBytes)
        guard let first = digests.baseAddress else { return }
        let bytes = UnsafeRawPointer(first)
        for place in 0..<count {
            pad(keys[place], 0x5c5c_5c5c_5c5c_5c5c, place)
            (messages + (place * Self.stride + Self.block)).copyMemory(
                from: bytes + place * Bytes32.count, byteCount: Bytes32.count)
        }
        hash(count, Self.block + Bytes32.count)
        for place in 0..<count {
            made[place] = Bytes32(
                UnsafeRawBufferPointer(
                    start: bytes + place * Bytes32.count, count: Bytes32.count))
        }
    }

    /// Writes a key, filled up to a block, combined with a word.
    private func pad(_ key: Bytes32, _ word: UInt64, _ place: Int) {
        let (words, start) = (key.words, place * Self.stride)
        put(
            (words.0 ^ word, words.1 ^ word, words.2 ^ word, words.3 ^ word),
            start)
        put((word, word, word, word), start + Bytes32.count)
    }

    private func put(_ key: Bytes32, _ offset: Int) { put(key.words, offset) }

    private func put(_ words: (UInt64, UInt64, UInt64, UInt64), _ offset: Int) {
        messages.storeBytes(of: words.0, toByteOffset: offset, as: UInt64.self)
        messages.storeBytes(of: words.1, toByteOffset: offset + 8, as: UInt64.self)
        messages.storeBytes(of: words.2, toByteOffset: offset + 16, as: UInt64.self)
        messages.storeBytes(of: words.3, toByteOffset: offset + 24, as: UInt64.self)
    }

    private func hash(_ count: Int, _ bytes: Int) {
        for place in 0..<count { counts[place] = bytes }
        LeafHasher.hashMessages(
            in: UnsafeRawBufferPointer(start: messages, count: Self.most * Self.stride),
            starts: UnsafeBufferPointer(rebasing: starts[..<count]),
            counts: UnsafeBufferPointer(rebasing: counts[..<count]), into: digests)
    }
}
