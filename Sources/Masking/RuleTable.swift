// SPDX-License-Identifier: Apache-2.0

// Made by scripts/make-masking-rules from docs/format/masking-rules.json. Change that, and run it.
// swift-format-ignore-file

/// The words that the rules look for; documented in docs/format/masking.md.
enum RuleTable {
    static let formWords: Set<String> = [
        "hex", "pem", "base", "b", "str", "string", "plain", "plaintext", "raw", "bytes", "text",
        "confirm", "confirmation", "repeat", "again", "encoded", "content", "contents", "value",
    ]

    static let secretEndings: Set<String> = [
        "apikey", "apisecret", "apitoken", "apipassphrase", "apipassword", "secretkey",
        "privatekey", "privkey", "accesskey", "accesskeyid", "secretaccesskey", "encryptionkey",
        "decryptionkey", "signingkey", "sessionkey", "authkey", "masterkey", "consumerkey",
        "consumersecret", "clientsecret", "sharedsecret", "subscriptionkey", "accountkey",
        "storagekey", "applicationkey", "licensekey", "licencekey", "listenkey", "hmackey",
        "aeskey", "sshkey", "botkey", "vaultkey", "unsealkey", "webhookkey", "exchangekey",
        "apikeyid", "appkey", "pincode", "kennwort", "senha", "contraseña", "motdepasse",
        "password", "passwort", "passwd", "passphrase", "passcode", "accesstoken", "refreshtoken",
        "authtoken", "idtoken", "bearertoken", "sessiontoken", "bottoken", "securitytoken",
        "csrftoken", "xsrftoken", "oauthtoken", "usertoken", "devicetoken", "pushtoken", "jwttoken",
        "wstoken", "websockettoken", "servicetoken", "logintoken", "personaltoken",
        "verificationtoken", "resettoken", "streamtoken", "feedtoken", "encryptionsecret",
        "credentials", "credential", "creds", "sharedaccesssignature", "connectionpassword",
        "userpass", "dbpass", "smtppass", "ftppass", "proxypass", "mnemonicpass", "walletkey",
        "keypair", "keystorepassword", "sessioncookie", "seckey",
    ]

    static let openKeys: Set<String> = [
        "public", "pub", "primary", "foreign", "sort", "partition", "idempotency", "cache", "row",
        "routing", "dedup", "dedupe", "deduplication", "group", "lookup", "map", "dict", "config",
        "order", "object", "index", "hash", "range", "composite", "natural", "business",
        "surrogate", "unique", "join", "message", "kafka", "shard", "correlation", "redis",
        "search", "translation", "hot", "shortcut", "registry", "feature", "metric", "column",
        "field", "json", "entry", "data", "symbol", "asset", "position", "event", "verify",
        "verifying", "verifier", "validator", "instrument", "market", "strategy",
    ]

    static let pageTokens: Set<String> = [
        "page", "next", "continuation", "sync", "cursor", "prev", "previous", "since", "batch",
        "pagination", "marker", "change",
    ]

    static let loginTokens: Set<String> = [
        "access", "auth", "refresh", "id", "bearer", "bot", "api", "session", "security", "jwt",
        "csrf", "xsrf", "device", "push", "oauth", "user", "client", "app", "ws", "websocket",
        "login", "personal", "github", "gitlab", "slack", "telegram", "discord", "vault", "service",
        "matrix", "verification", "reset", "listen", "webhook", "secret", "stream", "feed",
        "twilio", "sendgrid", "influx", "admin", "registration", "deploy", "private",
        "authentication", "authorization", "hub", "npm", "pypi", "sas", "mfa", "otp",
    ]

    static let identifiers: Set<String> = [
        "id", "ids", "hash", "hashes", "digest", "sha", "md", "checksum", "root", "commit", "etag",
        "nonce", "cursor", "address", "addresses", "addr", "pubkey", "mint", "tx", "txid", "txhash",
        "txn", "fingerprint", "thumbprint", "uuid", "guid", "isin", "figi", "lei", "cusip", "sid",
        "oid", "ref", "reference", "revision", "rev", "version", "tag", "contract", "pool",
        "program", "block", "blockhash", "proof", "leaf", "leaves", "origin", "checkpoint",
        "sealed", "commitment", "owner", "pubkeys", "xpub", "orderid", "clordid", "transaction",
        "trace", "span", "filename", "path", "mrenclave", "integrity",
    ]

