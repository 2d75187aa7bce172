// SPDX-License-Identifier: Apache-2.0

/// The standard rules over names: a name is split into words (`X-MBX-APIKEY` → x mbx apikey,
/// `apiKey` → api key, `wallet_private_key2` → wallet private key) and judged by how it ends.
///
/// This is the slow path: a session asks once per distinct name and remembers the verdict.
enum NameRules {
    static func verdict(of name: Text) -> NameVerdict.Kind {
        // Prices as keys, as an order book has them: no word to look at.
        if !name.hasLetter { return .plain }
        let words = split(name)
        guard let last = words.last else { return .plain }
        let joined = words.joined()
        if joined.utf8.count > MaskingLimits.nameBytes { return .plain }
        if let kind = byLastWords(words, last: last, joined: joined) {
            if kind != .identifier || words.count == 1 { return kind }
            // `password_hash` is one; `tx_hash` is none.
            return last == "hash" && endsInSecret(words.dropLast()) ? .secret : kind
        }
        // `private_key_pem`, `password_confirm`: what kind of secret it is, not what kind of thing.
        if RuleTable.formWords.contains(last), words.count > 1, endsInSecret(words.dropLast()) {
            return .secret
        }
        return .plain
    }

    private static func endsInSecret(_ words: some Collection<String>) -> Bool {
        let words = Array(words)
        guard let last = words.last else { return false }
        return byLastWords(words, last: last, joined: words.joined()) == .secret
    }

    /// The words of a name in lower case, digits at a word's end taken off.
    static func split(_ name: Text) -> [String] {
        var words: [String] = []
        var word: [UInt8] = []
        func end() {
            while word.count > 1, let last = word.last, last &- 0x30 < 10 { word.removeLast() }
            if !word.isEmpty, !(word.count == 1 && word[0] &- 0x30 < 10) {
                words.append(String(decoding: word, as: UTF8.self))
            }
            word.removeAll(keepingCapacity: true)
        }
        for index in 0..<min(name.count, MaskingLimits.nameBytes) {
            let kind = name.kind(index)
            if kind & ByteClass.alphanumeric == 0, name[index] < 0x80 {
                end()
                continue
            }
            if kind & ByteClass.upper != 0, index > 0 {
                let before = name.kind(index - 1)
                let after = name.kind(index + 1)
                // fooBar → foo Bar; APIKey → API Key.
                if before & (ByteClass.lower | ByteClass.digit) != 0
                    || (before & ByteClass.upper != 0 && after & ByteClass.lower != 0)
                {
                    end()
                }
            }
            word.append(lowered(name[index]))
        }
        end()
        return words
    }

    private static func byLastWords(
        _ words: [String], last: String, joined: String
    ) -> NameVerdict.Kind? {
        let before = words.count > 1 ? words[words.count - 2] : nil
        // Endings first, but `token_address`, `password_policy`, `public_key` do not end so.
        if let before, last == "key", RuleTable.openKeys.contains(before) { return .identifier }
        var ending = ""
        for word in words.reversed().prefix(4) {
            ending = word + ending
            if RuleTable.secretEndings.contains(ending) { return .secret }
        }
        if RuleTable.wordEndings.contains(where: { last.hasSuffix($0) }) { return .secret }
        if joined.hasSuffix("publickey") || joined.hasSuffix("pubkey") { return .identifier }
        if let kind = byLastWord(last, before) { return kind }
        if joined.hasSuffix("signature") { return .signature }
        let isIdentifier =
            RuleTable.identifiers.contains(last) || RuleTable.identifiers.contains(joined)
        return isIdentifier ? .identifier : nil
    }

    /// By the last word and the one before it; words that say different things with another before
    /// them are decided here, the others by the table.
    private static func byLastWord(_ last: String, _ before: String?) -> NameVerdict.Kind? {
        switch last {
        case "pass":
            return before == nil ? .keyLike : .secret
        case "auth", "authorization":
            if before == "basic" || before == "http" { return .secret }
            return last == "auth" ? .auth : .authorization
        case "token":
            guard let before else { return .token }
            if RuleTable.pageTokens.contains(before) { return .identifier }
            return RuleTable.loginTokens.contains(before) ? .secret : .tokenOfKind
        case "key", "keys":
            guard let before else { return .keyLike }
            if RuleTable.openKeys.contains(before) { return .identifier }
            return RuleTable.secretKeyWords.contains(before) ? .secret : .keyLike
        case "phrase", "words":
            return isOne(before, of: RuleTable.seedPhraseWords) ? .seed : nil
        case "seed":
            return isOne(before, of: RuleTable.seedOwners) ? .seed : nil
        case "url", "uri":
            return isOne(before, of: RuleTable.webhookUrlWords) ? .webhook : nil
        case "address", "addr":
            return before == "wallet" ? .wallet : .identifier
        case "sig", "sign":
            return isOne(before, of: RuleTable.requestSigners) ? .signature : .keyLike
        default:
            return byTable(last)
        }
    }

    private static func byTable(_ last: String) -> NameVerdict.Kind? {
        if RuleTable.secretWords.contains(last) { return .secret }
        if RuleTable.keyLikeWords.contains(last) { return .keyLike }
        if RuleTable.signatureWords.contains(last) { return .signature }
        if RuleTable.cookieWords.contains(last) { return .cookie }
        if RuleTable.seedWords.contains(last) { return .seed }
        if RuleTable.webhookWords.contains(last) { return .webhook }
        if RuleTable.argumentWords.contains(last) { return .arguments }
        return RuleTable.valueWords.contains(last) ? .pairedValue : nil
    }

    private static func isOne(_ word: String?, of words: Set<String>) -> Bool {
        word.map { words.contains($0) } ?? false
    }
}
