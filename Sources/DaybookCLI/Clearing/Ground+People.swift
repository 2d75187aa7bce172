// SPDX-License-Identifier: Apache-2.0

import Book
import Clearing
import Daybook
import Masking
import Records
import Retention

// What policies, holds and requests ask of the vault.
extension Ground {
    /// The vault's numbers of a name or account; none when nobody has it.
    func personNumbers(_ name: String) -> [UInt64] { [] }

    /// Whose envelope it is, as the vault's number of the person.
    func personNumber(of commitment: Commitment) -> UInt64? { nil }

    /// Whose envelopes these are.
    func owners(of commitments: [Commitment]) throws(ClearingError) -> [UInt64?] {
        commitments.map { _ in nil }
    }

    /// What opens a book's envelopes to decide over them; nothing of it is shown.
    func factOpener(_ book: String) -> (any EnvelopeOpening)? { nil }

    /// Everybody whom a name or an account may mean.
    func people(called text: String) throws -> [FoundPerson] { [] }

    /// A person by the vault's number.
    func person(numbered number: UInt64) throws -> FoundPerson {
        FoundPerson(number: number, names: [])
    }

    /// Takes the names of everybody else out of texts.
    func redactor(sparing person: FoundPerson) throws -> @Sendable (String) -> String { { $0 } }

    /// Takes what is under a person's key out of search. Returns how many records.
    func restrict(_ request: Request) throws -> Int { 0 }

    /// Ends a restriction.
    func unrestrict(_ request: Request) throws {}

    /// What becomes of each record of a person.
    func fates(of number: UInt64, _ decider: Decider, _ intent: Intent) throws -> [Decision] { [] }

    /// Records, synced, that all records of a person are about to be read.
    func recordReading(for purpose: String) throws {}
}
