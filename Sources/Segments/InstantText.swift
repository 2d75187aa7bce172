// SPDX-License-Identifier: Apache-2.0

internal import Records

/// Between `2026-11-20T14:31:12.123456Z` and microseconds since 1970. Remembers the last day, since
/// neighbouring records share it.
struct InstantText {
    /// Bytes of the canonical text.
    static let count = 27
    private static let day: Int64 = 86_400_000_000

    // Reading: `yyyy-mm-ddT` as text in overlapping words, and where that day begins.
    private var prefix: (UInt64, UInt64) = (0, 0)
    private var prefixStart: Int64 = 0

    // Writing: the day that `text` is of, counted in microseconds since 1970.
    private var written: Int64 = .min
    private var text: (UInt64, UInt64) = (0, 0)

    /// The instant, when the text is the canonical one. Reads 27 bytes.
    @inline(__always)
    mutating func parse(_ p: UnsafePointer<UInt8>) -> Int64? {
        let raw = UnsafeRawPointer(p)
        let head = raw.loadUnaligned(as: UInt64.self)
        let tail = raw.loadUnaligned(fromByteOffset: 3, as: UInt64.self)
        if head != prefix.0 || tail != prefix.1 {
            guard remember(p) else { return nil }
        }
        var bad: UInt32 = 0
        let hour = Self.two(p + 11, &bad)
        let minute = Self.two(p + 14, &bad)
        let second = Self.two(p + 17, &bad)
        let micros =
            (Self.two(p + 20, &bad) &* 100 &+ Self.two(p + 22, &bad)) &* 100
            &+ Self.two(p + 24, &bad)
        guard bad <= 9, hour <= 23, minute <= 59, second <= 59, p[13] == UInt8(ascii: ":"),
            p[16] == UInt8(ascii: ":"), p[19] == UInt8(ascii: "."), p[26] == UInt8(ascii: "Z")
        else { return nil }
        let seconds = (hour &* 60 &+ minute) &* 60 &+ second
        return prefixStart &+ Int64(seconds) &* 1_000_000 &+ Int64(micros)
    }

    /// Both digits' value; `bad` becomes more than 9 when one of them is none.
    @inline(__always)
    private static func two(_ p: UnsafePointer<UInt8>, _ bad: inout UInt32) -> UInt32 {
        let (tens, ones) = (UInt32(p[0] &- 0x30), UInt32(p[1] &- 0x30))
        bad = max(bad, max(tens, ones))
        return tens &* 10 &+ ones
    }

    @inline(never)
    private mutating func remember(_ p: UnsafePointer<UInt8>) -> Bool {
        guard
            let (instant, isCanonical) = Timestamp.parse(
                UnsafeBufferPointer(start: p, count: Self.count)), isCanonical
        else { return false }
        let micros = instant.microseconds
        prefixStart = micros - Self.rest(micros)
        let raw = UnsafeRawPointer(p)
        prefix.0 = raw.loadUnaligned(as: UInt64.self)
        prefix.1 = raw.loadUnaligned(fromByteOffset: 3, as: UInt64.self)
        return true
    }

    /// What of the instant lies within its day.
    private static func rest(_ micros: Int64) -> Int64 {
        let rest = micros % day
        return rest < 0 ? rest + day : rest
    }

    /// Writes 27 bytes; false when no line can hold this instant (years 0001 to 9999 can).
    @inline(__always)
    mutating func write(_ micros: Int64, to out: UnsafeMutablePointer<UInt8>) -> Bool {
        var within = micros &- written
        if written == .min || within < 0 || within >= Self.day {
            guard begin(micros) else { return false }
            within = micros &- written
        }
        let raw = UnsafeMutableRawPointer(out)
        raw.storeBytes(of: text.0, as: UInt64.self)
        raw.storeBytes(of: text.1, toByteOffset: 3, as: UInt64.self)
        let rest = UInt64(truncatingIfNeeded: within)
        let seconds = UInt32(truncatingIfNeeded: rest / 1_000_000)
        let fraction = UInt32(truncatingIfNeeded: rest % 1_000_000)
        let minutes = seconds / 60
        Digits.two(minutes / 60, out + 11)
        out[13] = UInt8(ascii: ":")
        Digits.two(minutes % 60, out + 14)
        out[16] = UInt8(ascii: ":")
        Digits.two(seconds % 60, out + 17)
        out[19] = UInt8(ascii: ".")
        Digits.two(fraction / 10_000, out + 20)
        Digits.two(fraction / 100 % 100, out + 22)
        Digits.two(fraction % 100, out + 24)
        out[26] = UInt8(ascii: "Z")
        return true
    }

    @inline(never)
    private mutating func begin(_ micros: Int64) -> Bool {
        guard micros >= Timestamp.lowest, micros <= Timestamp.highest else { return false }
        written = micros - Self.rest(micros)
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 32) { bytes in
            guard let base = bytes.baseAddress else { return }
            Timestamp(microseconds: written).write(to: base)
            let raw = UnsafeRawPointer(base)
            text.0 = raw.loadUnaligned(as: UInt64.self)
            text.1 = raw.loadUnaligned(fromByteOffset: 3, as: UInt64.self)
        }
        return true
    }
}
