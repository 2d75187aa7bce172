// SPDX-License-Identifier: Apache-2.0

import Masking
import Records
import Testing

/// What looks like a secret and is none: the record must keep it, byte for byte.
@Suite("look-alikes stay")
struct LookAlikeTests {
    static let members = MaskingVectors.all.lookAlikeMembers

    @Test("as members of a record", arguments: members)
    func memberStays(_ json: String) throws {
        let line = try maskedLine(json)
        // A time of another name earns a `timestamp`; everything else is as it was.
        let expected = json.hasPrefix(#"{"time":"#) ? String(json.dropLast()) : json
        #expect(line.hasPrefix(expected))
        #expect(!line.contains("MASKED"))
    }

    static let texts = MaskingVectors.all.lookAlikeTexts

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
