# SPDX-License-Identifier: Apache-2.0
"""Made by scripts/make-masking-rules from docs/format/masking-rules.json. Change that, and run it."""

from typing import FrozenSet, Tuple

FORM_WORDS: FrozenSet[str] = frozenset((
    "hex", "pem", "base", "b", "str", "string", "plain", "plaintext", "raw", "bytes", "text",
    "confirm", "confirmation", "repeat", "again", "encoded", "content", "contents", "value",
))

SECRET_ENDINGS: FrozenSet[str] = frozenset((
    "apikey", "apisecret", "apitoken", "apipassphrase", "apipassword", "secretkey", "privatekey",
    "privkey", "accesskey", "accesskeyid", "secretaccesskey", "encryptionkey", "decryptionkey",
    "signingkey", "sessionkey", "authkey", "masterkey", "consumerkey", "consumersecret",
    "clientsecret", "sharedsecret", "subscriptionkey", "accountkey", "storagekey", "applicationkey",
    "licensekey", "licencekey", "listenkey", "hmackey", "aeskey", "sshkey", "botkey", "vaultkey",
    "unsealkey", "webhookkey", "exchangekey", "apikeyid", "appkey", "pincode", "kennwort", "senha",
    "contraseña", "motdepasse", "password", "passwort", "passwd", "passphrase", "passcode",
    "accesstoken", "refreshtoken", "authtoken", "idtoken", "bearertoken", "sessiontoken",
    "bottoken", "securitytoken", "csrftoken", "xsrftoken", "oauthtoken", "usertoken", "devicetoken",
    "pushtoken", "jwttoken", "wstoken", "websockettoken", "servicetoken", "logintoken",
    "personaltoken", "verificationtoken", "resettoken", "streamtoken", "feedtoken",
    "encryptionsecret", "credentials", "credential", "creds", "sharedaccesssignature",
    "connectionpassword", "userpass", "dbpass", "smtppass", "ftppass", "proxypass", "mnemonicpass",
    "walletkey", "keypair", "keystorepassword", "sessioncookie", "seckey",
))

OPEN_KEYS: FrozenSet[str] = frozenset((
    "public", "pub", "primary", "foreign", "sort", "partition", "idempotency", "cache", "row",
    "routing", "dedup", "dedupe", "deduplication", "group", "lookup", "map", "dict", "config",
    "order", "object", "index", "hash", "range", "composite", "natural", "business", "surrogate",
    "unique", "join", "message", "kafka", "shard", "correlation", "redis", "search", "translation",
    "hot", "shortcut", "registry", "feature", "metric", "column", "field", "json", "entry", "data",
    "symbol", "asset", "position", "event", "verify", "verifying", "verifier", "validator",
    "instrument", "market", "strategy",
))

PAGE_TOKENS: FrozenSet[str] = frozenset((
    "page", "next", "continuation", "sync", "cursor", "prev", "previous", "since", "batch",
    "pagination", "marker", "change",
))

LOGIN_TOKENS: FrozenSet[str] = frozenset((
    "access", "auth", "refresh", "id", "bearer", "bot", "api", "session", "security", "jwt", "csrf",
    "xsrf", "device", "push", "oauth", "user", "client", "app", "ws", "websocket", "login",
    "personal", "github", "gitlab", "slack", "telegram", "discord", "vault", "service", "matrix",
    "verification", "reset", "listen", "webhook", "secret", "stream", "feed", "twilio", "sendgrid",
    "influx", "admin", "registration", "deploy", "private", "authentication", "authorization",
    "hub", "npm", "pypi", "sas", "mfa", "otp",
))

IDENTIFIERS: FrozenSet[str] = frozenset((
    "id", "ids", "hash", "hashes", "digest", "sha", "md", "checksum", "root", "commit", "etag",
    "nonce", "cursor", "address", "addresses", "addr", "pubkey", "mint", "tx", "txid", "txhash",
    "txn", "fingerprint", "thumbprint", "uuid", "guid", "isin", "figi", "lei", "cusip", "sid",
    "oid", "ref", "reference", "revision", "rev", "version", "tag", "contract", "pool", "program",
    "block", "blockhash", "proof", "leaf", "leaves", "origin", "checkpoint", "sealed", "commitment",
    "owner", "pubkeys", "xpub", "orderid", "clordid", "transaction", "trace", "span", "filename",
    "path", "mrenclave", "integrity",
))

SECRET_WORDS: FrozenSet[str] = frozenset((
    "secret", "secrets", "passwords", "pwd", "pw", "jwt", "bearer", "otp", "totp", "apikeys",
    "privkeys", "credentials", "creds",
))

