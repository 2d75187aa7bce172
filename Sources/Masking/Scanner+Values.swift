// SPDX-License-Identifier: Apache-2.0

/// A value as it stands in text after a name.
struct FoundValue {
    enum Form { case quoted, bare, container }

    /// What would be masked: between the quotes, the bare run, or the container with brackets.
    var start: Int
    var end: Int
    /// Where scanning goes on if the value is masked.
    var next: Int
    var form: Form
}

extension Text {
    /// Whether the byte is one of the quotes `"`, `'`, `` ` ``.
    @inline(__always)
    func isQuote(_ index: Int) -> Bool {
        let byte = self[index]
        return byte == 0x22 || byte == 0x27 || byte == 0x60
    }

    /// A quote with the backslashes before it: how many, and where the quote is.
    func quote(at start: Int) -> (slashes: Int, index: Int)? {
        var index = start
        while self[index] == 0x5C { index += 1 }
        return isQuote(index) ? (index - start, index) : nil
    }

    /// The end of a quoted text: where its closing quote's backslashes begin, and what follows.
    ///
    /// A quote of escaping depth d has k = 2^d − 1 backslashes; inside, backslashes come in pairs
    /// of that depth. So a quote with c backslashes closes when c mod 2(k+1) = k; one with fewer
    /// than k closes an outer text, and this one was cut short.
    func quotedEnd(from start: Int, quote: UInt8, slashes: Int) -> (end: Int, next: Int) {
        var index = start
        var run = 0
        while index < count {
            let byte = self[index]
            if byte == 0x5C {
                run += 1
            } else {
                if byte == quote {
                    if run < slashes || run % (2 * (slashes + 1)) == slashes {
                        return (max(start, index - min(run, slashes)), index + 1)
                    }
                }
                run = 0
            }
            index += 1
        }
        return (count, count)
    }

    /// The value that begins at or after `start` (just after the separator).
    func value(from start: Int, afterQuotedKey: Bool) -> FoundValue {
        var begin = skipBlanks(start, lines: afterQuotedKey)
        // Python's b'', u'', r'', f'' and a pointer's @"".
        var prefix = begin
        while prefix - begin < 2 {
            let byte = self[prefix]
            let low = byte | 0x20
            guard low == 0x62 || low == 0x75 || low == 0x72 || low == 0x66 || byte == 0x40 else {
                break
            }
            prefix += 1
        }
        if prefix > begin, quote(at: prefix) != nil { begin = prefix }
        if let open = quote(at: begin) {
            return quotedValue(open)
        }
        if has("%22", at: begin) {
            var end = begin + 3
            while end < count, !hasExact("%22", at: end), kind(end) & ByteClass.space == 0 {
                end += 1
            }
            return FoundValue(start: begin + 3, end: end, next: end, form: .quoted)
        }
        if let block = blockScalar(begin) { return block }
        switch self[begin] {
        case 0x7B, 0x5B, 0x28:
            // Where it ends is asked for only if it matters: a walk for each nested one would make
            // hostile text cost the square of its length.
            return FoundValue(start: begin, end: begin, next: begin, form: .container)
        default:
            let end = bareEnd(begin)
            return FoundValue(start: begin, end: end, next: end, form: .bare)
        }
    }

    /// YAML's `key: |` or `key: >-`: the indented lines that follow.
    private func blockScalar(_ start: Int) -> FoundValue? {
        guard self[start] == 0x7C || self[start] == 0x3E else { return nil }
        var index = start + 1
        while self[index] == 0x2D || self[index] == 0x2B || kind(index) & ByteClass.digit != 0 {
            index += 1
        }
        guard self[index] == 0x0A, self[index + 1] == 0x20 || self[index + 1] == 0x09 else {
            return nil
        }
        let first = skipBlanks(index + 1)
        var end = first
        while end < count {
            if self[end] == 0x0A, self[end + 1] != 0x20, self[end + 1] != 0x09 { break }
            end += 1
        }
        return FoundValue(start: first, end: end, next: end, form: .quoted)
    }

