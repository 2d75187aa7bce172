// SPDX-License-Identifier: Apache-2.0

import Book
package import Clearing
import Daybook
import Masking
package import Records
package import Retention

extension Ground {
    /// What was accepted, held and asked for until now; an empty ledger when there is no book yet.
    package func ledger(more: [EventKind] = []) throws -> Ledger {
        guard existingBooks.contains("audit") else { return Ledger() }
        return try Ledger(snapshot("audit"), opener: houseOpener, more: more)
    }

    /// Writes what holds pin, so that no program prunes it.
    package func storePins(_ ledger: Ledger, adding hold: Hold? = nil) throws {
        // The pins lie beside the book, so it has to be there.
        if !existingBooks.contains("audit") { try open("audit").close() }
        let holds = ledger.holds + (hold.map { [$0] } ?? [])
        try Pins(holds: holds, firstNeeded: ledger.firstNeeded).store(place("audit"))
    }

    /// Says again what binds, as the newest records, so that the old ones can be pruned.
    package func restate(_ ledger: Ledger) throws {
        for set in ledger.bindingSets(at: now) {
            try keepHouse(.policyAccepted, set.members, sealing: PolicySet.sealed)
        }
        for hold in ledger.activeHolds {
            try keepHouse(.holdOpened, hold.members, sealing: ["hold"])
        }
        for request in ledger.bindingRequests {
            try keepHouse(.requestOpened, request.members, sealing: ["request"])
        }
        try storePins(try self.ledger())
    }

    /// Records that a hold kept days from being pruned; nothing when none did.
    package func recordRefusal(of decision: PruneDecision, in book: String) throws {
        guard let blocker = decision.blocker, case .held(let hold) = blocker.reason else { return }
        let kept = try snapshot(book).segments.filter { $0.first + $0.records > blocker.record }
        try keepHouse(
            .clearRefused,
            [
                "ground": .string("hold \(hold)"),
                "record_count": .number(String(kept.first.map { $0.records } ?? 0)),
                "book": .string(book),
            ], sealing: [])
    }

    /// What binds now, ready to decide over records.
    package func decider(_ ledger: Ledger, at now: Timestamp) throws -> Decider {
        try ledger.decider(at: now, people: personNumbers, current: currentNumber)
    }

    /// The instant that the books' clock says.
    package var now: Timestamp { place("audit").clock.now() }
}

/// Codes that people can read out: no vowels, so no words, and nothing that looks like another.
package enum ShortCode {
    private static let letters = Array("23456789bcdfghjkmnpqrstvwxz")

    /// Such as `h-7k2m9q4x`: 38 bits, and nobody can tell anything from it.
    package static func make(_ prefix: String) -> String {
        var random = SystemRandomNumberGenerator()
        var code = prefix + "-"
        for _ in 0..<8 {
            code.append(letters[Int.random(in: 0..<letters.count, using: &random)])
        }
        return code
    }
}
