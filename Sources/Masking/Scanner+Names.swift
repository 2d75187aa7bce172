// SPDX-License-Identifier: Apache-2.0

/// What stands between a name and its value.
struct Separator {
    var valueStart: Int
    /// The name's closing quote, so that a mask can be quoted alike.
    var quoteStart = 0
    var quoteCount = 0
    var isColon = false
    var isQuoted: Bool { quoteCount > 0 }
}

extension Text {
    /// The separator after a name that ends at `end`: `=`, `==`, `:`, `:=`, `=>`, `->`, with
    /// a closing quote, a bracket, blanks and colours before it, percent-encoded or not.
    func separator(after end: Int) -> Separator? {
        // Most words are followed by a space and a letter, or by a comma, a dot, a slash.
        switch self[end] {
        case 0x20, 0x09:
            var next = end + 1
            while self[next] == 0x20 || self[next] == 0x09 { next += 1 }
            switch self[next] {
            case 0x3D, 0x3A, 0x2D, 0x25, 0x1B, 0x5C: break
            default: return nil
            }
        case 0x3D, 0x3A, 0x22, 0x27, 0x60, 0x5D, 0x29, 0x5C, 0x1B, 0x25, 0x2D: break
        default: return nil
        }
        var result = Separator(valueStart: 0)
        var index = skipColours(end)
        if let quote = quote(at: index) {
            result.quoteStart = index
            result.quoteCount = quote.slashes + 1
            index = quote.index + 1
        } else if hasExact("%22", at: index) {
            result.quoteStart = index
            result.quoteCount = 3
            index += 3
        }
        // `cfg['api_key'] =`, `get('token') ==`; not `def connect(auth):`.
        if result.isQuoted {
            for _ in 0..<2 where self[index] == 0x5D || self[index] == 0x29 { index += 1 }
        }
        index = skipBlanks(index)
        switch self[index] {
        case 0x3D:
            index += 1
            while self[index] == 0x3D || self[index] == 0x3E || self[index] == 0x7E { index += 1 }
        case 0x3A:
            if self[index + 1] == 0x3A { return nil }
            if self[index + 1] == 0x2F, self[index + 2] == 0x2F { return nil }
            index += 1
            if self[index] == 0x3D { index += 1 }
            result.isColon = true
        case 0x2D where self[index + 1] == 0x3E:
            index += 2
        case 0x25 where has("%3d", at: index) || has("%3a", at: index):
            index += 3
        case 0x5C where has("\\u003d", at: index) || has("\\u003a", at: index):
            index += 6
        default:
            return nil
        }
        result.valueStart = index
        return result
    }
}

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

extension Text {
    /// Whether a quote stands here, perhaps after Python's `b`, `u`, `r` or `f`.
    func hasPrefixedQuote(_ index: Int) -> Bool {
        quote(at: index) != nil
            || kind(index) & ByteClass.letter != 0
                && (quote(at: index + 1) != nil
                    || kind(index + 1) & ByteClass.letter != 0 && quote(at: index + 2) != nil)
    }

    /// The end of a public value: the run of base64's characters, in quotes or not.
    func publicValueEnd(_ start: Int, _ isQuoted: Bool) -> Int {
        var index = skipBlanks(start, lines: isQuoted)
        if kind(index) & ByteClass.letter != 0, isQuote(index + 1) { index += 1 }
        if let open = quote(at: index) { index = open.index + 1 }
        while index < count {
            let byte = self[index]
            guard
                kind(index) & (ByteClass.word | ByteClass.dot) != 0 || byte == 0x2B || byte == 0x2F
                    || byte == 0x3D || byte == 0x3A || byte == 0x24
            else { break }
            index += 1
        }
        return index
    }

    /// Whether a quote at `index` opens an item of a list: a bracket, comma or colon stands before
    /// it, perhaps with a blank or Python's `b`.
    func opensItem(_ index: Int) -> Bool {
        var before = index - 1
        if self[before] | 0x20 == 0x62 || self[before] | 0x20 == 0x75 { before -= 1 }
        while before > 0, kind(before) & ByteClass.space != 0 { before -= 1 }
        switch self[before] {
        case 0x5B, 0x28, 0x2C, 0x7B, 0x3A: return true
        default: return false
        }
    }
}

extension NameVerdict.Kind {
    /// Whether a `value` beside a `name` of this kind is masked.
    var announcesPairedSecret: Bool {
        switch self {
        case .secret, .user, .authorization, .cookie, .seed, .signature: true
        default: false
        }
    }
}

extension Text {
    /// The name of a member that holds a name.
    var isPairName: Bool {
        equals("name") || equals("key") || equals("header") || equals("field") || equals("param")
            || equals("parameter") || equals("k") || equals("variable") || equals("setting")
    }

    /// What a call that logs in is called in the protocols of venues.
    var isLoginWord: Bool {
        equals("auth") || equals("login") || equals("authenticate") || equals("public/auth")
            || equals("logon") || equals("signin") || equals("sign_in") || equals("session.logon")
            || equals("authorize") || equals("auth.login") || equals("server.auth")
            || equals("user.login") || equals("authkeyexpires") || equals("server.sign")
    }

    /// Whether a bare value is only its own name again: `api_key`, `self.api_key`, `cfg["api_key"]`.
    func repeats(name: Text) -> Bool {
        guard count >= name.count, name.count >= 3, count <= MaskingLimits.nameBytes else {
            return false
        }
        var start = 0
        for index in 0..<count where self[index] == 0x2E { start = index + 1 }
        let last = slice(start, count)
        guard last.count == name.count else { return false }
        // `password=password` is a password that people have.
        if start == 0, name.isPasswordWord { return false }
        for index in 0..<start where kind(index) & (ByteClass.word | ByteClass.dot) == 0 {
            return false
        }
        for index in 0..<last.count where lowered(last[index]) != lowered(name[index]) {
            return false
        }
        return true
    }
}
