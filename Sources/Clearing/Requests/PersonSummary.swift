// SPDX-License-Identifier: Apache-2.0

package import Records
package import Retention

/// What is kept of a person, in figures: what `daybook about` shows and answers say.
package struct PersonSummary: Sendable, Hashable {
    /// Records of one conversation that have the same fate.
    package struct Row: Sendable, Hashable {
        package let platform: String
        package let conversation: String
        package let decision: Decision
        package var records = 0
        package var bytes = 0
        package var oldest: Timestamp?
        package var newest: Timestamp?
        /// The latest end of those that have one.
        package var until: Timestamp?
    }

    /// By platform, conversation and fate.
    package private(set) var rows: [Row] = []
    package var records: Int { rows.reduce(0) { $0 + $1.records } }
    package var bytes: Int { rows.reduce(0) { $0 + $1.bytes } }

    /// - Parameter intent: what the fate is asked for.
    package init(_ records: [PersonRecord], _ decider: Decider, _ intent: Intent = .expiry) {
        var places: [Key: Int] = [:]
        for record in records {
            let decision = decider.decide(record.facts, intent)
            let key = Key(record.facts, decision)
            let place = places[key] ?? rows.count
            if place == rows.count {
                places[key] = place
                rows.append(
                    Row(
                        platform: key.platform, conversation: key.conversation,
                        decision: decision))
            }
            rows[place].records += 1
            rows[place].bytes += record.facts.bytes
            rows[place].until = [rows[place].until, decision.until].compactMap { $0 }.max()
            guard let instant = record.facts.timestamp ?? record.facts.recorded else { continue }
            rows[place].oldest = min(rows[place].oldest ?? instant, instant)
            rows[place].newest = max(rows[place].newest ?? instant, instant)
        }
        rows.sort { left, right in
            (left.platform, left.conversation, left.decision.word)
                < (right.platform, right.conversation, right.decision.word)
        }
    }

    /// Records of one conversation with the same fate for the same reason count as one; the dates
    /// at which they go differ.
    private struct Key: Hashable {
        let platform: String
        let conversation: String
        let word: String
        let ground: String

        init(_ facts: RecordFacts, _ decision: Decision) {
            platform = facts.platform ?? "-"
            conversation = facts.conversation ?? "-"
            word = decision.word
            ground = decision.ground
        }
    }
}

extension PersonSummary.Row {
    /// What the person is told of it: of a hold no more than that there are legal reasons.
    package var told: String {
        let end = until.map { " until \($0.description.prefix(10)) at the latest" } ?? ""
        switch decision {
        case .held: return "kept for legal reasons"
        case .restricted(_, let rule) where !rule.hasPrefix("request "):
            return "kept, but not used,\(end) under \(rule)"
        case .restricted: return "kept, but not used, as you asked"
        case .erase: return "due to be erased"
        case .keep(_, .floor(let rule)), .keep(_, .unknownStart(let rule)):
            return "kept\(end) under \(rule)"
        case .keep: return "kept\(end)"
        }
    }
}
