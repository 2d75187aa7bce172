// SPDX-License-Identifier: Apache-2.0

// Single terms: words, fields and their values.

extension QueryParser {
    /// A run of characters with escapes decoded, or what stands in quotes.
    struct Token {
        var start: Int
        var isQuoted: Bool
        var elements: [TextPattern.Element]

        var pattern: TextPattern { TextPattern(elements, isQuoted: isQuoted) }
        var hasWildcards: Bool { pattern.hasWildcards }

        /// The text; `*` and `?` for wildcards.
        var text: String {
            let bytes = elements.map { element in
                switch element {
                case .byte(let byte): byte
                case .one: UInt8(ascii: "?")
                case .many: UInt8(ascii: "*")
                }
            }
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    mutating func parseTerm() throws(QueryError) -> Filter {
        skipBlanks()
        guard let byte = peek, byte != .pipe, byte != UInt8(ascii: ")"), !isKeyword("and"),
            !isKeyword("or")
        else { throw expected("a word or `field:value`") }
        let token = try takeToken(isValue: false)
        let end = position
        skipBlanks()
        switch peek {
        case UInt8(ascii: ":"):
            let path = try path(token)
            position += 1
            return try parseValue(path)
        case UInt8(ascii: "<"), UInt8(ascii: ">"):
            return try parseComparison(try path(token))
        case UInt8(ascii: "="), UInt8(ascii: "!"):
            let isNot = peek == UInt8(ascii: "!")
            guard !isNot || (position + 1 < text.count && text[position + 1] == UInt8(ascii: "="))
            else { throw expected("`:`, a comparison or a blank") }
            throw QueryError(
                .syntax,
                isNot
                    ? "expected `:` or a comparison; unequal is written not \(token.text):value"
                    : "expected `:` or a comparison; equal is written \(token.text):value",
                at: position)
        default:
            if let byte = peek, position == end, !endsTerm(byte) {
                throw expected("a blank")
            }
            position = end
            if token.elements == [.many], !token.isQuoted { return .all }
            return .word(token.pattern)
        }
    }

    private func endsTerm(_ byte: UInt8) -> Bool {
        isBlank(byte) || byte == .pipe || byte == UInt8(ascii: ")")
    }

    private func path(_ token: Token) throws(QueryError) -> FieldPath {
        guard !token.hasWildcards else {
            throw QueryError(
                .syntax, "the name of a field has no `*` or `?`; in quotes they are characters",
                at: token.start)
        }
        return FieldPath(token.text)
    }

    // MARK: - Values

    /// What follows `field:`.
    private mutating func parseValue(_ path: FieldPath) throws(QueryError) -> Filter {
        skipBlanks()
        if peek == UInt8(ascii: "(") {
            let opening = position
            position += 1
            let filter = try deeper { parser throws(QueryError) in
                try parser.parseValueOr(path)
            }
            try close(opening)
            return filter
        }
        if peek == UInt8(ascii: "<") || peek == UInt8(ascii: ">") {
            throw QueryError(
                .syntax, "a comparison stands without `:`, as in \(path.name) > 5", at: position)
        }
        return .field(FieldTest(path, try parseTest(path, isInList: false)))
    }

    /// `(AAPL or MSFT)`: one field, several values.
    private mutating func parseValueOr(_ path: FieldPath) throws(QueryError) -> Filter {
        var parts = [try parseValueAnd(path)]
        while takeKeyword("or") { parts.append(try parseValueAnd(path)) }
        guard parts.count > 1 else { return parts[0] }
        var literals: [Literal] = []
        for part in parts {
            guard case .field(let test) = part, case .equals(let literal) = test.test else {
                return .or(parts)
            }
            literals.append(literal)
        }
        return .field(FieldTest(path, .oneOf(literals)))
    }

    private mutating func parseValueAnd(_ path: FieldPath) throws(QueryError) -> Filter {
        var parts = [try parseValueNot(path)]
        while takeKeyword("and") { parts.append(try parseValueNot(path)) }
        skipBlanks()
        if peek == UInt8(ascii: ",") {
            throw QueryError(
                .syntax, "expected `or`, `and` or `)`; values of a list stand as (AAPL or MSFT)",
                at: position)
        }
        guard isAtEnd || peek == UInt8(ascii: ")") || isKeyword("or") else {
            throw expected("`or`, `and` or `)`")
        }
        return parts.count == 1 ? parts[0] : .and(parts)
    }

    private mutating func parseValueNot(_ path: FieldPath) throws(QueryError) -> Filter {
        if takeKeyword("not") {
            return .not(
                try deeper { parser throws(QueryError) in try parser.parseValueNot(path) })
        }
        skipBlanks()
        if peek == UInt8(ascii: "(") {
            let opening = position
            position += 1
            let filter = try deeper { parser throws(QueryError) in
                try parser.parseValueOr(path)
            }
            try close(opening)
            return filter
        }
        return .field(FieldTest(path, try parseTest(path, isInList: true)))
    }

    private mutating func parseTest(
        _ path: FieldPath, isInList: Bool
    ) throws(QueryError) -> FieldTest.Test {
        guard !isAtEnd, peek != .pipe, peek != UInt8(ascii: ")"),
            !isKeyword("and"), !isKeyword("or"), !isKeyword("not")
        else { throw expected("a value of \(path.name)") }
        let token = try takeToken(isValue: true, isInList: isInList)
        if let byte = peek, !endsTerm(byte), !(isInList && byte == UInt8(ascii: ",")) {
            throw expected("a blank")
        }
        if !token.isQuoted {
            if token.elements == [.many] { return .exists }
            if token.hasWildcards { return .pattern(token.pattern) }
        }
        let literal = Literal(token.text, isQuoted: token.isQuoted, for: path.kind, zone: zone)
        let hasBlank = literal.bytes.contains { isBlank($0) }
        if token.isQuoted, hasBlank, literal.instants == nil { return .phrase(token.pattern) }
        return .equals(literal)
    }

    private mutating func parseComparison(_ path: FieldPath) throws(QueryError) -> Filter {
        var sign = string(position..<(position + 1))
        position += 1
        if peek == UInt8(ascii: "=") {
            sign += "="
            position += 1
        }
        skipBlanks()
        guard !isAtEnd, peek != .pipe, peek != UInt8(ascii: ")"), peek != UInt8(ascii: "("),
            let comparison = Comparison(rawValue: sign)
        else { throw expected("a value that \(path.name) is compared with") }
        if let byte = peek, "<>=:".utf8.contains(byte) {
            throw expected("a value; the comparisons are < <= > >=")
        }
        let token = try takeToken(isValue: true)
        if let byte = peek, !endsTerm(byte) { throw expected("a blank") }
        guard token.isQuoted || !token.hasWildcards else {
            throw QueryError(.syntax, "a comparison has no wildcards", at: token.start)
        }
        let literal = Literal(token.text, isQuoted: token.isQuoted, for: path.kind, zone: zone)
        switch path.kind {
        case .decimal, .integer:
            guard literal.number != nil else {
                throw QueryError(
                    .meaning,
                    "\(path.name) holds numbers; expected one of at most 38 digits, such as 150.25",
                    at: token.start)
            }
        case .instant:
            guard literal.instants != nil else {
                throw QueryError(
                    .meaning,
                    "\(path.name) holds instants; expected one, such as 2026-11-20 or "
                        + "2026-11-20T14:25:00Z", at: token.start)
            }
        case .text, .open: break
        }
        return .field(FieldTest(path, .compare(comparison, literal)))
    }

    // MARK: - Tokens

    /// Takes a token; there is one, since the caller has looked.
    mutating func takeToken(
        isValue: Bool, isInList: Bool = false
    ) throws(QueryError) -> Token {
        if peek == UInt8(ascii: "\"") { return try takeQuoted() }
        var token = Token(start: position, isQuoted: false, elements: [])
        loop: while let byte = peek {
            switch byte {
            case _ where isBlank(byte): break loop
            case .pipe, UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "\""): break loop
            case UInt8(ascii: ",") where isInList: break loop
            case UInt8(ascii: ":"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "="):
                if !isValue { break loop }
                token.elements.append(.byte(byte))
            case UInt8(ascii: "!") where !isValue && isUnequal: break loop
            case UInt8(ascii: "*"):
                // Two in a row say nothing more.
                if token.elements.last != .many { token.elements.append(.many) }
            case UInt8(ascii: "?"): token.elements.append(.one)
            case UInt8(ascii: "\\"):
                position += 1
                guard let escaped = peek else {
                    throw QueryError(
                        .syntax, "expected a character after `\\`", at: position - 1)
                }
                token.elements.append(.byte(escaped))
            default: token.elements.append(.byte(byte))
            }
            position += 1
        }
        guard !token.elements.isEmpty else {
            throw expected(isValue ? "a value" : "a word or `field:value`")
        }
        return token
    }

    private var isUnequal: Bool {
        position + 1 < text.count && text[position + 1] == UInt8(ascii: "=")
    }

    mutating func takeQuoted() throws(QueryError) -> Token {
        var token = Token(start: position, isQuoted: true, elements: [])
        position += 1
        while let byte = peek {
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard !token.elements.isEmpty else {
                    throw QueryError(.syntax, "nothing is in these quotes", at: token.start)
                }
                return token
            case UInt8(ascii: "\\"):
                guard let escaped = peek else { break }
                position += 1
                token.elements.append(.byte(escaped))
            default: token.elements.append(.byte(byte))
            }
        }
        throw QueryError(.syntax, "this quote is never closed", at: token.start)
    }
}
