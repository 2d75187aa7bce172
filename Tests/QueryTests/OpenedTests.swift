// SPDX-License-Identifier: Apache-2.0

import Book
import Parquet
import Records
import Segments
import Synchronization
import Testing

@testable import Masking
@testable import Query

/// Queries over sealed records that are opened on the way.
@Suite struct OpenedTests {
    // MARK: - One line

    private func opened(_ line: String, _ state: EnvelopeState, _ plaintext: String) -> String? {
        Array(line.utf8).withUnsafeBufferPointer { line in
            guard let seal = OpenedLine.seal(of: line) else { return nil }
            var buffer = ByteBuffer()
            Array(plaintext.utf8).withUnsafeBufferPointer {
                OpenedLine.write(line, seal, state, $0, into: &buffer)
            }
            return buffer.string
        }
    }

    private let seal = #""sealed":"v1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA""#

    @Test("members of the envelope stand where the seal stood")
    func places() {
        let text = #"{"text":"a","n":1}"#
        #expect(opened("{\(seal)}", .open, text) == text)
        #expect(
            opened(#"{"event":"x",\#(seal)}"#, .open, text) == #"{"event":"x","text":"a","n":1}"#)
        #expect(
            opened(#"{\#(seal),"timestamp":"t"}"#, .redacted, text)
                == #"{"text":"a","n":1,"timestamp":"t"}"#)
        #expect(
            opened(#"{"level":"l",\#(seal),"timestamp":"t"}"#, .open, text)
                == #"{"level":"l","text":"a","n":1,"timestamp":"t"}"#)
    }

    @Test("an empty envelope leaves no comma behind")
    func emptiness() {
        #expect(opened("{\(seal)}", .open, "{}") == "{}")
        #expect(opened(#"{"event":"x",\#(seal)}"#, .open, "{}") == #"{"event":"x"}"#)
        #expect(opened(#"{\#(seal),"b":"t"}"#, .open, "{}") == #"{"b":"t"}"#)
        #expect(opened(#"{"a":1,\#(seal),"b":"t"}"#, .open, "{}") == #"{"a":1,"b":"t"}"#)
    }

    @Test("what does not open says why behind its seal")
    func states() {
        let line = #"{"event":"x",\#(seal),"timestamp":"t"}"#
        func expected(_ members: String) -> String {
            #"{"event":"x",\#(seal),\#(members),"timestamp":"t"}"#
        }
        #expect(opened(line, .erased(by: "e\"1"), "{}") == expected(#""erased_by":"e\"1""#))
        #expect(opened(line, .missing, "") == expected(#""envelope":"missing""#))
        #expect(opened(line, .locked, "") == expected(#""envelope":"locked""#))
        #expect(opened(line, .altered, "") == expected(#""envelope":"altered""#))
        #expect(
            opened(line, .restricted(until: nil, rule: "r"), "")
                == expected(#""envelope":"restricted","restricted_under":"r""#))
        #expect(
            opened(line, .restricted(until: Timestamp(microseconds: 0), rule: "r"), "")?
                .contains(#""restricted_until":"1970-01-01T00:00:00.000000Z""#) == true)
    }

    @Test("only a member of the record itself is a seal")
    func lookalikes() {
        for line in [
            #"{"a":{\#(seal)}}"#, #"{"a":[{"b":1,\#(seal)}]}"#, #"{"sealed":"v1.AAAA"}"#,
            #"{"sealed":["v1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"]}"#,
            #"{"a":"\"sealed\":\"v1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\""}"#,
            #"{"a\"sealed":"v1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}"#, "{}", "",
            #"{"a":"sealed","b":"v1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}"#,
        ] {
            #expect(opened(line, .missing, "") == nil, "\(line)")
        }
        #expect(
            opened(#"{"a":{\#(seal)},\#(seal)}"#, .open, #"{"b":1}"#) == #"{"a":{\#(seal)},"b":1}"#)
        #expect(opened(#"{"a":"{[\"\\",\#(seal)}"#, .open, #"{"b":1}"#) == #"{"a":"{[\"\\","b":1}"#)
    }

    @Test("what is outside an envelope passes all that the envelope could make pass")
    func relaxing() throws {
        func outside(_ text: String) throws -> Filter {
            try QueryPlan(try Query(parsing: text)).filter.outsideEnvelopes
        }
        let source = try QueryPlan(try Query(parsing: "source:a")).filter
        #expect(try outside("word") == .all)
        #expect(try outside("not word") == .all)
        #expect(try outside("source:a") == source)
        #expect(try outside("source:a and word") == .and([source]))
        #expect(try outside("source:a or text:b") == .all)
        #expect(try outside("not (source:a and text:b)") == .all)
        #expect(try outside("not source:a and not text:b") == .and([.not(source)]))
        // Somebody's own kind of event is in the envelope.
        let kind = try QueryPlan(try Query(parsing: "event_type:a")).filter
        let isThere = try QueryPlan(try Query(parsing: "event_type:*")).filter
        #expect(try outside("event_type:a") == .or([kind, .not(isThere)]))
        #expect(try outside("not event_type:a") == .not(.and([kind, isThere])))
    }

    // MARK: - Over columns

    private func samples(_ random: inout RandomQueries, _ count: Int) -> SealedSamples {
        var samples = SealedSamples()
        samples.wordsPercent = 30
        for _ in 0..<count {
            let line = random.line()
            let state: EnvelopeState
            switch random.dice.roll(12) {
            case 0: state = .erased(by: "spring")
            case 1: state = .missing
            case 2: state = .restricted(until: nil, rule: "floor")
            case 3: state = .redacted
            default: state = .open
            }
            if random.dice.chance(25) {
                samples.add(plain: line)
            } else {
                samples.add(SealedSamples.members(line), state, &random.dice)
            }
        }
        return samples
    }

    private func file(
        _ lines: [[UInt8]], _ filter: Filter, _ time: TimeRange
    ) throws -> SegmentFile {
        let encoder = SegmentEncoder(day: DayColumns())
        for line in lines { line.withUnsafeBufferPointer { encoder.append(line: $0) } }
        let header = SegmentHeader(
            origin: "test", date: "2026-11-20", first: 0, records: UInt64(lines.count))
        let sink = try SegmentFiles.writePart(
            try encoder.finish(), header: header, to: MemorySink())
        let reader = try SegmentReader(MemorySource(sink.bytes))
        return SegmentFile(
            reader: reader, fields: SegmentFields(reader.file.schema), filter: filter, time: time,
            range: reader.range, isOpening: true)
    }

    @Test(
        "Matches over sealed records are those over opened ones",
        arguments: 0..<SegmentScanTests.seeds)
    func matches(seed: Int) throws {
        var random = RandomQueries(seed: UInt64(seed) &* 6151 &+ 5)
        let samples = samples(&random, 200)
        let envelopes = MemoryEnvelopes(samples.content)
        for query in 0..<25 {
            let filter = random.filter()
            let time = random.time()
            var expected: [UInt64] = []
            var row = RowEvaluator(filter, time: time)
            for (index, line) in samples.opened.enumerated() {
                guard let line, line.withUnsafeBufferPointer({ row.matches($0) }) else { continue }
                expected.append(UInt64(index))
            }
            let sealed = SealedSource(opener: envelopes, tally: SealedTally())
            var scan = SegmentScan(filter, time, sealed: sealed)
            let unit = SegmentUnit.rowGroup(try file(samples.lines, filter, time), 0, first: 0)
            var found: [UInt64] = []
            try scan.matches(in: unit) { (matches) throws(QueryError) in
                found += matches.indexes
                return try matches.forEach { index, line in
                    #expect(Array(line) == samples.opened[Int(index)], "seed \(seed), \(query)")
                    return true
                }
            }
            #expect(found == expected, "seed \(seed), query \(query): \(filter) \(time)")
            if found != expected { return }
            let plan = random.plan()
            var table = StatsTable(plan)
            try scan.add(unit, to: &table)
            var reference = StatsTable(plan)
            for index in expected {
                guard let line = samples.opened[Int(index)] else { continue }
                try line.withUnsafeBufferPointer {
                    if row.load($0) { try reference.add(row) }
                }
            }
            let isSame = try table.rows() == reference.rows() && table.matched == reference.matched
            #expect(isSame, "seed \(seed), query \(query): \(filter) \(time) \(plan)")
        }
    }

    @Test("time and public members decide before an envelope is looked at")
    func pruning() throws {
        var dice = Dice(seed: 7)
        var samples = SealedSamples()
        for number in 0..<3000 {
            samples.add(
                [
                    ("event_type", number % 100 == 0 ? "\"chat_edited\"" : "\"chat_message\""),
                    ("text", "\"word\(number % 10)\""),
                    ("timestamp", "\"\(Timestamp(microseconds: Int64(number) * 1_000_000))\""),
                ], number % 200 == 0 ? .restricted(until: nil, rule: "r") : .open, &dice)
        }
        func run(_ text: String, _ time: TimeRange = .all) throws -> (
            found: Int, looks: Int, left: UInt64
        ) {
            let filter = try QueryPlan(try Query(parsing: text)).filter
            let envelopes = MemoryEnvelopes(samples.content)
            let sealed = SealedSource(opener: envelopes, tally: SealedTally())
            var scan = SegmentScan(filter, time, sealed: sealed)
            var found = 0
            let unit = SegmentUnit.rowGroup(try file(samples.lines, filter, time), 0, first: 0)
            try scan.matches(in: unit) { (matches) throws(QueryError) in
                found += matches.indexes.count
                return true
            }
            return (found, envelopes.looks.load(ordering: .relaxed), sealed.tally.restricted)
        }
        #expect(try run("text:word3") == (300, 3000, 15))
        #expect(try run("event_type:chat_edited and text:word0") == (15, 30, 15))
        #expect(try run("event_type:nosuch and word0") == (0, 0, 0))
        #expect(
            try run("word3", TimeRange(to: Timestamp(microseconds: 100_000_000))) == (10, 100, 1))
    }

    // MARK: - Over lines

    private func source(
        _ directory: TestDirectory, _ samples: SealedSamples, _ opener: MemoryEnvelopes?
    ) throws -> QueryRun.Source {
        let place = BookPlace(
            logs: "\(directory.path)/logs", name: "chat", keys: "\(directory.path)/keys",
            masker: .standard, clock: SystemClock())
        let book = try Book(place, BookSettings(liveName: "chat.log"))
        var records = MaskedRecords()
        for line in samples.lines {
            line.withUnsafeBufferPointer { records.append($0, stamp: .recorded) }
        }
        try book.append(records, .synced)
        try book.close()
        return QueryRun.Source(
            name: "chat", snapshot: try BookSnapshot(place), maySpill: true, opener: opener)
    }

    private func messages() -> SealedSamples {
        var dice = Dice(seed: 11)
        var samples = SealedSamples()
        for number in 0..<2500 {
            let state: EnvelopeState
            switch number % 50 {
            case 1: state = .restricted(until: nil, rule: "r")
            case 2: state = .erased(by: "spring")
            case 3: state = .missing
            default: state = .open
            }
            samples.add(
                [
                    ("event_type", "\"chat_message\""), ("person", "\"p\(number % 5)\""),
                    ("text", "\"word\(number % 10) x\""),
                    ("timestamp", "\"\(Timestamp(microseconds: Int64(number) * 1_000_000))\""),
                ], state, &dice)
        }
        return samples
    }

    private func run(
        _ text: String, _ source: QueryRun.Source
    ) throws -> (rows: [String], summary: QueryRun.Summary) {
        var catcher = Catcher()
        let run = QueryRun(
            try QueryPlan(try Query(parsing: text)), over: [source],
            settings: ScanSettings(threads: 2))
        let summary = try run.run(into: &catcher)
        return (catcher.rows, summary)
    }

    @Test("a run over live lines opens them, leaves restricted ones out and says how many")
    func running() throws {
        let directory = TestDirectory()
        let samples = messages()
        let envelopes = MemoryEnvelopes(samples.content)
        let opened = try source(directory, samples, envelopes)
        #expect(!opened.maySpill)
        let found = try run("word4", opened)
        #expect(found.rows.count == 250)
        #expect(found.rows.allSatisfy { $0.contains(#""text":"word4 x""#) })
        #expect(found.summary.restricted == 50)
        #expect(found.summary.closed == 50)
        #expect(try run("erased_by:spring", opened).rows.count == 50)
        #expect(try run("envelope:missing | stats count()", opened).rows == ["50"])
        #expect(
            try run("person:* | stats count() by person | sort person", opened).rows
                == ["p0|500", "p1|450", "p2|450", "p3|450", "p4|500"])
        #expect(
            try run("person:p4 | sort -timestamp | limit 1 | fields text", opened).rows == [
                "word9 x"
            ])
        let asStored = QueryRun.Source(name: "chat", snapshot: opened.snapshot, maySpill: true)
        #expect(try run("word4", asStored).rows.isEmpty)
        #expect(try run("| stats count()", asStored).rows == ["2500"])
    }

    @Test("lines that come later are opened too")
    func following() throws {
        let directory = TestDirectory()
        let samples = messages()
        let envelopes = MemoryEnvelopes(samples.content)
        let source = try source(directory, SealedSamples(), envelopes)
        let run = QueryRun(
            try QueryPlan(try Query(parsing: "event_type:chat_message and word4 | fields text")),
            over: [source])
        var catcher = Catcher()
        var live = QueryRun.Live(run)
        for line in samples.lines {
            _ = try line.withUnsafeBufferPointer { try live.give($0, of: 0, to: &catcher) }
        }
        #expect(catcher.rows == [String](repeating: "word4 x", count: 250))
        #expect(envelopes.sessions.load(ordering: .relaxed) == 1)
        #expect(run.restrictedCount == 50)
    }
}
