// SPDX-License-Identifier: Apache-2.0

import Records

/// Finds all that happened to one order: its own records, those of its children and of orders that
/// replaced it or that it replaced, and its parents' own.
struct Lifecycle {
    private let run: QueryRun
    private let start: String

    /// Names of the order that a record is about.
    static let own = ["order_id", "client_order_id"]
    /// Names of an order above it. Its records are shown, its other children are not.
    static let above = ["parent_order_id"]
    /// Names of an order that is the same order before a change.
    static let same = ["original_order_id", "replaces_order_id", "replaced_order_id"]
    /// Names that a broker gave it: another number space, and one that brokers use again.
    static let broker = ["broker_order_id", "exchange_order_id", "venue_order_id"]

    /// Rounds of finding more names; each follows all links of the one before.
    private static let rounds = 64

    /// The names by which the order is known so far.
    private struct Names: Equatable {
        var own: Set<[UInt8]> = []
        var above: Set<[UInt8]> = []
        var broker: Set<[UInt8]> = []

        var count: Int { own.count + above.count + broker.count }
    }

    private struct Step {
        let time: Timestamp?
        let book: Int
        let index: UInt64
        let line: [UInt8]
    }

    init(_ run: QueryRun, of id: String) {
        self.run = run
        start = id
    }

    func run<Output: QueryOutput>(into output: inout Output) throws(QueryError) -> QueryRun.Summary
    {
        var names = try firstNames()
        var steps: [Step] = []
        for _ in 0..<Self.rounds {
            var found = names
            steps = []
            try collect(&found, &steps)
            guard found.count <= Limits.lifecycleIDs else {
                throw QueryError(
                    .tooLarge,
                    "\(start) is linked to more than \(Limits.lifecycleIDs) orders; filter by "
                        + "parent_order_id or order_id instead")
            }
            if found == names { break }
            names = found
        }
        return try show(steps, to: &output)
    }

    // MARK: - Finding

    /// The order may be named by any of its names.
    private func firstNames() throws(QueryError) -> Names {
        let id = Array(start.utf8)
        var names = Names(own: [id])
        var row = RowEvaluator(.all)
        var isOwn = false
        var others: Set<[UInt8]> = []
        let filter = Self.filter(Self.own + Self.broker, [id])
        try MergedMatches(run.scans(filter, time: .all)).forEach { record throws(QueryError) in
            guard row.load(record.line) else { return true }
            for name in Self.own where row.text(name) == id { isOwn = true }
            for name in Self.own { if let text = row.text(name) { others.insert(text) } }
            return others.count <= Limits.lifecycleIDs
        }
        // A broker's number leads to the order that has it, unless it is an order's name itself.
        if !isOwn, !others.isEmpty { names.own = others }
        return names
    }

    private func collect(_ names: inout Names, _ steps: inout [Step]) throws(QueryError) {
        let known = names
        var found = names
        var kept: [Step] = []
        var row = RowEvaluator(.all)
        let filter = Filter.or([
            Self.filter(Self.own, known.own.union(known.above)),
            Self.filter(Self.above + Self.same, known.own),
            known.broker.isEmpty
                ? .not(.all) : Self.filter(Self.broker, known.broker),
        ])
        try MergedMatches(run.scans(filter, time: .all)).forEach { record throws(QueryError) in
            guard row.load(record.line) else { return true }
            let own = Self.texts(Self.own, row)
            let isOwn = own.contains { known.own.contains($0) }
            let links = Self.texts(Self.same + Self.above, row)
            let isLinked = links.contains { known.own.contains($0) }
            let isAbove = own.contains { known.above.contains($0) }
            // A broker's number alone says which order it is only where no other name stands.
            guard isOwn || isLinked || isAbove || own.isEmpty else { return true }
            guard kept.count < Limits.lifecycleRecords else {
                throw QueryError(
                    .tooLarge,
                    "\(start) has more than \(Limits.lifecycleRecords) records; filter by order_id "
                        + "instead")
            }
            kept.append(
                Step(
                    time: row.time, book: record.book, index: record.index,
                    line: Array(record.line)))
            if isOwn || isLinked {
                found.own.formUnion(own)
                found.own.formUnion(Self.texts(Self.same, row))
                found.broker.formUnion(Self.texts(Self.broker, row))
            }
            if isOwn {
                found.above.formUnion(Self.texts(Self.above, row))
            } else if isAbove {
                found.above.formUnion(Self.texts(Self.above + Self.own, row))
            }
            return true
        }
        found.above.subtract(found.own)
        names = found
        steps = kept
    }

