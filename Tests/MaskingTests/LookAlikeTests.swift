// SPDX-License-Identifier: Apache-2.0

import Masking
import Records
import Testing

/// What looks like a secret and is none: the record must keep it, byte for byte.
@Suite("look-alikes stay")
struct LookAlikeTests {
    static let members: [String] = [
        // Orders and accounts.
        #"{"order_id":"order-00000001"}"#,
        #"{"client_order_id":"x-R4BD3S82c1f3a4b5d6e7f8091a2b3c4d"}"#,
        #"{"clOrdId":"6b9ad766b55dBCDE9a8e236e3f76f154"}"#,
        #"{"newClientOrderId":"x-TKT5PX2F3e540a38f9de4d1d99f7df"}"#,
        #"{"ordId":"312269865356374016"}"#,
        #"{"orderId":28457,"orderListId":-1}"#,
        #"{"order_id":"8f14e45f-ceea-467f-a0e6-b3a1c2d4e5f6"}"#,
        #"{"exec_id":"0000e0d5.6576c5a1.01.01"}"#,
        #"{"perm_id":1795227022}"#,
        #"{"account":"DU1234567"}"#,
        #"{"account":"101-004-1435156-001"}"#,
        #"{"iban":"DE89370400440532013000"}"#,
        #"{"request_id":"req_7f3c2d1e0b9a48576a5b4c3d2e1f0a9b"}"#,
        #"{"session_id":"7f3c"}"#,
        #"{"sid":"2ClxgTWIc0ZWAjLjAAAA"}"#,
        #"{"trace_id":"4bf92f3577b34da6a3ce929d0e0e4736"}"#,
        #"{"span_id":"00f067aa0ba902b7"}"#,
        // Instruments.
        #"{"isin":"US0378331005"}"#,
        #"{"figi":"BBG000B9XRY4"}"#,
        #"{"lei":"5493001KJTIIGC8Y1R12"}"#,
        #"{"mic":"XNAS"}"#,
        #"{"cusip":"037833100"}"#,
        #"{"symbol":"BTC/USDT:USDT-261225"}"#,
        #"{"instrument":"BTC-27NOV26-65000-C"}"#,
        // Tokens that are assets or counts.
        #"{"token":"USDC"}"#,
        #"{"token":"WETH"}"#,
        #"{"token":"BTC/USDT"}"#,
        #"{"token":"ETH-PERP"}"#,
        #"{"token":"USDC.e"}"#,
        #"{"token":"stETH"}"#,
        #"{"token":"1INCH"}"#,
        #"{"token":"0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48"}"#,
        #"{"token_address":"0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48"}"#,
        #"{"token_symbol":"USDC"}"#,
        #"{"token_id":"1157920892373161954235709850086879078532699846656405640394575840"}"#,
        #"{"tokens":500}"#,
        #"{"tokens":["USDC","WETH","DAI"]}"#,
        #"{"max_tokens":4096}"#,
        #"{"prompt_tokens":1200,"completion_tokens":88}"#,
        #"{"base_token":"WETH","quote_token":"USDC"}"#,
        #"{"tokenIn":"WETH","tokenOut":"USDC"}"#,
        #"{"base_token":{"symbol":"WETH","decimals":18}}"#,
        #"{"bid_token":"DAI"}"#,
        #"{"next_page_token":"CAUQAA"}"#,
        #"{"mint":"EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGkkZwyTDt1v"}"#,
        // Keys that open nothing.
        #"{"key":"price"}"#,
        #"{"key":"daily_returns_2024_01_15_v2"}"#,
        #"{"key":"MomentumStrategy2"}"#,
        #"{"key":"logs/2026/11/20/audit.parquet"}"#,
        #"{"key":"8f14e45f-ceea-467f-a0e6-b3a1c2d4e5f6"}"#,
        #"{"keys":["price","size","side"]}"#,
        #"{"primary_key":"order_id"}"#,
        #"{"foreign_key":"account_id"}"#,
        #"{"sort_key":"2026-11-20#order-00000001"}"#,
        #"{"partition_key":"AAPL2026Q4x7Yz"}"#,
        #"{"idempotency_key":"9fK2mQx7Zr4Lp0Vt"}"#,
        #"{"routing_key":"orders.eu.filled"}"#,
        #"{"public_key":"MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE="}"#,
        #"{"cache_key":"a1B2c3D4e5F6g7H8"}"#,
        #"{"key_id":"alias/desk"}"#,
        #"{"keyboard":"us"}"#,
        #"{"monkey":"capuchin"}"#,
        #"{"turkey":"bird"}"#,
        #"{"secretary":"M. Moneypenny"}"#,
        #"{"passenger":"J. Doe"}"#,
        #"{"bypass":true}"#,
        #"{"compass":"north"}"#,
        #"{"author":"A. Trader","authors":["A","B"]}"#,
        #"{"authority":"https://ca.example.test"}"#,
        #"{"password_policy":"updated"}"#,
        #"{"secret_version":"3"}"#,
        // Hashes, roots, signatures that are flags.
        #"{"commit":"3f2a9c1d4e5b6a7f8091a2b3c4d5e6f708192a3b"}"#,
        #"{"sha":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}"#,
        #"{"digest":"sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}"#,
        #"{"root":"Yx4cXr8Ys7kXn3wZc1hCkzv8Sg9yPj5D3dT0mJp2QbE="}"#,
        #"{"root":"Yx4cXr8Ys7kXn3wZc1hCkzv8Sg9yPj5D3dT0mJp2QbE"}"#,
        #"{"tx_hash":"0x5c504ed432cb51138bcf09aa5e8a410dd4a1e204ef84bfed1be16dfba1b22060"}"#,
        #"{"block_hash":"0x88e96d4537bea4d9c05d12549907b32561d3bf31f45aae734cdc119f13406cb6"}"#,
        #"{"hashes":{"sha256":"zpo8ucl/7+dFwDkqFX1E8RBclEceU8MhAloaT800Lio"}}"#,
        #"{"event_id":"$B9aWubc1EefOMLbdb6gcc4QweKCtwXr1pd_PCtWhv9w"}"#,
        #"{"room_id":"!gMhcdbooSjTx1m4IN_mLpeXcASMk0C2Wt5hBIe8-euk"}"#,
        #"{"etag":"W/\"0815af3e4d\""}"#,
        #"{"nonce":"1795229203606"}"#,
        #"{"signature_version":2}"#,
        #"{"signature_valid":true}"#,
        #"{"signed":true}"#,
        #"{"signature":true}"#,
        #"{"sign":"+"}"#,
        #"{"sign":"BUY"}"#,
        #"{"mac":"00:1a:2b:3c:4d:5e"}"#,
        #"{"auth":true}"#,
        #"{"auth":"required"}"#,
        #"{"cookies":false}"#,
        #"{"wallet_address_count":3}"#,
        // Numbers, times, other shapes.
        #"{"price":"150.25","size":"1000000.00000001"}"#,
        #"{"volume":12345678901234567890123456789}"#,
        #"{"time":"2026-11-21T02:43:42.712+00:00"}"#,
        #"{"version":"0.1.2-rc.1+build.20261120"}"#,
        #"{"seed":42}"#,
        #"{"random_seed":"20261120"}"#,
        #"{"webhook_enabled":true}"#,
        #"{"args":["BTCUSDT",1795227881000]}"#,
        #"{"op":"subscribe","args":["trade.BTCUSDT","orderbook.50.BTCUSDT"]}"#,
        #"{"name":"spread","value":"0.25"}"#,
        #"{"pin_count":2,"shipping":"x"}"#,
        #"{"pass":"quality"}"#,
        #"{"passed":true,"pass_rate":"0.98"}"#,
        #"{"locals":"<_io.StringIO object at 0x7fefa4e493f0>"}"#,
        #"{"filename":"/srv/bot/std.py","lineno":30}"#,
        #"{"positions":{"AAPL":"100","EURUSD":"-25000"}}"#,
    ]

