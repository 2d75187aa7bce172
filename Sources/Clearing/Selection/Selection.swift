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

        package init(name: String, snapshot: BookSnapshot, allowed: RecordRanges? = nil) {
            self.name = name
            self.snapshot = snapshot
            self.allowed = allowed
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
    private let threads: Int
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

    /// Whether what only envelopes say has to be known.
    package var mustOpen: Bool {
        let needs = selectors.scope.needs.union(decider.needs)
            .union(policy?.select.needs ?? [])
        return !needs.isDisjoint(with: .sealed)
    }

    /// The filters that records of a book are tried against.
    func filters(forBook name: String) throws(ClearingError) -> [(text: String, filter: Filter)] {
        var texts: [String] = []
        let wanted =
            decider.filters
            + [(selectors.scope.matching, nil), (policy?.select.matching, nil)]
            .compactMap { text, book in text.map { ($0, book) } }
        for (text, book) in wanted where book == nil || book == name {
            if !texts.contains(text) { texts.append(text) }
        }
        var filters: [(text: String, filter: Filter)] = []
        for text in texts {
            do throws(QueryError) {
                let query = try Query(parsing: text)
                guard query.pipes.isEmpty else {
                    throw QueryError(.meaning, "pipes choose no records", at: nil)
                }
                filters.append((text, query.filter))
            } catch {
                throw ClearingError(.usage, "'\(text)' is no filter: \(error.message).")
            }
        }
        return filters
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
        var units: [(book: Int, range: Range<UInt64>)] = []
        for (book, source) in books.enumerated() {
            for range in Self.stretches(of: source) { units.append((book, range)) }
        }
        let total = units.reduce(0) { $0 + UInt64($1.range.count) }
        let work = Monitor(SelectionWork(count: units.count))
        let shared = units
        Workers.run(min(threads, max(1, units.count))) { _ in
            judge(shared, work, of: total, progress)
        }
        let done = work.withLock { $0 }
        if let failure = done.failure { throw failure }
        return done.parts.compactMap { $0 }
    }

    private func judge(
        _ units: [(book: Int, range: Range<UInt64>)], _ work: Monitor<SelectionWork>,
        of total: UInt64, _ progress: @Sendable (UInt64, UInt64) -> Void
    ) {
        while let number = work.withLock({ $0.take() }) {
            let (book, range) = units[number]
            do throws(ClearingError) {
                let judge = try SelectionJudge(self, book: book)
                try judge.judge(range)
                let part = judge.found
                let looked = work.withLock { $0.put(part, at: number, records: range.count) }
                progress(looked, total)
            } catch {
                work.withLock { $0.failure = $0.failure ?? error }
            }
        }
    }

    /// A book's records in stretches that one thread looks at together.
    private static func stretches(of source: Source) -> [Range<UInt64>] {
        let size = source.snapshot.size
        let wanted =
            source.allowed?.ranges.map { $0.clamped(to: source.snapshot.firstKept..<size) }
            ?? [source.snapshot.firstKept..<size]
        // Runs that lie near each other are one stretch: what is between them is passed over.
        var stretches: [Range<UInt64>] = []
        for range in wanted where !range.isEmpty {
            var first = range.lowerBound
            if let last = stretches.last, range.upperBound - last.lowerBound <= stretchRecords {
                stretches[stretches.count - 1] = last.lowerBound..<range.upperBound
                continue
            }
            while first < range.upperBound {
                let end = min(first + stretchRecords, range.upperBound)
                stretches.append(first..<end)
                first = end
            }
        }
        return stretches
    }

    private static let stretchRecords = UInt64(Limits.selectionRecords)
}

/// Stretches that threads take one after the other.
private struct SelectionWork: Sendable {
    var parts: [SelectionPart?]
    var failure: ClearingError?
    private var next = 0
    private var looked: UInt64 = 0

    init(count: Int) { parts = Array(repeating: nil, count: count) }

    mutating func take() -> Int? {
        guard failure == nil, next < parts.count else { return nil }
        defer { next += 1 }
        return next
    }

    mutating func put(_ part: SelectionPart, at place: Int, records: Int) -> UInt64 {
        parts[place] = part
        looked += UInt64(records)
        return looked
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
