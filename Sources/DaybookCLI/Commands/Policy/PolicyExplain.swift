// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Book
import Clearing
import Daybook
import Desk
import Masking
import Records
import Retention

struct PolicyExplain: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say what becomes of one record, when, and who says so.",
        discussion: """
            Examples:
              daybook policy explain 4711
              daybook policy explain 17 --book audit --json
            """)

    @OptionGroup var place: PlaceOptions

    @Argument(help: "The record's index.")
    var index: UInt64

    @Option(name: .long, help: "The book: audit, chat, or one named in daybook.yaml.")
    var book = "chat"

    @Flag(name: .long, help: "Print one JSON object.")
    var json = false

    mutating func run() throws {
        let ground = try Ground(place)
        let name = try ground.known(book)
        guard ground.existingBooks.contains(name) else { throw ground.nothingHere }
        let line = try ground.snapshot(name).line(at: index)
        let decider = try ground.decider(ground.ledger(), at: ground.now)
        let facts = try FactReader(
            book: name, filters: decider.filters.map(\.filter), opener: try ground.factOpener(),
            person: ground.personNumber(of:)
        ).facts(of: line, at: index)
        if let erasure = try ground.erasure(of: facts.commitment) {
            if json {
                return Terminal.say(
                    json: [
                        "book": .string(name), "record": .number(String(index)),
                        "decision": "erased", "ground": .string("receipt \(erasure)"),
                    ])
            }
            return Terminal.say(
                "record \(Words.grouped(index)) of \(name): erased (receipt \(erasure))")
        }
        let explanation = decider.explain(facts)
        if json { return Terminal.say(json: explanation.json(facts)) }
        for line in Self.lines(facts, explanation) { Terminal.say(line) }
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

extension Decision {
    /// The decision as a person reads it: `kept until 2027-… (policy desk)`.
    var words: String {
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
    func json(_ facts: Retention.RecordFacts) -> JSONObject {
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
