// SPDX-License-Identifier: Apache-2.0

import Records

/// Reads what Python's `repr` prints: dicts, lists, tuples, sets, strings, bytes, numbers, `None`,
/// calls such as `datetime.datetime(2026, 1, 2)` and objects such as `<Session at 0x7f00>`.
///
/// Calls, objects and bytes keep their source text; `Decimal('1.50')` becomes the string "1.50".
/// Whatever is not a repr is nil, never a guess.
struct PythonRepr {
    private(set) var cursor: Cursor

    init(_ cursor: Cursor) { self.cursor = cursor }

    /// The value in all of `range`, when it is one repr and nothing else.
    static func value(_ bytes: [UInt8], _ range: Range<Int>) -> JSONValue? {
        var reader = PythonRepr(Cursor(bytes, range))
        reader.cursor.skipWhitespace()
        guard let value = reader.value() else { return nil }
        reader.cursor.skipWhitespace()
        guard reader.cursor.isAtEnd else { return nil }
        return value
    }

    /// Reads one value; the cursor stands after it. On nil the cursor may stand anywhere.
    mutating func value(depth: Int = 0) -> JSONValue? {
        guard depth < Limits.reprDepthMax, let first = cursor.peek() else { return nil }
        switch first {
        case .openBrace: return dictOrSet(depth)
        case .openBracket:
            return sequence(.openBracket, .closeBracket, depth).map { .array($0) }
        case .openParenthesis:
            return sequence(.openParenthesis, .closeParenthesis, depth).map { .array($0) }
        case .apostrophe, .quote: return string().map { .string($0) }
        case .less: return balanced(.less, .greater, isText: true).map { .string(cursor.text($0)) }
        case .hyphen, 0x2B, .point: return number()
        default:
            if first.isDigit { return number() }
            return first.isLetter || first == .underscore ? word(depth) : nil
        }
    }

    // MARK: - Containers

    private mutating func dictOrSet(_ depth: Int) -> JSONValue? {
        guard cursor.skip(.openBrace) else { return nil }
        cursor.skipWhitespace()
        if cursor.skip(.closeBrace) { return .object(JSONObject()) }
        var members: [JSONObject.Member] = []
        var elements: [JSONValue] = []
        while true {
            cursor.skipWhitespace()
            if cursor.skip(.closeBrace) { break }  // after a comma at the end
            let start = cursor.position
            guard let item = value(depth: depth + 1) else { return nil }
            let keyEnd = cursor.position
            cursor.skipWhitespace()
            if cursor.skip(.colon) {
                guard elements.isEmpty else { return nil }
                cursor.skipWhitespace()
                guard let value = value(depth: depth + 1) else { return nil }
                let key = item.stringValue ?? cursor.text(start..<keyEnd)
                members.append(.init(key: key, value: DecimalFields.adjust(key, value)))
            } else {
                guard members.isEmpty else { return nil }
                elements.append(item)
            }
            cursor.skipWhitespace()
            if cursor.skip(.comma) { continue }
            guard cursor.skip(.closeBrace) else { return nil }
            break
        }
        return elements.isEmpty ? .object(JSONObject(members: members)) : .array(elements)
    }

    private mutating func sequence(_ open: UInt8, _ close: UInt8, _ depth: Int) -> [JSONValue]? {
        guard cursor.skip(open) else { return nil }
        var elements: [JSONValue] = []
        while true {
            cursor.skipWhitespace()
            if cursor.skip(close) { return elements }
            guard let element = value(depth: depth + 1) else { return nil }
            elements.append(element)
            cursor.skipWhitespace()
            if cursor.skip(.comma) { continue }
            return cursor.skip(close) ? elements : nil
        }
    }

    // MARK: - Strings

    /// Reads a string literal, and the literals right after it, which Python joins.
    mutating func string() -> String? {
        guard var bytes = literal(isBytes: false) else { return nil }
        while true {
            let after = cursor.position
            cursor.skipWhitespace()
            guard cursor.position > after, let next = cursor.peek(),
                next == .apostrophe || next == .quote, let more = literal(isBytes: false)
            else {
                cursor.move(to: after)
                break
            }
            bytes += more
        }
        return bytes.withUnsafeBufferPointer { String(readable: $0) }
    }

