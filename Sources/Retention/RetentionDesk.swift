// SPDX-License-Identifier: Apache-2.0

package import Book
internal import Masking
internal import Records

/// Opens books under the policy that binds them, and puts policies in force.
package enum RetentionDesk {
    /// Opens a book whose days past the policy in force are pruned at rotations and now.
    ///
    /// A proposal that keeps every record at least as long as before is put in force here, and so
    /// is the first one of a book without records; any other waits for `accept`.
    package static func open(
        _ place: BookPlace, _ settings: BookSettings, proposed: DayPolicy
    ) throws(BookError) -> Book {
        var settings = settings
        settings.retention = PolicyRule(place: place)
        let book = try Book(place, settings)
        do throws(BookError) {
            try settle(book, proposed)
        } catch {
            try? book.close()
            throw error
        }
        return book
    }

    private static let settingsName = "daybook.yaml"

    private static func settle(_ book: Book, _ proposed: DayPolicy) throws(BookError) {
        // Of several processes the one that writes settles it.
        guard book.isHolder, let inForce = try? PolicyInForce.load(book.place),
            inForce.policy != proposed
        else { return }
        let isShorter = inForce.policy.isShortened(by: proposed, at: book.place.clock.now())
        if isShorter {
            guard try BookSnapshot(book.place).size == 0 else { return }
        }
        _ = try accept(proposed, for: book, by: settingsName, mode: book.settings.mode)
    }

    /// Puts a policy in force: records it, synced, and then points at the record.
    ///
    /// - Parameters:
    ///   - by: who accepted it, as the record says.
    ///   - mode: the mode of the book's files.
    package static func accept(
        _ policy: DayPolicy, for book: Book, by: String, mode: UInt32
    ) throws(BookError) -> PolicyInForce {
        let old = try? PolicyInForce.load(book.place)
        let isPerson = by != settingsName && book.settings.sealer != nil
        var session = MaskingSession(book.place.masker)
        var records = MaskedRecords()
        session.append(
            recordKeeping: .retentionChanged(
                policy: DayPolicy.recordName, newValue: policy.description,
                oldValue: old?.policy.description, changedBy: by),
            at: book.place.clock.now(),
            // Who it was is the house's to know; what the settings propose is nobody's.
            sealing: isPerson ? .house(["changed_by"]) : .none, to: &records)
        let inForce = PolicyInForce(policy: policy, record: try book.append(records, .synced))
        try inForce.store(book.place, mode: mode)
        return inForce
    }

    /// What retention has to know of a book's closed days.
    package static func days(_ segments: [SegmentSummary]) -> [KeptDay] {
        segments.map { segment in
            KeptDay(
                file: segment.file, date: segment.date, first: segment.first,
                records: segment.records, bytes: segment.bytes, newest: segment.lastRecorded,
                isSealed: segment.isSealed)
        }
    }
}

/// The rule that a writer asks at each rotation: whatever is in force then, also when another
/// process has accepted it meanwhile.
struct PolicyRule: RetentionRule {
    let place: BookPlace

    func plan(segments: [SegmentSummary], now: Timestamp) -> PrunePlan? {
        // What does not bind prunes nothing; `doctor` says why it does not.
        guard let inForce = try? PolicyInForce.load(place) else { return nil }
        let days = RetentionDesk.days(segments)
        // Holds are looked up only when something would go.
        guard PruneDecision(inForce.policy, days, now: now).end != nil,
            let pins = try? Pins.load(place)
        else { return nil }
        let decision = PruneDecision(
            inForce.policy, days, pins: pins, book: place.name, now: now)
        return decision.end.map { PrunePlan(until: $0, rule: decision.ruleText) }
    }
}
