// SPDX-License-Identifier: Apache-2.0

/// Reads a query's text; every refusal names its place. Offsets count bytes.
struct QueryParser {
    let text: [UInt8]
    let zone: QueryZone
    var position = 0
    private var depth = 0
    /// What the next pipe may refer to.
    var scope = ColumnScope()

    init(_ text: String, zone: QueryZone) {
        self.text = Array(text.utf8)
        self.zone = zone
    }

    mutating func parse() throws(QueryError) -> Query {
        guard text.count <= Limits.queryBytes else {
            throw QueryError(
                .tooLarge, "a query has at most \(Limits.queryBytes) bytes", at: Limits.queryBytes)
        }
        skipBlanks()
        let filter: Filter = isAtEnd || peek == .pipe ? .all : try parseOr()
        skipBlanks()
        if peek == UInt8(ascii: ")") {
            throw QueryError(.syntax, "no parenthesis is open here", at: position)
        }
        var pipes: [Pipe] = []
        while peek == .pipe {
            guard pipes.count < Limits.pipes else {
                throw QueryError(.tooLarge, "at most \(Limits.pipes) pipes", at: position)
            }
            position += 1
            skipBlanks()
            pipes.append(try parsePipe(isFirst: pipes.isEmpty))
            skipBlanks()
        }
        guard isAtEnd else { throw expected("`|` or the end of the query") }
        return Query(filter: filter, pipes: pipes)
    }

    // MARK: - And, or, not

    private mutating func parseOr() throws(QueryError) -> Filter {
        var parts = [try parseAnd()]
        while takeKeyword("or") { parts.append(try parseAnd()) }
        return parts.count == 1 ? parts[0] : .or(parts)
    }

    private mutating func parseAnd() throws(QueryError) -> Filter {
        var parts = [try parseNot()]
        while true {
            skipBlanks()
            if takeKeyword("and") {
                parts.append(try parseNot())
            } else if let byte = peek, byte != .pipe, byte != UInt8(ascii: ")"),
                !isKeyword("or")
            {
                // Terms side by side must all hold.
                parts.append(try parseNot())
            } else {
                return parts.count == 1 ? parts[0] : .and(parts)
            }
        }
    }

    private mutating func parseNot() throws(QueryError) -> Filter {
        guard takeKeyword("not") else { return try parsePrimary() }
        return .not(try deeper { parser throws(QueryError) in try parser.parseNot() })
    }

    private mutating func parsePrimary() throws(QueryError) -> Filter {
        skipBlanks()
        guard peek == UInt8(ascii: "(") else { return try parseTerm() }
        let opening = position
        position += 1
        let filter = try deeper { parser throws(QueryError) in try parser.parseOr() }
        try close(opening)
        return filter
    }

    mutating func close(_ opening: Int) throws(QueryError) {
        skipBlanks()
        guard peek == UInt8(ascii: ")") else {
            throw isAtEnd
                ? QueryError(.syntax, "this parenthesis is never closed", at: opening)
                : expected("`and`, `or` or `)`")
        }
        position += 1
        if let byte = peek, !isBlank(byte), byte != UInt8(ascii: ")"), byte != .pipe {
            throw expected("a blank after `)`")
        }
    }

    mutating func deeper(_ body: (inout Self) throws(QueryError) -> Filter) throws(QueryError)
        -> Filter
    {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Limits.filterDepth else {
            throw QueryError(
                .tooLarge, "at most \(Limits.filterDepth) parentheses inside each other",
                at: position)
        }
        return try body(&self)
    }

    // MARK: - Characters

    var isAtEnd: Bool { position >= text.count }
    var peek: UInt8? { position < text.count ? text[position] : nil }

    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) }

    mutating func skipBlanks() {
        while let byte = peek, isBlank(byte) { position += 1 }
    }

    func string(_ range: Range<Int>) -> String { String(decoding: text[range], as: UTF8.self) }

    /// Whether a word stands here, in any case, and ends here.
    func isKeyword(_ word: StaticString, beforeComma isBeforeComma: Bool = false) -> Bool {
        let end = position + word.utf8CodeUnitCount
        guard end <= text.count else { return false }
        for offset in 0..<word.utf8CodeUnitCount
        where TextPattern.fold(text[position + offset]) != word.utf8Start[offset] { return false }
        guard end < text.count else { return true }
        if isBeforeComma, text[end] == UInt8(ascii: ",") { return true }
        return isBlank(text[end])
            || [.pipe, UInt8(ascii: "("), UInt8(ascii: ")")].contains(text[end])
            || text[end] == UInt8(ascii: "\"")
    }

    /// - Parameter isBeforeComma: a comma may end the word, as it does in lists.
    mutating func takeKeyword(_ word: StaticString, beforeComma isBeforeComma: Bool = false)
        -> Bool
    {
        skipBlanks()
        guard isKeyword(word, beforeComma: isBeforeComma) else { return false }
        position += word.utf8CodeUnitCount
        return true
    }

    /// The error for whatever stands here.
    func expected(_ what: String) -> QueryError {
        let found: String
        if isAtEnd {
            found = "the query ends here"
        } else if isKeyword("and") || isKeyword("or") || isKeyword("not") {
            found = "`\(wordHere)` joins terms; in quotes it is a word"
        } else {
            found = "`\(wordHere)` stands here"
        }
        return QueryError(.syntax, "expected \(what); \(found)", at: position)
    }

    /// What stands here, for messages: a word or one character.
    private var wordHere: String {
        var end = position
        while end < text.count, TextPattern.isWord(text[end]), end - position < 32 { end += 1 }
        if end == position { end += 1 }
        while end < text.count, text[end] & 0xC0 == 0x80 { end += 1 }
        return string(position..<end)
    }
}

extension UInt8 {
    static let pipe = UInt8(ascii: "|")
}
