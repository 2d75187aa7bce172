// SPDX-License-Identifier: Apache-2.0

internal import CDaybook

/// Finds the end of a JSON string, checks what is inside, and decodes it.
enum StringScanner {
    typealias Flags = JSONToken.Flags

    /// The first byte from `start` on that is a quote, a backslash, below 0x20 or not ASCII;
    /// `end` when there is none.
    ///
    /// Reads 16 bytes at a time, only inside `lowest..<end`, where `lowest` is any readable byte
    /// at or before `start` of the same text: near the end the last 16 bytes are looked at again.
    @inline(__always)
    static func plainEnd(
        _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>,
        from lowest: UnsafePointer<UInt8>
    ) -> UnsafePointer<UInt8> {
        var position = start
        while end - position >= 16 {
            let stops = daybook_string_stops(position)
            if stops != 0 { return position + stops.trailingZeroBitCount }
            position += 16
        }
        let rest = end - position
        if rest > 0, end - lowest >= 16 {
            let stops = daybook_string_stops(end - 16) &>> UInt32(truncatingIfNeeded: 16 &- rest)
            return stops == 0 ? end : position + stops.trailingZeroBitCount
        }
        let stops = daybook_load_short(position, max(rest, 0)).stops
        return stops == 0 ? end : position + stops.trailingZeroBitCount
    }

    /// Scans on from `start` (inside a string) to the closing quote and says what was passed.
    @inline(never)
    static func scan(
        _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>,
        text base: UnsafePointer<UInt8>, flags: inout Flags
    ) throws(JSONError) -> UnsafePointer<UInt8> {
        var position = start
        while true {
            position = plainEnd(position, end, from: base)
            guard position < end else { throw JSONError(.unexpectedEnd, at: end - base) }
            let byte = position.pointee
            if byte == 0x22 { return position }
            if byte == 0x5C {
                let (length, found) = escape(position, end)
                guard length > 0 else { throw JSONError(.badEscape, at: position - base) }
                flags.formUnion(found)
                position += length
            } else if byte >= 0x80 {
                let (length, valid) = sequence(position, end)
                flags.formUnion(valid ? .hasNonASCII : [.hasNonASCII, .needsRewrite, .invalidUTF8])
                position += length
            } else {
                throw JSONError(.controlInString, at: position - base)
            }
        }
    }

    /// Length and properties of the escape at `position`, which is a backslash; length 0 when it
    /// is none. A pair of surrogate escapes counts as one.
    private static func escape(
        _ position: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
    ) -> (length: Int, flags: Flags) {
        guard end - position >= 2 else { return (0, []) }
        switch position[1] {
        case 0x22, 0x5C: return (2, .hasEscape)
        case 0x62, 0x66, 0x6E, 0x72, 0x74: return (2, [.hasEscape, .hasControl])
        case 0x2F: return (2, [.hasEscape, .needsRewrite])
        case 0x75: break
        default: return (0, [])
        }
        guard let unit = codeUnit(position, end) else { return (0, []) }
        switch unit {
        case 0..<0x20:
            let short = unit == 8 || unit == 9 || unit == 10 || unit == 12 || unit == 13
            let capital = position[5] >= 0x41 && position[5] <= 0x46
            let flags: Flags = [.hasEscape, .hasControl]
            return (6, short || capital ? flags.union(.needsRewrite) : flags)
        case 0xD800..<0xDC00:
            if let low = codeUnit(position + 6, end), low & 0xFC00 == 0xDC00 {
                return (12, [.hasEscape, .hasNonASCII, .needsRewrite])
            }
            return (6, [.hasEscape, .hasNonASCII, .needsRewrite, .loneSurrogate])
        case 0xDC00..<0xE000:
            return (6, [.hasEscape, .hasNonASCII, .needsRewrite, .loneSurrogate])
        case 0..<0x80:
            return (6, [.hasEscape, .needsRewrite])
        default:
            return (6, [.hasEscape, .hasNonASCII, .needsRewrite])
        }
    }

    /// The value of the `\uXXXX` at `position`, or `nil` when there is none.
    private static func codeUnit(
        _ position: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
    ) -> UInt32? {
        guard end - position >= 6, position[0] == 0x5C, position[1] == 0x75 else { return nil }
        var unit: UInt32 = 0
        for offset in 2..<6 {
            let byte = position[offset]
            switch byte {
            case 0x30...0x39: unit = unit << 4 | UInt32(byte &- 0x30)
            case 0x41...0x46: unit = unit << 4 | UInt32(byte &- 0x37)
            case 0x61...0x66: unit = unit << 4 | UInt32(byte &- 0x57)
            default: return nil
            }
        }
        return unit
    }

