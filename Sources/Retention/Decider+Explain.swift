// SPDX-License-Identifier: Apache-2.0

package import Records

extension Decider {
    /// Everything that bears on one record, for those who ask why.
    package struct Explanation: Sendable, Hashable {
        /// One entry for each policy that selects the record or may.
        package var policies: [PolicyEffect] = []
        package var holds: [String] = []
        /// The request that restricts its use.
        package var decision: Decision
    }

    package struct PolicyEffect: Sendable, Hashable {
        package let policy: ClearPolicy
        /// Whether it is known to select the record.
        package let isSure: Bool
        /// Whether it is the one that says when the record goes.
        package let isRuling: Bool
        /// The end of its rule's period; nil without a rule, and when the period has no known end.
        package let floorEnd: Timestamp?
        /// Whether the instant that the rule counts from is known.
        package let isStartKnown: Bool
        /// The end of its `keep`; nil without one, and for `forever`.
        package let keepEnd: Timestamp?
    }

    /// Says what `decide` says, and how it came to it.
    package func explain(_ record: RecordFacts, _ intent: Intent = .expiry) -> Explanation {
        var explanation = Explanation(holds: holds(on: record), decision: decide(record, intent))
        for (place, entry) in policies.enumerated() {
            let match = entry.scope.match(record)
            if match == .no { continue }
            let floor = floor(of: place, record)
            explanation.policies.append(
                PolicyEffect(
                    policy: entry.policy, isSure: match == .yes,
                    isRuling: explanation.policies.isEmpty, floorEnd: floor?.end,
                    isStartKnown: floor?.isStartKnown ?? true,
                    keepEnd: record.age.flatMap { entry.policy.keep?.end(of: $0) }))
        }
        return explanation
    }
}
