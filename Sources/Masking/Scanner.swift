// SPDX-License-Identifier: Apache-2.0

/// A range of a text to be masked, and by which rule.
struct Span {
    var start: Int
    var end: Int
    var rule: RuleNumber
    /// Where the masked value had no quotes but its key had, the key's quote is put around the
    /// mask, so that JSON inside text stays JSON: the quote's place in the text and its length.
    var quoteStart = 0
    var quoteCount = 0
}

/// Finds secrets in text: one pass from left to right over words, with a look ahead at what
/// follows each. Works on decoded text of any origin: JSON and Python reprs of any escaping depth
/// (quotes with backslashes), headers, URLs, forms, exception text, coloured output.
///
/// Spans come out sorted and without overlap.
struct Scanner: ~Copyable {
    let masker: Masker
    var names: NameCache
    var patterns: UserPatterns
    var memory: ValueMemory

    /// Whether a user's pattern has to see every text.
    let hasPatterns: Bool
    /// First bytes of ``ProviderToken``s: a look without the check that a global costs.
    let providerFirst: UnsafePointer<Bool>

    var spans: [Span] = []
    var text: Text
    /// Up to here the high-entropy rule is silent: an id, a digest or a certificate stands here.
    var quietEnd = 0
    /// The word before the current one, if only one space lies between.
    var previous = 0..<0
    /// Whether the text has a login call (`"op":"auth"`), asked once per text.
    var loginCall: Bool?
    /// The last value without quotes that was looked at.
    var bareRun = 0..<0
    /// The next end of a block at or after a place, so that it is looked for once.
    var blockEnd = 0..<0
    /// Whether the text has a FIX logon, asked once per text.
    var fixLogon: Bool?
    /// Inside a list whose strings are judged one by one: up to where, and as what.
    var listEnd = 0
    var listKind = NameVerdict.Kind.plain
    /// A private key's block began in an earlier text and did not end: in how many texts its lines
    /// are still expected.
    var openBlockTexts = 0
    /// A `name` member held a secret's name up to here: the next `value` is its value.
    var pairEnd = 0

    init(masker: Masker) {
        self.masker = masker
        names = NameCache()
        patterns = UserPatterns(masker: masker)
        memory = ValueMemory()
        hasPatterns = patterns.hasPatterns
        text = Text(UnsafeBufferPointer(start: nil, count: 0))
        providerFirst = ProviderToken.firstBytes
        spans.reserveCapacity(16)
    }

    /// Looks at a whole text; afterwards `spans` holds what to mask. Returns whether there is any.
    ///
    /// `quietly`: the text is an id or a digest; the rule for random-looking words is silent.
    mutating func scan(_ bytes: UnsafeBufferPointer<UInt8>, quietly: Bool = false) -> Bool {
        spans.removeAll(keepingCapacity: true)
        text = Text(bytes)
        quietEnd = quietly ? bytes.count : 0
        previous = 0..<0
        loginCall = nil
        fixLogon = nil
        bareRun = 0..<0
        blockEnd = 0..<0
        pairEnd = 0
        listEnd = 0
        if text.isMasked { return false }
        if text.isSeedPhrase {
            add(0, text.count, .seedPhrase)
        } else if openBlockTexts > 0, continuesBlock() {
            add(0, text.count, .privateKey)
        } else {
            run()
        }
        if patterns.hasPatterns { patterns.apply(to: text, spans: &spans) }
        if masker.hasValueExceptions, !spans.isEmpty { dropKept() }
        text = Text(UnsafeBufferPointer(start: nil, count: 0))
        return !spans.isEmpty
    }

    private mutating func run() {
        var index = 0
        while index < text.count {
            let byte = text[index]
            if text.kind(index) & ByteClass.alphanumeric != 0 || byte == 0x5F {
                index = max(word(at: index), index + 1)
                continue
            }
            if index < listEnd, let next = listed(at: index) {
                index = next
                continue
            }
            switch byte {
            case 0x2D where text.hasExact("-----", at: index):
                index = max(block(at: index), index + 1)
            case 0x1B:
                index = text.afterColour(index)
            case 0x5C:
                index = text.afterLiteralEscape(index)
            case 0x25 where isHex(text[index + 1]) && isHex(text[index + 2]):
                index += 3
            default:
                index += 1
            }
        }
    }

