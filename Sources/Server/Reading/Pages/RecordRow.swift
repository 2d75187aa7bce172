// SPDX-License-Identifier: Apache-2.0

import Records

/// A record as one row of a table.
struct RecordRow {
    private let book: String
    private let index: UInt64
    private let record: JSONObject
    private let reason: String

    init(_ book: String, _ index: UInt64, _ record: JSONObject, reason: String = "") {
        self.book = book
        self.index = index
        self.record = record
        self.reason = reason
    }

    /// The page of a record.
    static func link(_ book: String, _ index: UInt64, _ reason: String = "") -> Link {
        Link("/records/\(book)/\(index)", ["reason": book == "audit" ? "" : reason])
    }

    private static let shown: Set<String> = [
        "event", "event_type", "level", "timestamp", "recorded", "source", "asset", "order_id",
        "daybook_notes", "logger",
    ]

    var row: Table.Row {
        .init([
            Tag.a(.href(Self.link(book, index, reason))) { time },
            event, text("asset"), text("order_id"),
            Tag.span(.class("clip")) { details },
            .text(book == "audit" ? String(index) : "\(book) \(index)"),
        ])
    }

    private var time: HTML {
        let stamp = record["timestamp"]?.stringValue ?? record["recorded"]?.stringValue
        return stamp.flatMap { Timestamp($0) }.map { Figures.time($0) } ?? "–"
    }

    private var event: HTML {
        let kind = record["event_type"]?.stringValue ?? record["event"]?.stringValue ?? "–"
        return Part.badge(kind, Self.tone(of: record["level"]?.stringValue, kind))
    }

    static func tone(of level: String?, _ kind: String) -> Tone {
        switch level {
        case "critical", "error": .bad
        case "warning": .warn
        case "debug": .quiet
        default: kind == "order_filled" ? .good : .neutral
        }
    }

    private func text(_ name: String) -> HTML { .text(record[name]?.stringValue ?? "") }

    private var details: String {
        record.filter { !Self.shown.contains($0.key) }.map { member in
            "\(member.key)=\(member.value.stringValue ?? member.value.description)"
        }.joined(separator: "  ")
    }
}

/// The steps of an order's life as a table.
struct OrderLifeTable {
    private let steps: [OrderLife.Step]

    init(_ steps: [OrderLife.Step]) { self.steps = steps }

    var html: HTML {
        Table(
            "Life of the order",
            [
                .init("Time"), .init("After", .number), .init("Event"),
                .init("Order", wideOnly: true),
                .init("Since the first", .number, wideOnly: true),
            ],
            steps.map { step in
                .init([
                    Tag.a(.href(RecordRow.link("audit", step.index))) {
                        step.timestamp.flatMap { Timestamp($0) }.map { Figures.time($0, .exact) }
                            ?? "–"
                    },
                    .text(step.latency.map { Figures.duration(microseconds: $0) } ?? ""),
                    Part.badge(
                        step.event,
                        RecordRow.tone(of: step.record["level"]?.stringValue, step.event)),
                    .text(step.order),
                    .text(step.total.map { Figures.duration(microseconds: $0) } ?? ""),
                ])
            }
        ).html
    }
}
