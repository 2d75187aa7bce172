// SPDX-License-Identifier: Apache-2.0

import Desk
import Query
import Records

/// The life of the order that a record is about, as far as somebody may read it.
struct OrderLife {
    /// One step: the record, and the time since the one before it.
    struct Step: Sendable {
        let timestamp: String?
        /// Microseconds since the step before, and since the first one.
        let latency: Int64?
        let total: Int64?
        let event: String
        let order: String
        let index: UInt64
        let record: JSONObject

        /// - Parameter texts: the columns of the pipe `lifecycle`.
        init(_ texts: [String]) {
            timestamp = texts[1].isEmpty ? nil : texts[1]
            latency = Int64(texts[2])
            total = Int64(texts[3])
            event = texts[4]
            order = texts[5]
            index = UInt64(texts[7]) ?? 0
            record = (try? JSONValue(parsing: texts[8]))?.objectValue ?? [:]
        }
    }

    let order: String
    let steps: [Step]

    /// The names that tell which order a record is about, the best one first.
    private static let names = ["order_id", "client_order_id", "parent_order_id"]

    /// The order that a line is about; nil for a record of none.
    static func order(of line: [UInt8]) -> String? {
        guard
            let object = (try? JSONValue(parsing: String(decoding: line, as: UTF8.self)))?
                .objectValue
        else { return nil }
        return names.lazy.compactMap { object[$0]?.stringValue }.first { !$0.isEmpty }
    }

    /// Finds it in the book `audit`. Blocks.
    init(
        of order: String, _ rights: ReadRights, _ ground: Ground,
        _ isCancelled: @escaping @Sendable () -> Bool = { false }
    ) throws {
        self.order = order
        let query = Query(filter: rights.filterOfLife ?? .all, pipes: [.lifecycle(order)])
        do throws(QueryError) {
            let source = try Self.source(ground)
            let run = QueryRun(
                try QueryPlan(query), over: source,
                settings: ScanSettings(
                    threads: machineThreads(), memoryBytesMax: ServerLimits.searchBytes,
                    isCancelled: isCancelled))
            var collector = StepCollector()
            _ = try run.run(into: &collector)
            steps = collector.steps
        } catch {
            throw HTTPFailure(error, in: order)
        }
    }

    private static func source(_ ground: Ground) throws(QueryError) -> [QueryRun.Source] {
        do {
            return [
                QueryRun.Source(
                    name: "audit", snapshot: try ground.snapshot("audit"), maySpill: true)
            ]
        } catch {
            throw QueryError(.unreadable, DeskFailure(known: error)?.message ?? "unreadable")
        }
    }

    var json: JSONObject {
        [
            "order": .string(order),
            "steps": .array(
                steps.map { step in
                    var object: JSONObject = ["index": .number(String(step.index))]
                    object["timestamp"] = step.timestamp.map { .string($0) }
                    object["latency_us"] = step.latency.map { .number(String($0)) }
                    object["total_us"] = step.total.map { .number(String($0)) }
                    object["event_type"] = .string(step.event)
                    object["order_id"] = .string(step.order)
                    object["record"] = .object(step.record)
                    return .object(object)
                }),
        ]
    }
}

private struct StepCollector: QueryOutput {
    var steps: [OrderLife.Step] = []

    mutating func begin(_ shape: ResultShape, hits: UInt64?) throws(QueryError) {}

    mutating func take(_ record: FoundRecord) throws(QueryError) -> Bool { true }

    mutating func take(_ row: [RecordValue?]) throws(QueryError) -> Bool {
        guard row.count >= 9 else { return true }
        steps.append(
            OrderLife.Step(
                row.map { $0.map { String(decoding: $0.bytes, as: UTF8.self) } ?? "" }))
        return steps.count < ServerLimits.lifeSteps
    }
}
