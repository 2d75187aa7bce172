// SPDX-License-Identifier: Apache-2.0

package import Records

/// Decides what becomes of records: a hold beats everything, then a restriction, then the floor of
/// the rules, then the erasure, then expiry. The whole of what is kept how long is decided here.
///
/// Several policies may select one record. Of all of them the longest floor counts; the first of
/// them, in the order of the settings, says when the record goes.
///
/// A value without I/O: the same record, state and instant give the same decision.
package struct Decider: Sendable {
    package let now: Timestamp
    let policies: [(policy: ClearPolicy, scope: Scope.Bound, rule: Rule?)]
    let holds: [(id: String, scope: Scope.Bound)]
    /// The people whose records are restricted, and by which request.
    let restrictions: [UInt64: String]
    /// What has to be known of a record so that nothing is undecided.
    package let needs: Scope.Needs
    /// The filters that have to be tried on each record, by the book that they are about; nil is
    /// every book.
    package let filters: [(filter: String, book: String?)]
    /// What is accepted and waits: it can keep a record already, and not yet clear one.
    private let upcoming: [Decider]

    /// - Parameters:
    ///   - policies: those in force, in the order of the settings.
    ///   - upcoming: sets of policies that were accepted and are not in force yet.
    ///   - holds: all; those that were released are left out here.
    ///   - requests: all; those that restrict nothing are left out here.
    ///   - people: the vault's numbers of a name or account.
    ///   - current: the number that a person has now, after merges.
    package init(
        policies: [ClearPolicy], upcoming: [[ClearPolicy]] = [],
        rules: RuleCatalog = .standard, holds: [Hold] = [], requests: [Request] = [],
        now: Timestamp, people look: (String) throws -> [UInt64],
        current: (UInt64) throws -> UInt64
    ) rethrows {
        self.now = now
        self.policies = try policies.map { policy in
            (
                policy, try policy.select.bound(people: look, current: current),
                policy.rule.flatMap { rules[id: $0] }
            )
        }
        self.holds = try holds.filter(\.isActive).map {
            ($0.id, try $0.scope.bound(people: look, current: current))
        }
        restrictions = Dictionary(
            try requests.filter { $0.isRestricting(at: now) }.map {
                (try current($0.personID), $0.id)
            },
            uniquingKeysWith: { first, _ in first })
        self.upcoming = try upcoming.map {
            try Decider(policies: $0, rules: rules, now: now, people: look, current: current)
        }
        let scopes = self.policies.map(\.scope.scope) + self.holds.map(\.scope.scope)
        needs = self.upcoming.map(\.needs).reduce(
            scopes.reduce(restrictions.isEmpty ? [] : .person) { $0.union($1.needs) }
        ) { $0.union($1) }
        filters =
            scopes.compactMap { scope in scope.matching.map { ($0, scope.book) } }
            + self.upcoming.flatMap(\.filters)
    }

    /// A decider for people of whom none was merged.
    package init(
        policies: [ClearPolicy], upcoming: [[ClearPolicy]] = [],
        rules: RuleCatalog = .standard, holds: [Hold] = [], requests: [Request] = [],
        now: Timestamp, people look: (String) -> [UInt64]
    ) {
        self.init(
            policies: policies, upcoming: upcoming, rules: rules, holds: holds,
            requests: requests, now: now, people: look, current: { $0 })
    }

    package func decide(_ record: RecordFacts, _ intent: Intent) -> Decision {
        let decision = decideNow(record, intent)
        guard decision.isErase else { return decision }
        for other in upcoming {
            let later = other.decideNow(record, intent)
            // That the coming policies no longer select it does not keep it.
            if later.isErase || later == .keep(until: nil, .noPolicy) { continue }
            return later
        }
        return decision
    }

    private func decideNow(_ record: RecordFacts, _ intent: Intent) -> Decision {
        let holds = holds(on: record)
        if !holds.isEmpty { return .held(by: holds) }
        if let request = restriction(on: record) {
            // Whoever asked for the restriction may still ask for erasure.
            guard case .erasure = intent else {
                return .restricted(until: nil, rule: "request \(request)")
            }
        }
        let bounds = bounds(of: record)
        switch intent {
        case .erasure(let request):
            guard let floor = bounds.floor, floor.isOpen(at: now) else {
                return .erase(by: .request(request))
            }
            return .restricted(until: floor.end, rule: floor.rule)
        case .clear:
            guard let floor = bounds.floor, floor.isOpen(at: now) else {
                return .erase(by: .choice)
            }
            return .keep(until: floor.end, floor.why)
        case .expiry:
            return expiry(of: record, bounds)
        }
    }

    private func expiry(of record: RecordFacts, _ bounds: Bounds) -> Decision {
        let policy: ClearPolicy
        switch bounds.ruling {
        case nil: return .keep(until: nil, .noPolicy)
        case .unknown(let name)?: return .keep(until: nil, .unknownFacts(policy: name))
        case .policy(let place)?: policy = policies[place].policy
        }
        if let floor = bounds.floor, floor.end == nil { return .keep(until: nil, floor.why) }
        guard let keep = policy.keep else {
            guard let floor = bounds.floor else {
                return .keep(until: nil, .notDue(policy: policy.name))
            }
            return floor.isOpen(at: now)
                ? .keep(until: floor.end, floor.why) : .erase(by: .policy(policy.name))
        }
        guard let age = record.age else { return .keep(until: nil, .unknownAge) }
        guard let ceiling = keep.end(of: age) else {
            return .keep(until: nil, .notDue(policy: policy.name))
        }
        if let floor = bounds.floor, let end = floor.end, end > ceiling {
            return end > now ? .keep(until: end, floor.why) : .erase(by: .policy(policy.name))
        }
        return ceiling > now
            ? .keep(until: ceiling, .notDue(policy: policy.name))
            : .erase(by: .policy(policy.name))
    }

    // MARK: - Parts

    /// The ids of the holds on a record. A hold of which nobody knows whether it covers the record
    /// does.
    package func holds(on record: RecordFacts) -> [String] {
        var found: [String] = []
        for hold in holds where hold.scope.match(record) != .no { found.append(hold.id) }
        return found
    }

    /// The request that restricts a record's use; one of them, when nobody knows whose it is.
    private func restriction(on record: RecordFacts) -> String? {
        guard !restrictions.isEmpty else { return nil }
        if let person = record.person { return restrictions[person] }
        return record.unknown.contains(.person) ? restrictions.values.min() : nil
    }

    /// The lower bound that a rule sets.
    struct Floor {
        let rule: String
        /// When it is over; nil when it never is, or nobody knows when it began.
        let end: Timestamp?
        let isStartKnown: Bool

        func isOpen(at now: Timestamp) -> Bool { end.map { $0 > now } ?? true }

        var why: Decision.Why {
            isStartKnown ? .floor(rule: rule) : .unknownStart(rule: rule)
        }

        /// Whether it lasts longer than another.
        func outlasts(_ other: Floor?) -> Bool {
            guard let other else { return true }
            guard let otherEnd = other.end else { return false }
            guard let end else { return true }
            return end > otherEnd
        }
    }

    /// Which policy says when a record goes.
    enum Ruling {
        case policy(Int)
        case unknown(String)
    }

    struct Bounds {
        var floor: Floor?
        var ruling: Ruling?
    }

    private func bounds(of record: RecordFacts) -> Bounds {
        var bounds = Bounds()
        for (place, entry) in policies.enumerated() {
            let match = entry.scope.match(record)
            if match == .no { continue }
            if bounds.ruling == nil {
                bounds.ruling = match == .yes ? .policy(place) : .unknown(entry.policy.name)
            }
            if let floor = floor(of: place, record), floor.outlasts(bounds.floor) {
                bounds.floor = floor
            }
        }
        return bounds
    }

    /// The floor that a policy's rule sets for a record that it selects; nil when it names no rule,
    /// or one without a period.
    func floor(of place: Int, _ record: RecordFacts) -> Floor? {
        let (policy, _, rule) = policies[place]
        guard let id = policy.rule else { return nil }
        // A rule that is no longer in the catalog protects for ever what was put under it.
        guard let rule else { return Floor(rule: id, end: nil, isStartKnown: true) }
        guard let period = policy.isExtended ? rule.extended ?? rule.period : rule.period else {
            return nil
        }
        let start =
            policy.started ?? (rule.start == .created ? record.age : record.starts[rule.start])
        guard let start else { return Floor(rule: id, end: nil, isStartKnown: false) }
        return Floor(rule: id, end: period.end(of: start), isStartKnown: true)
    }
}
