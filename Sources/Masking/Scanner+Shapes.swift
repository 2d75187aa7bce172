// SPDX-License-Identifier: Apache-2.0

/// A token whose maker marks it by how it begins.
struct ProviderToken {
    let prefix: StaticString
    /// The least number of characters after the prefix.
    let tail: Int
    /// Whether dots belong to it.
    var dots = false
    /// Whether the tail must have a digit (the prefix is a word's beginning too).
    var digits = true

    /// In docs/format/masking-rules.json; documented in docs/format/masking.md.
    static let all = RuleTable.providerTokens

    /// Which first bytes any prefix has, so that most words cost one look.
    nonisolated(unsafe) static let firstBytes: UnsafePointer<Bool> = {
        let table = UnsafeMutablePointer<Bool>.allocate(capacity: 256)
        table.initialize(repeating: false, count: 256)
        for token in all { table[Int(token.prefix.utf8Start[0])] = true }
        return UnsafePointer(table)
    }()
}

extension Scanner {
    /// A word that is a secret by itself, or part of one by what surrounds it.
    mutating func alone(_ start: Int, _ end: Int, _ classes: UInt8) -> Int? {
        if text[end] == 0x3A {
            if text[end + 1] == 0x2F, text[end + 2] == 0x2F { return url(from: end + 3) }
            // `https:\/\/`, as JSON inside a string may have it.
            if text.hasExact("\\/\\/", at: end + 1) { return url(from: end + 5) }
            if let next = telegram(start, end) { return next }
        }
        let count = end - start
        // The shortest with its prefix has 13 characters, or a dot before them.
        if count >= 13 || text[end] == 0x2E, count >= 2, providerFirst[Int(text[start])],
            let next = provider(start, end)
        {
            return next
        }
        guard count >= 8 else { return nil }
        if text[start] == 0x65, text.hasExact("eyJ", at: start), let next = jwt(start, end) {
            return next
        }
        if text[end] == 0x2F, text[start - 1] == 0x2F, let next = webhookPath(start, end) {
            return next
        }
        if count >= 60, classes & ByteClass.joiner == 0, text.hasExact("/ws/", at: start - 4),
            classes & ByteClass.digit != 0, classes & ByteClass.letter != 0
        {
            add(start, end, .streamKey)
            return end
        }
        guard count >= 12, classes & ByteClass.lower != 0, classes & ByteClass.upper != 0 else {
            return nil
        }
        if count >= 40, isHighEntropy(start, end) {
            add(start, end, .highEntropy)
            return end
        }
        if count <= 128, text.slice(start, end).carriesSecretWord {
            add(start, end, .secretWord)
            return end
        }
        return nil
    }

    private func isHighEntropy(_ start: Int, _ end: Int) -> Bool {
        let word = text.slice(start, end)
        guard start >= quietEnd, word.isHighEntropy || word.isWalletKey else { return false }
        // An OpenSSH public key begins with the length of its type.
        if word.hasExact("AAAA", at: 0) { return false }
        // Base64 with its own characters, ids with a mark before them and paths are not it.
        for place in [start - 1, end] {
            switch text[place] {
            case 0x2B, 0x2F, 0x3D, 0x2E, 0x24, 0x21, 0x23, 0x40, 0x25: return false
            default: break
            }
        }
        // `%24…`: an id's mark in a URL.
        if text[start - 3] == 0x25, isHex(text[start - 2]), isHex(text[start - 1]) { return false }
        return previous.isEmpty || previous.upperBound + 1 != start
            || !text.slice(previous.lowerBound, previous.upperBound).announcesPublicValue
    }

    private mutating func provider(_ start: Int, _ end: Int) -> Int? {
        let first = text[start]
        for token in ProviderToken.all where token.prefix.utf8Start[0] == first {
            guard text.hasExact(token.prefix, at: start) else { continue }
            let body = start + token.prefix.utf8CodeUnitCount
            // A look at the beginning decides; only what is masked is walked to its end.
            let head = tokenEnd(body, token.dots, limit: body + 64)
            let tally = text.slice(body, head).tally()
            guard !token.digits || tally.digits > 0 else { continue }
            // `sk-` and others begin ordinary slugs too: those have only small letters.
            guard tally.upper > 0 || tally.digits >= 4 else { continue }
            var stop = tokenEnd(head, token.dots, limit: text.count)
            while stop > body, text[stop - 1] == 0x2E { stop -= 1 }
            guard stop - body >= token.tail else { continue }
            add(start, stop, .providerToken)
            return stop
        }
        return nil
    }

