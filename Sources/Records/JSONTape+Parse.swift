// SPDX-License-Identifier: Apache-2.0

// The parser: one loop, no recursion, each byte looked at once or twice. `position` never passes
// `end`; whole words are only read where they fit before it.

extension JSONTape {
    /// Parses one JSON text; afterwards the tokens describe it until the next call.
    ///
    /// White space around the value, a byte order mark before it and a `\r` after it are dropped.
    /// Allocates only when a text has more tokens or keys than any before.
    ///
    /// - Complexity: linear in the bytes, whatever is in them.
    package mutating func parse(_ text: UnsafeBufferPointer<UInt8>) throws(JSONError) {
        count = 0
        notes = []
        isCanonical = false
        bytes = text
        trim()
        keys.begin()
        guard text.count <= Limits.jsonBytesMax else { throw JSONError(.tooLong, at: 0) }
        guard let base = text.baseAddress else { throw JSONError(.empty, at: 0) }
        let end = base + text.count
        var position = base
        if text.count >= 3, base[0] == 0xEF, base[1] == 0xBB, base[2] == 0xBF {
            position += 3
            notes.insert(.byteOrderMark)
        }
        guard Self.peek(&position, end) != 0 || position < end else {
            throw JSONError(.empty, at: text.count)
        }
        let spaces = try parseValue(from: &position, end, base)
        if Self.peek(&position, end) != 0 || position < end {
            count = 0
            throw JSONError(.trailingBytes, at: position - base)
        }
        isCanonical = !spaces && !rewritten
    }

    /// The loop over values; returns whether white space stands between tokens.
    @inline(__always)
    private mutating func parseValue(
        from start: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>,
        _ base: UnsafePointer<UInt8>
    ) throws(JSONError) -> Bool {
        var position = start
        var index = 0
        var parent: UInt32 = 0
        var depth = 0
        var inObject = false
        var spaces = false
        rewritten = false

        value: while true {
            if index &+ 2 > capacity { growTokens() }
            var complete = false
            if inObject {
                complete = plainMembers(
                    &position, end, base, index: &index, parent: parent, depth: depth,
                    spaces: &spaces)
                if index &+ 2 > capacity { growTokens() }
            }
            if inObject, !complete {
                guard Self.peek(&position, end, &spaces) == UInt8(ascii: "\"") else {
                    throw Self.unexpected(position, end, base)
                }
                let content = position + 1
                let (quote, flags) = try string(content, end, base)
                let first = UInt32(truncatingIfNeeded: content - base)
                tokens[index] = JSONToken(
                    kind: .key, flags: flags, depth: UInt8(truncatingIfNeeded: depth),
                    start: first, end: UInt32(truncatingIfNeeded: quote - base),
                    next: UInt32(truncatingIfNeeded: index &+ 1), parent: parent, detail: 0)
                enterKey(index, content, quote - content, parent)
                index &+= 1
                position = quote + 1
                guard Self.peek(&position, end, &spaces) == UInt8(ascii: ":") else {
                    throw Self.unexpected(position, end, base)
                }
                position += 1
            }
            if !complete {
                let byte = Self.peek(&position, end, &spaces)
                let first = position
                var kind: JSONToken.Kind
                var flags: JSONToken.Flags = []
                switch byte {
                case UInt8(ascii: "\""):
                    let (quote, found) = try string(position + 1, end, base)
                    tokens[index] = JSONToken(
                        kind: .string, flags: found, depth: UInt8(truncatingIfNeeded: depth),
                        start: UInt32(truncatingIfNeeded: first - base &+ 1),
                        end: UInt32(truncatingIfNeeded: quote - base),
                        next: UInt32(truncatingIfNeeded: index &+ 1), parent: parent, detail: 0)
                    index &+= 1
                    position = quote + 1
                    kind = .string
                case UInt8(ascii: "{"), UInt8(ascii: "["):
                    guard depth < Limits.jsonDepthMax else {
                        throw JSONError(.tooDeep, at: position - base)
                    }
                    inObject = byte == UInt8(ascii: "{")
                    tokens[index] = JSONToken(
                        kind: inObject ? .object : .array, flags: [],
                        depth: UInt8(truncatingIfNeeded: depth),
                        start: UInt32(truncatingIfNeeded: position - base), end: 0,
                        next: 0, parent: parent, detail: 0)
                    parent = UInt32(truncatingIfNeeded: index)
                    index &+= 1
                    depth &+= 1
                    position += 1
                    // The closing byte is the opening one plus 2, for both kinds.
                    guard Self.peek(&position, end, &spaces) == byte &+ 2 else { continue value }
                    position += 1
                    close(&parent, &depth, &inObject, index, position - base)
                    kind = .null
                case UInt8(ascii: "0")...UInt8(ascii: "9"):
                    flags = try Self.number(&position, end, base)
                    kind = .number
                case UInt8(ascii: "-"):
                    if end - position > 1, position[1] == UInt8(ascii: "I") {
                        position += 1
                        try Self.word(&position, end, base, "Infinity")
                        kind = .nonFinite
                    } else {
                        flags = try Self.number(&position, end, base)
                        kind = .number
                    }
                case UInt8(ascii: "t"):
                    try Self.word(&position, end, base, "true")
                    kind = .true
                case UInt8(ascii: "f"):
                    try Self.word(&position, end, base, "false")
                    kind = .false
                case UInt8(ascii: "n"):
                    try Self.word(&position, end, base, "null")
                    kind = .null
                case UInt8(ascii: "N"):
                    try Self.word(&position, end, base, "NaN")
                    kind = .nonFinite
                case UInt8(ascii: "I"):
                    try Self.word(&position, end, base, "Infinity")
                    kind = .nonFinite
                default:
                    throw Self.unexpected(position, end, base)
                }
                if byte != UInt8(ascii: "\""), byte < UInt8(ascii: "[") || byte & 0xDF != 0x5B {
                    if kind == .nonFinite {
                        notes.insert(.nonFinite)
                        rewritten = true
                    }
                    tokens[index] = JSONToken(
                        kind: kind, flags: flags, depth: UInt8(truncatingIfNeeded: depth),
                        start: UInt32(truncatingIfNeeded: first - base),
                        end: UInt32(truncatingIfNeeded: position - base),
                        next: UInt32(truncatingIfNeeded: index &+ 1), parent: parent, detail: 0)
                    index &+= 1
                }
            }
            // A value is complete; so is each container that closes right after it.
            while depth > 0 {
                tokens[Int(parent)].detail &+= 1
                let byte = Self.peek(&position, end, &spaces)
                if byte == UInt8(ascii: ",") {
                    position += 1
                    continue value
                }
                guard byte == (inObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else {
                    throw Self.unexpected(position, end, base)
                }
                position += 1
                close(&parent, &depth, &inObject, index, position - base)
            }
            break
        }
        count = index
        start = position
        return spaces
    }

    /// Ends the container `parent` before token `index` and byte `offset`.
    @inline(__always)
    private func close(
        _ parent: inout UInt32, _ depth: inout Int, _ inObject: inout Bool, _ index: Int,
        _ offset: Int
    ) {
        let container = tokens + Int(parent)
        container.pointee.end = UInt32(truncatingIfNeeded: offset)
        container.pointee.next = UInt32(truncatingIfNeeded: index)
        parent = container.pointee.parent
        depth &-= 1
        inObject = tokens[Int(parent)].kind == .object
    }

    // MARK: Strings

    /// The closing quote of the string whose content starts at `content`, and what is inside.
    @inline(__always)
    private mutating func string(
        _ content: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ base: UnsafePointer<UInt8>
    ) throws(JSONError) -> (UnsafePointer<UInt8>, JSONToken.Flags) {
        let stop = StringScanner.plainEnd(content, end, from: base)
        if stop < end, stop.pointee == 0x22 { return (stop, []) }
        return try codedString(stop, end, base)
    }

    @inline(never)
    private mutating func codedString(
        _ stop: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ base: UnsafePointer<UInt8>
    ) throws(JSONError) -> (UnsafePointer<UInt8>, JSONToken.Flags) {
        var flags: JSONToken.Flags = []
        let quote = try StringScanner.scan(stop, end, text: base, flags: &flags)
        if flags.contains(.needsRewrite) { rewritten = true }
        if flags.contains(.loneSurrogate) { notes.insert(.loneSurrogate) }
        if flags.contains(.invalidUTF8) { notes.insert(.invalidUTF8) }
        return (quote, flags)
    }

    // MARK: Everything else

    /// The next byte that is no white space, without passing it; 0 at the end of the text. (A NUL
    /// is allowed nowhere, so the two need not differ for the caller.)
    @inline(__always)
    private static func peek(
        _ position: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ spaces: inout Bool
    ) -> UInt8 {
        guard position < end else { return 0 }
        let byte = position.pointee
        if byte > 0x20 { return byte }
        spaces = true
        return peek(&position, end)
    }

    @inline(__always)
    private static func peek(
        _ position: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
    ) -> UInt8 {
        while position < end {
            let byte = position.pointee
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return byte }
            position += 1
        }
        return 0
    }

