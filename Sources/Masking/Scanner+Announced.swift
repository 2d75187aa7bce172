// SPDX-License-Identifier: Apache-2.0

extension Scanner {
    /// A word that announces a secret without a separator: `secret Xy12…`, `my key is Xy12…`,
    /// `--password x`, `Bearer x`, `Basic x`, `-u user:pass`, `echo x > .cookie`.
    mutating func announced(_ start: Int, _ end: Int, _ classes: UInt8) -> Int? {
        guard end - start <= 40 else { return nil }
        let byte = text[end]
        guard byte == 0x20 || byte == 0x09 || byte == 0x1B || byte == 0x5C || byte == 0x25 else {
            return nil
        }
        let word = text.slice(start, end)
        switch end - start {
        case 1:
            if lowered(text[start]) == 0x75, text[start - 1] == 0x2D { return userOption(end) }
            return nil
        case 2:
            if word.equals("by"), !previous.isEmpty,
                text.slice(previous.lowerBound, previous.upperBound).equals("identified")
            {
                return quotedPassword(end)
            }
            return nil
        case 4 where word.equals("echo"):
            return redirected(end)
        case 5 where word.equals("basic"):
            return basic(end)
        case 6 where word.equals("bearer"):
            return bearer(end)
        case 6 where word.equals("printf"):
            return redirected(end)
        default:
            break
        }
        guard word.endsLikeSecretName else { return nil }
        return announcedByName(start, end)
    }

    private mutating func announcedByName(_ start: Int, _ end: Int) -> Int? {
        let word = text.slice(start, end)
        var kind = names.verdict(of: word.buffer, by: masker).kind
        if !previous.isEmpty, previous.upperBound + 1 == start {
            let both = names.verdict(
                of: text.slice(previous.lowerBound, end).buffer, by: masker
            ).kind
            if both == .identifier || both == .kept || both == .seed || both == .secret
                || both == .user
            {
                kind = both
            }
        }
        switch kind {
        case .secret, .user, .token, .tokenOfKind, .keyLike, .signature, .seed:
            break
        case .identifier:
            // `public key MCow…`: what follows is random and public.
            quietEnd = max(quietEnd, text.publicValueEnd(end, false))
            return nil
        default:
            return nil
        }
        let isOption = text[start - 1] == 0x2D && text[start - 2] == 0x2D
        var index = text.skipBlanks(end)
        guard index > end else { return nil }
        if isOption { return option(kind, index) }
        index = text.skipConnectors(index)
        let isQuoted = text.quote(at: index)
        if let isQuoted { index = isQuoted.index + 1 }
        if kind == .seed { return announcedSeed(index) }
        var stop = index
        while stop < text.count, text.kind(stop) & ByteClass.space == 0, !text.isQuote(stop),
            ![0x2C, 0x3B, 0x29, 0x28, 0x5D, 0x5B, 0x7D, 0x7B, 0x3C, 0x3E, 0x5C, 0x1B].contains(
                text[stop])
        {
            stop += 1
        }
        while stop > index, [0x2E, 0x3A, 0x21, 0x3F].contains(text[stop - 1]),
            !(kind == .secret && text[stop - 1] == 0x21 && word.isPasswordWord)
        {
            stop -= 1
        }
        let value = text.slice(index, stop)
        guard !value.isMasked, value.count >= 6, value.urlPath == nil else { return nil }
        let isSecret: Bool
        if word.isPasswordWord {
            isSecret =
                (value.isPasswordLike && !value.contains(0x2F) && !value.contains(0x3D)
                    && !value.isUUID && !value.isVersion)
                || (isQuoted != nil && value.count >= 4 && !value.isLowerWord)
        } else {
            let privateHex =
                kind == .secret
                && (value.isChainHex && value.count == 66
                    || value.count >= 32 && value.tally().hexadecimal)
            isSecret = value.isKeyLike || value.carriesSecretWord || privateHex
        }
        guard isSecret else { return nil }
        add(index, stop, .prose)
        return stop
    }

    /// `--api-key X`: whatever stands there, unless it is the next option.
    private mutating func option(_ kind: NameVerdict.Kind, _ start: Int) -> Int? {
        guard text[start] != 0x2D else { return nil }
        let value = text.value(from: start, afterQuotedKey: false)
        guard value.form != .container, value.end > value.start else { return nil }
        let content = text.slice(value.start, value.end)
        guard !content.isMasked else { return value.next }
        if kind != .secret, kind != .user {
            guard !content.isLowerWord, case .mask = decide(kind, content, .text) else {
                return nil
            }
        }
        add(value.start, value.end, .commandLine)
        return value.next
    }

    /// curl's `-u user:password`.
    private mutating func userOption(_ end: Int) -> Int? {
        let start = text.skipBlanks(end)
        guard start > end, kindBefore(end) else { return nil }
        let value = text.value(from: start, afterQuotedKey: false)
        guard value.form != .container else { return nil }
        // The user's name stays unseen, so it must be no more than a name.
        var colon = value.start
        while colon < value.end,
            text.kind(colon) & (ByteClass.word | ByteClass.dot) != 0 || text[colon] == 0x40
        {
            colon += 1
        }
        guard colon > value.start, colon + 1 < value.end, text[colon] == 0x3A else { return nil }
        if text.slice(colon + 1, value.end).isMasked { return value.next }
        add(colon + 1, value.end, .commandLine)
        return value.next
    }