    static let secretWords: Set<String> = [
        "secret", "secrets", "passwords", "pwd", "pw", "jwt", "bearer", "otp", "totp", "apikeys",
        "privkeys", "credentials", "creds",
    ]

    static let secretKeyWords: Set<String> = [
        "api", "secret", "private", "access", "encryption", "signing",
    ]

    static let keyLikeWords: Set<String> = [
        "tokens", "mac", "sig", "sigs", "sign",
    ]

    static let requestSigners: Set<String> = [
        "api", "access", "request", "ws", "auth",
    ]

    static let signatureWords: Set<String> = [
        "signature", "signatures", "hmac", "apisign",
    ]

    static let cookieWords: Set<String> = [
        "cookie", "cookies",
    ]

    static let seedWords: Set<String> = [
        "mnemonic", "mnemonics", "seedphrase", "seedwords",
    ]

    static let seedPhraseWords: Set<String> = [
        "seed", "recovery", "mnemonic", "backup",
    ]

    static let seedOwners: Set<String> = [
        "wallet", "mnemonic", "hd", "bip", "master", "private",
    ]

    static let webhookWords: Set<String> = [
        "webhook", "hook",
    ]

    static let webhookUrlWords: Set<String> = [
        "webhook", "hook", "hooks",
    ]

    static let argumentWords: Set<String> = [
        "args", "params", "arg", "argument", "arguments", "parameters",
    ]

    static let valueWords: Set<String> = [
        "value", "val",
    ]

    static let wordEndings: [String] = [
        "apikey", "apisecret", "secretkey", "privatekey", "accesskey", "encryptionkey", "password",
        "passwd", "passphrase", "credentials", "accesstoken", "authtoken", "refreshtoken",
        "clientsecret", "listenkey", "sharedsecret",
    ]

    static let providerTokens: [ProviderToken] = [
        .init(prefix: "AKIA", tail: 12), .init(prefix: "ASIA", tail: 12), .init(prefix: "AIza",
        tail: 30), .init(prefix: "AGE-SECRET-KEY-", tail: 20), .init(prefix: "ATATT3", tail: 20),
        .init(prefix: "EAAC", tail: 40), .init(prefix: "LTAI", tail: 12), .init(prefix: "PMAK-",
        tail: 20), .init(prefix: "SG.", tail: 20, dots: true), .init(prefix: "dbk_", tail: 40),
        .init(prefix: "ddp_", tail: 30), .init(prefix: "dop_v1_", tail: 32), .init(prefix: "dp.pt.",
        tail: 30, dots: true), .init(prefix: "figd_", tail: 20), .init(prefix: "gho_", tail: 20),
        .init(prefix: "ghp_", tail: 20), .init(prefix: "ghr_", tail: 20), .init(prefix: "ghs_",
        tail: 20), .init(prefix: "ghu_", tail: 20), .init(prefix: "github_pat_", tail: 20),
        .init(prefix: "glpat-", tail: 16), .init(prefix: "gldt-", tail: 16), .init(prefix: "glsa_",
        tail: 20), .init(prefix: "glc_", tail: 20), .init(prefix: "gsk_", tail: 30), .init(prefix:
        "hf_", tail: 30, digits: false), .init(prefix: "hvs.", tail: 20, dots: true), .init(prefix:
        "lin_api_", tail: 20), .init(prefix: "npm_", tail: 30), .init(prefix: "nvapi-", tail: 30),
        .init(prefix: "pypi-AgE", tail: 20), .init(prefix: "r8_", tail: 30), .init(prefix:
        "rk_live_", tail: 16), .init(prefix: "rk_test_", tail: 16), .init(prefix: "shpat_", tail:
        20), .init(prefix: "shpss_", tail: 20), .init(prefix: "sk-", tail: 20), .init(prefix:
        "sk_live_", tail: 16), .init(prefix: "sk_test_", tail: 16), .init(prefix: "sq0atp-", tail:
        16), .init(prefix: "sq0csp-", tail: 16), .init(prefix: "syt_", tail: 16), .init(prefix:
        "tskey-", tail: 16), .init(prefix: "tprv", tail: 90), .init(prefix: "whsec_", tail: 16),
        .init(prefix: "xapp-", tail: 20), .init(prefix: "xoxa-", tail: 10), .init(prefix: "xoxb-",
        tail: 10), .init(prefix: "xoxe-", tail: 10), .init(prefix: "xoxe.", tail: 10, dots: true),
        .init(prefix: "xoxp-", tail: 10), .init(prefix: "xoxr-", tail: 10), .init(prefix: "xoxs-",
        tail: 10), .init(prefix: "xprv", tail: 90), .init(prefix: "ya29.", tail: 20, dots: true),
        .init(prefix: "yprv", tail: 90), .init(prefix: "zprv", tail: 90), .init(prefix: "nsec1",
        tail: 50), .init(prefix: "dckr_pat_", tail: 16), .init(prefix: "phx_", tail: 30),
        .init(prefix: "sntrys_", tail: 30),
    ]
}

