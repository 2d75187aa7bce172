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
        if forms.contains(last), words.count > 1, endsInSecret(words.dropLast()) { return .secret }
        return .plain
    }

    /// Last words that leave a secret's name one.
    private static let forms: Set<String> = [
        "hex", "pem", "base", "b", "str", "string", "plain", "plaintext", "raw", "bytes", "text",
        "confirm", "confirmation", "repeat", "again", "encoded", "content", "contents", "value",
    ]

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

    /// Endings of one word written without a cut (`mbxapikey`, `smtppassword`).
    private static let wordEndings: [String] = [
        "apikey", "apisecret", "secretkey", "privatekey", "accesskey", "encryptionkey", "password",
        "passwd", "passphrase", "credentials", "accesstoken", "authtoken", "refreshtoken",
        "clientsecret", "listenkey", "sharedsecret",
    ]

    /// One to four last words, written together, that are a secret's name.
    private static let secretEndings: Set<String> = [
        "apikey", "apisecret", "apitoken", "apipassphrase", "apipassword", "secretkey",
        "privatekey", "privkey", "accesskey", "accesskeyid", "secretaccesskey", "encryptionkey",
        "decryptionkey", "signingkey", "sessionkey", "authkey", "masterkey", "consumerkey",
        "consumersecret", "clientsecret", "sharedsecret", "subscriptionkey", "accountkey",
        "storagekey", "applicationkey", "licensekey", "licencekey", "listenkey", "hmackey",
        "aeskey", "sshkey", "botkey", "vaultkey", "unsealkey", "webhookkey", "exchangekey",
        "apikeyid", "appkey", "pincode", "kennwort", "senha", "contraseña", "motdepasse",
        "password", "passwort", "passwd", "passphrase", "passcode", "accesstoken",
        "refreshtoken", "authtoken", "idtoken", "bearertoken", "sessiontoken", "bottoken",
        "securitytoken", "csrftoken", "xsrftoken", "oauthtoken", "usertoken", "devicetoken",
        "pushtoken", "jwttoken", "wstoken", "websockettoken", "servicetoken", "logintoken",
        "personaltoken", "verificationtoken", "resettoken", "streamtoken", "feedtoken",
        "encryptionsecret", "credentials", "credential", "creds",
        "sharedaccesssignature", "connectionpassword", "userpass", "dbpass", "smtppass",
        "ftppass", "proxypass", "mnemonicpass", "walletkey", "keypair", "keystorepassword",
        "sessioncookie", "seckey",
    ]

    /// Words before `key` that say it is none: names of entries, not of locks.
    private static let openKeys: Set<String> = [
        "public", "pub", "primary", "foreign", "sort", "partition", "idempotency", "cache", "row",
        "routing", "dedup", "dedupe", "deduplication", "group", "lookup", "map", "dict", "config",
        "order", "object", "index", "hash", "range", "composite", "natural", "business",
        "surrogate", "unique", "join", "message", "kafka", "shard", "correlation", "redis",
        "search", "translation", "hot", "shortcut", "registry", "feature", "metric", "column",
        "field", "json", "entry", "data", "symbol", "asset", "position", "event", "verify",
        "verifying", "verifier", "validator", "instrument", "market", "strategy",
    ]

    /// Words before `token` that make it an asset or a page mark.
    private static let pageTokens: Set<String> = [
        "page", "next", "continuation", "sync", "cursor", "prev", "previous", "since", "batch",
        "pagination", "marker", "change",
    ]
    private static let loginWords: Set<String> = [
        "access", "auth", "refresh", "id", "bearer", "bot", "api", "session", "security", "jwt",
        "csrf", "xsrf", "device", "push", "oauth", "user", "client", "app", "ws", "websocket",
        "login", "personal", "github", "gitlab", "slack", "telegram", "discord", "vault",
        "service", "matrix", "verification", "reset", "listen", "webhook", "secret", "stream",
        "feed", "twilio", "sendgrid", "influx", "admin", "registration", "deploy", "private",
        "authentication", "authorization", "hub", "npm", "pypi", "sas", "mfa", "otp",
    ]

    private static let identifiers: Set<String> = [
        "id", "ids", "hash", "hashes", "digest", "sha", "md", "checksum", "root", "commit", "etag",
        "nonce", "cursor", "address", "addresses", "addr", "pubkey", "mint", "tx", "txid", "txhash",
        "txn", "fingerprint", "thumbprint", "uuid", "guid", "isin", "figi", "lei", "cusip", "sid",
        "oid", "ref", "reference", "revision", "rev", "version", "tag", "contract", "pool",
        "program", "block", "blockhash", "proof", "leaf", "leaves", "origin", "checkpoint",
        "sealed", "commitment", "owner", "pubkeys", "xpub", "orderid", "clordid",
        "transaction", "trace", "span", "filename", "path", "mrenclave", "integrity",
    ]

    private static func byLastWords(
        _ words: [String], last: String, joined: String
    ) -> NameVerdict.Kind? {
        let before = words.count > 1 ? words[words.count - 2] : nil
        // Endings first, but `token_address`, `password_policy`, `public_key` do not end so.
        if let before, last == "key", openKeys.contains(before) { return .identifier }
        var ending = ""
        for word in words.reversed().prefix(4) {
            ending = word + ending
            if secretEndings.contains(ending) { return .secret }
        }
        if wordEndings.contains(where: { last.hasSuffix($0) }) { return .secret }
        if joined.hasSuffix("publickey") || joined.hasSuffix("pubkey") { return .identifier }
        switch last {
        case "secret", "secrets", "passwords", "pwd", "pw", "jwt", "bearer", "otp", "totp",
            "apikeys", "privkeys",
            "credentials", "creds":
            return .secret
        case "pass":
            return before == nil ? .keyLike : .secret
        case "auth", "authorization":
            if before == "basic" || before == "http" { return .secret }
            return last == "auth" ? .auth : .authorization
        case "token":
            guard let before else { return .token }
            if pageTokens.contains(before) { return .identifier }
            return loginWords.contains(before) ? .secret : .tokenOfKind
        case "key", "keys":
            guard let before else { return .keyLike }
            if openKeys.contains(before) { return .identifier }
            if ["api", "secret", "private", "access", "encryption", "signing"].contains(before) {
                return .secret
            }
            return .keyLike
        case "tokens", "mac", "sig", "sigs", "sign":
            if let before, last == "sign" || last == "sig",
                ["api", "access", "request", "ws", "auth"].contains(before)
            {
                return .signature
            }
            return .keyLike
        case "signature", "signatures", "hmac", "apisign":
            return .signature
        case "cookie", "cookies":
            return .cookie
        case "mnemonic", "mnemonics", "seedphrase", "seedwords":
            return .seed
        case "phrase", "words":
            if let before, ["seed", "recovery", "mnemonic", "backup"].contains(before) {
                return .seed
            }
            return nil
        case "seed":
            if let before,
                ["wallet", "mnemonic", "hd", "bip", "master", "private"].contains(before)
            {
                return .seed
            }
            return nil
        case "webhook", "hook":
            return .webhook
        case "url", "uri":
            if let before, ["webhook", "hook", "hooks"].contains(before) { return .webhook }
            return nil
        case "address", "addr":
            return before == "wallet" ? .wallet : .identifier
        case "args", "params", "arg", "argument", "arguments", "parameters":
            return .arguments
        case "value", "val":
            return .pairedValue
        default:
            if joined.hasSuffix("signature") { return .signature }
            return identifiers.contains(last) || identifiers.contains(joined) ? .identifier : nil
        }
    }
}