    private static func texts(_ names: [String], _ row: borrowing RowEvaluator) -> [[UInt8]] {
        var texts: [[UInt8]] = []
        for name in names { if let text = row.text(name) { texts.append(text) } }
        return texts
    }

    private static func filter(_ names: [String], _ ids: Set<[UInt8]>) -> Filter {
        let sorted = ids.sorted { $0.lexicographicallyPrecedes($1) }
        return .or(
            names.map { name in
                let path = FieldPath(name)
                let literals = sorted.map {
                    Literal(String(decoding: $0, as: UTF8.self), for: path.kind)
                }
                return .field(
                    FieldTest(
                        path, literals.count == 1 ? .equals(literals[0]) : .oneOf(literals)))
            })
    }

    // MARK: - Showing

    private static let columns = [
        ResultColumn("step", .integer), ResultColumn("timestamp", .instant),
        ResultColumn("latency_us", .integer), ResultColumn("total_us", .integer),
        ResultColumn("event_type", .text), ResultColumn("order_id", .text),
        ResultColumn("book", .text), ResultColumn("index", .integer),
        ResultColumn("record", .text),
    ]

    private func show<Output: QueryOutput>(
        _ steps: [Step], to output: inout Output
    ) throws(QueryError) -> QueryRun.Summary {
        var row = RowEvaluator(run.plan.filter, time: run.time)
        var shown: [Step] = []
        for step in steps
        where step.line.withUnsafeBufferPointer({ row.matches($0) }) { shown.append(step) }
        shown.sort { left, right in
            (left.time?.microseconds ?? .max, left.book, left.index)
                < (right.time?.microseconds ?? .max, right.book, right.index)
        }
        try output.begin(.lifecycle(Self.columns, order: start), hits: UInt64(shown.count))
        var last: Timestamp?
        for (number, step) in shown.enumerated() {
            let (event, order) = step.line.withUnsafeBufferPointer { line in
                _ = row.load(line)
                return (
                    row.value(at: FieldPath("event_type")) ?? row.value(at: FieldPath("event")),
                    row.value(at: FieldPath("order_id"))
                )
            }
            let values: [RecordValue?] = [
                Self.number(number + 1),
                step.time.map { RecordValue(.string, Array($0.description.utf8)) },
                Self.difference(last, step.time), Self.difference(shown.first?.time, step.time),
                event, order, RecordValue(.string, Array(run.sources[step.book].name.utf8)),
                Self.number(step.index), RecordValue(.container, step.line),
            ]
            last = step.time ?? last
            guard try output.take(values) else { break }
        }
        return QueryRun.Summary(matched: UInt64(shown.count))
    }

    private static func number(_ number: some BinaryInteger) -> RecordValue {
        RecordValue(.number, Array(String(number).utf8))
    }

    private static func difference(_ from: Timestamp?, _ to: Timestamp?) -> RecordValue? {
        guard let from, let to else { return nil }
        return number(to.microseconds - from.microseconds)
    }
}

extension RowEvaluator {
    /// The text of a field; nil when it has none.
    func text(_ name: String) -> [UInt8]? {
        guard let value = value(at: FieldPath(name)), value.kind == .string || value.kind == .number
        else { return nil }
        return value.bytes
    }
}
