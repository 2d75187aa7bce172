// SPDX-License-Identifier: Apache-2.0

extension Scanner {
    /// A word that names a value: `name=value`, `"name": "value"`, `name: value`,
    /// `('name', 'value')`. Returns where to go on if that is settled.
    mutating func keyed(_ start: Int, _ end: Int, _ classes: UInt8) -> Int? {
        if text[end] == 0x3E, text[start - 1] == 0x3C || text[start - 1] == 0x3A {
            return element(start, end)
        }
        guard let separator = text.separator(after: end) else {
            return text.isQuote(start - 1) ? tuple(start, end, classes) : nil
        }
        // `arn:aws:secretsmanager:…:secret:desk`: a part of a name, not a name.
        if separator.isColon, !separator.isQuoted, text[start - 1] == 0x3A,
            text.slice(start, end).equals("secret")
        {
            return nil
        }
        if classes & ByteClass.letter == 0 || (text[start] == 0x41 && text[start - 1] == 0x5E) {
            if let next = fixTag(start, end, separator) { return next }
            if classes & ByteClass.letter == 0 { return nil }
        }
        let verdict = verdict(start, end)
        switch verdict.kind {
        case .plain, .suspect:
            notePair(start, end, separator)
            return nil
        case .kept:
            let value = text.value(from: separator.valueStart, afterQuotedKey: separator.isQuoted)
            return max(value.next, end)
        case .identifier:
            if separator.valueStart >= quietEnd {
                quietEnd = text.publicValueEnd(separator.valueStart, separator.isQuoted)
            }
            return nil
        default:
            return judge(start, end, verdict, separator)
        }
    }

    /// The verdict on a word, with the word before it where that matters (`API key: …`).
    private mutating func verdict(_ start: Int, _ end: Int) -> NameVerdict {
        var own = names.verdict(of: text.slice(start, end).buffer, by: masker)
        if own.kind == .plain, text[start - 1] >= 0x80 {
            // `contraseña`: the letters before are part of the word.
            var first = start
            while start - first < 32,
                text[first - 1] >= 0x80 || text.kind(first - 1) & ByteClass.word != 0
            {
                first -= 1
            }
            own = names.verdict(of: text.slice(first, end).buffer, by: masker)
        }
        guard !previous.isEmpty, previous.upperBound + 1 == start, end - start <= 9 else {
            return own
        }
        switch own.kind {
        case .plain, .keyLike, .token, .identifier:
            let word = text.slice(start, end)
            guard
                word.equals("key") || word.equals("token") || word.equals("phrase")
                    || word.equals("words") || word.equals("code") || word.equals("keys")
            else { return own }
            let both = names.verdict(
                of: text.slice(previous.lowerBound, end).buffer, by: masker)
            switch both.kind {
            case .secret, .seed, .identifier, .user, .kept: return both
            default: return own
            }
        default:
            return own
        }
    }

    /// The value after a separator. The end of a long run without a break is remembered, since all
    /// names in it would look for it again.
    private mutating func value(_ separator: Separator) -> FoundValue {
        if separator.valueStart > bareRun.lowerBound, separator.valueStart < bareRun.upperBound,
            text.kind(separator.valueStart) & ByteClass.word != 0,
            !text.hasPrefixedQuote(separator.valueStart)
        {
            return FoundValue(
                start: separator.valueStart, end: bareRun.upperBound, next: bareRun.upperBound,
                form: .bare)
        }
        let value = text.value(from: separator.valueStart, afterQuotedKey: separator.isQuoted)
        if value.form == .bare { bareRun = value.start..<max(value.start, value.end) }
        return value
    }