    private func tokenEnd(_ start: Int, _ dots: Bool, limit: Int) -> Int {
        var stop = start
        let limit = min(limit, text.count)
        while stop < limit,
            text.kind(stop) & ByteClass.word != 0 || dots && text.kind(stop) & ByteClass.dot != 0
        {
            stop += 1
        }
        return stop
    }

    /// A bot token: digits, a colon, and thirty or more characters.
    private mutating func telegram(_ start: Int, _ end: Int) -> Int? {
        var digits = end
        while digits > start, text.kind(digits - 1) & ByteClass.digit != 0 { digits -= 1 }
        guard end - digits >= 6, end - digits <= 12 else { return nil }
        var stop = end + 1
        while stop < text.count, text.kind(stop) & ByteClass.word != 0 { stop += 1 }
        guard stop - end > 30 else { return nil }
        let tally = text.slice(end + 1, stop).tally()
        guard tally.upper > 0, tally.lower > 0 else { return nil }
        add(digits, stop, .telegramToken)
        return stop
    }

    /// `eyJ….eyJ….…`: a signed (or encrypted) token of RFC 7519.
    private mutating func jwt(_ start: Int, _ end: Int) -> Int? {
        var stop = end
        var parts = 1
        while text[stop] == 0x2E, parts < 5 {
            var next = stop + 1
            while next < text.count, text.kind(next) & ByteClass.word != 0 { next += 1 }
            if next == stop + 1, parts != 1 { break }
            stop = next
            parts += 1
        }
        guard parts >= 2, stop - start >= 20 else { return nil }
        add(start, stop, .jwt)
        return stop
    }

    /// `/services/T…/B…/x` (Slack and its relatives, on any host) and `/webhooks/1…/x` (Discord).
    private mutating func webhookPath(_ start: Int, _ end: Int) -> Int? {
        let word = text.slice(start, end)
        if word.equals("services"), text[end + 1] == 0x54 {
            let second = text.pathPartEnd(end + 1)
            guard text[second] == 0x2F, text[second + 1] == 0x42 else { return nil }
            let third = text.pathPartEnd(second + 1)
            guard text[third] == 0x2F else { return nil }
            return maskPath(from: third + 1)
        }
        if word.equals("webhooks") || word.equals("webhookb2") || word.equals("incomingwebhook") {
            let second = text.pathPartEnd(end + 1)
            guard text[second] == 0x2F, second > end + 1 else { return nil }
            return maskPath(from: second + 1)
        }
        return nil
    }

    private mutating func maskPath(from start: Int) -> Int? {
        let stop = text.bareEnd(start)
        guard stop > start, !text.slice(start, stop).isMasked else { return nil }
        add(start, stop, .webhook)
        return stop
    }

    /// `scheme://user:password@host`: the password, or a user that is a token.
    private mutating func url(from authority: Int) -> Int? {
        var stop = authority
        var at: Int?
        var colon: Int?
        scan: while stop < text.count {
            switch text[stop] {
            case 0x00...0x20, 0x22, 0x27, 0x3C, 0x3E, 0x60, 0x2C, 0x5C: break scan
            case 0x2F, 0x3F, 0x23:
                // A slash in a password: only where what follows the colon is no port.
                guard at == nil, let colon, !isPort(colon + 1, stop) else { break scan }
                guard let later = laterAt(stop) else { break scan }
                at = later
                stop = later
            case 0x40: at = stop
            case 0x3A where colon == nil && at == nil: colon = stop
            case 0x5B: break scan
            default: break
            }
            stop += 1
        }
        guard let at, at > authority else { return authority }
        if let colon {
            if !text.slice(colon + 1, at).isMasked { add(colon + 1, at, .urlPassword) }
        } else if text.slice(authority, at).isKeyLike {
            add(authority, at, .urlPassword)
        }
        return at + 1
    }

    private func isPort(_ start: Int, _ end: Int) -> Bool {
        guard end - start <= 5 else { return false }
        for index in start..<max(start, end) where text.kind(index) & ByteClass.digit == 0 {
            return false
        }
        return true
    }

    private func laterAt(_ start: Int) -> Int? {
        var index = start
        let limit = min(text.count, start + MaskingLimits.passwordBytes)
        while index < limit {
            switch text[index] {
            case 0x00...0x20, 0x22, 0x27, 0x3C, 0x3E, 0x60, 0x3F, 0x26: return nil
            case 0x40: return index
            default: index += 1
            }
        }
        return nil
    }
}

extension Text {
    func pathPartEnd(_ start: Int) -> Int {
        var end = start
        while end < count, kind(end) & (ByteClass.word | ByteClass.dot) != 0 || self[end] == 0x40 {
            end += 1
        }
        return end
    }
}