    /// One word: first as a name with a value, then as a word that announces one, then by itself.
    private mutating func word(at start: Int) -> Int {
        var end = start
        var classes: UInt8 = 0
        while end < text.count {
            let kind = text.kind(end)
            if kind & ByteClass.word == 0 { break }
            classes |= kind
            end += 1
        }
        // `PASSWORD->x`: the dash belongs to the arrow.
        while end > start + 1, text[end - 1] == 0x2D { end -= 1 }
        defer {
            previous = text[end] == 0x20 ? start..<end : 0..<0
        }
        if let next = keyed(start, end, classes) { return next }
        if let next = announced(start, end, classes) { return next }
        if let next = alone(start, end, classes) { return next }
        if memory.mayHold(classes, end - start), memory.knows(text.slice(start, end)) {
            add(start, end, .remembered)
        }
        return end
    }

    mutating func add(_ start: Int, _ end: Int, _ rule: StandardRule) {
        add(Span(start: start, end: end, rule: RuleNumber(rule)))
    }

    mutating func add(_ span: Span) {
        guard span.end > span.start else { return }
        if let last = spans.last, span.start < last.end { return }
        spans.append(span)
        memory.learn(text.slice(span.start, span.end), by: span.rule)
    }

    /// Drops spans whose value an exception lets stay.
    private mutating func dropKept() {
        let text = text
        spans.removeAll { span in patterns.keeps(text.slice(span.start, span.end)) }
    }
}

extension Text {
    /// After a terminal's control sequence (`ESC [ … letter`, `ESC ] … BEL`), or one byte on.
    func afterColour(_ index: Int) -> Int {
        guard self[index] == 0x1B else { return index + 1 }
        return afterSequence(index + 1)
    }

    /// After the part of a control sequence that follows ESC.
    private func afterSequence(_ start: Int) -> Int {
        var index = start
        if self[index] == 0x5B {
            index += 1
            let limit = min(count, index + 32)
            while index < limit {
                let byte = self[index]
                index += 1
                if byte >= 0x40, byte <= 0x7E { return index }
                if byte < 0x20 || byte > 0x3F { return index }
            }
            return index
        }
        return index
    }

    /// After a backslash escape that is spelled out in the text, as a repr or JSON inside a string
    /// spells it: `\n`, `\x1b[36m`, `\u001b[0m`, `\\`. Backslashes before a quote are left to it.
    func afterLiteralEscape(_ start: Int) -> Int {
        var index = start
        while self[index] == 0x5C { index += 1 }
        switch self[index] {
        case 0x6E, 0x72, 0x74, 0x62, 0x66, 0x76, 0x61:  // n r t b f v a
            // `\node` in a Windows path would lose its first letter: that only shifts a word.
            return index + 1
        case 0x78 where isHex(self[index + 1]) && isHex(self[index + 2]):  // \x1b
            let escape = self[index + 1] == 0x31 && self[index + 2] | 0x20 == 0x62
            return escape ? afterSequence(index + 3) : index + 3
        case 0x75 where (1...4).allSatisfy({ isHex(self[index + $0]) }):  // \u001b
            let escape =
                self[index + 1] == 0x30 && self[index + 2] == 0x30 && self[index + 3] == 0x31
                && self[index + 4] | 0x20 == 0x62
            return escape ? afterSequence(index + 5) : index + 5
        case 0x30 where self[index + 1] == 0x33 && self[index + 2] == 0x33:  // \033
            return afterSequence(index + 3)
        default:
            return index
        }
    }

    /// Past terminal colours, real or spelled out.
    func skipColours(_ start: Int) -> Int {
        var index = start
        while true {
            if self[index] == 0x1B {
                index = afterColour(index)
            } else if self[index] == 0x5C,
                hasExact("\\x1b[", at: index) || hasExact("\\u001b[", at: index)
                    || hasExact("\\033[", at: index) || hasExact("\\x1B[", at: index)
                    || hasExact("\\u001B[", at: index)
            {
                index = afterLiteralEscape(index)
            } else {
                return index
            }
        }
    }

    /// Past spaces, tabs and colours; past line ends too where asked.
    func skipBlanks(_ start: Int, lines: Bool = false) -> Int {
        var index = start
        while index < count {
            let byte = self[index]
            if byte == 0x20 || byte == 0x09 || (lines && (byte == 0x0A || byte == 0x0D)) {
                index += 1
            } else {
                let next = skipColours(index)
                if next == index { return index }
                index = next
            }
        }
        return index
    }

    /// Whether a line ends here, as a byte or spelled out (`\n`, `\r`).
    func endsLine(_ index: Int) -> Bool {
        let byte = self[index]
        if byte == 0x0A || byte == 0x0D { return true }
        guard byte == 0x5C else { return false }
        var slash = index
        while self[slash] == 0x5C { slash += 1 }
        return self[slash] == 0x6E || self[slash] == 0x72
    }

    /// The end of the line that `start` stands in.
    func lineEnd(_ start: Int) -> Int {
        var index = start
        while index < count, !endsLine(index) { index += 1 }
        return index
    }
}
