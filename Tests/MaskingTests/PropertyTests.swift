// SPDX-License-Identifier: Apache-2.0

import Masking
import Records
import Testing

/// A small generator with a seed, so that a failure can be run again.
struct Dice: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }

    /// Text from the pieces that detectors look for, in any order.
    mutating func text(_ pieces: Int = 14) -> String {
        (0..<1 + below(pieces)).map { _ in Self.pieces[below(Self.pieces.count)] }.joined()
    }

    mutating func value(_ depth: Int = 3) -> JSONValue {
        switch below(depth > 0 ? 7 : 5) {
        case 0: return .null
        case 1: return .bool(below(2) == 0)
        case 2: return .number(String(below(1_000_000)))
        case 3, 4: return .string(text())
        case 5: return .array((0..<below(4)).map { _ in value(depth - 1) })
        default:
            return .object(
                JSONObject((0..<below(5)).map { _ in (name(), value(depth - 1)) }))
        }
    }

    mutating func name() -> String {
        below(6) == 0 ? text(3) : Self.names[below(Self.names.count)]
    }

    static let names = [
        "api_key", "token", "key", "keys", "password", "order_id", "price", "auth", "args", "op",
        "cookie", "signature", "name", "value", "url", "webhook_url", "timestamp", "event", "msg",
        "credentials", "Authorization", "dsn", "mnemonic", "hash", "wallet_address", "params",
        "event_type", "source", "recorded", "time", "claimed_source", "base_token",
    ]

    static let pieces =
        names + [
            "=", ":", ": ", " = ", "\"", "'", "\\\"", "\\\\\\\"", "\\", "\\n", "\\r\\n", "\n", " ",
            " ",
            ",", ", ", ";", "&", "?", "|", "(", ")", "[", "]", "{", "}", "<", ">", "b'", "@", "/",
            "://",
            "https://", "u:p4ss@h/", "kJ8sLq2vXz91", "Bearer ", "Basic ", "dXNlcjpwYXNz",
            "eyJhbGci.eyJz.c2ln",
            "-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----", "MIIEvQIBADAN", "554=",
            "\u{01}",
            "35=A", "\u{1B}[36m", "\\x1b[0m", "%22", "%3D", "%26", "***MASKED***", "***", "auth",
            "login",
            "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju", "hunter2", "is", "USDC",
            "0x",
            "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw", "AKIAIOSFODNN7EXAMPLE", "secret",
            "FOOboomSECRET",
            "/services/T00/B00/", "echo ", " > .cookie", "--token ", "-u ", "é", "日本", "1", "None",
            "==",
            "seed phrase",
            "legal winner thank year wave sausage worth useful legal winner thank yellow",
            "\\u0022", "\\u003d", "=>", "->", "\"\"\"", "'''", "private key ", "public key ",
        ]
}

@Suite("properties over generated input")
struct PropertyTests {
    @Test("masking a masked text changes nothing", arguments: 0..<8)
    func textFixedPoint(_ seed: Int) {
        var dice = Dice(state: UInt64(seed) &* 7_919)
        for _ in 0..<1_000 {
            let text = dice.text()
            let once = masked(text)
            let twice = masked(once)
            #expect(once == twice, "from \(text.debugDescription)")
            if once != twice { return }
        }
    }

    @Test("a recorded line taken again is the same line", arguments: 0..<8)
    func recordFixedPoint(_ seed: Int) throws {
        var dice = Dice(state: UInt64(seed) &* 104_729 &+ 1)
        for _ in 0..<600 {
            let object = JSONObject(
                (0..<1 + dice.below(6)).map { _ in (dice.name(), dice.value()) })
            var session = MaskingSession()
            var records = MaskedRecords()
            session.append(object: object, from: Provenance(source: "test"), to: &records)
            for line in records.lines {
                // It is JSON, and canonical.
                #expect(try JSONValue(parsing: line).description == line)
                var again = MaskedRecords()
                var other = MaskingSession()
                try appendMasked(line, to: &again, &other)
                let same = again.lines == [line]
                #expect(same, "from \(JSONValue.object(object).description)")
                if !same { return }
            }
        }
    }

    @Test("masked data keeps the shape of its containers and names")
    func shape() {
        var dice = Dice(state: 42)
        for _ in 0..<1_000 {
            let value = JSONValue.object(["a": dice.value(4)])
            var session = MaskingSession()
            #expect(isMaskOf(session.maskData(value), value))
        }
    }

    /// Whether `result` is `value` with some values replaced by texts that hold a mask.
    private func isMaskOf(_ result: JSONValue, _ value: JSONValue) -> Bool {
        if case .string(let text) = result, text == "***MASKED***" { return true }
        switch (result, value) {
        case (.object(let left), .object(let right)):
            return left.count == right.count
                && zip(left.members, right.members).allSatisfy {
                    ($0.key == $1.key || $0.key.contains("***MASKED***"))
                        && isMaskOf($0.value, $1.value)
                }
        case (.array(let left), .array(let right)):
            return left.count == right.count && zip(left, right).allSatisfy { isMaskOf($0, $1) }
        case (.string(let left), .string(let right)):
            return left == right || left.contains("***MASKED***")
        default:
            return result == value
        }
    }

    @Test("no input makes a session trap", arguments: 0..<4)
    func anyBytes(_ seed: Int) {
        var dice = Dice(state: UInt64(seed) &* 31 &+ 5)
        var session = MaskingSession()
        var records = MaskedRecords()
        for _ in 0..<3_000 {
            let bytes = (0..<dice.below(80)).map { _ in
                dice.below(3) == 0
                    ? UInt8(truncatingIfNeeded: dice.next())
                    : Array("\"\\=:'{}[]()%u-.eyJ@/ 0aA".utf8)[dice.below(23)]
            }
            let text = String(decoding: bytes, as: UTF8.self)
            _ = session.maskText(text)
            session.append(
                object: ["t": .string(text)], from: Provenance(source: "x"), to: &records)
            records.removeAll()
        }
    }
}
