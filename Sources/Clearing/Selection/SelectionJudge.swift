// SPDX-License-Identifier: Apache-2.0

import Masking
import Records
import Retention
import Vault

/// Decides over the records of a book, a stretch at a time: one thread's share of a selection.
final class SelectionJudge {
    private let selection: Selection
    private let book: Int
    private let decider: Decider
    private let scope: Scope.Bound
    private let policy: Scope.Bound?
    private let approvals: [(name: String, scope: Scope.Bound)]
    private let scanner: FactScanner

    /// What it found in the stretch.
    private var found = SelectionPart()

    /// - Parameter candidates: envelopes that may be of the people who are selected; nil when nobody
    ///   looked.
    init(_ selection: Selection, book: Int, candidates: Candidates?) throws(ClearingError) {
        self.selection = selection
        self.book = book
        decider = selection.decider
        scope = selection.bound
        policy = selection.policyBound
        approvals = selection.approving
        let source = selection.books[book]
        scanner = try FactScanner(
            source, of: selection.vault, needs: selection.needs,
            filters: selection.filters(forBook: source.name), candidates: candidates)
    }

    /// Judges the records of a range.
    func judge(_ range: Range<UInt64>) throws(ClearingError) -> SelectionPart {
        found = SelectionPart()
        try scanner.scan(
            range, theirs: scope.isAboutPeople ? { self.scope.mayBe(of: $0) } : nil,
            mayBeMeant: mayBeChosen, isPossible: { scope.match($0) != .no }, decide)
        found.missing = scanner.missing
        found.erased = scanner.erased
        found.counted = scanner.counted
        return found
    }

    /// What can be told from the line alone.
    private func mayBeChosen(_ record: SealedRecord) -> Bool {
        let kinds = scope.scope.kinds
        if !kinds.isEmpty, !kinds.contains(record.kind) { return false }
        guard let period = selection.selectors.olderThan else { return true }
        // What has no instant has no age, and is not old.
        guard let instant = record.timestamp ?? record.recorded else { return false }
        return period.end(of: instant).map { $0 <= selection.now } ?? false
    }

    private func decide(_ fact: RecordFacts) {
        switch scope.match(fact) {
        case .no: return
        case .unknown:
            found.undecided += 1
            return
        case .yes: break
        }
        if let policy, policy.match(fact) == .no { return }
        var decision = decider.decide(fact, selection.purpose.intent)
        if let policy = selection.policy, case .erase(.policy(let name)) = decision,
            name != policy.name
        {
            decision = .keep(until: nil, .notDue(policy: name))
        }
        if selection.isForecast { return found.forecast.add(decision, bytes: fact.bytes) }
        var day = SelectedRecord.noDay
        if case .restricted(let until?, _) = decision {
            // Whole days, so that a restriction of many records is one; never earlier.
            day = Int32(clamping: Vault.day(of: until) + 1)
        }
        if decision.isErase {
            for (place, approval) in approvals.enumerated()
            where !found.approvals.contains(place) && approval.scope.match(fact) != .no {
                found.approvals.insert(place)
            }
        }
        let fate = Fate(
            book: book, kind: fact.kind ?? "", word: decision.fate, ground: decision.ground)
        guard let commitment = fact.commitment else { return }
        found.records.append(
            SelectedRecord(
                index: fact.index, commitment: commitment,
                instant: (fact.timestamp ?? fact.recorded ?? .min).microseconds,
                bytes: UInt32(clamping: fact.bytes),
                fate: found.fates.place(fate, until: decision.until), day: day))
    }
}

/// What one thread found in one stretch.
struct SelectionPart {
    var records: [SelectedRecord] = []
    var fates = FateTable()
    /// Envelopes that went before.
    var erased = 0
    /// Envelopes that the vault does not have.
    var missing = 0
    /// Records of which nobody can tell whether they are meant: their envelopes do not open.
    var undecided = 0
    /// Places of the policies that ask for a second person.
    var approvals: Set<Int> = []
    /// The counts of a forecast, in the place of `records`.
    var forecast = ClearForecast()
    /// What the records that were to be counted commit to, in their order.
    var counted: [Commitment] = []
}
