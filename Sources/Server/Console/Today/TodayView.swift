// SPDX-License-Identifier: Apache-2.0

import Records

/// The day as a page.
struct TodayView {
    private let view: DayWatch.View
    private let figures: DayFigures
    private let now: Timestamp
    private let strategies: Set<String>?

    /// Milliseconds after which figures and charts are asked for again.
    private static let refresh = 5_000
    private static let columns = 60

    init(_ view: DayWatch.View, now: Timestamp, strategies: Set<String>?) {
        self.view = view
        figures = view.figures
        self.now = now
        self.strategies = strategies
    }

    var page: Page {
        Page("Today", in: .today, lead: lead) {
            tiles
            if figures.submitted + figures.fills + figures.rejected > 0 {
                Tag.div(.class("grid")) {
                    Tag.div(.class("two-thirds stack")) {
                        orders
                        outcomes
                    }
                    Tag.div(.class("third stack")) {
                        latency
                        rejects
                    }
                }
            }
            BlotterView(view.rows, next: view.next).html
        }
    }

    private var lead: String {
        guard !view.date.isEmpty else { return "Nothing was recorded yet." }
        let mine =
            strategies.map { names in
                names.isEmpty
                    ? " None of them is yours: your token names no strategy."
                    : " You see \(names.sorted().joined(separator: ", "))."
            } ?? ""
        return "Trading day \(view.date), "
            + "\(Figures.count(view.records, "record")) so far." + mine
    }

    // MARK: - Figures

    private var tiles: HTML {
        let finished = figures.ordersFilled + figures.rejected + figures.ended
        return Part.tiles(id: "day", refresh: Self.refresh) {
            Part.tile(
                "Orders", Figures.count(figures.submitted), note: pace,
                link: Paths.search("event_type:order_submitted"))
            Part.tile(
                "Fills", Figures.count(figures.fills),
                note: finished > 0
                    ? "\(share(figures.ordersFilled, finished)) of orders filled" : nil,
                link: Paths.search("event_type:(order_filled or order_partially_filled)"))
            Part.tile(
                "Rejects", Figures.count(figures.rejected),
                note: figures.submitted > 0
                    ? "\(share(figures.rejected, figures.submitted)) of orders" : nil,
                tone: figures.rejected > 0 ? .bad : .neutral,
                link: Paths.search("event_type:order_rejected"))
            commission
            Part.tile(
                "Submit to fill, p50",
                figures.submitToFill.percentile(500).map { Figures.duration(microseconds: $0) }
                    ?? "–",
                note: figures.submitToFill.percentile(990).map {
                    "p99 \(Figures.duration(microseconds: $0))"
                })
            if strategies == nil {
                Part.tile(
                    "Errors", Figures.count(view.errors), note: "any record of level error",
                    tone: view.errors > 0 ? .warn : .neutral,
                    link: Paths.search("level:(error or critical)"))
            }
        }
    }

    private var commission: HTML {
        let sums = figures.commission.sorted { $0.key < $1.key }
        let first = sums.first
        let rest = sums.dropFirst().map { "\(Self.money($0.value)) \($0.key)" }
        return Part.tile(
            "Commission", first.map { Self.money($0.value) } ?? "–",
            unit: first?.key.isEmpty == false ? first?.key : nil,
            note: rest.isEmpty ? "exact sum" : rest.joined(separator: ", "),
            link: Paths.search(
                "event_type:order_filled | stats sum(commission), count() by asset"))
    }

    /// Grouped, at most four digits behind the point; the sum itself stays exact.
    static func money(_ amount: Decimal) -> String {
        let text = "\(amount)"
        let parts = text.split(separator: ".", maxSplits: 1)
        let whole = Int128(parts.first.map(String.init) ?? "0") ?? 0
        let sign = text.hasPrefix("-") && whole == 0 ? "−" : ""
        var fraction = parts.count > 1 ? String(parts[1].prefix(4)) : ""
        while fraction.count > 2, fraction.last == "0" { fraction.removeLast() }
        while fraction.count < 2 { fraction.append("0") }
        return sign + Figures.count(whole) + "." + fraction
    }

    private func share(_ part: Int, _ whole: Int) -> String {
        Figures.short(Double(part) / Double(whole) * 100) + " %"
    }

    /// Orders in the last whole minute.
    private var pace: String {
        let minute = now.microseconds / 60_000_000
        let last = figures.minutes[minute - 1]?.submitted ?? 0
        return "\(Figures.count(last)) in the last minute"
    }

    // MARK: - Charts

    /// Stretches of equal length that cover the day's minutes.
    private struct Stretch {
        let from: Int64
        let minutes: Int64
        var values = DayFigures.Minute()

