// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Looks for bytes in a large buffer: in all values of a column at once.
enum VectorFind {
    /// Where `needle`, in lower case, stands at or after `start` in any case of ASCII letters; nil
    /// when nowhere. An empty needle stands everywhere.
    static func first(
        _ needle: UnsafeBufferPointer<UInt8>, in bytes: UnsafeBufferPointer<UInt8>,
        from start: Int
    ) -> Int? {
        guard let lead = needle.first else { return start <= bytes.count ? start : nil }
        guard let base = bytes.baseAddress, start >= 0, bytes.count - start >= needle.count else {
            return nil
        }
        // Two bytes of the needle, the first and the last, are compared 32 places at a time.
        let end = bytes.count - needle.count
        let last = needle[needle.count - 1]
        let leads = SIMD32<UInt8>(repeating: lead)
        let lasts = SIMD32<UInt8>(repeating: last)
        let leadBit = SIMD32<UInt8>(repeating: isLetter(lead) ? 0x20 : 0)
        let lastBit = SIMD32<UInt8>(repeating: isLetter(last) ? 0x20 : 0)
        var at = start
        while at + 32 <= end + 1 {
            let here = UnsafeRawPointer(base + at).loadUnaligned(as: SIMD32<UInt8>.self) | leadBit
            let there =
                UnsafeRawPointer(base + at + needle.count - 1)
                .loadUnaligned(as: SIMD32<UInt8>.self) | lastBit
            let hits = (here .== leads) .& (there .== lasts)
            if any(hits) {
                for place in at..<(at + 32) where isAt(place, needle, base) { return place }
            }
            at += 32
        }
        while at <= end {
            if isAt(at, needle, base) { return at }
            at += 1
        }
        return nil
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }

    private static func isAt(
        _ place: Int, _ needle: UnsafeBufferPointer<UInt8>, _ base: UnsafePointer<UInt8>
    ) -> Bool {
        for offset in needle.indices where TextPattern.fold(base[place + offset]) != needle[offset]
        {
            return false
        }
        return true
    }

    static func contains(
        _ needle: [UInt8], in bytes: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        needle.withUnsafeBufferPointer { first($0, in: bytes, from: 0) != nil }
    }
}

extension TextPattern {
    /// The longest run of bytes that every text with this pattern has, in lower case of ASCII
    /// letters.
    var longestRun: [UInt8] {
        var longest: [UInt8] = []
        var run: [UInt8] = []
        for element in elements {
            if case .byte(let byte) = element {
                run.append(Self.fold(byte))
                if run.count > longest.count { longest = run }
            } else {
                run = []
            }
        }
        return longest
    }

    /// The same as it stands in JSON; nil when JSON may write these bytes otherwise.
    var longestRunInJSON: [UInt8]? {
        let run = longestRun
        let isPlain = run.allSatisfy {
            $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") && $0 != 0x7F
                && $0 != UInt8(ascii: "/")
        }
        return isPlain ? run : nil
    }
}