    private func quotedValue(_ open: (slashes: Int, index: Int)) -> FoundValue {
        let quote = self[open.index]
        let first = open.index + 1
        // Python's triple quotes.
        if open.slashes == 0, self[first] == quote, self[first + 1] == quote {
            var index = first + 2
            while index < count {
                if self[index] == quote, self[index + 1] == quote, self[index + 2] == quote {
                    return FoundValue(
                        start: first + 2, end: index, next: index + 3, form: .quoted)
                }
                index += 1
            }
            return FoundValue(start: first + 2, end: count, next: count, form: .quoted)
        }
        let close = quotedEnd(from: first, quote: quote, slashes: open.slashes)
        return FoundValue(start: first, end: close.end, next: close.next, form: .quoted)
    }

    /// The end of a bracketed value, with quotes inside respected; a cut one goes to the end.
    func containerEnd(_ start: Int, within limit: Int = .max) -> Int {
        let count = limit < count - start ? start + limit : count
        var depth = 0
        var index = start
        while index < count {
            switch self[index] {
            case 0x7B, 0x5B, 0x28:
                depth += 1
                index += 1
            case 0x7D, 0x5D, 0x29:
                depth -= 1
                index += 1
                if depth <= 0 { return index }
            case 0x5C:
                if let open = quote(at: index) {
                    index =
                        quotedEnd(
                            from: open.index + 1, quote: self[open.index], slashes: open.slashes
                        ).next
                } else {
                    index += 1
                }
            case 0x22, 0x27:
                // An apostrophe inside a word opens nothing.
                if self[index] == 0x27, kind(index - 1) & ByteClass.letter != 0,
                    kind(index + 1) & ByteClass.letter != 0
                {
                    index += 1
                } else {
                    index = quotedEnd(from: index + 1, quote: self[index], slashes: 0).next
                }
            default:
                index += 1
            }
        }
        return count
    }

    /// The end of a value without quotes. Errs on the long side: a comma, semicolon or bracket
    /// ends it only where something new begins after it.
    func bareEnd(_ start: Int) -> Int {
        if hasExact(maskedText, at: start) {
            // Our own mask ends where it ends, unless more is glued to it.
            let after = start + 12
            if after >= count || kind(after) & ByteClass.word == 0 { return after }
        }
        var index = start
        while index < count {
            let byte = self[index]
            switch byte {
            case 0x00...0x20, 0x7F, 0x26, 0x3C, 0x3E, 0x60:  // control, space, & < > `
                return index
            case 0x5C:
                let next = self[index + 1]
                if next == 0x6E || next == 0x72 || next == 0x74 || next == 0x78 || next == 0x75
                    || quote(at: index) != nil
                {
                    return index
                }
                index += 1
            case 0x22, 0x27:
                if endsAfterDelimiter(index + 1) { return index }
                index += 1
            case 0x2C, 0x3B:  // , ;
                if startsNew(index + 1) { return index }
                index += 1
            case 0x7C:  // |
                if startsNew(index + 1) { return index }
                index += 1
            case 0x28, 0x5B:  // a call or a subscript belongs to the value
                if index == start { return index }
                index = containerEnd(index, within: MaskingLimits.callBytes)
            case 0x29, 0x5D, 0x7D:
                if endsAfterDelimiter(index + 1) { return index }
                index += 1
            case 0x25:
                if has("%26", at: index) || has("%22", at: index) || has("%27", at: index)
                    || has("%20", at: index) || has("%0a", at: index) || has("%0d", at: index)
                    || has("%2c", at: index) || has("%7d", at: index)
                {
                    return index
                }
                index += 1
            default:
                index += 1
            }
        }
        return count
    }

    /// Whether a quote or closing bracket before `index` is a real end: nothing word-like follows.
    private func endsAfterDelimiter(_ index: Int) -> Bool {
        index >= count || (kind(index) & ByteClass.alphanumeric == 0 && self[index] < 0x80)
    }

    /// Whether a new item begins at `index`, after a comma or the like: a space, an end, a quote,
    /// or a name with `=` or `:`.
    private func startsNew(_ index: Int) -> Bool {
        if index >= count || kind(index) & ByteClass.space != 0 { return true }
        if quote(at: index) != nil { return true }
        var end = index
        while end - index < 64, kind(end) & (ByteClass.word | ByteClass.dot) != 0 { end += 1 }
        return end > index && (self[end] == 0x3D || self[end] == 0x3A)
    }
}
