// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What the first bytes of a line say about it: enough to know whether it can go on with the
/// record before it. Most lines are decided by their first byte.
enum Opening: Equatable {
    case blank
    /// Begins with white space.
    case indented
    /// `Traceback (most recent call last):`, or the group form of it.
    case traceback
    /// `  File "…", line n` without a header: what a syntax error prints.
    case syntaxError
    /// One of `send:`, `reply:`, `header:` of http.client, or a raw HTTP start line.
    case http
    /// A line in a known log format: always a new record.
    case log
    /// Anything else, an opening brace included.
    case text

    init(_ line: UnsafeBufferPointer<UInt8>) {
        let probe = Probe(line)
        guard let first = line.first else {
            self = .blank
            return
        }
        switch first {
        case .space, .tab:
            self = Self.ofIndented(probe)
        case 0x54 where probe.has("Traceback (most recent call last):"):
            self = .traceback
        case _ where first.isDigit:
            self = probe.hasDate(at: 0) ? .log : .text
        case .openBracket:
            self = probe.hasDate(at: 1) || LevelWord.prefixes(probe, at: 1) != nil ? .log : .text
        case _ where first.isUppercase:
            self = Self.ofCapital(probe)
        case 0x66 where probe.has("fetch Request: ") || probe.has("fetch Response: "):
            self = .log
        case 0x73 where probe.has("send: b'") || probe.has("send: b\""),
            0x72 where probe.has("reply: '") || probe.has("reply: \""),
            0x68 where probe.has("header: "):
            self = .http
        case .greater, .less:
            self = probe.hasHTTPStart(at: 2) ? .http : .text
        case _ where first.isLowercase:
            self = Pairs.leads(probe) ? .log : .text
        default:
            self = .text
        }
    }

    private static func ofIndented(_ probe: Probe) -> Opening {
        var at = 0
        while let byte = probe[at], byte == .space || byte == .tab || byte == .carriageReturn {
            at += 1
        }
        guard let first = probe[at] else { return .blank }
        if first == 0x46, at == 2, probe.has("File \"", at: at) { return .syntaxError }
        if first == 0x2B, probe.has("+ Exception Group Traceback (most recent call last):", at: at)
        {
            return .traceback
        }
        return .indented
    }

    private static func ofCapital(_ probe: Probe) -> Opening {
        if let end = LevelWord.prefixes(probe, at: 0), probe[end] == .colon { return .log }
        if IBAPI.leads(probe) || CCXT.leads(probe) { return .log }
        return probe.hasHTTPStart(at: 0) ? .http : .text
    }
}

/// Bounded looks into a line that is not copied.
struct Probe {
    let line: UnsafeBufferPointer<UInt8>

    init(_ line: UnsafeBufferPointer<UInt8>) { self.line = line }

    subscript(index: Int) -> UInt8? { index >= 0 && index < line.count ? line[index] : nil }

    func has(_ literal: StaticString, at index: Int = 0) -> Bool {
        let count = literal.utf8CodeUnitCount
        guard index >= 0, index <= line.count, line.count - index >= count else { return false }
        let start = literal.utf8Start
        for offset in 0..<count where line[index + offset] != start[offset] { return false }
        return true
    }

    func contains(_ literal: StaticString) -> Bool { find(literal) != nil }

    func find(_ literal: StaticString, from start: Int = 0) -> Int? {
        guard start >= 0, let base = line.baseAddress, literal.utf8CodeUnitCount > 0 else {
            return nil
        }
        var at = start
        while at < line.count,
            let found = memchr(base + at, Int32(literal.utf8Start[0]), line.count - at)
        {
            at = UnsafeRawPointer(base).distance(to: found)
            if has(literal, at: at) { return at }
            at += 1
        }
        return nil
    }

    /// `2026-11-21` and then a space or a `T`.
    func hasDate(at index: Int) -> Bool {
        guard index + 10 < line.count else { return false }
        for offset in 0..<10 {
            let byte = line[index + offset]
            guard offset == 4 || offset == 7 ? byte == .hyphen : byte.isDigit else { return false }
        }
        return line[index + 10] == .space || line[index + 10] == 0x54
    }

    /// `GET /path HTTP/1.1` or `HTTP/1.1 200`.
    func hasHTTPStart(at index: Int) -> Bool {
        if has("HTTP/1.", at: index) || has("HTTP/2 ", at: index) { return true }
        for method in httpMethods where has(method, at: index) {
            return self[index + method.utf8CodeUnitCount] == .slash && contains(" HTTP/")
        }
        return false
    }

    /// `Name: value`, as in a header.
    var isHeader: Bool {
        var at = 0
        while let byte = self[at], byte == .greater || byte == .less || byte == .space { at += 1 }
        let start = at
        while let byte = self[at], byte.isLetter || byte.isDigit || byte == .hyphen { at += 1 }
        return at > start && self[at] == .colon
    }

    /// One to four words of a seed phrase, perhaps numbered: `7. abandon`.
    var isSeedWords: Bool {
        guard line.count <= 40 else { return false }
        var at = 0
        while let byte = self[at], byte.isDigit, at < 2 { at += 1 }
        if at > 0 {
            guard self[at] == .point || self[at] == .closeParenthesis || self[at] == .colon else {
                return false
            }
            at += 1
            guard self[at] == .space else { return false }
            at += 1
        }
        var words = 0
        while at < line.count {
            let start = at
            while let byte = self[at], byte.isLowercase { at += 1 }
            guard (3...8).contains(at - start), at == line.count || self[at] == .space else {
                return false
            }
            words += 1
            at += 1
        }
        return (1...4).contains(words)
    }
}

private let httpMethods: [StaticString] = [
    "GET ", "POST ", "PUT ", "DELETE ", "PATCH ", "HEAD ", "OPTIONS ",
]