    @Test("as members of a record", arguments: members)
    func memberStays(_ json: String) throws {
        let line = try maskedLine(json)
        // A time of another name earns a `timestamp`; everything else is as it was.
        let expected = json.hasPrefix(#"{"time":"#) ? String(json.dropLast()) : json
        #expect(line.hasPrefix(expected))
        #expect(!line.contains("MASKED"))
    }

    static let texts: [String] = [
        "the secret of good trading is patience",
        "Our secret: patience is what we call the secret sauce, not a secret at all",
        "password policy updated for all desks",
        "The token sale closed; token USDC was listed, token holders voted",
        "token=USDC side=buy",
        "token: WETH",
        #"swap token="USDC" for token="WETH""#,
        "tokens=500 max_tokens=4096",
        "commit 3f2a9c1d4e5b6a7f8091a2b3c4d5e6f708192a3b merged into main",
        "tx 0x5c504ed432cb51138bcf09aa5e8a410dd4a1e204ef84bfed1be16dfba1b22060 confirmed",
        "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 audit.log",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08  audit.log",
        "checkpoint root Yx4cXr8Ys7kXn3wZc1hCkzv8Sg9yPj5D3dT0mJp2QbE= size 1024",
        "order-00000001 filled 100 AAPL @ 150.25",
        "order x-R4BD3S82c1f3a4b5d6e7f8091a2b3c4d accepted",
        "8f14e45f-ceea-467f-a0e6-b3a1c2d4e5f6",
        "duplicate key order-00000001 in table orders",
        "missing key 'asset' in mapping",
        "KeyError: 'fill_price'",
        "sorted by key price, then by key size",
        "key levels: 150.25 and 151.00",
        "the key is to stay small",
        "his secret is discipline",
        "keyboard interrupt, monkey patching, turkey, hockey",
        "secretary of the treasury",
        "Basic Materials sector up 2%",
        "basic authentication is disabled",
        "bearer bonds rallied; the bearer of this note",
        "Bearer token required",
        "the auth server is at https://auth.example.test/login",
        "authorization required for wire transfers",
        "Authorization: required",
        "signature verified, signature_version=2 signed=true",
        "cookie: none",
        "accept all cookies?",
        "Max retries exceeded with url: /api/v3/account?timestamp=1795227882753&recvWindow=10000",
        "GET https://api.example.test/v1/orders?symbol=BTCUSDT&limit=500 200",
        "http://127.0.0.1:18081/sapi/v1/margin/allPairs",
        "postgresql://db.example.test:5432/trades",
        "mail anna.trader@example.com or call +49 30 5550101",
        "ssh bot@10.0.0.5 and git@github.com:desk/bot.git",
        "see https://medium.com/@trader/why-i-trade",
        "http://host:8080/@user/path",
        #"File "/srv/bot/std.py", line 30, in sl"#,
        "<function merge_contextvars at 0x7fefa5832840>",
        "<requests.sessions.Session object at 0x7f5cbfa27a90>",
        "HTTPConnectionPool(host='127.0.0.1', port=18082)",
        "ccxt.base.exchange - DEBUG - GetWebSocketsToken called",
        "POST http://127.0.0.1:18081/0/private/GetWebSocketsToken",
        "nonce=1795229203606&pair=XXBTZUSD&type=buy&ordertype=limit&volume=0.015",
        "2026-11-21 02:43:42,707 - bot.strategy - INFO - loaded MomentumStrategy v2.1.0",
        "python-requests/2.34.2 gzip, deflate */* keep-alive",
        "wss://stream.binance.com:9443/ws/btcusdt@trade",
        "US0378331005 BBG000B9XRY4 5493001KJTIIGC8Y1R12 XNAS DU1234567",
        "DE89370400440532013000",
        "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGkkZwyTDt1v is the mint of USDC",
        "MY_API_TOKEN is read from the environment",
        "set SECRET_KEY in the environment before the start",
        "ZXQ-SECRET-1 marker",
        "getToken() refreshToken() makeSecretary()",
        "the password is wrong",
        "password must have 12 characters",
        "password reset requested by desk 3",
        "no api key configured",
        "api key missing",
        "Invalid API-key, IP, or permissions for action.",
        "private key not found",
        "public key MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE",
        "we buy when the price closes above its average and sell when it falls",
        "please check the order book before you send more orders to the venue today",
        "35=D|55=AAPL|54=1|38=100|44=150.25|10=128",
        "8=FIX.4.4|9=65|35=0|49=DESK|56=VENUE|34=12|10=062",
        "-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUQ0FGRTAxMjM0NTY3\n-----END CERTIFICATE-----",
        "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----",
        "echo hello > /tmp/out.txt",
        "ETH 0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48 approved",
        "12:30:45 started; ratio 1:2; note: fine",
        "args=('AAPL', 100) kwargs={'limit': '150.25'}",
        #"{"op":"subscribe","args":["trade.BTCUSDT"]}"#,
        "std::token::parse failed",
        "PWD changed",
        "pass=0 fail=2 skip=1",
        "sig=SIGTERM received",
        "signal 15, sign=-1",
        "token_type=bearer expires_in=3600 grant_type=client_credentials",
        "secret_arn=arn:aws:secretsmanager:eu:1:secret:desk",
        "The token was revoked; key rotation is done. Auth: ok",
        "cache_key=orders:AAPL:2026 config key \"max_position\" = 100",
        "secrets_manager=aws passport=X1234567 password_length=12 tokenizer=cl100k_base",
        "private_key_path=/home/bot/key.pem token_file=/run/secrets/token auth_type=basic",
        "has_password=true use_auth=True cookie_consent=true webhook_retries=3",
        "GET /rooms/!gMhc:x/event/%24B9aWubc1EefOMLbdb6gcc4QweKCtwXr1pdPCtWhv9w0l HTTP/1.1",
        "def c2(auth): emit('hello',{'ns':'/trade','auth':auth})",
        "if (password): ask(token)",
        "Client(api_key=api_key, secret=self.secret, password=cfg.password)",
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE desk",
        "<price>150.25</price><key>asset</key>",
        "wss://stream.binance.com:9443/ws/btcusdt@depth20@100ms",
        "5VERv8NMvzbJMEkV8xnrLkEaWRtSz9CosKDYjCJjBRnbJLgp8uirBgmQpjKhoR4tjF3ZpRzrFmBV6UjKdiSZkQUW landed",
        "bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi pinned",
        "scroll-token-ring network",
        "session r-1 closed",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "=====================================================================",
    ]

    @Test("in text", arguments: texts)
    func textStays(_ text: String) {
        #expect(masked(text) == text)
    }

    @Test(
        "the samples that hold no secret are untouched",
        arguments: [
            "ibapi/ibapi_debug.log", "ibapi/ibapi_info.log", "ibapi/tws_wire_repr.txt",
            "rustybt/live_event_catalogue.tsv", "rustybt/midnight_rollover.txt",
            "flask_socketio/limits_oversize_malformed.txt", "rabbitmq/confirm_hello.c.txt",
        ])
    func cleanSamplesStay(_ file: String) throws {
        for line in try Sample(file: file, literals: []).text().split(separator: "\n") {
            #expect(masked(String(line)) == String(line))
        }
    }

    @Test("a day of trading records loses one URL's password and nothing else")
    func dayStays() throws {
        var session = MaskingSession()
        var records = MaskedRecords()
        let text = try Sample(file: "rustybt/day_2026-11-20.rustybt.log.jsonl", literals: []).text()
        for line in text.split(separator: "\n") {
            try append(String(line), to: &records, &session)
        }
        #expect(session.report.findings.map(\.rule) == ["url-password"])
        #expect(session.report.total == 1)
    }
}
