// SPDX-License-Identifier: Apache-2.0

import Book
import Masking
import Records
import TransparencyLog

/// What the stretches of a selection come to: `keepLast` and `downTo` are about all of them.
struct SelectionSummary {
    private let selection: Selection
    private let parts: [SelectionPart]
    private var table = FateTable()
    /// Of each part, the places in `table` of its fates.
    private var places: [[UInt32]] = []
    /// All records, in the order of the books and their records, with fates that are places of `table`:
    /// where they are looked at together. Otherwise empty, since a copy of a million takes longer than
    /// to go through the parts.
    private var records: [SelectedRecord] = []

    init(_ selection: Selection, _ parts: [SelectionPart]) {
        self.selection = selection
        self.parts = parts
        places = parts.map { part in
            part.fates.fates.indices.map { place in
                table.place(part.fates.fates[place], until: part.fates.until[place])
            }
        }
        if selection.selectors.keepLast != nil || selection.selectors.downTo != nil {
            var all: [SelectedRecord] = []
            all.reserveCapacity(parts.reduce(0) { $0 + $1.records.count })
            forEachRecord { record, fate in
                all.append(record)
                all[all.count - 1].fate = UInt32(fate)
            }
            records = all
            thin()
        }
    }

    /// Each record with the place of its fate in `table`, in the order of the books and their records.
    private func forEachRecord(_ body: (SelectedRecord, Int) -> Void) {
        guard records.isEmpty else {
            for record in records { body(record, Int(record.fate)) }
            return
        }
        for (part, places) in zip(parts, places) {
            for record in part.records { body(record, Int(places[Int(record.fate)])) }
        }
    }

    // MARK: - The newest, and the size

    /// Takes what `keepLast` and `downTo` leave out of those that go.
    private mutating func thin() {
        let selectors = selection.selectors
        // Oldest first; of equal instants the earlier record.
        let order = records.indices.sorted { left, right in
            let (a, b) = (records[left], records[right])
            return (a.instant, left) < (b.instant, right)
        }
        if let keepLast = selectors.keepLast {
            for place in order.suffix(keepLast) {
                spare(place, "among the last \(keepLast)")
            }
        }
        guard let downTo = selectors.downTo else { return }
        var left = records.reduce(0) { $0 + Int($1.bytes) }
        for place in order {
            if left > downTo {
                if goes(place) { left -= Int(records[place].bytes) }
            } else {
                spare(place, "within \(downTo) bytes")
            }
        }
    }

    private func goes(_ place: Int) -> Bool {
        table.fates[Int(records[place].fate)].word == .erase
    }

    private mutating func spare(_ place: Int, _ ground: String) {
        guard goes(place) else { return }
        var fate = table.fates[Int(records[place].fate)]
        fate.word = .keep
        fate.ground = ground
        records[place].fate = table.place(fate, until: nil)
    }

    // MARK: - The plan

    func outcome(madeBy: String) -> Selection.Outcome {
        var plan = Plan(
            purpose: selection.purpose, selectors: selection.selectors, made: selection.now,
            madeBy: madeBy)
        plan.books = selection.books.map { source in
            Plan.Book(
                name: source.name, origin: source.snapshot.manifest.origin,
                treeSize: source.snapshot.size)
        }
        var classes = table.fates.indices.map { place in
            let fate = table.fates[place]
            return Plan.Class(
                book: selection.books[fate.book].name, kind: fate.kind, decision: fate.word.text,
                ground: fate.ground, until: table.until[place])
        }
        var erase: [Commitment] = []
        var restrictions: [Restricting: [Commitment]] = [:]
        // Apart from their texts, whose references would be counted for each record.
        let words = table.fates.map(\.word)
        let books = table.fates.map(\.book)
        var counts = [Int](repeating: 0, count: words.count)
        forEachRecord { _, fate in counts[fate] += 1 }
        erase.reserveCapacity(zip(words, counts).reduce(0) { $0 + ($1.0 == .erase ? $1.1 : 0) })
        forEachRecord { record, place in
            classes[place].add(record)
            switch words[place] {
            case .erase:
                erase.append(record.commitment)
                plan.books[books[place]].erase.append(record.index)
            case .restrict:
                let fate = table.fates[place]
                restrictions[Restricting(day: record.day, ground: fate.ground), default: []]
                    .append(record.commitment)
                plan.books[books[place]].restrict.append(record.index)
            case .held, .keep: break
            }
        }
        erase = CommitmentDigest.unique(erase)
        plan.envelopes = erase.count
        plan.commitments = CommitmentDigest.of(sorted: erase).hex
        plan.classes = classes.filter { $0.records > 0 }.sorted(by: Self.isBefore)
        let approvals = parts.reduce(into: Set<Int>()) { $0.formUnion($1.approvals) }
        plan.approvals = approvals.sorted().map { selection.approving[$0].name }
        return Selection.Outcome(
            plan: plan, erase: erase,
            restrict: restrictions.sorted { $0.key < $1.key }.map { key, commitments in
                (key.day == SelectedRecord.noDay ? nil : Int(key.day), key.rule, commitments)
            },
            erasedBefore: parts.reduce(0) { $0 + $1.erased },
            missing: parts.reduce(0) { $0 + $1.missing },
            undecided: parts.reduce(0) { $0 + $1.undecided },
            counted: parts.flatMap(\.counted))
    }

    /// What goes first, then what stays and why.
    private static func isBefore(_ left: Plan.Class, _ right: Plan.Class) -> Bool {
        let order = ["erase", "restricted", "held", "keep"]
        let places = [left, right].map { order.firstIndex(of: $0.decision) ?? order.count }
        if places[0] != places[1] { return places[0] < places[1] }
        return (left.book, left.ground, left.kind) < (right.book, right.ground, right.kind)
    }
}

/// Restrictions that are set together.
private struct Restricting: Hashable, Comparable {
    var day: Int32
    var ground: String

    /// The rule's id, or the request.
    var rule: String { ground.hasPrefix("rule ") ? String(ground.dropFirst(5)) : ground }

    static func < (left: Self, right: Self) -> Bool {
        (left.day, left.ground) < (right.day, right.ground)
    }
}

extension Plan.Class {
    fileprivate mutating func add(_ record: SelectedRecord) {
        records += 1
        bytes += Int(record.bytes)
        guard record.instant > Timestamp.lowest else { return }
        let instant = Timestamp(microseconds: record.instant)
        oldest = min(oldest ?? instant, instant)
        newest = max(newest ?? instant, instant)
    }
}