    private mutating func judge(
        _ start: Int, _ end: Int, _ verdict: NameVerdict, _ separator: Separator
    ) -> Int? {
        var value = value(separator)
        let content = text.slice(value.start, value.end)
        if masker.hasValueExceptions, masker.keeps(name: text.slice(start, end), value: content) {
            return max(value.next, end)
        }
        if value.form == .container { return container(start, verdict, value, separator) }
        let kind = verdict.kind
        if kind == .keyLike { notePair(start, end, separator) }
        if kind == .pairedValue {
            guard value.start <= pairEnd, !content.isMasked, !content.isEmptyScalar else {
                return nil
            }
            add(quoted(value, separator, RuleNumber(.pairedValue)))
            return max(value.next, end)
        }
        if value.form == .bare {
            // `api_key=api_key`, `token=self.token`: the name again, in a line of source.
            if content.repeats(name: text.slice(start, end)) { return nil }
            stretch(&value, kind, separator)
        }
        let isQuery =
            !separator.isColon && (text[start - 1] == 0x3F || text[start - 1] == 0x26)
        let isProse = value.form == .bare && separator.isColon && !separator.isQuoted
        let context: ValueContext = isQuery ? .query : isProse ? .prose : .text
        if isProse, kind == .secret, isSentence(start, end, value) { return nil }
        switch decide(kind, text.slice(value.start, value.end), context) {
        case .stay:
            return max(value.next, end)
        case .look:
            return nil
        case .mask(let from, let to, let rule):
            let number = kind == .user ? RuleNumber(user: Int(verdict.user)) : RuleNumber(rule)
            if from == 0 {
                value.end = value.start + to
                add(quoted(value, separator, number))
            } else {
                add(Span(start: value.start + from, end: value.start + to, rule: number))
            }
            return max(value.next, end)
        }
    }

    /// `Our secret: patience is …`: one of the words that sentences use too, and small letters
    /// that go on after it. A password's name is never read so.
    private func isSentence(_ start: Int, _ end: Int, _ value: FoundValue) -> Bool {
        let name = text.slice(start, end)
        guard name.equals("secret") || name.equals("secrets") || name.equals("credentials") else {
            return false
        }
        return text.slice(value.start, value.end).isLowerWord && text[value.end] == 0x20
            && text.kind(value.end + 1) & ByteClass.letter != 0
    }

    /// Values that go on after a space: a scheme and its credential, cookies, seed phrases.
    private func stretch(
        _ value: inout FoundValue, _ kind: NameVerdict.Kind, _ separator: Separator
    ) {
        var end = value.end
        switch kind {
        case .authorization, .auth:
            let line = text.slice(value.start, value.start + 64)
            guard let scheme = line.authorizationScheme else { return }
            end =
                scheme.toLineEnd
                ? text.lineEnd(value.start) : text.bareEnd(value.start + scheme.next)
        case .cookie where separator.isColon, .seed:
            end = text.lineEnd(value.start)
            for index in value.start..<end where text[index] == 0x22 || text[index] == 0x27 {
                end = index
                break
            }
        default:
            return
        }
        if end > value.end {
            value.end = end
            value.next = end
        }
    }

    /// A list or an object under a name.
    private mutating func container(
        _ start: Int, _ verdict: NameVerdict, _ value: FoundValue, _ separator: Separator
    ) -> Int? {
        let bracket = text[value.start]
        var value = value
        switch verdict.kind {
        case .secret, .user, .token, .cookie, .seed:
            value.end = text.containerEnd(value.start)
            value.next = value.end
            let number =
                verdict.kind == .user ? RuleNumber(user: Int(verdict.user)) : RuleNumber(.name)
            add(quoted(value, separator, number))
            return max(value.next, start + 1)
        case .auth, .authorization:
            if bracket == 0x28 {
                value.end = text.containerEnd(value.start)
                value.next = value.end
                add(quoted(value, separator, RuleNumber(.authorization)))
                return max(value.next, start + 1)
            }
            if bracket == 0x5B { enterList(value.start, verdict.kind) }
        case .keyLike, .signature:
            if bracket != 0x7B { enterList(value.start, verdict.kind) }
        case .arguments:
            if isLoginCall() { enterList(value.start, .arguments) }
        default:
            break
        }
        return nil
    }

    /// From here on the strings of a list are judged one by one. One inside another keeps the outer
    /// one's end.
    private mutating func enterList(_ start: Int, _ kind: NameVerdict.Kind) {
        if start >= listEnd { listEnd = text.containerEnd(start) }
        listKind = kind
    }