extension Text {
    /// The name of a member that holds a name.
    var isPairName: Bool {
        switch count {
        case 1:
            equals("k")
        case 3:
            equals("key")
        case 4:
            equals("name")
        case 5:
            equals("field") || equals("param")
        case 6:
            equals("header")
        case 7:
            equals("setting")
        case 8:
            equals("variable")
        case 9:
            equals("parameter")
        default: false
        }
    }

    /// What a call that logs in is called in the protocols of venues.
    var isLoginWord: Bool {
        switch count {
        case 4:
            equals("auth")
        case 5:
            equals("login") || equals("logon")
        case 6:
            equals("signin")
        case 7:
            equals("sign_in")
        case 9:
            equals("authorize")
        case 10:
            equals("auth.login") || equals("user.login")
        case 11:
            equals("public/auth") || equals("server.auth") || equals("server.sign")
        case 12:
            equals("authenticate")
        case 13:
            equals("session.logon")
        case 14:
            equals("authkeyexpires")
        default: false
        }
    }

    /// A scheme of `Authorization` with one word after it.
    var isCredentialScheme: Bool {
        switch count {
        case 3:
            equals("jwt") || equals("bot") || equals("key")
        case 4:
            equals("ntlm")
        case 5:
            equals("basic") || equals("token")
        case 6:
            equals("bearer") || equals("apikey") || equals("splunk")
        case 7:
            equals("api-key") || equals("sso-key")
        case 9:
            equals("negotiate") || equals("sharedkey") || equals("genie-key")
        default: false
        }
    }

    /// A scheme of `Authorization` with a line after it.
    var isParametricScheme: Bool {
        switch count {
        case 3:
            equals("mac")
        case 4:
            equals("hawk") || equals("hmac")
        case 5:
            equals("oauth")
        case 6:
            equals("digest")
        case 9:
            equals("signature")
        case 10:
            equals("credential")
        case 15:
            equals("tc3-hmac-sha256")
        case 16:
            equals("aws4-hmac-sha256")
        case 21:
            equals("sharedaccesssignature")
        default: false
        }
    }

    /// Words of sentences that no seed list of BIP-39 has.
    var isFunctionWord: Bool {
        switch count {
        case 3:
            equals("the") || equals("and") || equals("for") || equals("are") || equals("was")
                || equals("has") || equals("had") || equals("not") || equals("but") || equals("its")
                || equals("our") || equals("his") || equals("her") || equals("him") || equals("she")
                || equals("who") || equals("how") || equals("why") || equals("did") || equals("may")
                || equals("new")
        case 4:
            equals("from") || equals("with") || equals("were") || equals("been") || equals("into")
                || equals("than") || equals("them") || equals("does") || equals("each")
                || equals("some") || equals("such")
        case 5:
            equals("their") || equals("which") || equals("these") || equals("those")
                || equals("being") || equals("while") || equals("until") || equals("every")
                || equals("would")
        case 6:
            equals("should") || equals("orders") || equals("prices") || equals("trades")
        case 7:
            equals("because") || equals("without")
        default: false
        }
    }

