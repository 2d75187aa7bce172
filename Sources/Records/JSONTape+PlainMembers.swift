// SPDX-License-Identifier: Apache-2.0

internal import CDaybook

// The fast path of the parser. It may stop anywhere, since the general loop takes everything; what
// it takes it takes with few registers in use and with tokens in whole words.

extension JSONTape {
    /// Passes members of the commonest kinds: a short, plain key, a plain string, number or
    /// literal, no or one blank after colon and comma. Stops before anything else, and before the
    /// last bytes of the text, for the general loop.
    ///
    /// Returns whether the member passed last is not followed by a comma; then `position` is
    /// behind its value, else where a key is expected.
    @inline(never)
    mutating func plainMembers(
        _ start: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>,
        _ base: UnsafePointer<UInt8>, index: inout Int, parent: UInt32, depth: Int,
        spaces: inout Bool
    ) -> Bool {
        // From any position up to here, a blank, a quote and 16 bytes of content can be read.
        guard end - start >= 24 else { return false }
        let last = end - 24
        var position = start
        var next = index
        var blanks = false
        var complete = false
        let meta = UInt64(truncatingIfNeeded: depth) << 48
        let owner = UInt64(parent) << 32
        let salt = keys.salt(parent: parent)
        while next &+ 2 <= capacity, position <= last {
            var key = position
            if key.pointee == 0x20 {
                key += 1
                blanks = true
            }
            guard key.pointee == 0x22 else { break }
            key += 1
            let keyStops = daybook_string_stops(key)
            guard keyStops != 0 else { break }
            let keyCount = keyStops.trailingZeroBitCount
            let keyEnd = key + keyCount
            guard keyEnd.pointee == 0x22, keyEnd <= last, keyEnd[1] == 0x3A else { break }
            var value = keyEnd + 2
            if value.pointee == 0x20 {
                value += 1
                blanks = true
            }
            let kind: JSONToken.Kind
            var flags: JSONToken.Flags = []
            var valueEnd: UnsafePointer<UInt8>
            var behind: UnsafePointer<UInt8>
            if value.pointee == 0x22 {
                kind = .string
                value += 1
                valueEnd = StringScanner.plainEnd(value, end, from: base)
                guard valueEnd < end, valueEnd.pointee == 0x22 else { break }
                behind = valueEnd + 1
            } else {
                // What stands behind it is checked like behind any value.
                guard let found = Self.plainScalar(value, end, &flags) else { break }
                (kind, valueEnd) = found
                behind = valueEnd
            }

            let hash = keys.shortHash(key, keyCount, salt)
            let slot = tokens + next
            slot.store(
                place: UInt64(UInt32(truncatingIfNeeded: key - base))
                    | UInt64(UInt32(truncatingIfNeeded: keyEnd - base)) << 32,
                links: UInt64(UInt32(truncatingIfNeeded: next &+ 1)) | owner,
                rest: UInt64(hash) | UInt64(JSONToken.Kind.key.rawValue) << 32 | meta)
            (slot + 1).store(
                place: UInt64(UInt32(truncatingIfNeeded: value - base))
                    | UInt64(UInt32(truncatingIfNeeded: valueEnd - base)) << 32,
                links: UInt64(UInt32(truncatingIfNeeded: next &+ 2)) | owner,
                rest: UInt64(kind.rawValue) << 32 | UInt64(flags.rawValue) << 40 | meta)
            register(next, hash)
            next &+= 2
            position = behind
            guard position < end, position.pointee == 0x2C else {
                complete = true
                break
            }
            tokens[Int(parent)].detail &+= 1
            position += 1
        }
        start = position
        index = next
        if blanks { spaces = true }
        return complete
    }

    /// Kind and end of a number without exponent or of a literal that begins here; `nil` for
    /// anything else, which is for the general loop to pass or to refuse.
    @inline(__always)
    private static func plainScalar(
        _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ flags: inout JSONToken.Flags
    ) -> (JSONToken.Kind, UnsafePointer<UInt8>)? {
        guard end - start >= 5 else { return nil }
        let word = UInt32(littleEndian: UnsafeRawPointer(start).loadUnaligned(as: UInt32.self))
        switch start.pointee {
        case UInt8(ascii: "t"): return word == 0x6575_7274 ? (.true, start + 4) : nil
        case UInt8(ascii: "n"): return word == 0x6C6C_756E ? (.null, start + 4) : nil
        case UInt8(ascii: "f"):
            return word == 0x736C_6166 && start[4] == UInt8(ascii: "e") ? (.false, start + 5) : nil
        default: break
        }
        var position = start
        if position.pointee == UInt8(ascii: "-") { position += 1 }
        let whole = position
        skipDigits(&position, end)
        guard position > whole, position - whole == 1 || whole.pointee != UInt8(ascii: "0") else {
            return nil
        }
        flags = .isInteger
        if position < end, position.pointee == UInt8(ascii: ".") {
            flags = []
            position += 1
            let fraction = position
            skipDigits(&position, end)
            guard position > fraction else { return nil }
        }
        guard position < end, position.pointee | 0x20 != UInt8(ascii: "e") else { return nil }
        return (.number, position)
    }
}
