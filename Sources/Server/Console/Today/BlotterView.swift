// SPDX-License-Identifier: Apache-2.0

import Records

/// What happens to orders, newest first; the script adds what comes.
struct BlotterView {
    private let rows: [BlotterRow]
    private let next: UInt64

    init(_ rows: [BlotterRow], next: UInt64) {
        self.rows = rows
        self.next = next
    }

    /// What an event is called here, and its colour; the script has it from the page.
    static let words: [(event: String, word: String, tone: Tone)] = [
        ("order_submitted", "submitted", .accent), ("order_pending", "pending", .neutral),
        ("order_accepted", "accepted", .neutral), ("order_rejected", "rejected", .bad),
        ("order_triggered", "triggered", .accent), ("order_routed", "routed", .neutral),
        ("order_modify_requested", "modify asked", .neutral),
        ("order_modified", "modified", .neutral),
        ("order_modify_rejected", "modify refused", .warn),
        ("order_cancel_requested", "cancel asked", .neutral),
        ("order_canceled", "canceled", .neutral),
        ("order_cancel_rejected", "cancel refused", .warn),
        ("order_partially_filled", "part filled", .good), ("order_filled", "filled", .good),
        ("order_expired", "expired", .neutral), ("order_restated", "restated", .warn),
        ("order_status_unknown", "unknown", .warn), ("order_intent_dropped", "dropped", .warn),
    ]

    private static let columns: [Table.Column] = [
        .init("Time"), .init("Event"), .init("Asset"), .init("Side"), .init("Amount", .number),
        .init("Price", .number), .init("Order"), .init("Strategy", wideOnly: true),
        .init("Note", wideOnly: true),
    ]

    var html: HTML {
        let actions = HTML.group([
            Tag.span(.class("inline note"), .id("live"), .role("status")) { "" },
            Tag.button(
                .type("button"), .class("button plain"), .data("act", "pause"), .id("pause"),
                .aria("pressed", "false"), .hidden
            ) { "Pause" },
        ])
        return Part.card("Blotter", isFlush: true, actions: actions) {
            Tag.div(.class("blotter-tools")) {
                Tag.input(
                    .type("search"), .data("filter", "#blotter"), .label("Filter the blotter"),
                    .placeholder("Filter: AAPL filled"), .autocomplete("off"))
                Tag.span(.class("faint"), .data("count", "#blotter"), .role("status"))
            }
            Table("Blotter", Self.columns, rows.map(Self.row), id: "blotter").html
            if rows.isEmpty {
                Tag.div(.id("blotter-empty")) {
                    Part.empty(
                        .today, "No orders yet today",
                        "They appear here as they are recorded. `daybook demo` makes a desk to "
                            + "look at.")
                }
            }
            Tag.element(
                "template",
                [
                    .id("blotter-live"), .data("next", String(next)),
                    .data("rows", String(ServerLimits.blotterShown)),
                    .data(
                        "words",
                        JSONValue.object(
                            JSONObject(
                                Self.words.map {
                                    (
                                        $0.event,
                                        .array([.string($0.word), .string($0.tone.rawValue)])
                                    )
                                })
                        ).description),
                ])
        }
    }

    private static func row(_ row: BlotterRow) -> Table.Row {
        let known = words.first { $0.event == row.event }
        return .init([
            Tag.a(.href(Paths.record("audit", row.index))) { Figures.time(row.instant, .exact) },
            Part.badge(
                known?.word ?? row.event.replacing("_", with: " "), known?.tone ?? .neutral),
            .text(row.asset), .text(row.side), .text(row.amount), .text(row.price),
            Tag.code { row.order }, .text(row.strategy),
            Tag.span(.class("faint")) { row.note.replacing("_", with: " ") },
        ])
    }
}
