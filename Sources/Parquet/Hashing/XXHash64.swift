// SPDX-License-Identifier: Apache-2.0

/// XXH64, which Parquet's bloom filters hash values with.
package enum XXHash64 {
    private static let prime1: UInt64 = 0x9E37_79B1_85EB_CA87
    private static let prime2: UInt64 = 0xC2B2_AE3D_27D4_EB4F
    private static let prime3: UInt64 = 0x1656_67B1_9E37_79F9
    private static let prime4: UInt64 = 0x85EB_CA77_C2B2_AE63
    private static let prime5: UInt64 = 0x27D4_EB2F_1656_67C5

    @inline(__always)
    package static func hash(_ bytes: UnsafeRawBufferPointer, seed: UInt64 = 0) -> UInt64 {
        guard let base = bytes.baseAddress else {
            return finish(seed &+ prime5)
        }
        return hash(base, count: bytes.count, seed: seed)
    }

    /// The hash of a number's bytes, little-endian.
    @inline(__always)
    static func hash(_ number: UInt64, seed: UInt64 = 0) -> UInt64 {
        finish(step8(seed &+ prime5 &+ 8, number))
    }

    /// The hash of a number's bytes, little-endian.
    @inline(__always)
    static func hash(_ number: UInt32, seed: UInt64 = 0) -> UInt64 {
        finish(step4(seed &+ prime5 &+ 4, number))
    }

    @inline(__always)
    static func hash(_ base: UnsafeRawPointer, count: Int, seed: UInt64 = 0) -> UInt64 {
        var place = base
        let end = base + count
        var hash: UInt64
        if count >= 32 {
            hash = stripes(&place, count: count / 32, seed: seed)
        } else {
            hash = seed &+ prime5
        }
        hash &+= UInt64(truncatingIfNeeded: count)
        while end - place >= 8 {
            hash = step8(hash, place.loadUnaligned(as: UInt64.self))
            place += 8
        }
        if end - place >= 4 {
            hash = step4(hash, place.loadUnaligned(as: UInt32.self))
            place += 4
        }
        while place < end {
            hash ^= UInt64(place.load(as: UInt8.self)) &* prime5
            hash = rotate(hash, 11) &* prime1
            place += 1
        }
        return finish(hash)
    }

    /// The hashes of strings, in order.
    package static func hashes(of strings: ByteStrings) -> [UInt64] {
        strings.offsets.withUnsafeBufferPointer { offsets in
            strings.data.withUnsafeBytes { data in
                [UInt64](count: offsets.count - 1) { output in
                    for index in 0..<(offsets.count - 1) {
                        let place = Int(offsets[index])..<Int(offsets[index + 1])
                        output[index] = hash(UnsafeRawBufferPointer(rebasing: data[place]))
                    }
                }
            }
        }
    }

    // MARK: - Steps

    @inline(__always)
    private static func rotate(_ word: UInt64, _ bits: UInt64) -> UInt64 {
        word &<< bits | word &>> (64 &- bits)
    }

    @inline(__always)
    private static func round(_ lane: UInt64, _ word: UInt64) -> UInt64 {
        rotate(lane &+ word &* prime2, 31) &* prime1
    }

    @inline(__always)
    private static func step8(_ hash: UInt64, _ word: UInt64) -> UInt64 {
        rotate(hash ^ round(0, word), 27) &* prime1 &+ prime4
    }

    @inline(__always)
    private static func step4(_ hash: UInt64, _ word: UInt32) -> UInt64 {
        rotate(hash ^ UInt64(word) &* prime1, 23) &* prime2 &+ prime3
    }

    @inline(__always)
    private static func finish(_ hash: UInt64) -> UInt64 {
        var hash = hash
        hash = (hash ^ hash &>> 33) &* prime2
        hash = (hash ^ hash &>> 29) &* prime3
        return hash ^ hash &>> 32
    }

    @inline(__always)
    private static func stripes(
        _ place: inout UnsafeRawPointer, count: Int, seed: UInt64
    ) -> UInt64 {
        var (one, two) = (seed &+ prime1 &+ prime2, seed &+ prime2)
        var (three, four) = (seed, seed &- prime1)
        for _ in 0..<count {
            one = round(one, place.loadUnaligned(as: UInt64.self))
            two = round(two, place.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            three = round(three, place.loadUnaligned(fromByteOffset: 16, as: UInt64.self))
            four = round(four, place.loadUnaligned(fromByteOffset: 24, as: UInt64.self))
            place += 32
        }
        var hash = rotate(one, 1) &+ rotate(two, 7) &+ rotate(three, 12) &+ rotate(four, 18)
        hash = (hash ^ round(0, one)) &* prime1 &+ prime4
        hash = (hash ^ round(0, two)) &* prime1 &+ prime4
        hash = (hash ^ round(0, three)) &* prime1 &+ prime4
        return (hash ^ round(0, four)) &* prime1 &+ prime4
    }
}