    /// Length of the UTF-8 sequence at `position` (a byte of 0x80 or more). When it is ill-formed,
    /// the length of its maximal subpart: as many bytes as one U+FFFD stands for.
    static func sequence(
        _ position: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
    ) -> (length: Int, valid: Bool) {
        let lead = position[0]
        let length: Int
        var lowest: UInt8 = 0x80
        var highest: UInt8 = 0xBF
        switch lead {
        case 0xC2...0xDF: length = 2
        case 0xE0: (length, lowest) = (3, 0xA0)
        case 0xED: (length, highest) = (3, 0x9F)
        case 0xE1...0xEF: length = 3
        case 0xF0: (length, lowest) = (4, 0x90)
        case 0xF1...0xF3: length = 4
        case 0xF4: (length, highest) = (4, 0x8F)
        default: return (1, false)
        }
        for offset in 1..<length {
            guard end - position > offset else { return (offset, false) }
            let byte = position[offset]
            guard byte >= lowest, byte <= highest else { return (offset, false) }
            (lowest, highest) = (0x80, 0xBF)
        }
        return (length, true)
    }

    /// Appends the content of a string that `scan` accepted as valid UTF-8, either decoded or,
    /// when `canonical`, escaped again in the defined way.
    static func decode(
        _ content: UnsafeBufferPointer<UInt8>, canonical: Bool, into buffer: inout ByteBuffer
    ) {
        guard let start = content.baseAddress else { return }
        let end = start + content.count
        var position = start
        while position < end {
            let stop = plainEnd(position, end, from: start)
            buffer.append(position, stop - position)
            guard stop < end else { return }
            position = stop
            if stop.pointee >= 0x80 {
                let (length, valid) = sequence(stop, end)
                if valid { buffer.append(stop, length) } else { append(0xFFFD, to: &buffer) }
                position += length
            } else if stop.pointee == 0x5C, end - stop >= 2 {
                let (scalar, length) = unescaped(stop, end)
                if scalar >= 0x80 {
                    append(scalar, to: &buffer)
                } else if canonical {
                    CanonicalJSON.escape(UInt8(truncatingIfNeeded: scalar), into: &buffer)
                } else {
                    buffer.append(UInt8(truncatingIfNeeded: scalar))
                }
                position += length
            } else {
                // `scan` lets neither a quote nor a control byte through.
                if canonical {
                    CanonicalJSON.escape(stop.pointee, into: &buffer)
                } else {
                    buffer.append(stop.pointee)
                }
                position += 1
            }
        }
    }

    /// What the escape at `position` (a backslash with a byte behind it) stands for, and its
    /// length; U+FFFD for half a surrogate pair.
    private static func unescaped(
        _ position: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
    ) -> (scalar: UInt32, length: Int) {
        guard let unit = codeUnit(position, end) else {
            switch position[1] {
            case 0x62: return (0x08, 2)
            case 0x66: return (0x0C, 2)
            case 0x6E: return (0x0A, 2)
            case 0x72: return (0x0D, 2)
            case 0x74: return (0x09, 2)
            default: return (UInt32(position[1]), 2)
            }
        }
        guard unit & 0xF800 == 0xD800 else { return (unit, 6) }
        if unit < 0xDC00, let low = codeUnit(position + 6, end), low & 0xFC00 == 0xDC00 {
            return (0x10000 + ((unit & 0x3FF) << 10 | low & 0x3FF), 12)
        }
        return (0xFFFD, 6)
    }

    /// Appends a scalar beyond ASCII as UTF-8.
    private static func append(_ scalar: UInt32, to buffer: inout ByteBuffer) {
        let bytes = buffer.tail(4)
        func trailing(_ shift: UInt32) -> UInt8 {
            UInt8(truncatingIfNeeded: 0x80 | scalar >> shift & 0x3F)
        }
        switch scalar {
        case 0..<0x800:
            bytes[0] = UInt8(truncatingIfNeeded: 0xC0 | scalar >> 6)
            bytes[1] = trailing(0)
            buffer.advance(by: 2)
        case 0x800..<0x10000:
            bytes[0] = UInt8(truncatingIfNeeded: 0xE0 | scalar >> 12)
            bytes[1] = trailing(6)
            bytes[2] = trailing(0)
            buffer.advance(by: 3)
        default:
            bytes[0] = UInt8(truncatingIfNeeded: 0xF0 | scalar >> 18)
            bytes[1] = trailing(12)
            bytes[2] = trailing(6)
            bytes[3] = trailing(0)
            buffer.advance(by: 4)
        }
    }
}
