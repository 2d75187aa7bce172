// SPDX-License-Identifier: Apache-2.0

import Masking
import Records
import Testing

/// Text made to be slow: each unit many times. What cost the square of the length would need hours.
@Suite("hostile text costs its length")
struct CostTests {
    static let units: [String] = [
        "id=(", "id={", "key=(", "key=[", "auth={", "auth=[", "key=key=", "hash=hash=", "id=a(",
        "key=a(", "name=", "name=\"", "name='\"", "value=", "auth: ", "Authorization: ", "|96=",
        "-----BEGIN CERTIFICATE-----", "-----BEGIN PRIVATE KEY", "hvs.", "SG.", "a://b:c/",
        "http://u:", "eyJ.", "123456:", "\\\"key\\\":\\\"", "\\", "\"", "'", "['", "[\"a\",",
        "echo ", "secret ", "the key ", "token is ", "\u{1B}[", "\\x1b[", "%22", "%", "args=[",
        "\"op\":\"auth\",\"args\":[", "<key>", "api_key=", "(((((", "a=", "key:\n", "b'b'b'",
        "cookie=x", "-u ", "--token ", "=", ":", "https://a/services/T1/B1/", "é", "public key ",
        "webhook=", "mnemonic ", "abandon ", "554=", "\u{01}554=", "'''", "key='''",
    ]

    @Test("a tenth of a megabyte of each", .timeLimit(.minutes(5)), arguments: units)
    func linear(_ unit: String) {
        var session = MaskingSession()
        let text = String(repeating: unit, count: 100_000 / unit.utf8.count)
        let clock = ContinuousClock()
        let elapsed = clock.measure { _ = session.maskText(text) }
        // A debug build on a busy machine needs under two seconds.
        #expect(elapsed < .seconds(20), "\(unit.debugDescription)")
    }
}
