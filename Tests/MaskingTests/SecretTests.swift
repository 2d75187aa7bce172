// SPDX-License-Identifier: Apache-2.0

import Masking
import Records
import Testing

/// Forms that secrets take. `§` marks the secret in each text; the mask must stand in its place
/// and everything around it must stay.
@Suite("secrets go, what is around them stays")
struct SecretTests {
    static let texts: [String] = [
        // Names with a value.
        "api_key=§kJ8sLq2vXz91§ side=buy",
        "apiKey: §kJ8sLq2vXz91§",
        "X-API-KEY: §kJ8sLq2vXz91§",
        "x-mbx-apikey:§kJ8sLq2vXz91§",
        "API_SECRET='§a b c 1§'",
        "password = \"§with \\\" quote§\" next=1",
        "password:=§hunter2§",
        "passwd => §hunter2§",
        "PASSWORD->§hunter2§",
        "pwd=§hunter2§;host=db",
        "db_pass=§x,y§, port=1",
        "secret=§a;b§; other=2",
        "password=§p)w§) done",
        "(password=§pw1234§)",
        "{password: §hunter2§}",
        "['password': '§hunter2§']",
        "config['api_secret'] = '§abc123def§'",
        "config[\"api_secret\"]=\"§abc123def§\"",
        "app.config.get('token')=='§abCD1234§'",
        "password=§os.getenv('X', 'def4ult')§",
        "secret=§SecretStr('abc123')§ ok",
        "private_key='''§line one\nline two§''' x",
        "api key: §kJ8sLq2vXz91§",
        "API Key = §kJ8sLq2vXz91§",
        "Access Token: §kJ8sLq2vXz91§",
        "seed phrase: §zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo wrong§",
        "mnemonic=\"§abandon abandon about§\"",
        "smtpPassword=§x1§",
        "API_KEY_2=§kJ8sLq2vXz91§",
        "wallet_private_key=§0x4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318§",
        "private key 0x4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318"
            .replacing("0x", with: "§0x") + "§",
        "listenKey=§pqia91ma19a5s61cv6a81va65sdf19v8a65a1a5s61cv6a81va65sdf19v8a65a1§",
        // Python and JSON, nested and escaped.
        "{'exchange': {'key': '§kJ8sLq2vXz91§', 'name': 'binance'}}",
        #"{"a":{"api_key":"§kJ8sLq2vXz91§","b":1}}"#,
        #"body="{\"api_key\":\"§kJ8sLq2vXz91§\",\"b\":1}""#,
        #""{\\\"password\\\":\\\"§kJ8s\\\\\\\"Lq§\\\",\\\"b\\\":1}""#,
        #"b'{"password": "§kJ8sLq2v§"}'"#,
        #"b"Authorization: Bearer §kJ8sLq2vXz91§\r\nHost: x\r\n""#,
        #"b'Cookie: §a=b; sid=1§\r\nHost: x'"#,
        #"b'X-Api-Key: §abcd1234§\n\nbody'"#,
        "[('X-API-KEY', '§kJ8sLq2vXz91§'), ('Accept', '*/*')]",
        #"[["Authorization","Bearer §kJ8sLq2vXz91§"],["Accept","*/*"]]"#,
        "auth=§('user', 'pa55')§ timeout=3",
        "keys=['§kJ8sLq2vXz91§', 'price']",
        #"{"op":"auth","args":["§kJ8sLq2v§",1795227881000,"§c2lnbmF0dXJl§"]}"#,
        #"{"args":["§kJ8sLq2v§",1795227881000,"§c2lnbmF0dXJl§"],"op":"login"}"#,
        #"{"name": "api_key", "value": "§shorty§"}"#,
        "credentials={§…§}".replacing("{§…§}", with: "§{'user': 'a', 'pw': 'b'}§"),
        "export BINANCE_API_SECRET=§abc§",
        "jdbc:postgresql://h/db?user=u&password=§p§",
        "mongodb+srv://u:§p4ss§@h/x",
        #"{"url":"https:\/\/u:§p4ss§@h\/x"}"#,
        "<password>§hunter2§</password><user>bot</user>",
        "<ns:ApiKey>§abc§</ns:ApiKey>",
        #"<input name="password" value="§hunter2§">"#,
        "password: |-\n  §hunter2\n  second line§\nnext: 1",
        "private_key_pem=§abc§ password_hash=§$2b$12$abc§",
        "contraseña: §hunter2§",
        "APCA-API-KEY-ID: §PK1234567890ABCDEF§",
        "wss://stream.binance.com:9443/ws/§pqia91ma19a5s61cv6a81va65sdf19v8a65a1a5s61cv6a81va65sdf19v8a65a1§",
        "imported §KwDiBf89QgGbjEhKnhXJuH7LrciVrZi3qYjgd9M7rFU73sVHnoWn§ today",
        #"{"Authorization":["§kJ8sLq2vXz91§"]}"#,
        #"{"event":"auth","apiKey":"§abc§","authSig":"§0123456789abcdef§","authNonce":1}"#,
        "CB-ACCESS-SIGN: §EZHRSO+fhHKDf5TMBKCpvJfwJkfX2v6YEYf3op0omVk=§",
        "DefaultEndpointsProtocol=https;AccountName=desk;AccountKey=§abcd1234+/==§;EndpointSuffix=x",
        "Config(api_key='§abc§', secret='§x§', retries=3)",
        "password=§password§ host=db",
        "db:password:§hunter2§",
        "curl -u \"ot\napi_key=§kJ8sLq2vXz91§\n:x",
        "webhook: 'https://h\napi_key=§kJ8sLq2vXz91§\n/x'",
        // Headers and schemes.
        "Authorization: Bearer §kJ8sLq2vXz91§, Request: x",
        "authorization: Basic §dXNlcjpwYXNz§",
        "Authorization: §kJ8sLq2vXz91§",
        "Authorization: AWS4-HMAC-SHA256 §Credential=AKIDEXAMPLE/20261120/us-east-1, Signature=5d672d79§",
        "Proxy-Authorization: Basic §dXNlcjpwYXNz§",
        "got Bearer §kJ8sLq2vXz91§ from",
        "Cookie: §session=abc123; theme=dark§",
        "Set-Cookie: §sid=abc123; Path=/; HttpOnly§\nServer: x",
        "OK-ACCESS-SIGN: §EZHRSO+fhHKDf5TMBKCpvJfwJkfX2v6YEYf3op0omVk=§",
        "'API-Sign': '§zRzP4bOXaU8XbwnFt4XIMZFcdU0SFYaELTpVi8q+yxVOPIYJI6irmMvQNcCz3qIcgmdLrsQJKQWV8VV1MuEDsQ==§'",
        "OK-ACCESS-PASSPHRASE: §Foo!7§",
        "sec-websocket-key ok; x-signature=§abcdef0123456789§",
        // URLs, queries, forms, DSNs.
        "https://bot:§pa55§@api.example.test/v1?x=1",
        "postgresql://bot:§p@55§@10.0.0.5/trades",
        "redis://:§p/55w0rd§@cache:6379/0",
        "amqp://guest:§gu3st§@mq/%2f",
        "https://§ghtoken1234ABCDabcd§@github.com/desk/bot.git",
        "https://x.test/?api_key=§abc123§&sig=§def456§&ok=1",
        "https://x.test/?ok=1&access_token=§abc%2F123§#frag".replacing("#frag", with: ""),
        "timestamp=1&signature=§4ca00f61a5cf4ab987c9a85bf57f00325c44a149363e388e47cd51f1fd51834f§",
        "grant_type=password&password=§s3cr%26et§&scope=a".replacing("%26", with: "%2B"),
        "%7B%22api_key%22%3A%22§abc123DEF§%22%2C%22a%22%3A1%7D",
        "host=db user=bot password=§hunter2§ dbname=t",
        "https://hooks.slack.com/services/T000/B000/§XXXXyyyy1111§",
        "https://discord.com/api/webhooks/1234567890/§abcDEF-123_x§",
        "https://api.telegram.org/bot§123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw§/sendMessage",
        "webhook_url=https://example.test/§hook/abc123§",
        // Prose and exceptions.
        "ValueError: bad key §kJ8sLq2vXz91§",
        "connecting with api_key=§a1§ secret §kJ8sLq2vXz91§",
        "my key is §kJ8sLq2vXz91§.",
        "the password is §hunter2§, do not share",
        "password hunter2!".replacing("hunter2!", with: "§hunter2!§"),
        "token was §kJ8sLq2vXz91§",
        "secret: §Patience7§",
        "boom §FOOboomSECRET§",
        "err §testAPIKEYvalue§ x",
        "curl -u bot:§pa55§ https://x.test",
        "bot --api-key §kJ8sLq2vXz91§ --side buy",
        "bot --password §hunter§ --side buy",
        "bot --token '§a b§' run",
        "CREATE USER bot IDENTIFIED BY '§pa55§'",
        "echo §COOKIEVALUE§ >$HOME/.erlang.cookie",
        "printf '%s' x; echo -n §abcdef§ > /run/secrets/api_token",
        // Known makers and shapes.
        "id §AKIAIOSFODNN7EXAMPLE§ used",
        "§ghp_16C7e42F292c6912E7710c838347Ae178B4a§",
        "§xoxb-123456789012-abcdefABCDEF§",
        "§sk-proj-abcDEF1234567890abcDEF1234§",
        "§sk_live_4eC39HqLyjWDarjtT1zdp7dc§",
        "§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§",
        "§AIzaSyDaGmWKa4JsXZ-HjGw7ISLn_3namBGewQe§",
        "§glpat-abcDEF1234567890abcd§",
        "§syt_YW5uYQ_abcdefGHIJKL_0aB1c2§",
        "§eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U§",
        "found §vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju§ in search",
        "telegram 123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw".replacing(
            "123456789", with: "§123456789") + "§",
        "-----BEGIN RSA PRIVATE KEY-----§\nMIIEow\nIBAAKC\n§-----END RSA PRIVATE KEY-----\nok",
        #"key -----BEGIN PRIVATE KEY-----§\nMIIE\nabc\n§-----END PRIVATE KEY-----\n"#,
        "-----BEGIN EC PRIVATE KEY-----§\nMHcCAQEE§",
        "§legal winner thank year wave sausage worth useful legal winner thank yellow§",
        "recovery phrase is §legal winner thank year wave sausage worth useful legal winner thank yellow§",
        "-----BEGIN EC\napi_key=§kJ8sLq2vXz91§\n PRIVATE KEY-----",
        // FIX.
        "8=FIX.4.4\u{01}35=A\u{01}98=0\u{01}553=bot\u{01}554=§p|w§\u{01}10=1\u{01}",
        "8=FIX.4.4|35=A|98=0|95=3|96=§raw§|554=§pw§|925=§np§|10=1|",
        "8=FIX.4.4^A35=A^A98=0^A554=§pw§^A10=1^A",
        #"b'8=FIX.4.4\x0135=A\x01554=§pw§\x0110=1\x01'"#,
        // Colours.
        "\u{1B}[36mapi_key\u{1B}[0m=\u{1B}[35m§kJ8sLq2vXz91§\u{1B}[0m \u{1B}[36mrun\u{1B}[0m=r-1",
        #"\x1b[36mpassword\x1b[0m=\x1b[35m§hunter2§\x1b[0m"#,
        "\u{1B}[36mconfig\u{1B}[0m=\u{1B}[35m{'api_key': '§k§'}\u{1B}[0m",
    ]