SECRET_KEY_WORDS: FrozenSet[str] = frozenset((
    "api", "secret", "private", "access", "encryption", "signing",
))

KEY_LIKE_WORDS: FrozenSet[str] = frozenset((
    "tokens", "mac", "sig", "sigs", "sign",
))

REQUEST_SIGNERS: FrozenSet[str] = frozenset((
    "api", "access", "request", "ws", "auth",
))

SIGNATURE_WORDS: FrozenSet[str] = frozenset((
    "signature", "signatures", "hmac", "apisign",
))

COOKIE_WORDS: FrozenSet[str] = frozenset((
    "cookie", "cookies",
))

SEED_WORDS: FrozenSet[str] = frozenset((
    "mnemonic", "mnemonics", "seedphrase", "seedwords",
))

SEED_PHRASE_WORDS: FrozenSet[str] = frozenset((
    "seed", "recovery", "mnemonic", "backup",
))

SEED_OWNERS: FrozenSet[str] = frozenset((
    "wallet", "mnemonic", "hd", "bip", "master", "private",
))

WEBHOOK_WORDS: FrozenSet[str] = frozenset((
    "webhook", "hook",
))

WEBHOOK_URL_WORDS: FrozenSet[str] = frozenset((
    "webhook", "hook", "hooks",
))

ARGUMENT_WORDS: FrozenSet[str] = frozenset((
    "args", "params", "arg", "argument", "arguments", "parameters",
))

VALUE_WORDS: FrozenSet[str] = frozenset((
    "value", "val",
))

PAIR_NAMES: FrozenSet[bytes] = frozenset((
    b"name", b"key", b"header", b"field", b"param", b"parameter", b"k", b"variable", b"setting",
))

LOGIN_CALLS: FrozenSet[bytes] = frozenset((
    b"auth", b"login", b"authenticate", b"public/auth", b"logon", b"signin", b"sign_in",
    b"session.logon", b"authorize", b"auth.login", b"server.auth", b"user.login", b"authkeyexpires",
    b"server.sign",
))

SCHEMES: FrozenSet[bytes] = frozenset((
    b"bearer", b"basic", b"token", b"jwt", b"bot", b"apikey", b"api-key", b"key", b"negotiate",
    b"ntlm", b"sso-key", b"splunk", b"sharedkey", b"genie-key",
))

PARAMETRIC_SCHEMES: FrozenSet[bytes] = frozenset((
    b"digest", b"oauth", b"hawk", b"signature", b"mac", b"hmac", b"aws4-hmac-sha256",
    b"tc3-hmac-sha256", b"sharedaccesssignature", b"credential",
))

SENTENCE_WORDS: FrozenSet[bytes] = frozenset((
    b"the", b"and", b"for", b"are", b"was", b"has", b"had", b"not", b"but", b"its", b"our", b"his",
    b"her", b"him", b"she", b"who", b"how", b"why", b"did", b"may", b"new", b"from", b"with",
    b"were", b"been", b"into", b"than", b"them", b"does", b"each", b"some", b"such", b"their",
    b"which", b"these", b"those", b"being", b"while", b"until", b"every", b"because", b"should",
    b"would", b"orders", b"prices", b"trades", b"without",
))

PUBLIC_WORDS: FrozenSet[bytes] = frozenset((
    b"tx", b"txid", b"hash", b"commit", b"digest", b"root", b"id", b"checksum", b"address",
    b"transaction", b"block", b"order", b"leaf", b"signature", b"mint", b"account", b"etag",
    b"nonce", b"sha256", b"fingerprint", b"uuid",
))

CONNECTORS: FrozenSet[bytes] = frozenset((
    b"is", b"was", b"set", b"to", b"now", b"used", b"value", b"here",
))

WORD_ENDINGS: Tuple[str, ...] = (
    "apikey", "apisecret", "secretkey", "privatekey", "accesskey", "encryptionkey", "password",
    "passwd", "passphrase", "credentials", "accesstoken", "authtoken", "refreshtoken",
    "clientsecret", "listenkey", "sharedsecret",
)

SECRET_FILES: Tuple[bytes, ...] = (
    b"cookie", b"secret", b"token", b"passw", b"credential", b"apikey", b"api_key", b"api-key",
    b".pem", b"netrc", b"pgpass", b"id_rsa", b"id_ed25519", b".key",
)

CAPITAL_WORDS: Tuple[bytes, ...] = (
    b"SECRET", b"APIKEY", b"PASSW", b"PASSPHRASE", b"TOKEN", b"PRIVATEKEY",
)

