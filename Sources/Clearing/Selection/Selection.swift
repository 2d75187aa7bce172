// SPDX-License-Identifier: Apache-2.0

package import Book
package import Masking
import Query
package import Records
import Retention
package import Vault

/// Finds the records that selectors choose and decides about each of them: what a plan says, and
/// what applying it does, come from here.
///
/// Reads snapshots; changes nothing. Opens envelopes only where a selector, a policy or a hold asks
/// for what only they say; what it opens it shows to nobody.
package struct Selection: Sendable {
    /// A book that is looked at.
    package struct Source: Sendable {
        package let name: String
        package let snapshot: BookSnapshot
        /// The only records that are looked at; nil is all.
        package var allowed: RecordRanges?
        /// Of these, what they commit to is wanted, whatever becomes of them.
        package var counted: RecordRanges?

        package init(
            name: String, snapshot: BookSnapshot, allowed: RecordRanges? = nil,
            counted: RecordRanges? = nil
        ) {
            self.name = name
            self.snapshot = snapshot
            self.allowed = allowed
            self.counted = counted
        }
    }

    package let vault: Vault
    package let selectors: Selectors
    package let purpose: Plan.Purpose
    package let books: [Source]
    package let now: Timestamp
    let decider: Decider
    let bound: Scope.Bound
    let policy: ClearPolicy?
    /// Policies that ask for a second person.
    let approving: [(name: String, scope: Scope.Bound)]
    /// The policy that was chosen.
    let policyBound: Scope.Bound?
    let threads: Int
    /// Whether what is found is counted by day, and not kept.
    var isForecast = false

    /// - Parameters:
    ///   - ledger: what binds.
    /// - Throws: `usage` for a policy that is not in force, or a filter that is none.
    package init(
        _ selectors: Selectors, for purpose: Plan.Purpose, in books: [Source], vault: Vault,
        ledger: Ledger, now: Timestamp, threads: Int = 1
    ) throws(ClearingError) {
        self.vault = vault
        self.selectors = selectors
        self.purpose = purpose
        self.books = books
        self.now = now
        self.threads = max(1, threads)
        let look = PeopleLook(vault)
        decider = try look.run {
            try ledger.decider(at: now, people: look.numbers, current: look.current)
        }
        bound = try look.bind(selectors.scope)
        let policies = ledger.policies(at: now)
        if let name = selectors.policy {
            guard let found = policies.first(where: { $0.name == name }) else {
                throw ClearingError(
                    .usage,
                    "no policy '\(name)' is in force. In force: "
                        + (policies.isEmpty ? "none" : policies.map(\.name).joined(separator: ", "))
                        + ". `daybook policy accept` puts what daybook.yaml proposes in force.")
            }
            policy = found
        } else {
            policy = nil
        }
        policyBound = try policy.map { (found) throws(ClearingError) in try look.bind(found.select)
        }
        approving = try policies.filter(\.needsApproval).map { (found) throws(ClearingError) in
            (found.name, try look.bind(found.select))
        }
        for source in books { _ = try filters(forBook: source.name) }
    }

    /// What has to be known of a record.
    var needs: Scope.Needs {
        selectors.scope.needs.union(decider.needs).union(policy?.select.needs ?? [])
    }

    /// Whether what only envelopes say has to be known.
    package var mustOpen: Bool { !needs.isDisjoint(with: .sealed) }

    /// The filters that records of a book are tried against.
    func filters(forBook name: String) throws(ClearingError) -> [(text: String, filter: Filter)] {
        let wanted =
            decider.filters
            + [(selectors.scope.matching, nil), (policy?.select.matching, nil)]
            .compactMap { text, book in text.map { ($0, book) } }
        return try FactScanner.filters(
            wanted.filter { _, book in book == nil || book == name }.map { text, _ in text })
    }

    // MARK: - Running

    /// What was found and decided.
    package struct Outcome: Sendable {
        package let plan: Plan
        /// Envelopes to be erased, sorted, each once.
        package let erase: [Commitment]
        /// Envelopes to be restricted, by the day on which that ends (days since 1970; nil without
        /// an end) and the rule.
        package let restrict: [(until: Int?, rule: String, commitments: [Commitment])]
        /// Of those looked at, how many were erased before, and how many the vault does not have.
        package let erasedBefore: Int
        package let missing: Int
        /// Records of which nobody can tell whether they are meant: their envelopes do not open.
        package let undecided: Int
        /// What the records that were to be counted commit to.
        package let counted: [Commitment]
        /// What it was decided by; nil where nobody asked.
        package var basis: Basis?
    }

    /// What a decision rests on besides the records: while all of it is the same and little time has
    /// passed, so is what would be decided.
    package struct Basis: Sendable, Hashable {
        /// Policies, holds and requests (`Ledger.lastState`).
        let ledger: UInt64?
        let keys: Vault.KeyMark
        let now: Timestamp
    }

    /// Looks at all books.
    ///
    /// - Parameters:
    ///   - madeBy: the user, for the plan.
    ///   - progress: called with records looked at and all there are, from any thread.
    /// - Complexity: O(records) plus sorting what was chosen. A million records in about a second
    ///   on two cores.
    package func run(
        madeBy: String, progress: @escaping @Sendable (UInt64, UInt64) -> Void = { _, _ in }
    ) throws(ClearingError) -> Outcome {
        SelectionSummary(self, try parts(progress)).outcome(madeBy: madeBy)
    }

    /// What all stretches of all books come to.
    func parts(
        _ progress: @escaping @Sendable (UInt64, UInt64) -> Void = { _, _ in }
    ) throws(ClearingError) -> [SelectionPart] {
        let stretches = StretchRun(
            books.map { ($0.snapshot, $0.allowed?.ranges) }, threads: threads)
        let candidates = try candidates()
        return try stretches.run(progress: progress) {
            // Each has a connection to the vault.
            var judges: [Int: SelectionJudge] = [:]
            return { stretch throws(ClearingError) in
                if let judge = judges[stretch.book] { return try judge.judge(stretch.range) }
                let judge = try SelectionJudge(
                    self, book: stretch.book, candidates: candidates)
                judges[stretch.book] = judge
                return try judge.judge(stretch.range)
            }
        }
    }
}

/// Looks people up in the vault.
private struct PeopleLook {
    private let vault: Vault

    init(_ vault: Vault) { self.vault = vault }

    func numbers(_ name: String) throws -> [UInt64] {
        try vault.people.find(name).map(\.id.rawValue)
    }

    /// The number that a person has now, after merges.
    func current(_ number: UInt64) throws -> UInt64 {
        try vault.people.person(PersonID(rawValue: number))?.id.rawValue ?? number
    }

    func bind(_ scope: Scope) throws(ClearingError) -> Scope.Bound {
        try run { try scope.bound(people: numbers, current: current) }
    }

    func run<Value>(_ body: () throws -> Value) throws(ClearingError) -> Value {
        do {
            return try body()
        } catch {
            let message = (error as? VaultError)?.message ?? "\(error)"
            throw ClearingError(.damaged, message)
        }
    }
}
