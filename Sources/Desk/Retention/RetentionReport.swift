// SPDX-License-Identifier: Apache-2.0

import Book
import Daybook
package import Records
package import Retention

/// How long one book is kept: in force, proposed, due.
package struct RetentionReport {
    package let name: String
    /// nil when what binds cannot be told; `trouble` says why.
    package let inForce: PolicyInForce?
    package let trouble: String?
    package let proposed: DayPolicy
    private let days: [KeptDay]
    private let pins: Pins
    private let now: Timestamp

    package init(_ name: String, _ ground: Ground) throws {
        self.name = name
        let place = ground.place(name)
        do throws(BookError) {
            inForce = try PolicyInForce.load(place)
            trouble = nil
        } catch {
            guard error.code == .damaged else { throw error }
            inForce = nil
            trouble = error.message
        }
        proposed = try ground.settings.choice(for: name).policy ?? DayPolicy()
        pins = try Pins.load(place)
        days = RetentionDesk.days(try ground.snapshot(name).segments)
        now = place.clock.now()
    }

    package func decision(_ policy: DayPolicy) -> PruneDecision {
        PruneDecision(policy, days, pins: pins, book: name, now: now)
    }

    /// When the closed days go by what is in force; nil when that cannot be told.
    package var forecast: PruneForecast? {
        inForce.map { PruneForecast($0.policy, days, pins: pins, book: name, now: now) }
    }

    /// Whether days wait only because old records say what binds now.
    package var isStoppedByState: Bool {
        guard let inForce, case .needed? = decision(inForce.policy).blocker?.reason else {
            return false
        }
        return true
    }

    package var lines: [String] {
        guard let inForce else { return ["\(name): \(trouble ?? "")"] }
        var lines = ["\(name): \(Self.words(inForce.policy))" + source(inForce)]
        if proposed != inForce.policy {
            lines.append(
                "  proposed by daybook.yaml: \(Self.words(proposed)); "
                    + "`daybook retention accept --book \(name)` puts it in force")
        }
        lines += self.lines(of: decision(inForce.policy), would: true)
        return lines
    }

    private func source(_ policy: PolicyInForce) -> String {
        if let record = policy.record { return " (by record \(Words.grouped(record)))" }
        return " (the default)"
    }

    private static func words(_ policy: DayPolicy) -> String {
        policy.keepsEverything ? "everything is kept" : policy.description
    }

    /// What goes, what stands in the way, what comes next.
    package func lines(of decision: PruneDecision, would: Bool) -> [String] {
        var lines: [String] = []
        let shown = 10
        for due in decision.days.prefix(shown) {
            lines.append(
                "  \(would ? "due" : "pruned") \(due.day.date): "
                    + "\(Words.count(due.day.records, "record")), "
                    + "\(Words.bytes(due.day.bytes)), \(due.rule)")
        }
        if decision.days.count > shown {
            lines.append("  … and \(Words.count(decision.days.count - shown, "file")) more")
        }
        if !decision.days.isEmpty {
            lines.append(
                "  \(would ? "in all" : "pruned in all") \(Words.count(decision.records, "record")), "
                    + Words.bytes(decision.bytes))
        } else {
            lines.append("  nothing is due")
        }
        if let blocker = decision.blocker { lines.append("  stopped: \(blocker)") }
        if let next = decision.next, next < .max { lines.append("  next due \(next)") }
        return lines
    }

    // MARK: - For programs

    package var json: JSONObject {
        var object: JSONObject = ["book": .string(name)]
        object["in_force"] = inForce.map { .object($0.policy.json) } ?? .null
        object["by_record"] = inForce?.record.map { .number(String($0)) } ?? .null
        object["proposed"] = .object(proposed.json)
        object["trouble"] = trouble.map { .string($0) } ?? .null
        if let inForce {
            object["due"] = .object(json(of: decision(inForce.policy), applied: false))
        }
        return object
    }

    package func json(of decision: PruneDecision, applied: Bool) -> JSONObject {
        [
            "book": .string(name), "applied": .bool(applied && decision.end != nil),
            "until": decision.end.map { .number(String($0)) } ?? .null,
            "records": .number(String(decision.records)),
            "bytes": .number(String(decision.bytes)), "rule": .string(decision.ruleText),
            "files": .array(decision.days.map { .string($0.day.file) }),
            "stopped_by": decision.blocker.map { blocker in
                .object([
                    "record": .number(String(blocker.record)),
                    "why": .string(blocker.description),
                ])
            } ?? .null,
            "next_due": decision.next.map { .string($0.description) } ?? .null,
        ]
    }
}

extension DayPolicy {
    package var json: JSONObject {
        [
            "keep": .string(keep.description),
            "keep_at_least": keepAtLeast.map { .string($0.description) } ?? .null,
            "max_size": maxBytes.map { .number(String($0)) } ?? .null,
        ]
    }
}
