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

    private let messages: UnsafeMutableRawBufferPointer
    private let digests: UnsafeMutableBufferPointer<Digest>
    private let starts: [Int]
    private var counts: [Int]

    init() {
        messages = .allocate(byteCount: Self.most * Self.stride, alignment: 64)
        digests = .allocate(capacity: Self.most)
        digests.initialize(repeating: Digest())
        starts = (0..<Self.most).map { $0 * Self.stride }
        counts = Array(repeating: 0, count: Self.most)
    }

    deinit {
        messages.initializeMemory(as: UInt8.self, repeating: 0)
        digests.update(repeating: Digest())
        messages.deallocate()
        digests.deallocate()
    }

    /// HKDF-Extract of each (RFC 5869): HMAC-SHA256 of a group's key under an envelope's salt.
    ///
    /// - Parameters:
    ///   - groups, salts: as many of each, `most` at most.
    ///   - made: takes the pseudorandom keys in its first places.
    func pseudorandomKeys(groups: [Bytes32], salts: [Bytes32], into made: inout [Bytes32]) {
        hashed(salts[...], into: &made) { place, message in
            groups[place].withUnsafeBytes { message.copyMemory(from: $0) }
            return Bytes32.count
        }
    }

    /// HKDF-Expand of each to its first key, which decrypts.
    ///
    /// - Parameter count: how many of the first places hold keys.
    func encryptionKeys(_ pseudorandom: [Bytes32], count: Int, into made: inout [Bytes32]) {
        hashed(pseudorandom[..<count], into: &made) { _, message in
            message.copyBytes(from: EnvelopeCipher.context)
            message[EnvelopeCipher.context.count] = 1
            return EnvelopeCipher.context.count + 1
        }
    }

    /// HMAC-SHA256 under each key of what `body` writes; it returns how many bytes.
    private func hashed(
        _ keys: ArraySlice<Bytes32>, into made: inout [Bytes32],
        _ body: (Int, UnsafeMutableRawBufferPointer) -> Int
    ) {
        precondition(keys.count <= Self.most && made.count >= keys.count, "places for all keys")
        for place in keys.indices {
            pad(keys[place], 0x3636_3636_3636_3636, place)
            let start = place * Self.stride + Self.block
            let room = UnsafeMutableRawBufferPointer(
                rebasing: messages[start..<start + Self.stride - Self.block])
            counts[place] = Self.block + body(place, room)
        }
        hash(keys.count)
        for place in keys.indices {
            pad(keys[place], 0x5c5c_5c5c_5c5c_5c5c, place)
            let start = place * Self.stride + Self.block
            digests[place].withUnsafeBytes {
                UnsafeMutableRawBufferPointer(rebasing: messages[start..<start + Bytes32.count])
                    .copyMemory(from: $0)
            }
            counts[place] = Self.block + Bytes32.count
        }
        hash(keys.count)
        for place in keys.indices {
            made[place] = digests[place].withUnsafeBytes { Bytes32($0) }
        }
    }

    /// Writes a key, filled up to a block, combined with a word (RFC 2104, section 2).
    private func pad(_ key: Bytes32, _ word: UInt64, _ place: Int) {
        let words = key.words
        let start = place * Self.stride
        func put(_ value: UInt64, _ number: Int) {
            messages.storeBytes(
                of: value, toByteOffset: start + 8 * number, as: UInt64.self)
        }
        put(words.0 ^ word, 0)
        put(words.1 ^ word, 1)
        put(words.2 ^ word, 2)
        put(words.3 ^ word, 3)
        for number in 4..<8 { put(word, number) }
    }

    private func hash(_ count: Int) {
        starts.withUnsafeBufferPointer { starts in
            counts.withUnsafeBufferPointer { counts in
                LeafHasher.hashMessages(
                    in: UnsafeRawBufferPointer(messages),
                    starts: UnsafeBufferPointer(rebasing: starts[..<count]),
                    counts: UnsafeBufferPointer(rebasing: counts[..<count]), into: digests)
            }
        }
    }
}