    /// A word after which a long random value is public.
    var announcesPublicValue: Bool {
        switch count {
        case 2:
            equals("tx") || equals("id")
        case 4:
            equals("txid") || equals("hash") || equals("root") || equals("leaf") || equals("mint")
                || equals("etag") || equals("uuid")
        case 5:
            equals("block") || equals("order") || equals("nonce")
        case 6:
            equals("commit") || equals("digest") || equals("sha256")
        case 7:
            equals("address") || equals("account")
        case 8:
            equals("checksum")
        case 9:
            equals("signature")
        case 11:
            equals("transaction") || equals("fingerprint")
        default: false
        }
    }

    /// Words between a name and its value.
    var isConnector: Bool {
        switch count {
        case 2:
            equals("is") || equals("to")
        case 3:
            equals("was") || equals("set") || equals("now")
        case 4:
            equals("used") || equals("here")
        case 5:
            equals("value")
        default: false
        }
    }

    /// Whether a file's name is that of a file with a secret in it.
    var isSecretFileName: Bool {
        find("cookie") != nil || find("secret") != nil || find("token") != nil
            || find("passw") != nil || find("credential") != nil || find("apikey") != nil
            || find("api_key") != nil || find("api-key") != nil || find(".pem") != nil
            || find("netrc") != nil || find("pgpass") != nil || find("id_rsa") != nil
            || find("id_ed25519") != nil || find(".key") != nil
    }

    /// Whether a secret's own name stands here in capitals.
    func hasCapitalWord(_ index: Int) -> Bool {
        hasExact("SECRET", at: index) || hasExact("APIKEY", at: index)
            || hasExact("PASSW", at: index) || hasExact("PASSPHRASE", at: index)
            || hasExact("TOKEN", at: index) || hasExact("PRIVATEKEY", at: index)
    }

    /// Whether a word may be a name that announces a secret: by its last three letters.
    @inline(__always)
    var endsLikeSecretName: Bool {
        guard count >= 3 else { return false }
        let tail =
            UInt32(lowered(self[count - 3])) << 16 | UInt32(lowered(self[count - 2])) << 8
            | UInt32(lowered(self[count - 1]))
        switch tail {
        case 0x6B6579, 0x726574, 0x6B656E, 0x6F7264, 0x737764, 0x707764, 0x617365, 0x757265,
            0x6D6163, 0x736967, 0x6F6465, 0x6F6E69, 0x6E6963, 0x726473: return true
        default: return false
        }
    }
}

extension StandardRule {
    /// As a report shows it.
    var name: String {
        switch self {
        case .name: "name"
        case .token: "name:token"
        case .key: "name:key"
        case .signature: "name:signature"
        case .authorization: "name:authorization"
        case .cookie: "name:cookie"
        case .seedPhrase: "seed-phrase"
        case .webhook: "webhook-url"
        case .wallet: "name:wallet"
        case .loginArguments: "login-arguments"
        case .pairedValue: "name-value-pair"
        case .urlPassword: "url-password"
        case .bearer: "bearer"
        case .basic: "basic"
        case .jwt: "jwt"
        case .privateKey: "private-key-block"
        case .providerToken: "provider-token"
        case .telegramToken: "telegram-token"
        case .fixLogon: "fix-logon"
        case .highEntropy: "high-entropy"
        case .secretWord: "secret-word"
        case .prose: "announced-in-text"
        case .commandLine: "command-line"
        case .redirect: "redirect-to-secret-file"
        case .remembered: "seen-before"
        case .streamKey: "stream-key"
        }
    }
}
