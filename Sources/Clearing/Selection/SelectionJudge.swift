// SPDX-License-Identifier: Apache-2.0

import Book
import Masking
import Query
import Records
import Retention
import Vault

/// Looks at the records of one stretch of a book: one thread's share of a selection.
final class SelectionJudge {
    private let selection: Selection
    private let book: Int
    private let decider: Decider
    private let scope: Scope.Bound
    private let policy: Scope.Bound?
    private let approvals: [(name: String, scope: Scope.Bound)]
    /// Filters that are tried on opened lines.
    private let filters: [(text: String, filter: Filter)]
    private let session: (any EnvelopeOpeningSession)?

    /// What it found so far.
    private(set) var found = SelectionPart()

    private var reader = SealedLineReader()
    private var facts: [RecordFacts] = []
    private var lines = LineStore()

    init(_ selection: Selection, book: Int) throws(ClearingError) {
        self.selection = selection
        self.book = book
        decider = selection.decider
        scope = selection.bound
        policy = selection.policyBound
        approvals = selection.approving
        filters = try selection.filters(forBook: selection.books[book].name)
        do throws(BookError) {
            session = selection.mustOpen ? try selection.vault.openerOfRestricted.session() : nil
        } catch {
            throw ClearingError(.damaged, error.message)
        }
    }

    /// Judges the records of a range. Costs a pass over their lines and a look-up of each envelope.
    func judge(_ range: Range<UInt64>) throws(ClearingError) {
        let source = selection.books[book]
        let allowed = source.allowed
        facts.removeAll(keepingCapacity: true)
        lines.removeAll()
        let isOpening = session != nil
        do throws(BookError) {
            try source.snapshot.forEachLine(in: range) { index, line throws(BookError) in
                if let allowed, !allowed.contains(index) { return true }
                guard let record = reader.read(line, at: index) else { return true }
                guard mayBeChosen(record) else { return true }
                var fact = RecordFacts(book: source.name, index: index)
                fact.commitment = record.commitment
                fact.timestamp = record.timestamp
                fact.recorded = record.recorded
                fact.kind = record.kind
                facts.append(fact)
                if isOpening { lines.append(line) }
                return true
            }
        } catch {
            throw ClearingError(.damaged, error.message)
        }
        if !facts.isEmpty { try judgeTaken() }
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

    private func judgeTaken() throws(ClearingError) {
        let commitments = facts.compactMap(\.commitment)
        let envelopes: [EnvelopeFacts]
        do throws(VaultError) {
            envelopes = try selection.vault.facts(of: commitments)
        } catch {
            throw ClearingError(.damaged, error.message)
        }
        var open: [Int] = []
        for place in facts.indices {
            let envelope = envelopes[place]
            guard envelope.isPresent else {
                found.missing += 1
                continue
            }
            guard envelope.erasedBy == nil else {
                found.erased += 1
                continue
            }
            guard envelope.person != .house else { continue }
            facts[place].person = envelope.person?.rawValue
            facts[place].bytes = envelope.storedBytes
            if envelope.person == nil { facts[place].unknown.insert(.person) }
            facts[place].unknown.formUnion(.sealed)
            // Only what the vault's facts leave possible is worth opening.
            guard scope.match(facts[place]) != .no else { continue }
            open.append(place)
        }
        if let session, !open.isEmpty { try look(open, session) }
        for place in open { decide(facts[place]) }
    }

    /// Opens envelopes and notes what policies, holds and selectors ask of them.
    private func look(_ places: [Int], _ session: any EnvelopeOpeningSession)
        throws(ClearingError)
    {
        var buffer = ByteBuffer()
        let rows = filters.map { RowBox($0.filter) }
        do throws(BookError) {
            try session.open(places.compactMap { facts[$0].commitment }) { number, state, text in
                switch state {
                case .open, .redacted, .restricted: break
                default: return
                }
                guard text.count > 0, reader.load(text) else { return }
                let place = places[number]
                facts[place].platform = reader.text("platform")
                facts[place].conversation = reader.text("conversation")
                facts[place].unknown.subtract(.sealed)
                guard !filters.isEmpty else { return }
                lines.withLine(place) { line in
                    guard let seal = OpenedLine.seal(of: line) else { return }
                    buffer.removeAll()
                    OpenedLine.write(line, seal, .open, text, into: &buffer)
                    for (filter, row) in zip(filters, rows)
                    where row.matches(buffer.unsafeBytes) {
                        facts[place].matched.insert(filter.text)
                    }
                }
            }
        } catch {
            throw ClearingError(.damaged, error.message)
        }
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
}

/// Lines one after the other.
private struct LineStore {
    private var bytes: [UInt8] = []
    private var ends: [Int] = []

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
    }

    mutating func append(_ line: UnsafeBufferPointer<UInt8>) {
        bytes.append(contentsOf: line)
        ends.append(bytes.count)
    }

    func withLine(_ place: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        bytes.withUnsafeBufferPointer { all in
            body(
                UnsafeBufferPointer(
                    rebasing: all[(place == 0 ? 0 : ends[place - 1])..<ends[place]]))
        }
    }
}

/// An evaluator that an array can hold.
private final class RowBox {
    private var row: RowEvaluator

    init(_ filter: Filter) { row = RowEvaluator(filter) }

    func matches(_ line: UnsafeBufferPointer<UInt8>) -> Bool { row.matches(line) }
}
