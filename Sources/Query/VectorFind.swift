// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Looks for bytes in a large buffer, in any case of ASCII letters: in all values of a column at
/// once, for the byte of the needle that is likely to be rare.
struct VectorFind {
    private let needle: UnsafeBufferPointer<UInt8>
    private let bytes: UnsafeBufferPointer<UInt8>
    /// Position in the needle of the byte that is looked for, and that byte in both cases.
    private let rare: Int
    private let lower: UInt8
    private let upper: UInt8
    /// Where each stands next; the end when nowhere. Kept from call to call, since one of them may
    /// be far away.
    private var nextLower = -1
    private var nextUpper = -1

    /// - Parameter needle: in lower case, not empty.
    init(_ needle: UnsafeBufferPointer<UInt8>, in bytes: UnsafeBufferPointer<UInt8>) {
        self.needle = needle
        self.bytes = bytes
        rare = needle.indices.min { Self.rank(needle[$0]) < Self.rank(needle[$1]) } ?? 0
        lower = needle.isEmpty ? 0 : needle[rare]
        upper = lower &- 0x61 < 26 ? lower ^ 0x20 : lower
    }

    /// The higher, the more often in ids, names and English.
    private static func rank(_ byte: UInt8) -> Int {
        let rising: StaticString = "zqjxkvwybgfhmpculdsniatroe"
        for place in 0..<rising.utf8CodeUnitCount where rising.utf8Start[place] == byte {
            return 10 + place
        }
        return byte &- 0x30 < 10 || byte == 0x20 || byte == UInt8(ascii: "-") ? 40 : 5
    }

    /// The next place at or after `start`; the starts of calls rise.
    mutating func next(from start: Int) -> Int? {
        let last = bytes.count - needle.count + rare
        var from = start + rare
        while from <= last {
            if nextLower < from { nextLower = place(of: lower, from) }
            if upper == lower {
                nextUpper = bytes.count
            } else if nextUpper < from {
                nextUpper = place(of: upper, from)
            }
            let found = min(nextLower, nextUpper)
            guard found <= last else { return nil }
            if isAt(found - rare) { return found - rare }
            from = found + 1
        }
        return nil
    }

    private func place(of byte: UInt8, _ from: Int) -> Int {
        guard let base = bytes.baseAddress, from < bytes.count,
            let found = memchr(base + from, Int32(byte), bytes.count - from)
        else { return bytes.count }
        return UnsafeRawPointer(found) - UnsafeRawPointer(base)
    }

    private func isAt(_ place: Int) -> Bool {
        for offset in needle.indices
        where TextPattern.fold(bytes[place + offset]) != needle[offset] {
            return false
        }
        return true
    }

    /// Where `needle`, in lower case, stands at or after `start`; nil when nowhere. An empty needle
    /// stands everywhere.
    static func first(
        _ needle: UnsafeBufferPointer<UInt8>, in bytes: UnsafeBufferPointer<UInt8>,
        from start: Int
    ) -> Int? {
        guard !needle.isEmpty else { return start <= bytes.count ? start : nil }
        var find = VectorFind(needle, in: bytes)
        return find.next(from: start)
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
