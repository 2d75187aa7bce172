// SPDX-License-Identifier: Apache-2.0

import Book
import Desk
import HTTPTypes
import Hummingbird
import Query
import Records

/// What the page of searches asks of the books, and what came of it. Made off Swift's pool.
struct SearchView: Sendable {
    /// A record as the page shows it.
    struct Found: Sendable {
        let book: String
        let index: UInt64
        let line: String
        let record: JSONObject
    }

    /// The stretches of time that the page offers.
    static let spans = [
        ("15m", "15 minutes"), ("1h", "1 hour"), ("6h", "6 hours"), ("24h", "24 hours"),
        ("7d", "7 days"), ("30d", "30 days"), ("all", "All time"),
    ]

    let text: String
    /// One of `spans`, or empty where `from` and `to` say it.
    let span: String
    let from: String
    let to: String
    let books: String
    let reason: String
    let isLines: Bool
    let skip: Int

    /// What the filter is narrowed by, and when.
    private(set) var question: SearchQuestion?
    /// The stretch of time that was looked at.
    private var time: TimeRange?
    /// What is wrong with it.
    private(set) var wrong: String?
    private(set) var found: [Found] = []
    private(set) var hasMore = false
    private(set) var table: (columns: [ResultColumn], rows: [[String]])?
    private(set) var life: [OrderLife.Step]?
    /// Records in each bucket, and its width in microseconds.
    private(set) var bars: [(start: Int64, count: Int)] = []
    private(set) var width: Int64 = 0
    private(set) var matched: UInt64?
    private(set) var restricted: UInt64 = 0
    private(set) var milliseconds = 0

    /// Rows of a page.
    static let rows = 100

    init(_ request: Request) throws(HTTPFailure) {
        let values = RequestValues(request)
        text = try values.text("q", bytesMax: ServerLimits.queryBytes) ?? ""
        from = try values.text("from") ?? ""
        to = try values.text("to") ?? ""
        let asked = try values.text("span")
        let isGiven = !from.isEmpty || !to.isEmpty
        span =
            asked.flatMap { span in Self.spans.contains { $0.0 == span } ? span : nil }
            ?? (isGiven ? "" : "24h")
        books = try values.text("books") ?? ""
        reason = try values.reason ?? ""
        isLines = try values.text("view") == "lines"
        skip = try values.number("skip", in: 0...10_000) ?? 0
    }

    /// The stretch of time that is asked for.
    private func stretch(_ now: Timestamp) throws -> TimeRange {
        func instants(_ text: String) throws -> Range<Int64>? {
            guard !text.isEmpty else { return nil }
            guard let interval = InstantText.interval(text, zone: .utc) else {
                throw HTTPFailure(
                    .badRequest, "a time is written 2026-11-20 or 2026-11-20T14:25:00Z")
            }
            return interval
        }
        if span.isEmpty {
            let (first, last) = (try instants(from)?.lowerBound, try instants(to)?.lowerBound)
            return TimeRange(
                from: first.map { Timestamp(microseconds: $0) },
                to: last.map { Timestamp(microseconds: $0) })
        }
        guard let length = Span.microseconds(span) else { return .all }
        return TimeRange(from: Timestamp(microseconds: now.microseconds - length))
    }

    /// Looks. Blocks; ends early when nobody waits any more.
    mutating func look(
        _ principal: Principal, _ ground: Ground, _ isGone: @escaping @Sendable () -> Bool
    ) {
        let began = ContinuousClock.now
        do {
            let time = try stretch(ground.now)
            self.time = time
            let asked = SearchQuestion.Asked(
                books: books.isEmpty ? nil : books, reason: reason.isEmpty ? nil : reason)
            var question = try SearchQuestion(
                text, time, asked, limit: Self.rows, principal, ground)
            self.question = question
            if case .records = question.plan.goal {
                question = try newestFirst(question, time, asked, principal, ground)
            }
            let run = try question.run(ground, isGone)
            var collector = ViewCollector(run.sources.map(\.name), skip: skip)
            let summary = try run.run(into: &collector)
            (found, hasMore, table) = (collector.found, collector.hasMore, collector.table)
            life = collector.life
            restricted = summary.restricted
            try count(run, question)
        } catch {
            wrong =
                (error as? QueryError).map { $0.explained(in: text) } ?? HTTPFailure(error).message
        }
        let took = (ContinuousClock.now - began).components
        milliseconds = Int(took.seconds * 1000 + took.attoseconds / 1_000_000_000_000_000)
    }