    /// A string in a list that is judged one by one.
    mutating func listed(at start: Int) -> Int? {
        guard let open = text.quote(at: start), text.opensItem(start) else { return nil }
        let close = text.quotedEnd(
            from: open.index + 1, quote: text[open.index], slashes: open.slashes)
        let content = text.slice(open.index + 1, close.end)
        guard close.end <= listEnd, content.count >= 4, !content.hasSpace else { return nil }
        if listKind == .arguments {
            if content.isMasked || text.separator(after: close.end) != nil { return nil }
            add(open.index + 1, close.end, .loginArguments)
            return close.next
        }
        guard case .mask(let from, let to, let rule) = decide(listKind, content, .text) else {
            return nil
        }
        add(open.index + 1 + from, open.index + 1 + to, rule)
        return close.next
    }

    /// `('X-API-KEY', 'value')` and `["Authorization", "Bearer …"]`, as header lists are printed.
    private mutating func tuple(_ start: Int, _ end: Int, _ classes: UInt8) -> Int? {
        guard let close = text.quote(at: end), text.isQuote(start - 1) else { return nil }
        var before = start - 2
        while text[before] == 0x5C { before -= 1 }
        if text[before] | 0x20 == 0x62 { before -= 1 }
        guard text[before] == 0x28 || text[before] == 0x5B else { return nil }
        var index = text.skipBlanks(close.index + 1)
        guard text[index] == 0x2C else { return nil }
        index = text.skipBlanks(index + 1)
        let kind = names.verdict(of: text.slice(start, end).buffer, by: masker).kind
        guard kind != .plain, kind != .identifier, kind != .kept else { return nil }
        guard text.hasPrefixedQuote(index) else { return nil }
        let value = text.value(from: index, afterQuotedKey: true)
        guard value.form == .quoted else { return nil }
        guard
            case .mask(let from, let to, let rule) = decide(
                kind, text.slice(value.start, value.end), .text)
        else { return nil }
        add(value.start + from, value.start + to, rule)
        return max(value.next, end)
    }

    /// `<password>value</password>`, as XML and SOAP have it.
    private mutating func element(_ start: Int, _ end: Int) -> Int? {
        let verdict = names.verdict(of: text.slice(start, end).buffer, by: masker)
        var stop = end + 1
        while stop < text.count, text[stop] != 0x3C { stop += 1 }
        guard verdict.kind != .plain, verdict.kind != .kept, stop < text.count,
            case .mask(let from, let to, let rule) = decide(
                verdict.kind, text.slice(end + 1, stop), .text)
        else { return nil }
        let number =
            verdict.kind == .user ? RuleNumber(user: Int(verdict.user)) : RuleNumber(rule)
        add(Span(start: end + 1 + from, end: end + 1 + to, rule: number))
        return stop
    }

    /// Remembers that a `"name": "api_key"` stands here, for the `"value"` that follows.
    private mutating func notePair(_ start: Int, _ end: Int, _ separator: Separator) {
        let name = text.slice(start, end)
        guard end - start <= 9, name.isPairName,
            text.hasPrefixedQuote(text.skipBlanks(separator.valueStart))
        else { return }
        let value = text.value(from: separator.valueStart, afterQuotedKey: separator.isQuoted)
        guard value.form == .quoted, value.end - value.start <= MaskingLimits.nameBytes else {
            return
        }
        let kind = names.verdict(of: text.slice(value.start, value.end).buffer, by: masker).kind
        if kind.announcesPairedSecret { pairEnd = value.next + 64 }
    }

    /// A span over a value, with the key's quotes put around the mask where the value had none.
    private func quoted(
        _ value: FoundValue, _ separator: Separator, _ rule: RuleNumber
    ) -> Span {
        var span = Span(start: value.start, end: value.end, rule: rule)
        if value.form != .quoted, separator.isQuoted {
            span.quoteStart = separator.quoteStart
            span.quoteCount = separator.quoteCount
        }
        return span
    }

    /// Whether the text holds a login: a quoted `auth`, `login` or the like as a value.
    private mutating func isLoginCall() -> Bool {
        if let loginCall { return loginCall }
        var found = false
        for index in 0..<text.count where text.isQuote(index) {
            var end = index + 1
            while end - index < 32,
                text.kind(end) & ByteClass.word != 0 || text[end] == 0x2F
                    || text[end] == 0x2E
            {
                end += 1
            }
            guard end > index + 1, text.quote(at: end) != nil || text.isQuote(end) else { continue }
            if text.slice(index + 1, end).isLoginWord {
                found = true
                break
            }
        }
        loginCall = found
        return found
    }
}
