// SPDX-License-Identifier: Apache-2.0

/// The rules of docs/format/canonical-json.md, written down the slow and plain way, to judge the
/// fast parser by: recursion, arrays of bytes, and the standard library's UTF-8 repair.
struct ReferenceJSON {
    private let text: [UInt8]
    private var at = 0

    /// The canonical form, or `nil` when the text is refused.
    static func canonical(_ text: [UInt8]) -> String? {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        var reader = ReferenceJSON(text: text.starts(with: mark) ? Array(text.dropFirst(3)) : text)
        guard let value = reader.value(depth: 0) else { return nil }
        reader.blanks()
        return reader.at == reader.text.count ? value : nil
    }

    private init(text: [UInt8]) { self.text = text }

    private var byte: UInt8? { at < text.count ? text[at] : nil }

    private mutating func blanks() {
        while let byte, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { at += 1 }
    }

    private mutating func take(_ literal: String) -> Bool {
        guard text[at...].starts(with: literal.utf8) else { return false }
        at += literal.utf8.count
        return true
    }

    private mutating func value(depth: Int) -> String? {
        blanks()
        switch byte {
        case UInt8(ascii: "{"): return depth < 128 ? object(depth: depth) : nil
        case UInt8(ascii: "["): return depth < 128 ? array(depth: depth) : nil
        case UInt8(ascii: "\""): return string().map(Self.quoted)
        default: break
        }
        for literal in ["true", "false", "null"] where take(literal) { return literal }
        for literal in ["NaN", "Infinity", "-Infinity"] where take(literal) {
            return "\"\(literal)\""
        }
        return number()
    }

    private mutating func object(depth: Int) -> String? {
        at += 1
        var members: [(key: String, value: String)] = []
        blanks()
        if take("}") { return "{}" }
        while true {
            blanks()
            guard byte == UInt8(ascii: "\""), let key = string() else { return nil }
            blanks()
            guard take(":"), let value = value(depth: depth + 1) else { return nil }
            members.removeAll { Array($0.key.utf8) == Array(key.utf8) }
            members.append((key, value))
            blanks()
            if take("}") { break }
            guard take(",") else { return nil }
        }
        return "{" + members.map { Self.quoted($0.key) + ":" + $0.value }.joined(separator: ",")
            + "}"
    }

    private mutating func array(depth: Int) -> String? {
        at += 1
        var elements: [String] = []
        blanks()
        if take("]") { return "[]" }
        while true {
            guard let value = value(depth: depth + 1) else { return nil }
            elements.append(value)
            blanks()
            if take("]") { break }
            guard take(",") else { return nil }
        }
        return "[" + elements.joined(separator: ",") + "]"
    }

    private mutating func number() -> String? {
        let start = at
        _ = take("-")
        func isDigit(_ byte: UInt8?) -> Bool { byte.map { (0x30...0x39).contains($0) } ?? false }
        guard isDigit(byte) else { return nil }
        if !take("0") { while isDigit(byte) { at += 1 } }
        if take(".") {
            guard isDigit(byte) else { return nil }
            while isDigit(byte) { at += 1 }
        }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            guard isDigit(byte) else { return nil }
            while isDigit(byte) { at += 1 }
        }
        return String(decoding: text[start..<at], as: UTF8.self)
    }

    /// The text of the string that begins here.
    private mutating func string() -> String? {
        at += 1
        var result = ""
        var raw: [UInt8] = []
        var high: UInt32?
        func flush(_ result: inout String, _ raw: inout [UInt8]) {
            result += String(decoding: raw, as: UTF8.self)
            raw = []
        }
        while let byte {
            if byte < 0x20 { return nil }
            at += 1
            let pending = high
            high = nil
            if byte == UInt8(ascii: "\\") {
                flush(&result, &raw)
                guard let (scalar, isUnit) = escape() else { return nil }
                if isUnit, let pending, (0xDC00..<0xE000).contains(scalar) {
                    let joined = 0x10000 + (pending - 0xD800) << 10 + scalar - 0xDC00
                    result.unicodeScalars.append(Unicode.Scalar(joined) ?? "\u{FFFD}")
                    continue
                }
                if pending != nil { result += "\u{FFFD}" }
                if isUnit, (0xD800..<0xDC00).contains(scalar) {
                    high = scalar
                } else {
                    result.unicodeScalars.append(Unicode.Scalar(scalar) ?? "\u{FFFD}")
                }
                continue
            }
            if pending != nil { result += "\u{FFFD}" }
            if byte == UInt8(ascii: "\"") {
                flush(&result, &raw)
                return result
            }
            raw.append(byte)
        }
        return nil
    }

    private mutating func escape() -> (scalar: UInt32, isUnit: Bool)? {
        guard let byte else { return nil }
        at += 1
        switch byte {
        case UInt8(ascii: "b"): return (8, false)
        case UInt8(ascii: "t"): return (9, false)
        case UInt8(ascii: "n"): return (10, false)
        case UInt8(ascii: "f"): return (12, false)
        case UInt8(ascii: "r"): return (13, false)
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return (UInt32(byte), false)
        case UInt8(ascii: "u"): break
        default: return nil
        }
        guard at + 4 <= text.count else { return nil }
        let digits = text[at..<at + 4]
        guard digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit && $0 < 0x80 }),
            let unit = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
        else { return nil }
        at += 4
        return (unit, true)
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\u{8}": result += "\\b"
            case "\t": result += "\\t"
            case "\n": result += "\\n"
            case "\u{C}": result += "\\f"
            case "\r": result += "\\r"
            case "\0"..."\u{1F}":
                let hex = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