    /// Whether the option that ends at `end` begins an argument (` -u`).
    private func kindBefore(_ end: Int) -> Bool {
        end < 3 || text.kind(end - 3) & ByteClass.space != 0
    }

    /// SQL's `IDENTIFIED BY 'password'`.
    private mutating func quotedPassword(_ end: Int) -> Int? {
        let start = text.skipBlanks(end)
        guard text.quote(at: start) != nil else { return nil }
        let value = text.value(from: start, afterQuotedKey: false)
        guard !text.slice(value.start, value.end).isMasked else { return value.next }
        add(value.start, value.end, .prose)
        return value.next
    }

    private mutating func bearer(_ end: Int) -> Int? {
        let start = credentialStart(end)
        let stop = text.credentialEnd(start)
        let value = text.slice(start, stop)
        guard value.count >= 8, !value.isAssignment else { return nil }
        let tally = value.tally()
        let looks =
            tally.digits > 0 || (tally.upper > 1 && tally.lower > 0 && !value.isCamelWords)
            || value.count >= 24
        guard looks else { return nil }
        add(start, stop, .bearer)
        return stop
    }

    private mutating func basic(_ end: Int) -> Int? {
        let start = credentialStart(end)
        let stop = text.credentialEnd(start)
        let value = text.slice(start, stop)
        guard value.count >= 8 else { return nil }
        let tally = value.tally()
        let padded = value[value.count - 1] == 0x3D
        guard tally.upper > 0, tally.lower > 0,
            padded || tally.digits > 0 || !value.isCamelWords,
            tally.classes & ByteClass.dot == 0
        else { return nil }
        add(start, stop, .basic)
        return stop
    }

    private func credentialStart(_ end: Int) -> Int {
        text.hasExact("%20", at: end) ? end + 3 : text.skipBlanks(end)
    }

    /// `echo VALUE > file` where the file's name is a secret's.
    private mutating func redirected(_ end: Int) -> Int? {
        var start = text.skipBlanks(end)
        if text[start] == 0x2D, text[start + 1] == 0x6E || text[start + 1] == 0x65 {
            start = text.skipBlanks(start + 2)
        }
        let value = text.value(from: start, afterQuotedKey: false)
        guard value.form != .container, value.end - value.start >= 4 else { return nil }
        var index = text.skipBlanks(value.next)
        guard text[index] == 0x3E else { return nil }
        while text[index] == 0x3E { index += 1 }
        index = text.skipBlanks(index)
        var stop = index
        while stop < text.count, text.kind(stop) & ByteClass.space == 0, text[stop] != 0x3B,
            text[stop] != 0x29, text[stop] != 0x26
        {
            stop += 1
        }
        guard text.slice(index, stop).namesSecretFile,
            !text.slice(value.start, value.end).isMasked
        else { return nil }
        add(value.start, value.end, .redirect)
        return value.next
    }
}

extension Text {
    var isPasswordWord: Bool {
        find("pass") != nil || find("pwd") != nil
    }

    /// `2.1.0`, `v2`: digits and dots, at most one letter before.
    var isVersion: Bool {
        var index = kind(0) & ByteClass.letter != 0 ? 1 : 0
        while index < count {
            guard kind(index) & (ByteClass.digit | ByteClass.dot) != 0 else { return false }
            index += 1
        }
        return true
    }

    /// `expires_in=3600`: a padding `=` has nothing but `=` after it.
    var isAssignment: Bool {
        for index in 0..<count where self[index] == 0x3D {
            return index + 1 < count && self[index + 1] != 0x3D
        }
        return false
    }

    func contains(_ byte: UInt8) -> Bool {
        for index in 0..<count where self[index] == byte { return true }
        return false
    }

    /// Past `is`, `was`, `set to`, `:` and the like between a name and its value.
    func skipConnectors(_ start: Int) -> Int {
        var index = start
        for _ in 0..<3 {
            var end = index
            while end - index < 8, kind(end) & ByteClass.lower != 0 { end += 1 }
            let word = slice(index, end)
            if word.isConnector {
                index = skipBlanks(end)
                if self[index] == 0x3A { index = skipBlanks(index + 1) }
            } else if self[index] == 0x3D || self[index] == 0x3A {
                index = skipBlanks(index + 1)
            } else {
                return index
            }
        }
        return index
    }

    /// The end of a credential in the characters of RFC 6750 and base64, a sentence's dot left off.
    func credentialEnd(_ start: Int) -> Int {
        var end = start
        while end < count {
            let byte = self[end]
            guard
                kind(end) & (ByteClass.word | ByteClass.dot) != 0 || byte == 0x2B || byte == 0x2F
                    || byte == 0x3D || byte == 0x7E || byte == 0x3A || byte == 0x25
            else { break }
            end += 1
        }
        while end > start, self[end - 1] == 0x2E || self[end - 1] == 0x3A { end -= 1 }
        return end
    }

    /// Whether a path's last part is the name of a file that holds a secret.
    var namesSecretFile: Bool {
        var start = 0
        for index in 0..<count where self[index] == 0x2F { start = index + 1 }
        let name = slice(start, count)
        return name.isSecretFileName
    }
}
