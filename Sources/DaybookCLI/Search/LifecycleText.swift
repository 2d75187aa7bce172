// SPDX-License-Identifier: Apache-2.0

import Desk
import Query
import Records

/// An order's life: each step with the time since the one before it.
struct LifecycleText: ResultText {
    private let style: TextStyle
    private let order: String
    private var steps: [Step] = []

    private struct Step {
        let time: String
        let latency: String
        let total: Int64?
        let event: String
        let order: String
        let record: JSONObject
    }

    private static let apart: Set<String> = [
        "event", "event_type", "level", "timestamp", "recorded", "source", "order_id",
    ]

    init(_ style: TextStyle, order: String) {
        self.style = style
        self.order = order
    }

    mutating func take(_ row: [RecordValue?], into out: inout OutputBuffer) {
        func text(_ place: Int) -> String? {
            row[place].map { String(decoding: $0.bytes, as: UTF8.self) }
        }
        guard row.count >= 9 else { return }
        let record = text(8).flatMap { (try? JSONValue(parsing: $0))?.objectValue }
        steps.append(
            Step(
                time: text(1).map { String($0.dropLast(1)).replacing("T", with: " ") } ?? "",
                latency: text(2).flatMap { Int64($0) }.map { "+" + Self.duration($0) } ?? "",
                total: text(3).flatMap { Int64($0) }, event: text(4) ?? "", order: text(5) ?? "",
                record: record ?? [:]))
    }

    mutating func end(into out: inout OutputBuffer) {
        guard !steps.isEmpty else { return }
        let length = steps.compactMap(\.total).last.map { " in " + Self.duration($0) } ?? ""
        out.append(
            line: style.bold(RecordText.safe(order))
                + ": \(Words.count(steps.count, "step"))\(length)")
        // A column for the order only where there are several.
        let hasOthers = Set(steps.map(\.order).filter { !$0.isEmpty }).count > 1
        var names = ["time", "latency", "event"]
        if hasOthers { names.append("order_id") }
        names.append("more")
        var text = TextColumns(
            names.map { TextColumns.Column(name: $0, isNumber: $0 == "latency") }, style)
        for step in steps {
            var row = [step.time, step.latency, step.event]
            if hasOthers { row.append(step.order) }
            row.append(
                step.record.filter { !Self.apart.contains($0.key) }
                    .map { "\($0.key)=\(RecordText.text($0.value))" }.joined(separator: " "))
            text.add(row.map { RecordText.safe($0) }, into: &out)
        }
        text.flush(into: &out)
    }

    /// `850 µs`, `12.345 ms`, `1.234 s`, `3 min 12 s`, `2 h 5 min`, `4 d 1 h`.
    static func duration(_ microseconds: Int64) -> String {
        let sign = microseconds < 0 ? "-" : ""
        let value = microseconds.magnitude
        func thousandths(_ value: UInt64, _ unit: String) -> String {
            let rest = String(value % 1000)
            let zeros = String(repeating: "0", count: 3 - rest.count)
            return "\(sign)\(value / 1000).\(zeros)\(rest) \(unit)"
        }
        switch value {
        case ..<1000: return "\(sign)\(value) µs"
        case ..<1_000_000: return thousandths(value, "ms")
        case ..<60_000_000: return thousandths(value / 1000, "s")
        case ..<3_600_000_000:
            return "\(sign)\(value / 60_000_000) min \(value / 1_000_000 % 60) s"
        case ..<86_400_000_000:
            return "\(sign)\(value / 3_600_000_000) h \(value / 60_000_000 % 60) min"
        default:
            return "\(sign)\(value / 86_400_000_000) d \(value / 3_600_000_000 % 24) h"
        }
    }
}
