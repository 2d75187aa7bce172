// SPDX-License-Identifier: Apache-2.0

/// What to do with one string, given what its name says. The same for members of JSON and for
/// values in text.
enum Decision {
    /// It stays, and nothing in it is looked at (it is masked already).
    case stay
    /// The name does not settle it: look at it as text.
    case look
    /// Mask this part of it.
    case mask(from: Int, to: Int, rule: StandardRule)
}

/// Where the string was found.
enum ValueContext {
    /// A member of a JSON record.
    case member
    /// In text, between quotes or after `=`.
    case text
    /// In text, after `?name=` or `&name=`.
    case query
    /// In text, after `name: ` without quotes, where people write sentences too.
    case prose
}

func decide(_ kind: NameVerdict.Kind, _ value: Text, _ context: ValueContext) -> Decision {
    if value.isMasked { return .stay }
    let whole = { (rule: StandardRule) -> Decision in .mask(from: 0, to: value.count, rule: rule) }
    if context != .member, value.isEmptyScalar { return .look }
    let isSentence = context == .prose && value.isLowerWord
    switch kind {
    case .secret, .user:
        return whole(.name)
    case .token, .tokenOfKind:
        if value.isTicker || value.isChainHex || isSentence { return .look }
        if kind == .tokenOfKind, value.isLowerWord { return .look }
        return whole(.token)
    case .keyLike:
        if value.isKeyLike || value.carriesSecretWord { return whole(.key) }
        if context == .query, value.isPasswordLike { return whole(.key) }
        return .look
    case .signature:
        if value.count < 6 || value.hasSpace || isSentence || value.isEmptyScalar { return .look }
        return whole(.signature)
    case .authorization, .auth:
        return decideAuthorization(kind, value, isSentence: isSentence)
    case .cookie:
        return value.count < 4 || isSentence || value.isEmptyScalar ? .look : whole(.cookie)
    case .seed:
        return value.count < 8 || value.isEmptyScalar ? .look : whole(.seedPhrase)
    case .webhook:
        if var path = value.urlPath {
            // With a password in it, all but the scheme.
            if let scheme = value.find("://"), value.slice(scheme, path).contains(0x40) {
                path = scheme + 3
            }
            if value.slice(path, value.count).isMasked { return .stay }
            return path < value.count
                ? .mask(from: path, to: value.count, rule: .webhook) : .look
        }
        return value.isKeyLike ? whole(.webhook) : .look
    case .wallet:
        return value.count < 16 || value.hasSpace ? .look : whole(.wallet)
    case .plain, .arguments, .pairedValue, .identifier, .kept, .suspect:
        return .look
    }
}

private func decideAuthorization(
    _ kind: NameVerdict.Kind, _ value: Text, isSentence: Bool
) -> Decision {
    if let scheme = value.authorizationScheme {
        if value.slice(scheme.next, value.count).isMasked { return .stay }
        return .mask(from: scheme.next, to: value.count, rule: .authorization)
    }
    if isSentence || value.isEmptyScalar { return .look }
    if kind == .auth {
        let pair = value.urlPath == nil && value.isUserAndPassword
        if value.isKeyLike || pair { return .mask(from: 0, to: value.count, rule: .authorization) }
        return .look
    }
    if value.count < 6 { return .look }
    return .mask(from: 0, to: value.count, rule: .authorization)
}

extension Text {
    /// `user:password`, at least eight bytes of it, without what code has.
    var isUserAndPassword: Bool {
        guard count >= 8, count <= 256 else { return false }
        var colon = 0
        while colon < count,
            kind(colon) & (ByteClass.word | ByteClass.dot) != 0
                || self[colon] == 0x40
        {
            colon += 1
        }
        guard colon > 0, colon < count - 3, self[colon] == 0x3A else { return false }
        for index in colon..<count {
            let byte = self[index]
            if byte <= 0x20 || isQuote(index) || byte == 0x28 || byte == 0x29 || byte == 0x7B
                || byte == 0x5B || byte == 0x2C
            {
                return false
            }
        }
        return true
    }

    /// One word of small letters, as in a sentence.
    var isLowerWord: Bool {
        guard count > 0, count <= 24 else { return false }
        for index in 0..<count where kind(index) & ByteClass.lower == 0 { return false }
        return true
    }

    var hasLetter: Bool {
        for index in 0..<count where kind(index) & ByteClass.letter != 0 || self[index] >= 0x80 {
            return true
        }
        return false
    }

    var hasSpace: Bool {
        for index in 0..<count where kind(index) & ByteClass.space != 0 { return true }
        return false
    }

    /// An authorization scheme that the value begins with, and where its credential begins.
    var authorizationScheme: (next: Int, toLineEnd: Bool)? {
        var end = 0
        while end < 24, kind(end) & ByteClass.word != 0 { end += 1 }
        guard end >= 2, self[end] == 0x20 else { return nil }
        var next = end
        while self[next] == 0x20 { next += 1 }
        guard next < count else { return nil }
        let scheme = slice(0, end)
        if scheme.isCredentialScheme { return (next, false) }
        return scheme.isParametricScheme ? (next, true) : nil
    }

    /// Where the path of a URL begins, after the slash that follows the host.
    var urlPath: Int? {
        var index = 0
        while index < 16, kind(index) & ByteClass.letter != 0 { index += 1 }
        guard index > 0, hasExact("://", at: index) else { return nil }
        index += 3
        // What stands before the path stays unseen, so it must be no more than a host.
        while index < count, self[index] != 0x2F {
            let byte = self[index]
            if byte <= 0x20 || byte == 0x3D || byte == 0x3F || isQuote(index) { return nil }
            index += 1
        }
        return min(count, index + 1)
    }
}
