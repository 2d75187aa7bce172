// SPDX-License-Identifier: Apache-2.0

import Masking
import Records
import Testing

/// The fields that Daybook owns, on their way from outside into a line.
@Suite("fields that Daybook owns")
struct NormalisationTests {
    static let cases: [(String, String)] = [
        // An instant in our form stays where it is.
        (
            #"{"timestamp":"2026-11-20T14:25:00.032383Z","a":1}"#,
            #"{"timestamp":"2026-11-20T14:25:00.032383Z","a":1,"source":"test"}"#
        ),
        // Another form becomes ours; the original stands beside it.
        (
            #"{"timestamp":"2026-11-20T14:25:00Z","a":1}"#,
            #"{"timestamp":"2026-11-20T14:25:00.000000Z","timestamp_text":"2026-11-20T14:25:00Z","a":1,"source":"test"}"#
        ),
        (
            #"{"timestamp":"2026-11-20 15:25:00,5+01:00"}"#,
            #"{"timestamp":"2026-11-20T14:25:00.500000Z","timestamp_text":"2026-11-20 15:25:00,5+01:00","source":"test"}"#
        ),
        (
            #"{"timestamp":1795229022.8462067}"#,
            #"{"timestamp":"2026-11-21T02:43:42.846206Z","timestamp_text":"1795229022.8462067","source":"test"}"#
        ),
        // What is no instant is text.
        (
            #"{"timestamp":"yesterday"}"#,
            #"{"timestamp_text":"yesterday","source":"test"}"#
        ),
        (#"{"timestamp":null}"#, #"{"timestamp_text":null,"source":"test"}"#),
        (
            #"{"timestamp":"at password=hunter2"}"#,
            #"{"timestamp_text":"at password=***MASKED***","source":"test"}"#
        ),
        // Another program's name for it is kept, and ours is added.
        (
            #"{"time":"2026-11-21T02:43:42.712+00:00","a":1}"#,
            #"{"time":"2026-11-21T02:43:42.712+00:00","a":1,"timestamp":"2026-11-21T02:43:42.712000Z","source":"test"}"#
        ),
        (
            #"{"ts":"soon","@timestamp":"2026-11-21T02:43:42Z"}"#,
            #"{"ts":"soon","@timestamp":"2026-11-21T02:43:42Z","timestamp":"2026-11-21T02:43:42.000000Z","source":"test"}"#
        ),
        (
            #"{"timestamp":"x","asctime":"2026-11-21 02:43:42,707"}"#,
            #"{"timestamp_text":"x","asctime":"2026-11-21 02:43:42,707","timestamp":"2026-11-21T02:43:42.707000Z","source":"test"}"#
        ),
        // Our names from outside are claims, however often they are claimed.
        (
            #"{"recorded":"x","source":"me","timestamp_text":"t","daybook_notes":[1]}"#,
            #"{"claimed_recorded":"x","claimed_source":"me","claimed_timestamp_text":"t","claimed_daybook_notes":[1],"source":"test"}"#
        ),
        (
            #"{"source":"a","claimed_source":"b","claimed_claimed_source":"c"}"#,
            #"{"claimed_source":"a","claimed_claimed_source":"b","claimed_claimed_claimed_source":"c","source":"test"}"#
        ),
        // Nobody forges record keeping.
        (
            #"{"event":"checkpoint_signed","n":1}"#,
            #"{"event":"claimed_event","claimed_event":"checkpoint_signed","n":1,"source":"test"}"#
        ),
        (
            #"{"event":"checkpoint_signed","event_type":"record_piece"}"#,
            #"{"event":"claimed_event","claimed_event":"checkpoint_signed","event_type":"claimed_event","claimed_event_type":"record_piece","source":"test"}"#
        ),
        (
            #"{"event":"check\u0070oint_signed"}"#,
            #"{"event":"claimed_event","claimed_event":"checkpoint_signed","source":"test"}"#
        ),
        (
            #"{"event":"order_filled","claimed_event":"x"}"#,
            #"{"event":"order_filled","claimed_claimed_event":"x","source":"test"}"#
        ),
        // Only at the top level.
        (
            #"{"a":{"timestamp":1795229022,"source":"s","event":"checkpoint_signed"}}"#,
            #"{"a":{"timestamp":1795229022,"source":"s","event":"checkpoint_signed"},"source":"test"}"#
        ),
        // Notes, and what is no object.
        (#"{"a":NaN}"#, #"{"a":"NaN","source":"test","daybook_notes":["non_finite"]}"#),
        (#"{"a":1,"a":2}"#, #"{"a":2,"source":"test","daybook_notes":["duplicate_key"]}"#),
        (#"[1, "x"]"#, #"{"value":[1,"x"],"source":"test"}"#),
        (#"{}"#, #"{"source":"test"}"#),
        (#" { "a" : [ ] , "b" : { } } "#, #"{"a":[],"b":{},"source":"test"}"#),
    ]

    @Test("in a line from outside", arguments: cases)
    func line(_ json: String, _ expected: String) throws {
        #expect(try recordedLines(json) == [expected])
    }

    @Test("the stamp says what the writer has to add")
    func stamps() throws {
        var session = MaskingSession()
        var records = MaskedRecords()
        try append(#"{"timestamp":"2026-11-20T14:25:00Z"}"#, to: &records, &session)
        try append(#"{"a":1}"#, to: &records, &session)
        try append(#"{"timestamp":"soon"}"#, to: &records, &session)
        try append(#"{"time":"2026-11-20T14:25:00Z"}"#, to: &records, &session)
        #expect(records.entries.map(\.stamp) == [.recorded, .timestamp, .timestamp, .recorded])
    }

    @Test("a line of another Daybook process is kept as it is")
    func maskedLine() throws {
        var session = MaskingSession()
        var records = MaskedRecords()
        let line =
            #"{"event":"checkpoint_signed","timestamp":"2026-11-20T14:25:00.000000Z","source":"run:bot","daybook_notes":["non_finite"]}"#
        try appendMasked(line, to: &records, &session)
        #expect(records.lines == [line])
        #expect(records.entries.map(\.stamp) == [.recorded])
        try appendMasked(#"{"api_key":"x"}"#, to: &records, &session)
        #expect(records.lines[1] == #"{"api_key":"***MASKED***"}"#)
        #expect(records.entries[1].stamp == .timestamp)
    }

    @Test("a line that does not parse leaves nothing and says where, not what")
    func refused() {
        var session = MaskingSession()
        var records = MaskedRecords()
        do {
            try append(#"{"api_key":"hunter2""#, to: &records, &session)
            Issue.record("it was taken")
        } catch {
            #expect(!"\(error)".contains("hunter2"))
        }
        #expect(records.isEmpty)
    }

    @Test("typed events: level first, timestamp last, free text looked at")
    func events() {
        var session = MaskingSession()
        var records = MaskedRecords()
        let now = Timestamp(microseconds: 1_795_229_022_846_206)
        var event = Event.orderFilled(
            orderID: "order-00000001", asset: "AAPL", fillPrice: "150.25", filledAmount: 100,
            commission: "1.00", strategy: "via https://u:p4ss@h/")
        event.set("api_key", "x")
        event.set("note", "say \"hi\"\n")
        event.set("nested", ["password": "y", "n": 2])
        event.set("source", "me")
        session.append(event: event, at: now, to: &records)
        #expect(
            records.lines == [
                #"{"event":"order_filled","event_type":"order_filled","level":"info","order_id":"order-00000001","asset":"AAPL","fill_price":"150.25","filled_amount":"100","commission":"1.00","strategy":"via https://u:***MASKED***@h/","api_key":"***MASKED***","note":"say \"hi\"\n","nested":{"password":"***MASKED***","n":2},"claimed_source":"me","timestamp":"2026-11-21T02:43:42.846206Z"}"#
            ])
        #expect(records.entries.map(\.stamp) == [.own(now)])
        #expect(session.report.total == 3)
    }

    @Test("an event in which nothing fires is written as Records writes it")
    func eventBytes() {
        var session = MaskingSession()
        var records = MaskedRecords()
        let now = Timestamp(microseconds: 1_795_229_022_000_001)
        let event = Event(
            custom: "momentum_threshold", level: .warning,
            fields: [
                "text": "tab\tquote\" é 日本 \u{1}", "flag": true, "nothing": nil, "count": -7,
                "list": ["a", "b"], "when": .timestamp(now), "price": .decimal("1.50"),
            ])
        session.append(event: event, at: now, to: &records)
        var buffer = ByteBuffer()
        event.write(at: now, into: &buffer)
        #expect(records.lines == [buffer.string])
    }

    @Test("record keeping is Daybook's own")
    func recordKeeping() {
        var session = MaskingSession()
        var records = MaskedRecords()
        let now = Timestamp(microseconds: 0)
        let event = Event(custom: "checkpoint_signed", fields: ["size": 7])
        session.append(event: event, at: now, to: &records)
        session.append(recordKeeping: event, at: now, to: &records)
        #expect(
            records.lines == [
                #"{"event":"claimed_event","event_type":"claimed_event","level":"info","claimed_event":"checkpoint_signed","size":7,"timestamp":"1970-01-01T00:00:00.000000Z"}"#,
                #"{"event":"checkpoint_signed","event_type":"checkpoint_signed","level":"info","size":7,"source":"daybook","timestamp":"1970-01-01T00:00:00.000000Z"}"#,
            ])
    }
}
