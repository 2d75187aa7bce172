// SPDX-License-Identifier: Apache-2.0

internal import CDaybook

/// The escapes of canonical JSON strings.
enum JSONText {
    /// How many bytes from `position` on stand in a string as they are.
    @inline(__always)
    static func plainCount(
        _ position: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
    ) -> Int {
        var at = position
        while at < end {
            let stops = daybook_string_stops(at)
            if stops == 0 {
                at += 16
                continue
            }
            at += stops.trailingZeroBitCount
            while at < end, at.pointee >= 0x80 { at += 1 }
            guard at < end else { break }
            let byte = at.pointee
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                return at - position
            }
        }
        return end - position
    }

    /// Whether some byte of the text has to be escaped.
    static func needsEscapes(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        plainCount(bytes, bytes + count) < count
    }

    /// Writes the escape of a byte that needs one and returns its length.
    static func escape(_ byte: UInt8, to out: UnsafeMutablePointer<UInt8>) -> Int {
        out[0] = UInt8(ascii: "\\")
        let letter: UInt8 =
            switch byte {
            case 0x22: 0x22
            case 0x5C: 0x5C
            case 8: UInt8(ascii: "b")
            case 9: UInt8(ascii: "t")
            case 10: UInt8(ascii: "n")
            case 12: UInt8(ascii: "f")
            case 13: UInt8(ascii: "r")
            default: UInt8(ascii: "u")
            }
        out[1] = letter
        guard letter == UInt8(ascii: "u") else { return 2 }
        out[2] = 0x30
        out[3] = 0x30
        out[4] = 0x30 + byte >> 4
        let low = byte & 15
        out[5] = low < 10 ? 0x30 + low : UInt8(ascii: "a") + low - 10
        return 6
    }
}
