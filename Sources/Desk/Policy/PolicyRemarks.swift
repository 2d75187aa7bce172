// SPDX-License-Identifier: Apache-2.0

import Daybook
import Records
package import Retention

/// What is to be said of policies beyond what the settings refuse.
package struct PolicyRemarks: Sendable {
    package private(set) var wrong: [String] = []
    package private(set) var notes: [String] = []

    package init(_ policies: [ClearPolicy], books: [String]) {
        for (place, policy) in policies.enumerated() {
            let name = policy.name
            if let book = policy.select.book, !books.contains(book) {
                wrong.append("\(name) is about a book \(book), which there is not")
            }
            for kind in policy.select.kinds
            where EventKind(rawValue: kind).group == .custom {
                notes.append("\(name) is about \(kind), which is in no vocabulary")
            }
            if !policy.hasUpperBound {
                notes.append(
                    "\(name) has no upper bound: personal data may not be kept for ever (GDPR 5(1)(e))"
                )
            }
            if let rule = policy.rule.flatMap({ RuleCatalog.standard[id: $0] }) {
                if !rule.isConfirmed {
                    notes.append(
                        "\(name) relies on \(rule.id), which was not confirmed: have it checked")
                }
                let period = policy.isExtended ? rule.extended : rule.period
                if let keep = policy.keep, let period, keep.isShorter(than: period) {
                    notes.append(
                        "\(name) keeps \(keep), less than \(rule.id) asks for (\(period)): the rule "
                            + "counts")
                }
                if rule.start != .created, policy.started == nil {
                    notes.append(
                        "\(name): \(rule.id) counts from \(rule.start.words); records for which that "
                            + "is not known are kept. `started` says it where it is one date")
                }
            }
            let earlier = policies[..<place].first { other in
                other.select == policy.select || other.select == Scope()
            }
            if let earlier {
                notes.append(
                    "\(name) comes after \(earlier.name), which selects all the same records and "
                        + "says when they go; only its rule counts")
            }
        }
    }
}

extension Rule.Start {
    /// What a rule counts from.
    package var words: String {
        switch self {
        case .created: "record"
        case .orderSubmitted: "order submitted"
        case .accountClosed: "account closed"
        case .contractEnded: "contract ended"
        }
    }
}
