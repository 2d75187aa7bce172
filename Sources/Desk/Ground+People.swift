// SPDX-License-Identifier: Apache-2.0

package import Book
package import Clearing
import Daybook
package import Masking
package import Records
package import Retention
package import Vault

// What policies, holds and requests ask of the vault.
extension Ground {
    /// The vault of these books; nil when there is none.
    package func houseVault(create: Bool = false) throws -> Vault? {
        try door.vault(create: create)
    }

    /// The vault's numbers of a name or account; none when nobody has it.
    package func personNumbers(_ name: String) throws -> [UInt64] {
        try houseVault()?.people.find(name).map(\.id.rawValue) ?? []
    }

    /// The number that a person has now, after merges.
    package func currentNumber(_ number: UInt64) throws -> UInt64 {
        try houseVault()?.people.person(PersonID(rawValue: number))?.id.rawValue ?? number
    }

    /// Whose envelope it is, as the vault's number of the person.
    package func personNumber(of commitment: Commitment) -> UInt64? {
        guard let vault = try? houseVault() else { return nil }
        return (try? vault.facts(of: [commitment]))?.first?.person?.rawValue
    }

    /// The erasure that took an envelope; nil when none did.
    package func erasure(of commitment: Commitment?) throws -> String? {
        guard let commitment else { return nil }
        let facts = try houseVault()?.facts(of: [commitment]).first
        return facts?.isRedacted == true ? nil : facts?.erasedBy
    }

    /// Whose envelopes these are.
    package func owners(of commitments: [Commitment]) throws(ClearingError) -> [UInt64?] {
        do {
            guard let vault = try houseVault() else { return commitments.map { _ in nil } }
            return try vault.facts(of: commitments).map { $0.person?.rawValue }
        } catch {
            throw ClearingError(
                .damaged, DeskFailure(known: error)?.message ?? "the vault cannot be read")
        }
    }

    /// What opens envelopes to decide over their records; nothing of it is shown.
    package func factOpener() throws -> (any EnvelopeOpening)? {
        try houseVault()?.openerOfRestricted
    }

    /// Everybody whom a name or an account may mean.
    package func people(called text: String) throws -> [FoundPerson] {
        try houseVault()?.people.find(text).map(FoundPerson.init) ?? []
    }

    /// A person by the vault's number.
    package func person(numbered number: UInt64) throws -> FoundPerson {
        let person = try houseVault()?.people.person(PersonID(rawValue: number))
        return person.map(FoundPerson.init) ?? FoundPerson(number: number, names: [])
    }

    /// Takes the names of everybody else out of texts.
    package func redactor(sparing person: FoundPerson) throws -> NameRedactor {
        let everybody = try houseVault()?.people.list() ?? []
        let others = everybody.filter { $0.id.rawValue != person.number }
        return NameRedactor(
            others.flatMap { $0.names + $0.accounts.map(\.name) },
            sparing: person.names + person.accounts.map(\.name))
    }

    /// Records, synced, that all records of a person are about to be read.
    ///
    /// - Parameter date: before it, `daybook about` leaves this read out.
    package func recordReading(
        of person: FoundPerson, for purpose: String, withholdingUntil date: Timestamp? = nil
    ) throws {
        guard existingBooks.contains("chat") else { return }
        let size = try snapshot("chat").size
        var members: JSONObject = [
            "book": "chat", "first_index": 0, "record_count": .number(String(size)),
            "viewed_by": .string(userName), "purpose": .string(purpose),
            "person": .string(String(person.number)),
        ]
        members["withhold_until"] = date.map { .string($0.description) }
        try keepHouse(.recordViewed, members, sealing: ["viewed_by", "purpose", "person"])
    }

    // MARK: - Restriction

    /// Takes what is under a person's key out of search, and what will be. Returns how many records.
    package func restrict(_ request: Request, until: Timestamp?) throws -> Int {
        try houseVault()?.restrict(
            PersonID(rawValue: request.personID), until: until, rule: request.ground) ?? 0
    }

    /// Ends a restriction that a person asked for.
    package func unrestrict(_ request: Request, _ ledger: Ledger) throws {
        try houseVault()?.endRestriction(rule: request.ground)
        // Another one may be of the same person.
        for other in ledger.requests
        where other.id != request.id && !other.isOpen && other.isRestricting(at: now) {
            _ = try restrict(other, until: other.answer?.until)
        }
    }

    /// What becomes of each record of a person.
    package func fates(of number: UInt64, _ decider: Decider, _ intent: Intent) throws -> [Decision]
    {
        let person = FoundPerson(number: try currentNumber(number), names: [])
        return try records(of: person, decider).map { decider.decide($0.facts, intent) }
    }
}

extension FoundPerson {
    package init(_ person: Person) {
        self.init(number: person.id.rawValue, names: person.names, accounts: person.accounts)
    }
}