    /// Passes a number: `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`.
    @inline(__always)
    private static func number(
        _ start: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>,
        _ base: UnsafePointer<UInt8>
    ) throws(JSONError) -> JSONToken.Flags {
        var position = start
        if position.pointee == UInt8(ascii: "-") { position += 1 }
        let whole = position
        skipDigits(&position, end)
        guard position > whole, position - whole == 1 || whole.pointee != UInt8(ascii: "0") else {
            let cut = position == whole && position == end
            throw JSONError(cut ? .unexpectedEnd : .badNumber, at: whole - base)
        }
        var flags: JSONToken.Flags = .isInteger
        if position < end, position.pointee == UInt8(ascii: ".") {
            flags = []
            position += 1
            let fraction = position
            skipDigits(&position, end)
            guard position > fraction else {
                throw JSONError(position == end ? .unexpectedEnd : .badNumber, at: position - base)
            }
        }
        if position < end, position.pointee | 0x20 == UInt8(ascii: "e") {
            flags = []
            position += 1
            if position < end,
                position.pointee == UInt8(ascii: "+") || position.pointee == UInt8(ascii: "-")
            {
                position += 1
            }
            let exponent = position
            skipDigits(&position, end)
            guard position > exponent else {
                throw JSONError(position == end ? .unexpectedEnd : .badNumber, at: position - base)
            }
        }
        start = position
        return flags
    }

    @inline(__always)
    static func skipDigits(
        _ position: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
    ) {
        while position < end, position.pointee &- 0x30 < 10 { position += 1 }
    }

    @inline(__always)
    private static func word(
        _ position: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>,
        _ base: UnsafePointer<UInt8>, _ literal: StaticString
    ) throws(JSONError) {
        let length = literal.utf8CodeUnitCount
        for offset in 0..<length {
            guard end - position > offset else {
                throw JSONError(.unexpectedEnd, at: end - base)
            }
            guard position[offset] == literal.utf8Start[offset] else {
                throw JSONError(.badLiteral, at: position - base)
            }
        }
        position += length
    }

    @inline(never)
    private static func unexpected(
        _ position: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>,
        _ base: UnsafePointer<UInt8>
    ) -> JSONError {
        JSONError(position < end ? .unexpectedByte : .unexpectedEnd, at: position - base)
    }
}
