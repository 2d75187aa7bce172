// SPDX-License-Identifier: Apache-2.0

/// A reader over bytes that cannot leave them: every look is checked, nothing traps.
struct Cursor {
    let bytes: [UInt8]
    /// The next byte to read; never above `end`.
    private(set) var position: Int
    let end: Int

    init(_ bytes: [UInt8]) { self.init(bytes, 0..<bytes.count) }

    /// Reads the part of `range` that exists.
    init(_ bytes: [UInt8], _ range: Range<Int>) {
        self.bytes = bytes
        end = min(max(range.upperBound, 0), bytes.count)
        position = min(max(range.lowerBound, 0), end)
    }

    var isAtEnd: Bool { position >= end }
    var rest: Range<Int> { position..<end }

    /// The byte `ahead` of the position, if there is one.
    func peek(_ ahead: Int = 0) -> UInt8? {
        let at = position &+ ahead
        return at >= position && at < end ? bytes[at] : nil
    }

    /// Moves, but never past the ends.
    mutating func advance(_ count: Int = 1) { position = min(max(position &+ count, 0), end) }
    mutating func move(to index: Int) { position = min(max(index, 0), end) }

    mutating func skip(_ byte: UInt8) -> Bool {
        guard peek() == byte else { return false }
        position += 1
        return true
    }

    mutating func skip(_ literal: StaticString) -> Bool {
        guard has(literal) else { return false }
        position += literal.utf8CodeUnitCount
        return true
    }

    func has(_ literal: StaticString) -> Bool { has(literal, at: position) }

    func has(_ literal: StaticString, at index: Int) -> Bool {
        let count = literal.utf8CodeUnitCount
        guard index >= 0, index <= end, end - index >= count else { return false }
        let start = literal.utf8Start
        for offset in 0..<count where bytes[index + offset] != start[offset] { return false }
        return true
    }

    mutating func skipSpaces() { skip { $0 == .space || $0 == .tab } }

    /// Skips white space of any kind, line feeds too.
    mutating func skipWhitespace() {
        skip { $0 == .space || $0 == .tab || $0 == .lineFeed || $0 == .carriageReturn }
    }

    mutating func skip(while matches: (UInt8) -> Bool) {
        while position < end, matches(bytes[position]) { position += 1 }
    }

    /// Reads the bytes that match, perhaps none.
    mutating func take(while matches: (UInt8) -> Bool) -> Range<Int> {
        let start = position
        skip(while: matches)
        return start..<position
    }

    /// Reads a name such as `order_id`, `bot.strategy` or `X-MBX-APIKEY`; nil when there is none.
    mutating func takeName(_ matches: (UInt8) -> Bool = { $0.isNameByte }) -> Range<Int>? {
        guard let first = peek(), first.isLetter || first == .underscore else { return nil }
        return take(while: matches)
    }

    /// The first place of `byte` at or after the position.
    func find(_ byte: UInt8) -> Int? {
        var index = position
        while index < end {
            if bytes[index] == byte { return index }
            index += 1
        }
        return nil
    }

    /// The first place of `literal` at or after the position.
    func find(_ literal: StaticString) -> Int? {
        guard literal.utf8CodeUnitCount > 0 else { return position }
        let first = literal.utf8Start[0]
        var index = position
        while index < end {
            if bytes[index] == first, has(literal, at: index) { return index }
            index += 1
        }
        return nil
    }

    /// A reader of the same bytes over another range.
    func at(_ range: Range<Int>) -> Cursor { Cursor(bytes, range) }

    func text(_ range: Range<Int>) -> String {
        let low = min(max(range.lowerBound, 0), bytes.count)
        let high = min(max(range.upperBound, low), bytes.count)
        return bytes[low..<high].withUnsafeBufferPointer { String(readable: $0) }
    }