        var start: Timestamp { Timestamp(microseconds: from * 60_000_000) }
        var end: Timestamp { Timestamp(microseconds: (from + minutes) * 60_000_000) }
        var name: String { String(start.description.dropFirst(11).prefix(5)) }
    }

    private var stretches: [Stretch] {
        guard let newest = figures.minutes.keys.max() else { return [] }
        // A day, seen from its newest minute: what an old file brought in today is in no chart.
        let known = figures.minutes.filter { newest - $0.key < 1_440 }
        let oldest = known.keys.min() ?? newest
        let count = newest - oldest + 1
        let step = [1, 2, 5, 10, 15, 20, 30].first { count <= $0 * Int64(Self.columns) } ?? 30
        let last = newest / step * step
        let first = min(oldest / step * step, last - step * 29)
        var found = stride(from: first, through: last, by: Int64.Stride(step)).map {
            Stretch(from: $0, minutes: step)
        }
        for (minute, values) in known {
            let place = Int((minute - first) / step)
            found[place].values.submitted += values.submitted
            found[place].values.filled += values.filled
            found[place].values.rejected += values.rejected
            found[place].values.ended += values.ended
        }
        return found
    }

    private func marks(_ stretches: [Stretch]) -> [String] {
        let count = stretches.count
        return [0, count / 4, count / 2, count * 3 / 4, count - 1].map { stretches[$0].name }
    }

    private func note(_ stretches: [Stretch]) -> String {
        let minutes = stretches.first?.minutes ?? 1
        return minutes == 1 ? "UTC" : "a bar is \(minutes) minutes, UTC"
    }

    private var orders: HTML {
        let stretches = stretches
        var chart = BarChart(
            "Orders a minute", [.init("orders", .accent)],
            stretches.map { stretch in
                .init(
                    stretch.name, [stretch.values.submitted],
                    link: Paths.search(
                        "event_type:order_submitted", from: stretch.start, to: stretch.end))
            }, marks: marks(stretches))
        chart.isSmall = true
        return Part.card(
            stretches.first?.minutes == 1 ? "Orders a minute" : "Orders", note: note(stretches),
            id: "orders", refresh: Self.refresh
        ) { chart.html }
    }

    private var outcomes: HTML {
        let stretches = stretches
        let chart = BarChart(
            "Fills and rejects",
            [.init("fills", .good), .init("canceled or expired", .quiet), .init("rejects", .bad)],
            stretches.map { stretch in
                let values = stretch.values
                return .init(
                    stretch.name, [values.filled, values.ended, values.rejected],
                    link: Paths.search(
                        "event_type:(order_filled or order_partially_filled or order_canceled or "
                            + "order_expired or order_rejected)",
                        from: stretch.start, to: stretch.end))
            }, marks: marks(stretches))
        return Part.card(
            "Fills and rejects", note: note(stretches), id: "outcomes", refresh: Self.refresh
        ) { chart.html }
    }

    private var rejects: HTML {
        let reasons = figures.rejections.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        return Part.card("Rejects by reason", id: "rejects", refresh: Self.refresh) {
            if reasons.isEmpty {
                Part.empty(.check, "No rejects", "Every order so far was taken.")
            } else {
                BarList(
                    reasons.prefix(8).map { reason, count in
                        .init(
                            reason.replacing("_", with: " "), Double(count),
                            shown: Figures.count(count), link: Paths.search(Self.query(reason)),
                            tone: .bad)
                    }
                ).html
            }
        }
    }

    private static func query(_ reason: String) -> String {
        let quoted =
            "\"" + reason.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
        return "event_type:order_rejected and (rejection_code:\(quoted) or "
            + "rejection_reason:\(quoted))"
    }

    private var latency: HTML {
        let rows: [(String, LatencyHistogram)] = [
            ("Decision to submit", figures.decisionToSubmit),
            ("Submit to answer", figures.submitToAnswer),
            ("Submit to fill", figures.submitToFill),
        ]
        return Part.card(
            "Latency", note: "of the day", id: "latency", refresh: Self.refresh, isFlush: true
        ) {
            Table(
                "Latency in percentiles",
                [
                    .init("Way"), .init("p50", .number), .init("p90", .number),
                    .init("p99", .number),
                ],
                rows.map { name, histogram in
                    .init(
                        [.text(name)]
                            + ([500, 900, 990] as [UInt64]).map { thousandths in
                                .text(
                                    histogram.percentile(thousandths).map {
                                        Figures.duration(microseconds: $0)
                                    } ?? "–")
                            })
                }
            ).html
        }
    }
}