ANNOUNCING_TAILS: Tuple[bytes, ...] = (
    b"key", b"ret", b"ken", b"ord", b"swd", b"pwd", b"ase", b"ure", b"mac", b"sig", b"ode", b"oni",
    b"nic", b"rds",
)

# How a maker's token begins, characters after that at least, whether dots belong to it,
# whether it must have a digit.
PROVIDER_TOKENS: Tuple[Tuple[bytes, int, bool, bool], ...] = (
    (b"AKIA", 12, False, True),
    (b"ASIA", 12, False, True),
    (b"AIza", 30, False, True),
    (b"AGE-SECRET-KEY-", 20, False, True),
    (b"ATATT3", 20, False, True),
    (b"EAAC", 40, False, True),
    (b"LTAI", 12, False, True),
    (b"PMAK-", 20, False, True),
    (b"SG.", 20, True, True),
    (b"dbk_", 40, False, True),
    (b"ddp_", 30, False, True),
    (b"dop_v1_", 32, False, True),
    (b"dp.pt.", 30, True, True),
    (b"figd_", 20, False, True),
    (b"gho_", 20, False, True),
    (b"ghp_", 20, False, True),
    (b"ghr_", 20, False, True),
    (b"ghs_", 20, False, True),
    (b"ghu_", 20, False, True),
    (b"github_pat_", 20, False, True),
    (b"glpat-", 16, False, True),
    (b"gldt-", 16, False, True),
    (b"glsa_", 20, False, True),
    (b"glc_", 20, False, True),
    (b"gsk_", 30, False, True),
    (b"hf_", 30, False, False),
    (b"hvs.", 20, True, True),
    (b"lin_api_", 20, False, True),
    (b"npm_", 30, False, True),
    (b"nvapi-", 30, False, True),
    (b"pypi-AgE", 20, False, True),
    (b"r8_", 30, False, True),
    (b"rk_live_", 16, False, True),
    (b"rk_test_", 16, False, True),
    (b"shpat_", 20, False, True),
    (b"shpss_", 20, False, True),
    (b"sk-", 20, False, True),
    (b"sk_live_", 16, False, True),
    (b"sk_test_", 16, False, True),
    (b"sq0atp-", 16, False, True),
    (b"sq0csp-", 16, False, True),
    (b"syt_", 16, False, True),
    (b"tskey-", 16, False, True),
    (b"tprv", 90, False, True),
    (b"whsec_", 16, False, True),
    (b"xapp-", 20, False, True),
    (b"xoxa-", 10, False, True),
    (b"xoxb-", 10, False, True),
    (b"xoxe-", 10, False, True),
    (b"xoxe.", 10, True, True),
    (b"xoxp-", 10, False, True),
    (b"xoxr-", 10, False, True),
    (b"xoxs-", 10, False, True),
    (b"xprv", 90, False, True),
    (b"ya29.", 20, True, True),
    (b"yprv", 90, False, True),
    (b"zprv", 90, False, True),
    (b"nsec1", 50, False, True),
    (b"dckr_pat_", 16, False, True),
    (b"phx_", 30, False, True),
    (b"sntrys_", 30, False, True),
)

# The rules, by the names that a report shows.
RULE_NAME = "name"
RULE_TOKEN = "name:token"
RULE_KEY = "name:key"
RULE_SIGNATURE = "name:signature"
RULE_AUTHORIZATION = "name:authorization"
RULE_COOKIE = "name:cookie"
RULE_SEED_PHRASE = "seed-phrase"
RULE_WEBHOOK = "webhook-url"
RULE_WALLET = "name:wallet"
RULE_LOGIN_ARGUMENTS = "login-arguments"
RULE_PAIRED_VALUE = "name-value-pair"
RULE_URL_PASSWORD = "url-password"
RULE_BEARER = "bearer"
RULE_BASIC = "basic"
RULE_JWT = "jwt"
RULE_PRIVATE_KEY = "private-key-block"
RULE_PROVIDER_TOKEN = "provider-token"
RULE_TELEGRAM_TOKEN = "telegram-token"
RULE_FIX_LOGON = "fix-logon"
RULE_HIGH_ENTROPY = "high-entropy"
RULE_SECRET_WORD = "secret-word"
RULE_PROSE = "announced-in-text"
RULE_COMMAND_LINE = "command-line"
RULE_REDIRECT = "redirect-to-secret-file"
RULE_REMEMBERED = "seen-before"
RULE_STREAM_KEY = "stream-key"