    /// Reads a bytes literal, `b'…'`, and returns its bytes.
    mutating func bytesLiteral() -> [UInt8]? {
        guard cursor.skip(0x62) else { return nil }
        return literal(isBytes: true)
    }

    /// Reads quotes and what is between them, escapes resolved, as UTF-8 (as bytes for a bytes
    /// literal).
    private mutating func literal(isBytes: Bool) -> [UInt8]? {
        guard let quote = cursor.peek(), quote == .apostrophe || quote == .quote else { return nil }
        cursor.advance()
        var result: [UInt8] = []
        while let byte = cursor.peek() {
            cursor.advance()
            if byte == quote { return result }
            if byte == .backslash {
                guard escape(isBytes: isBytes, into: &result) else { return nil }
            } else {
                result.append(byte)
            }
        }
        return nil
    }

    private mutating func escape(isBytes: Bool, into result: inout [UInt8]) -> Bool {
        guard let byte = cursor.peek() else { return false }
        cursor.advance()
        switch byte {
        case .backslash, .apostrophe, .quote: result.append(byte)
        case 0x6E: result.append(.lineFeed)
        case 0x74: result.append(.tab)
        case 0x72: result.append(.carriageReturn)
        case 0x61: result.append(0x07)
        case 0x62: result.append(0x08)
        case 0x66: result.append(0x0C)
        case 0x76: result.append(0x0B)
        case .lineFeed: break  // a line continued
        case 0x78: return code(digits: 2, isBytes: isBytes, into: &result)
        case 0x75 where !isBytes: return code(digits: 4, isBytes: false, into: &result)
        case 0x55 where !isBytes: return code(digits: 8, isBytes: false, into: &result)
        case 0x30...0x37:
            var value = UInt32(byte - 0x30)
            var count = 1
            while count < 3, let digit = cursor.peek(), (0x30...0x37).contains(digit) {
                value = value * 8 + UInt32(digit - 0x30)
                cursor.advance()
                count += 1
            }
            return append(value & 0x1FF, isBytes: isBytes, to: &result)
        default: result += [.backslash, byte]  // Python keeps a backslash it does not know
        }
        return true
    }

    private mutating func code(digits: Int, isBytes: Bool, into result: inout [UInt8]) -> Bool {
        var value: UInt32 = 0
        for _ in 0..<digits {
            guard let digit = cursor.peek()?.hexValue, value < 0x1000_0000 else { return false }
            value = value << 4 | digit
            cursor.advance()
        }
        return append(value, isBytes: isBytes, to: &result)
    }

    private func append(_ value: UInt32, isBytes: Bool, to result: inout [UInt8]) -> Bool {
        if isBytes {
            result.append(UInt8(truncatingIfNeeded: value))
            return true
        }
        // A lone surrogate, as Python's surrogateescape makes them, is no character.
        let scalar = Unicode.Scalar(value) ?? "\u{FFFD}"
        result.append(contentsOf: Array(String(Character(scalar)).utf8))
        return true
    }

    // MARK: - Numbers, words, calls

    private mutating func number() -> JSONValue? {
        let range = cursor.take {
            $0.isDigit || $0 == .point || $0 == .hyphen || $0 == 0x2B || $0 | 0x20 == 0x65
                || $0 == .underscore || $0 | 0x20 == 0x6A || $0 | 0x20 == 0x78
        }
        if JSONNumber.isValid(cursor.bytes, range) { return .number(cursor.text(range)) }
        // `-inf`, `1_000`, `3j`, `0x10`: no JSON number, but one word.
        if let next = cursor.peek(), next.isNameByte {
            _ = cursor.take { $0.isNameByte }
        }
        let whole = range.lowerBound..<cursor.position
        return whole.isEmpty ? nil : .string(cursor.text(whole))
    }

