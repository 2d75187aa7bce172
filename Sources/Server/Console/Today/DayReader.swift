// SPDX-License-Identifier: Apache-2.0

import Records

/// Reads the records of a day, one after the other, and keeps what Today shows. No I/O, no clock.
///
/// For one thread. About a microsecond a record; memory goes with the strategies, the minutes of the day and the
/// orders that are open, which are bounded.
package final class DayReader {
    /// What is known of an order that has not come to its end.
    private struct Open {
        var strategy: String
        var side: String
        var submitted: Int64
        var isAnswered = false
        var isFilled = false
    }

    private struct Intent: Hashable {
        let strategy: String
        let asset: String
    }

    private var tape = JSONTape()
    private var open: [String: Open] = [:]
    private var decisions: [Intent: Int64] = [:]
    package private(set) var byStrategy: [String: DayFigures] = [:]
    /// The newest rows, oldest first.
    package private(set) var rows: [BlotterRow] = []
    package private(set) var records: UInt64 = 0
    /// Records of level error or above.
    package private(set) var errors: UInt64 = 0

    package init() {}

    /// The figures of some strategies; nil for all of them, with what names none.
    package func figures(of strategies: Set<String>?) -> DayFigures {
        var sum = DayFigures()
        for (name, figures) in byStrategy where strategies?.contains(name) ?? true {
            sum.add(figures)
        }
        return sum
    }

    /// The newest rows of some strategies, newest first.
    package func rows(of strategies: Set<String>?, limit: Int) -> [BlotterRow] {
        var found: [BlotterRow] = []
        for row in rows.reversed() where strategies?.contains(row.strategy) ?? true {
            found.append(row)
            if found.count == limit { break }
        }
        return found
    }

    /// Takes in one record.
    package func take(_ index: UInt64, _ line: UnsafeBufferPointer<UInt8>) {
        records += 1
        do throws(JSONError) { try tape.parse(line) } catch { return }
        guard tape.isObject else { return }
        if let level = tape.member(named: "level"),
            tape.textEquals(level, "error") || tape.textEquals(level, "critical")
        {
            errors += 1
        }
        guard let place = tape.member(named: "event_type") else { return }
        let kind = tape.string(place)
        guard kind == "trading_decision" || kind.hasPrefix("order_"),
            let instant = instant()
        else { return }
        if kind == "trading_decision" {
            guard decisions.count < ServerLimits.dayDecisions else { return }
            decisions[Intent(strategy: text("strategy"), asset: text("asset"))] =
                instant.microseconds
        } else {
            take(order: kind, index, instant)
        }
    }

    private func take(order kind: String, _ index: UInt64, _ instant: Timestamp) {
        let id = text("order_id")
        let known = open[id]
        let named = text("strategy")
        let strategy = named.isEmpty ? known?.strategy ?? "" : named
        let now = instant.microseconds
        // Taken out while it changes, so that its minutes are not copied.
        let isKnown = byStrategy[strategy] != nil
        var figures = byStrategy.removeValue(forKey: strategy) ?? DayFigures()
        var minute = figures.minutes[now / 60_000_000] ?? DayFigures.Minute()
        switch kind {
        case "order_submitted":
            figures.submitted += 1
            minute.submitted += 1
            let intent = Intent(strategy: strategy, asset: text("asset"))
            if let decided = decisions.removeValue(forKey: intent) {
                figures.decisionToSubmit.add(now - decided)
            }
            if open.count < ServerLimits.dayOpenOrders {
                open[id] = Open(strategy: strategy, side: text("side"), submitted: now)
            }
        case "order_accepted", "order_pending":
            if let known, !known.isAnswered {
                figures.submitToAnswer.add(now - known.submitted)
                open[id]?.isAnswered = true
            }
        case "order_filled", "order_partially_filled":
            figures.fills += 1
            minute.filled += 1
            if let known, !known.isFilled {
                figures.submitToFill.add(now - known.submitted)
                open[id]?.isFilled = true
            }
            if let amount = Decimal(text("commission")) {
                figures.addCommission(amount, text("currency"))
            }
            if kind == "order_filled" {
                figures.ordersFilled += 1
                open[id] = nil
            }
        case "order_rejected":
            figures.rejected += 1
            minute.rejected += 1
            let code = text("rejection_code")
            let reason = code.isEmpty ? text("rejection_reason") : code
            if figures.rejections.count < ServerLimits.dayReasons
                || figures.rejections[reason] != nil
            {
                figures.rejections[reason, default: 0] += 1
            }
            open[id] = nil
        case "order_canceled", "order_expired":
            figures.ended += 1
            minute.ended += 1
            open[id] = nil
        default: break
        }
        if figures.minutes.count < ServerLimits.dayMinutes
            || figures.minutes[now / 60_000_000] != nil
        {
            figures.minutes[now / 60_000_000] = minute
        }
        if byStrategy.count < ServerLimits.dayStrategies || isKnown {
            byStrategy[strategy] = figures
        }
        add(row(kind, index, instant, id, strategy, known?.side ?? ""))
    }

    private func add(_ row: BlotterRow) {
        rows.append(row)
        // Dropped in bulk, so that each costs nothing.
        if rows.count >= ServerLimits.blotterRows * 2 {
            rows.removeFirst(rows.count - ServerLimits.blotterRows)
        }
    }

    private func row(
        _ kind: String, _ index: UInt64, _ instant: Timestamp, _ order: String, _ strategy: String,
        _ side: String
    ) -> BlotterRow {
        func first(_ names: StaticString...) -> String {
            names.lazy.map(text).first { !$0.isEmpty } ?? ""
        }
        return BlotterRow(
            index: index, instant: instant, event: kind, order: order, asset: text("asset"),
            side: text("side").isEmpty ? side : text("side"),
            amount: first("filled_amount", "amount", "new_amount", "remaining_amount"),
            price: first(
                "fill_price", "limit_price", "new_limit_price", "stop_price", "trigger_price"),
            strategy: strategy,
            note: first("rejection_code", "rejection_reason", "reason", "venue", "route"))
    }

    private func text(_ name: StaticString) -> String {
        guard let place = tape.member(named: name) else { return "" }
        let kind = tape[place].kind
        return kind == .object || kind == .array ? "" : tape.string(place)
    }

    /// When it happened; where that is unknown, when it was recorded.
    private func instant() -> Timestamp? {
        for name in ["timestamp", "recorded"] as [StaticString] {
            if let place = tape.member(named: name),
                let found = Timestamp.parse(tape.source(place))?.timestamp
            {
                return found
            }
        }
        return nil
    }
}