    /// Where the same records are made into a bundle; nil where they are no whole records.
    var exportLink: Link? {
        guard let time, let question, question.query.pipes.isEmpty, table == nil, life == nil else {
            return nil
        }
        let book = books.split(separator: ",").first.map(String.init) ?? "audit"
        return Link(
            Area.exports.path,
            [
                "book": book, "q": text, "from": time.from?.description ?? "",
                "to": time.to?.description ?? "",
            ])
    }

    /// People look at what is new; a query that sorts or limits by itself is left as it is.
    private func newestFirst(
        _ question: SearchQuestion, _ time: TimeRange, _ asked: SearchQuestion.Asked,
        _ principal: Principal, _ ground: Ground
    ) throws -> SearchQuestion {
        guard question.plan.stages.isEmpty, question.query.pipes.isEmpty else { return question }
        let filter = text.isEmpty ? "*" : text
        return try SearchQuestion(
            "\(filter) | sort -timestamp | limit \(skip + Self.rows + 1)", time, asked,
            limit: Self.rows, principal, ground)
    }

    /// How many records there are in each stretch of time.
    private mutating func count(_ run: QueryRun, _ question: SearchQuestion) throws {
        let query = Query(filter: question.query.filter, pipes: [.timeline(nil)])
        let counting = QueryRun(
            try QueryPlan(question.rights.narrow(query)), over: run.sources, time: run.time,
            settings: run.settings)
        var collector = BarCollector()
        let summary = try counting.run(into: &collector)
        (bars, width) = (collector.bars, collector.width)
        matched = summary.matched
    }

    /// The address of this search with something else in it.
    func link(_ changes: [(String, String)] = []) -> Link {
        var query = [
            ("q", text), ("span", span), ("from", from), ("to", to), ("books", books),
            ("reason", reason), ("view", isLines ? "lines" : ""),
            ("skip", ""),
        ]
        for (name, value) in changes {
            if let place = query.firstIndex(where: { $0.0 == name }) {
                query[place].1 = value
            } else {
                query.append((name, value))
            }
        }
        return Link("/search", query)
    }
}

/// Takes what a page shows.
private struct ViewCollector: QueryOutput {
    let books: [String]
    var skip: Int
    var found: [SearchView.Found] = []
    var hasMore = false
    var table: (columns: [ResultColumn], rows: [[String]])?
    var life: [OrderLife.Step]?

    init(_ books: [String], skip: Int) {
        self.books = books
        self.skip = skip
    }

    mutating func begin(_ shape: ResultShape, hits: UInt64?) throws(QueryError) {
        switch shape {
        case .records: break
        case .lifecycle: life = []
        default: table = (shape.columns, [])
        }
    }

    mutating func take(_ record: FoundRecord) throws(QueryError) -> Bool {
        guard skip == 0 else {
            skip -= 1
            return true
        }
        guard found.count < SearchView.rows else {
            hasMore = true
            return false
        }
        let line = String(decoding: record.line, as: UTF8.self)
        found.append(
            .init(
                book: books[record.book], index: record.index, line: line,
                record: (try? JSONValue(parsing: line))?.objectValue ?? [:]))
        return true
    }

    mutating func take(_ row: [RecordValue?]) throws(QueryError) -> Bool {
        let texts = row.map { $0.map { String(decoding: $0.bytes, as: UTF8.self) } ?? "" }
        if life != nil, texts.count >= 9 {
            life?.append(OrderLife.Step(texts))
            return (life?.count ?? 0) < SearchView.rows * 10
        }
        guard (table?.rows.count ?? 0) < SearchView.rows * 10 else {
            hasMore = true
            return false
        }
        table?.rows.append(texts)
        return true
    }
}

private struct BarCollector: QueryOutput {
    var bars: [(start: Int64, count: Int)] = []
    var width: Int64 = 0

    mutating func begin(_ shape: ResultShape, hits: UInt64?) throws(QueryError) {
        if case .timeline(_, let width) = shape { self.width = width }
    }

    mutating func take(_ record: FoundRecord) throws(QueryError) -> Bool { true }

    mutating func take(_ row: [RecordValue?]) throws(QueryError) -> Bool {
        guard row.count == 2, let time = row[0], let count = row[1],
            let start = Timestamp(String(decoding: time.bytes, as: UTF8.self))
        else { return true }
        bars.append(
            (start.microseconds, Int(String(decoding: count.bytes, as: UTF8.self)) ?? 0))
        return bars.count < 400
    }
}