    private mutating func word(_ depth: Int) -> JSONValue? {
        let start = cursor.position
        guard let name = cursor.takeName() else { return nil }
        if let next = cursor.peek() {
            if next == .openParenthesis { return call(name) }
            if next == .apostrophe || next == .quote { return prefixed(start, name) }
        }
        switch true {
        case cursor.equals(name, "None"): return .null
        case cursor.equals(name, "True"): return .bool(true)
        case cursor.equals(name, "False"): return .bool(false)
        default:
            // `nan`, `inf`, `Side.BUY`: what stands for a value but is none of JSON's.
            return .string(cursor.text(name))
        }
    }

    /// `b'…'` keeps its source text; `r'…'` and `u'…'` are strings.
    private mutating func prefixed(_ start: Int, _ prefix: Range<Int>) -> JSONValue? {
        guard prefix.count <= 2 else { return nil }
        let letters = prefix.map { cursor.bytes[$0] | 0x20 }
        guard letters.allSatisfy({ $0 == 0x62 || $0 == 0x72 || $0 == 0x75 || $0 == 0x66 }) else {
            return nil
        }
        let isBytes = letters.contains(0x62)
        guard let bytes = literal(isBytes: isBytes) else { return nil }
        if isBytes { return .string(cursor.text(start..<cursor.position)) }
        return .string(bytes.withUnsafeBufferPointer { String(readable: $0) })
    }

    private mutating func call(_ name: Range<Int>) -> JSONValue? {
        let isDecimal =
            cursor.equals(name, "Decimal") || cursor.equals(name, "decimal.Decimal")
        let open = cursor.position
        guard let whole = balanced(.openParenthesis, .closeParenthesis, isText: false)
        else { return nil }
        if isDecimal {
            var inner = PythonRepr(cursor.at(open + 1..<whole.upperBound - 1))
            if let text = inner.string(), inner.cursor.isAtEnd { return .string(text) }
        }
        return .string(cursor.text(name.lowerBound..<whole.upperBound))
    }

    /// From the bracket at the cursor to the one that closes it; strings inside are skipped. In
    /// text a lone apostrophe is no string: `<the bot's>`.
    private mutating func balanced(
        _ open: UInt8, _ close: UInt8, isText: Bool
    ) -> Range<Int>? {
        let start = cursor.position
        var depth = 0
        while let byte = cursor.peek() {
            switch byte {
            case .lineFeed: return nil
            case open: depth += 1
            case close:
                depth -= 1
                if depth == 0 {
                    cursor.advance()
                    return start..<cursor.position
                }
            case .apostrophe, .quote:
                let here = cursor.position
                if literal(isBytes: false) != nil { continue }
                guard isText else { return nil }
                cursor.move(to: here)
            default: break
            }
            cursor.advance()
        }
        return nil
    }
}

/// The grammar of JSON numbers.
enum JSONNumber {
    static func isValid(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
        var cursor = Cursor(bytes, range)
        _ = cursor.skip(.hyphen)
        if !cursor.skip(0x30) {
            guard !cursor.take(while: \.isDigit).isEmpty else { return false }
        }
        if cursor.skip(.point), cursor.take(while: \.isDigit).isEmpty { return false }
        if let e = cursor.peek(), e | 0x20 == 0x65 {
            cursor.advance()
            if !cursor.skip(.hyphen) { _ = cursor.skip(0x2B) }
            if cursor.take(while: \.isDigit).isEmpty { return false }
        }
        return cursor.isAtEnd
    }
}

/// The fields whose numbers are money or sizes: they stay decimal strings, with the digits that
/// were printed.
enum DecimalFields {
    private static let endings = [
        "price", "amount", "qty", "quantity", "commission", "fee", "fees", "pnl", "balance", "cash",
        "equity", "cost", "notional", "filled", "remaining", "shares", "volume", "units", "vwap",
        "px", "avgpx",
    ]

    static func contains(_ key: String) -> Bool {
        let name = key.lowercased()
        return endings.contains { name.hasSuffix($0) }
    }

    /// A number under such a name, as a string.
    static func adjust(_ key: String, _ value: JSONValue) -> JSONValue {
        if case .number(let text) = value, contains(key) { return .string(text) }
        return value
    }
}
