// SPDX-License-Identifier: Apache-2.0

import Masking
import Records
import Testing

@Suite("a user's rules, and the report")
struct RulesTests {
    @Test("names in any case and separator, with wildcards")
    func names() throws {
        let masker = try Masker(rules: MaskingRules(names: ["desk_pin", "*_badge", "x*y"]))
        #expect(
            try maskedLine(
                #"{"deskPin":1,"DESK-PIN":{"a":2},"old_badge":"b","badge_count":3,"xazy":"q"}"#,
                masker)
                == #"{"deskPin":"***MASKED***","DESK-PIN":"***MASKED***","old_badge":"***MASKED***","badge_count":3,"xazy":"***MASKED***"}"#
        )
        #expect(masked("desk_pin=12 side=buy", masker) == "desk_pin=***MASKED*** side=buy")
    }

    @Test("patterns: the whole match, or the first group")
    func patterns() throws {
        let masker = try Masker(
            rules: MaskingRules(patterns: [
                .init(name: "badge", source: #"B-\d{4}"#),
                .init(name: "seat", source: #"seat (\w+)"#),
            ]))
        var session = MaskingSession(masker)
        #expect(
            session.maskText("B-1234 sits at seat A7, ü B-9")
                == "***MASKED*** sits at seat ***MASKED***, ü B-9")
        #expect(
            try maskedLine(#"{"id":"B-1234","n":"seat 5"}"#, masker)
                == #"{"id":"***MASKED***","n":"seat ***MASKED***"}"#)
        #expect(Set(session.report.findings.map(\.rule)) == ["user:badge", "user:seat"])
    }

    @Test("a pattern and a standard rule over the same text make one mask")
    func overlap() throws {
        let masker = try Masker(
            rules: MaskingRules(patterns: [.init(name: "tail", source: "91 side")]))
        #expect(masked("api_key=kJ8sLq2vXz91 side=buy", masker) == "api_key=***MASKED***=buy")
    }

    @Test("exceptions: names, names with a value, patterns")
    func exceptions() throws {
        let masker = try Masker(
            rules: MaskingRules(exceptions: [
                "session_token", "token=internal", #"/tk-\d+/"#, "wallet*",
            ]))
        let stays = [
            #"{"session_token":"kJ8sLq2vXz91"}"#, #"{"token":"internal"}"#,
            #"{"token":"tk-77"}"#, #"{"wallet_address":"0x12345678901234567890"}"#,
        ]
        for json in stays { #expect(try maskedLine(json, masker) == json) }
        #expect(try maskedLine(#"{"token":"other"}"#, masker) == #"{"token":"***MASKED***"}"#)
        #expect(masked("token=internal token=tk-77", masker) == "token=internal token=tk-77")
        #expect(masked("token=other", masker) == "token=***MASKED***")
        #expect(masked("session_token=kJ8sLq2vXz91", masker) == "session_token=kJ8sLq2vXz91")
    }

    @Test("bad rules are refused by place, without their text")
    func refusals() {
        let cases: [(MaskingRules, MaskingRulesError.Code, String)] = [
            (
                MaskingRules(patterns: [
                    .init(name: "ok", source: "a"), .init(name: "desk", source: "(hunter2"),
                ]), .badPattern, "patterns[1] (desk)"
            ),
            (
                MaskingRules(patterns: [.init(name: "e", source: "x*")]), .badPattern,
                "patterns[0] (e)"
            ),
            (MaskingRules(patterns: [.init(name: "e", source: "")]), .emptyRule, "patterns[0] (e)"),
            (MaskingRules(names: ["a", "-*-"]), .emptyRule, "names[1]"),
            (MaskingRules(exceptions: ["/[/"]), .badPattern, "exceptions[0]"),
            (MaskingRules(names: [String(repeating: "n", count: 200)]), .tooLong, "names[0]"),
            (MaskingRules(names: Array(repeating: "n", count: 201)), .tooMany, "all"),
        ]
        for (rules, code, place) in cases {
            do throws(MaskingRulesError) {
                _ = try Masker(rules: rules)
                Issue.record("taken: \(place)")
            } catch {
                #expect(error.code == code)
                #expect(error.place == place)
                #expect(!error.description.contains("hunter2"))
            }
        }
    }

    @Test("the report says which rule fired where and how often, never what")
    func report() throws {
        var session = MaskingSession()
        var records = MaskedRecords()
        try append(#"{"cfg":{"api_key":"kJ8sLq2vXz91"},"ok":1}"#, to: &records, &session)
        try append(#"{"ok":1}"#, to: &records, &session)
        try append(
            #"{"cfg":{"api_key":"other"},"l":["Bearer a1b2c3d4e5"],"m":"u https://a:pw@h"}"#,
            to: &records, &session)
        let findings = session.report.findings
        #expect(findings.map(\.rule) == ["name", "bearer", "url-password"])
        #expect(findings.map(\.place) == ["cfg.api_key", "l.[]", "m"])
        #expect(findings.map(\.count) == [2, 1, 1])
        #expect(findings[0].records == [0, 2])
        #expect(session.report.total == 4)
        for secret in ["kJ8sLq2vXz91", "a1b2c3d4e5", "pw@"] {
            #expect(!"\(session.report)".contains(secret))
        }
        var sum = MaskingReport()
        sum.merge(session.report)
        sum.merge(session.report)
        #expect(sum.total == 8)
        #expect(sum.findings[0].count == 4)
    }

    @Test("a report's places are bounded, and hide names that may be secrets")
    func reportBounds() throws {
        var session = MaskingSession()
        var records = MaskedRecords()
        for number in 0..<1_500 {
            try append(#"{"n\#(number)":{"password":1}}"#, to: &records, &session)
        }
        #expect(session.report.findings.count <= 1_025)
        #expect(session.report.total == 1_500)
        var other = MaskingSession()
        try append(
            #"{"https://bot:pa55word@h.test":{"password":1}}"#, to: &records, &other)
        #expect(!"\(other.report)".contains("pa55word"))
    }

    @Test("a value that a rule masked is masked where nothing announces it")
    func memory() throws {
        var session = MaskingSession()
        var records = MaskedRecords()
        try append(#"{"api_key":"kJ8sLq2vXz91"}"#, to: &records, &session)
        try append(#"{"term":"kJ8sLq2vXz91","id":"kJ8sLq2vXz92"}"#, to: &records, &session)
        #expect(
            records.lines[1]
                == #"{"term":"***MASKED***","id":"kJ8sLq2vXz92","source":"test"}"#)
        #expect(masked("kJ8sLq2vXz91") == "kJ8sLq2vXz91", "another session knows nothing")
    }

    @Test("a password that is a plain word does not take that word out of other records")
    func memoryOfWords() throws {
        var session = MaskingSession()
        _ = session.maskText("password=momentum1 token=Strategy22")
        #expect(session.maskText("momentum1 and Strategy22") == "momentum1 and Strategy22")
    }

    @Test("within one record too: the same value twice")
    func memoryWithinRecord() throws {
        #expect(
            try maskedLine(#"{"echo":"got kJ8sLq2vXz91","api_key":"kJ8sLq2vXz91"}"#)
                == #"{"echo":"got ***MASKED***","api_key":"***MASKED***"}"#)
    }

    @Test("a private key that comes line by line is masked to its end")
    func blockByLine() {
        var session = MaskingSession()
        let lines = [
            "-----BEGIN RSA PRIVATE KEY-----",
            "MIIEowIBAAKCAQEAx4cXr8Ys7kXn3wZc1hCkzv8Sg9yPj5D3dT0mJp2QbE0a1b2c",
            "order-00000001 filled",
            "aGVsbG8gd29ybGQ=",
            "-----END RSA PRIVATE KEY-----",
            "MIIEowIBAAKCAQEAx4cXr8Ys7kXn3wZc1hCkzv8Sg9yPj5D3dT0mJp2QbE/a1b2c",
        ]
        let result = lines.map { session.maskText($0) }
        #expect(
            result == [
                lines[0], "***MASKED***", lines[2], "***MASKED***", lines[4], lines[5],
            ])
    }

    @Test("the source's name is masked too")
    func provenance() {
        #expect(
            Provenance(source: "run:bot --api-key kJ8sLq2vXz91").source
                == "run:bot --api-key ***MASKED***")
    }

    @Test("maskData masks by names and in texts, and keeps the shape")
    func data() {
        var session = MaskingSession()
        let value: JSONValue = [
            "apiKey": "x", "list": [["secret": 1], "password=hunter2", 5], "timestamp": "2026",
            "source": "stays",
        ]
        #expect(
            session.maskData(value) == [
                "apiKey": "***MASKED***",
                "list": [["secret": "***MASKED***"], "password=***MASKED***", 5],
                "timestamp": "2026", "source": "stays",
            ])
        #expect(session.maskData("Bearer a1b2c3d4e5") == "Bearer ***MASKED***")
        #expect(session.maskData(5) == 5)
    }
}