    /// `range` without spaces and tabs at its ends.
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        var (low, high) = (range.lowerBound, min(range.upperBound, bytes.count))
        while low < high, bytes[low] == .space || bytes[low] == .tab { low += 1 }
        while high > low, bytes[high - 1] == .space || bytes[high - 1] == .tab { high -= 1 }
        return low..<max(low, high)
    }

    func equals(_ range: Range<Int>, _ literal: StaticString) -> Bool {
        range.count == literal.utf8CodeUnitCount && has(literal, at: range.lowerBound)
    }
}

extension UInt8 {
    static let tab: UInt8 = 0x09
    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let escape: UInt8 = 0x1B
    static let space: UInt8 = 0x20
    static let quote: UInt8 = 0x22
    static let apostrophe: UInt8 = 0x27
    static let openParenthesis: UInt8 = 0x28
    static let closeParenthesis: UInt8 = 0x29
    static let comma: UInt8 = 0x2C
    static let hyphen: UInt8 = 0x2D
    static let point: UInt8 = 0x2E
    static let slash: UInt8 = 0x2F
    static let colon: UInt8 = 0x3A
    static let less: UInt8 = 0x3C
    static let equals: UInt8 = 0x3D
    static let greater: UInt8 = 0x3E
    static let openBracket: UInt8 = 0x5B
    static let backslash: UInt8 = 0x5C
    static let closeBracket: UInt8 = 0x5D
    static let underscore: UInt8 = 0x5F
    static let openBrace: UInt8 = 0x7B
    static let pipe: UInt8 = 0x7C
    static let closeBrace: UInt8 = 0x7D

    var isDigit: Bool { self &- 0x30 < 10 }
    var isLowercase: Bool { self &- 0x61 < 26 }
    var isUppercase: Bool { self &- 0x41 < 26 }
    var isLetter: Bool { isLowercase || isUppercase }
    /// A byte of a Python name, of a dotted one too.
    var isNameByte: Bool { isLetter || isDigit || self == .underscore || self == .point }
    var isHexDigit: Bool { isDigit || (self | 0x20) &- 0x61 < 6 }
    var hexValue: UInt32? {
        if isDigit { return UInt32(self &- 0x30) }
        return isHexDigit ? UInt32((self | 0x20) &- 0x57) : nil
    }
}

extension String {
    /// The text of `bytes`; a byte that is not UTF-8 is written `\xNN`, as Python's
    /// `backslashreplace` does, so that it can still be read and nothing is lost.
    init(readable bytes: UnsafeBufferPointer<UInt8>) {
        if let text = String(validating: bytes, as: UTF8.self) {
            self = text
            return
        }
        let digits = Array("0123456789abcdef".utf8)
        var fixed: [UInt8] = []
        fixed.reserveCapacity(bytes.count + 16)
        var index = 0
        while index < bytes.count {
            let length = utf8Length(bytes, index)
            if length > 0 {
                for offset in 0..<length { fixed.append(bytes[index + offset]) }
                index += length
            } else {
                let byte = bytes[index]
                fixed += [.backslash, 0x78, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
                index += 1
            }
        }
        self = String(decoding: fixed, as: UTF8.self)
    }
}

/// How many bytes the well-formed UTF-8 sequence at `index` has; 0 when there is none.
private func utf8Length(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int) -> Int {
    func follows(_ offset: Int, _ range: ClosedRange<UInt8> = 0x80...0xBF) -> Bool {
        index + offset < bytes.count && range.contains(bytes[index + offset])
    }
    switch bytes[index] {
    case 0x00...0x7F: return 1
    case 0xC2...0xDF: return follows(1) ? 2 : 0
    case 0xE0: return follows(1, 0xA0...0xBF) && follows(2) ? 3 : 0
    case 0xED: return follows(1, 0x80...0x9F) && follows(2) ? 3 : 0
    case 0xE1...0xEF: return follows(1) && follows(2) ? 3 : 0
    case 0xF0: return follows(1, 0x90...0xBF) && follows(2) && follows(3) ? 4 : 0
    case 0xF4: return follows(1, 0x80...0x8F) && follows(2) && follows(3) ? 4 : 0
    case 0xF1...0xF3: return follows(1) && follows(2) && follows(3) ? 4 : 0
    default: return 0
    }
}
