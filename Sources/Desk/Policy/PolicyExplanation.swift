// SPDX-License-Identifier: Apache-2.0

import Book
import Clearing
package import Records
package import Retention

/// What becomes of one record, when, and who says so.
package enum PolicyExplanation {
    case explained(Retention.RecordFacts, Decider.Explanation)
    /// It was erased, by this erasure.
    case erased(book: String, index: UInt64, erasure: String)

    package var json: JSONObject {
        switch self {
        case .explained(let facts, let explanation): explanation.json(facts)
        case .erased(let book, let index, let erasure):
            [
                "book": .string(book), "record": .number(String(index)), "decision": "erased",
                "ground": .string("receipt \(erasure)"),
            ]
        }
    }

    package var lines: [String] {
        switch self {
        case .explained(let facts, let explanation): Self.lines(facts, explanation)
        case .erased(let book, let index, let erasure):
            ["record \(Words.grouped(index)) of \(book): erased (receipt \(erasure))"]
        }
    }

    private static func lines(
        _ facts: Retention.RecordFacts, _ explanation: Decider.Explanation
    ) -> [String] {
        let decision = explanation.decision
        var lines = [
            "record \(Words.grouped(facts.index)) of \(facts.book): \(decision.words)"
        ]
        if let age = facts.age { lines.append("  counts from \(age)") }
        for hold in explanation.holds { lines.append("  hold \(hold) covers it") }
        for effect in explanation.policies {
            var parts = ["policy \(effect.policy.name)" + (effect.isRuling ? " (rules)" : "")]
            if !effect.isSure { parts.append("may select it: not all of the record is known") }
            if let keep = effect.policy.keep {
                parts.append("keep \(keep)" + (effect.keepEnd.map { " until \($0)" } ?? ""))
            }
            if let rule = effect.policy.rule {
                let end =
                    effect.isStartKnown
                    ? effect.floorEnd.map { "until \($0)" } ?? "for ever"
                    : "for now: what it counts from is not known"
                parts.append("rule \(rule) \(end)")
            }
            lines.append("  " + parts.joined(separator: "; "))
        }
        return lines
    }
}

extension Ground {
    /// Says what becomes of a record. What decides over it may be opened; nothing of it is shown.
    package func explain(_ book: String, _ index: UInt64) throws -> PolicyExplanation {
        let name = try known(book)
        guard existingBooks.contains(name) else { throw nothingHere }
        let line = try snapshot(name).line(at: index)
        let decider = try decider(ledger(), at: now)
        let facts = try FactReader(
            book: name, filters: decider.filters.map(\.filter), opener: try factOpener(),
            person: personNumber(of:)
        ).facts(of: line, at: index)
        if let erasure = try erasure(of: facts.commitment) {
            return .erased(book: name, index: index, erasure: erasure)
        }
        return .explained(facts, decider.explain(facts))
    }

    package var nothingHere: DeskFailure {
        let others = existingBooks.joined(separator: ", ")
        guard others.isEmpty else {
            return DeskFailure(
                .noInput,
                "that book has no records in \(logs) yet. Books that have: \(others); --book names "
                    + "one.")
        }
        return DeskFailure(
            .noInput,
            "there is no book in \(logs). `daybook run -- python bot.py` makes one; --dir or "
                + "DAYBOOK_DIR names another place.")
    }
}

extension Decision {
    /// The decision as a person reads it: `kept until 2027-… (policy desk)`.
    package var words: String {
        let end = until.map { " until \($0)" } ?? ""
        switch self {
        case .held: return "held (\(ground))"
        case .restricted: return "restricted\(end) (\(ground))"
        case .erase: return "due (\(ground))"
        case .keep: return "kept\(end) (\(ground))"
        }
    }
}

extension Decider.Explanation {
    fileprivate func json(_ facts: Retention.RecordFacts) -> JSONObject {
        var object: JSONObject = [
            "book": .string(facts.book), "record": .number(String(facts.index)),
        ]
        for member in decision.json { object[member.key] = member.value }
        object["holds"] = .array(holds.map { .string($0) })
        object["policies"] = .array(
            policies.map { effect in
                .object([
                    "policy": .string(effect.policy.name), "rules": .bool(effect.isRuling),
                    "sure": .bool(effect.isSure),
                    "keep_end": effect.keepEnd.map { .string($0.description) } ?? .null,
                    "rule": effect.policy.rule.map { .string($0) } ?? .null,
                    "rule_end": effect.floorEnd.map { .string($0.description) } ?? .null,
                ])
            })
        return object
    }
}
