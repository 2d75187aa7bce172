// SPDX-License-Identifier: Apache-2.0

import Query
import Records
import Testing

/// The meaning of filters over single records.
@Suite struct EvaluatorTests {
    private let line = #"""
        {"event":"order_filled","event_type":"order_filled","level":"info","order_id":"00700",\#
        "asset":"BTC/USD","fill_price":"150.50","amount":3,"score":1.50,"code":"0700",\#
        "note":"Margin call, too_late \u00e9t\u00e9","flag":true,"none":null,"empty":[],\#
        "legs":[{"asset":"X","qty":"1"},{"asset":"Y","qty":"2.0"}],"tags":["a",["b",7]],\#
        "data":{"price":"9.99","deep":{"text":"nested words"}},"a.b":"dotted","a":{"b":"inner"},\#
        "dup":"old","dup":"new","timestamp":"2026-11-20T14:25:00.032383Z",\#
        "recorded":"2026-11-20T14:25:01.000000Z"}
        """#

    private func matches(_ query: String, _ line: String? = nil, time: TimeRange = .all) throws
        -> Bool
    {
        var row = RowEvaluator(try Query(parsing: query).filter, time: time)
        return Array((line ?? self.line).utf8).withUnsafeBufferPointer { row.matches($0) }
    }

    @Test(
        "passes",
        arguments: [
            "event_type:order_filled", "asset:BTC/USD", "asset:BTC*", "asset:*USD", "asset:B?C/*",
            "asset:(X or BTC/USD)", "not asset:ETH", "fill_price:150.5", "fill_price:150.500",
            "fill_price:1505e-1", "fill_price > 150.4999999999999999999", "fill_price >= 150.5",
            "fill_price < 151", "amount:3.0", "amount <= 3", "score:1.5", "score > 1.4",
            "code:0700", "flag:true", "not none:*", "none:* or flag:*", "empty:*", "order_id:00700",
            "legs.asset:Y", "legs.qty:2", "legs.qty > 1.5", "tags:b", "tags:7", "tags:a",
            "data.price > 9.98", "data.deep.text:\"nested words\"", "a.b:dotted", "dup:new",
            "margin", "MARGIN", "\"margin call\"", "too_late", "été", "nested", "btc", "usd",
            "\"btc/usd\"", "mar*", "*gin", "m?rgin", "note:\"call, too_late\"", "order_filled",
            "timestamp:2026-11-20", "timestamp:2026-11-20T14:25", "timestamp >= 2026-11-20",
            "timestamp < 2026-11-21", "timestamp > 2026-11-20T14:25:00.032382Z",
            "timestamp <= 2026-11-20", "timestamp:2026-11", "timestamp:2026",
            "timestamp:\"2026-11-20 14:25:00\"", "timestamp:2026-11-20T15:25:00.032383+01:00",
            "recorded > 2026-11-20T14:25:00Z", "legs:*", "data:*", "legs.asset:*", "asset > A",
            "order_id < 1", "code > 06",
        ])
    func passes(query: String) throws { #expect(try matches(query)) }

    @Test(
        "does not pass",
        arguments: [
            "asset:btc/usd", "asset:BTC", "order_id:700", "order_id:0700", "code:700",
            "none:*", "none:null", "nosuch:*", "fill_price > 150.5", "fill_price < 150.5",
            "fill_price:150.50000000000000000001", "score < 1.5", "flag:TRUE", "flag > 0",
            "legs.asset:Z", "legs:X", "a.b:inner", "dup:old", "old", "marg", "argin", "too", "late",
            "call*late", "\"call margin\"", "150", "\"150.50\"", "2026", "asset:*ETH*",
            "timestamp:2026-11-21", "timestamp > 2026-11-20", "timestamp < 2026-11-20",
            "timestamp < 2026-11-20T14:25", "timestamp > 2026-11-20T14:25:00.032383Z",
            "note:margin", "note > zebra", "data:nested", "empty:x",
            "not timestamp:*",
        ])
    func fails(query: String) throws { #expect(try !matches(query)) }

    @Test("decimals compare exactly where floats cannot")
    func exactness() throws {
        let line = #"{"price":"0.1000000000000000055511151231257827021","qty":9007199254740993}"#
        #expect(try !matches("price:0.1", line))
        #expect(try matches("price > 0.1", line))
        #expect(try matches("qty > 9007199254740992", line))
        #expect(try !matches("qty:9007199254740992", line))
        #expect(try matches("price:0E-8", #"{"price":"0"}"#))
        #expect(try matches("price:-0", #"{"price":"0.00"}"#))
    }

    @Test("numbers and instants are no text for words; nested texts and odd fields are")
    func words() throws {
        #expect(try !matches("here", #"{"price":"here"}"#))
        #expect(try matches("here", #"{"prize":"is here."}"#))
        #expect(try !matches("key", #"{"key":"value"}"#))
        #expect(try matches("value", #"{"list":[1,{"k":["a value"]}]}"#))
        #expect(try !matches("c", #"{"x":"a_c"}"#))
        #expect(try matches("a?c", #"{"x":"so aéc!"}"#))
        #expect(try matches(#"x:a\?c"#, #"{"x":"a?c"}"#))
        #expect(try matches(#""say \"hi\"""#, #"{"x":"they say \"hi\" twice"}"#))
        #expect(try matches("b*d*f", #"{"x":"bcdef"}"#))
        #expect(try !matches("b*d*f", #"{"x":"bcd ef"}"#))
    }

    @Test("a record's time is its timestamp, or else when it was recorded")
    func time() throws {
        let range = TimeRange(
            from: Timestamp("2026-11-20T14:00:00Z"), to: Timestamp("2026-11-20T15:00:00Z"))
        #expect(try matches("*", time: range))
        #expect(
            try matches(
                "*", #"{"timestamp":"noon","recorded":"2026-11-20T14:59:59.999999Z"}"#, time: range)
        )
        #expect(try !matches("*", #"{"recorded":"2026-11-20T15:00:00Z"}"#, time: range))
        #expect(try !matches("*", #"{"event":"x"}"#, time: range))
        #expect(try matches("*", #"{"event":"x"}"#))
    }

    @Test("what is no object passes only the filter that everything passes")
    func notJSON() throws {
        for line in ["", "text", "[1]", "{\"a\":", "1"] {
            #expect(try matches("*", line))
            #expect(try !matches("not x", line))
        }
    }

    @Test("a span of time starts and ends where the zone says")
    func zones() throws {
        let zone = QueryZone(
            offset: { _ in -5 * 3_600_000_000 }, instant: { $0 + 5 * 3_600_000_000 })
        let day = try #require(InstantText.interval("2026-11-20", zone: zone))
        #expect(
            Timestamp(microseconds: day.lowerBound).description == "2026-11-20T05:00:00.000000Z")
        #expect(day.count == 86_400_000_000)
        let utc = try #require(InstantText.interval("2026-11-20T14Z", zone: zone))
        #expect(
            Timestamp(microseconds: utc.lowerBound).description == "2026-11-20T14:00:00.000000Z")
        #expect(utc.count == 3_600_000_000)
        let february = try #require(InstantText.interval("2028-02", zone: .utc))
        #expect(february.count == 29 * 86_400_000_000)
        for text in [
            "", "20", "2026-13", "2026-1-1", "2026-11-20T", "2026-11-20T25", "soon",
            "2026-11-20T14:2",
        ] {
            #expect(InstantText.interval(text, zone: .utc) == nil, "\(text)")
        }
        let bucket = TimeBucket(width: 86_400_000_000, zone: zone)
        #expect(bucket.start(of: day.lowerBound + 1) == day.lowerBound)
        #expect(bucket.start(of: day.lowerBound - 1) == day.lowerBound - 86_400_000_000)
        // 2026-11-20 is a Friday.
        let week = TimeBucket(width: 604_800_000_000)
        let monday = try #require(Timestamp("2026-11-16T00:00:00Z"))
        #expect(week.start(of: monday.microseconds + 4 * 86_400_000_000) == monday.microseconds)
        #expect(week.start(of: -1) == -3 * 86_400_000_000)
    }

    @Test("lengths of time read back as they are written")
    func spans() {
        for text in ["250ms", "90s", "5m", "1h", "36h", "1d", "2w"] {
            #expect(Span.microseconds(text).map(Span.text) == text)
        }
        for text in ["", "5", "m", "0m", "-5m", "5 m", "1y", "99999999999999999999d"] {
            #expect(Span.microseconds(text) == nil)
        }
    }
}
