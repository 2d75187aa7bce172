// SPDX-License-Identifier: Apache-2.0

import Book
package import Clearing
import Daybook
package import Records
import Retention
import Vault

/// What goes on which day, by policies, rules, requests and the days that books keep, if nothing
/// changes until then.
package struct RetentionCalendar: Sendable {
    /// What goes on one day for one reason.
    package struct Entry: Sendable, Hashable {
        /// `policy chat-90d`, `days of audit`, `rule …` or `request …`.
        package let what: String
        package let count: ClearForecast.Count
    }

    /// By days since 1970, UTC; what may go already stands on the day of `made`.
    package private(set) var days: [Int: [Entry]] = [:]
    /// What has no day: by what keeps it.
    package private(set) var staying: [Entry] = []
    /// Books whose closed days are stopped, and by what.
    package private(set) var blocked: [(book: String, why: String)] = []
    package let made: Timestamp
    /// Whether a policy over single records is in force; without one they all stay.
    package let hasPolicies: Bool

    /// Looks at every sealed record that a policy may select; about a second for a million.
    ///
    /// - Throws: what the books and the vault throw.
    package init(_ ground: Ground) throws {
        made = ground.now
        let ledger = try ground.ledger()
        let policies = ledger.policies(at: made)
        hasPolicies = !policies.isEmpty
        let today = Vault.day(of: made)
        for book in ground.existingBooks {
            guard let forecast = try RetentionReport(book, ground).forecast else { continue }
            var counts: [Int: ClearForecast.Count] = [:]
            for entry in forecast.entries {
                counts[max(today, Vault.day(of: entry.when)), default: .init()] +=
                    .init(records: Int(entry.day.records), bytes: entry.day.bytes)
            }
            for (day, count) in counts { add("days of \(book)", count, on: day) }
            if let blocker = forecast.blocker { blocked.append((book, blocker.description)) }
        }
        let forecast = try Self.records(ground, ledger, policies)
        for (going, count) in forecast.going {
            add(going.ground, count, on: max(today, going.day))
        }
        // An erasure that a rule puts off: its person's records, which nobody counts by name.
        for request in ledger.requests where request.isErasurePending {
            guard let until = request.answer?.until else { continue }
            add("erasure by request \(request.id)", .init(), on: max(today, Vault.day(of: until)))
        }
        staying = forecast.staying.map { Entry(what: $0.key, count: $0.value) }
            .sorted { ($1.count.records, $0.what) < ($0.count.records, $1.what) }
        for day in days.keys {
            days[day]?.sort { ($1.count.records, $0.what) < ($0.count.records, $1.what) }
        }
    }

    private mutating func add(_ what: String, _ count: ClearForecast.Count, on day: Int) {
        days[day, default: []].append(Entry(what: what, count: count))
    }

    /// Single records, of the books that policies are about: as a pass over the policies looks at
    /// them.
    private static func records(_ ground: Ground, _ ledger: Ledger, _ policies: [ClearPolicy])
        throws -> ClearForecast
    {
        guard !policies.isEmpty, let vault = try ground.houseVault() else {
            return ClearForecast()
        }
        let all = policies.contains { $0.select.book == nil }
        let books = ground.existingBooks.filter { book in
            all || policies.contains { $0.select.book == book }
        }
        let sources = try books.map {
            Selection.Source(name: $0, snapshot: try ground.snapshot($0))
        }
        return try Selection(
            Selectors(), for: .expiry, in: sources, vault: vault, ledger: ledger, now: ground.now
        ).forecast()
    }

    // MARK: - Reading it

    /// Days since 1970 with something, ascending.
    package var dates: [Int] { days.keys.sorted() }

    /// All that goes in a stretch of days.
    package func sum(_ range: Range<Int>) -> ClearForecast.Count {
        var sum = ClearForecast.Count()
        for (day, entries) in days where range.contains(day) {
            for entry in entries { sum += entry.count }
        }
        return sum
    }

    /// What a calendar depends on besides the records: changes with policies, holds and requests.
    package static func key(_ ground: Ground) throws -> String {
        let ledger = try ground.ledger()
        let state = try ground.policyState()
        let books = try ground.existingBooks.map { book in
            let policy = try RetentionReport(book, ground).inForce?.policy
            return "\(book)=\(policy?.description ?? "-")"
        }
        return [
            state.inForce?.id ?? "-",
            ledger.activeHolds.map(\.id).joined(separator: ","),
            ledger.requests.map { "\($0.id)\($0.isRestricting)\($0.answer == nil)" }
                .joined(separator: ","),
            books.joined(separator: ","), String(Vault.day(of: ground.now)),
        ].joined(separator: " ")
    }
}