    @Test("in text", arguments: texts)
    func inText(_ marked: String) {
        let parts = marked.split(separator: "§", omittingEmptySubsequences: false)
        var plain = ""
        var expected = ""
        for (index, part) in parts.enumerated() {
            plain += part
            expected += index % 2 == 0 ? part : "***MASKED***"
        }
        #expect(masked(plain) == expected)
        #expect(masked(expected) == expected, "the mask is a fixed point")
    }

    @Test("in text that is a member of a record", arguments: texts)
    func inRecords(_ marked: String) throws {
        let parts = marked.split(separator: "§", omittingEmptySubsequences: false).enumerated()
        // Not those that are part of what stays, as the password `password` is.
        let rest = parts.filter { $0.offset % 2 == 0 }.map { String($0.element) }.joined()
        let secrets = parts.filter { $0.offset % 2 == 1 }.map { String($0.element) }
            .filter { $0.count > 2 && !rest.contains($0) }
        let plain = marked.replacing("§", with: "")
        let line = try maskedLine(JSONValue.object(["msg": .string(plain)]).description)
        let value = try JSONValue(parsing: line)
        let message = try #require(value.objectValue?["msg"]?.stringValue)
        for secret in secrets { #expect(!message.contains(secret)) }
    }

    static let members: [(String, String)] = [
        (#"{"api_key":"x"}"#, #"{"api_key":"***MASKED***"}"#),
        (#"{"api_key":""}"#, #"{"api_key":"***MASKED***"}"#),
        (#"{"password":12345}"#, #"{"password":"***MASKED***"}"#),
        (#"{"secret":null}"#, #"{"secret":"***MASKED***"}"#),
        (#"{"credentials":{"a":[1,2]}}"#, #"{"credentials":"***MASKED***"}"#),
        (#"{"encryption_key":["a","b"]}"#, #"{"encryption_key":"***MASKED***"}"#),
        (#"{"privateKey":true}"#, #"{"privateKey":"***MASKED***"}"#),
        (#"{"token":12}"#, #"{"token":"***MASKED***"}"#),
        (#"{"token":"abc"}"#, #"{"token":"***MASKED***"}"#),
        (#"{"a":[{"b":{"API-KEY":"x"}}]}"#, #"{"a":[{"b":{"API-KEY":"***MASKED***"}}]}"#),
        (#"{"api\u005fkey":"x"}"#, #"{"api_key":"***MASKED***"}"#),
        (#"{"Authorization":"Bearer x1y2z3"}"#, #"{"Authorization":"Bearer ***MASKED***"}"#),
        (#"{"auth":{"token":"abCD12"}}"#, #"{"auth":{"token":"***MASKED***"}}"#),
        (#"{"cookie":"a=bcd"}"#, #"{"cookie":"***MASKED***"}"#),
        (#"{"keys":["kJ8sLq2vXz91","price"]}"#, #"{"keys":["***MASKED***","price"]}"#),
        (
            #"{"op":"auth","args":["kJ8sLq2v",17,["zzzz"]]}"#,
            #"{"op":"auth","args":["***MASKED***",17,["***MASKED***"]]}"#
        ),
        (
            #"{"name":"x-api-key","value":"v"}"#,
            #"{"name":"x-api-key","value":"***MASKED***"}"#
        ),
        (
            #"{"headers":[["X-API-KEY","v1"],["Accept","*/*"]]}"#,
            #"{"headers":[["X-API-KEY","***MASKED***"],["Accept","*/*"]]}"#
        ),
        (
            #"{"webhook_url":"https://u:p@h.test/a/b"}"#,
            #"{"webhook_url":"https://***MASKED***"}"#
        ),
        (
            #"{"dsn":"https://abcd1234EFGH5678@o1.ingest.test/1"}"#,
            #"{"dsn":"https://***MASKED***@o1.ingest.test/1"}"#
        ),
        (
            #"{"https://bot:pa55@h.test":1}"#,
            #"{"https://bot:***MASKED***@h.test":1}"#
        ),
        (
            #"{"msg":"url=https://x/?a=1\u0026signature=abc123def\u0026b=2"}"#,
            #"{"msg":"url=https://x/?a=1&signature=***MASKED***&b=2"}"#
        ),
        (
            #"{"payload":"{\"password\": 12345, \"n\": 1}"}"#,
            #"{"payload":"{\"password\": \"***MASKED***\", \"n\": 1}"}"#
        ),
        (
            #"{"payload":"{\"credentials\": {\"a\": 1}, \"n\": 1}"}"#,
            #"{"payload":"{\"credentials\": \"***MASKED***\", \"n\": 1}"}"#
        ),
        (#"{"password":"a","password":"b"}"#, #"{"password":"***MASKED***"}"#),
    ]

    @Test("by name, whatever the value", arguments: members)
    func byName(_ json: String, _ expected: String) throws {
        let line = try maskedLine(json)
        #expect(line.hasPrefix(String(expected.dropLast())))
    }
}
