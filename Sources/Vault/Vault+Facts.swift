// SPDX-License-Identifier: Apache-2.0

internal import GRDB
package import Masking

/// One thread's look at what is known of envelopes without opening them. Has a connection of its own.
package final class EnvelopeFactsLook {
    private let vault: Vault
    /// Goes before its connection does.
    private var finder: RowFinder?
    private let database: VaultDatabase

    init(_ vault: Vault) throws(VaultError) {
        self.vault = vault
        database = try VaultDatabase(path: vault.path, readOnly: true)
    }

    /// What is known, in the order asked; quickest in the order of their records.
    package func facts(of commitments: [Commitment]) throws(VaultError) -> [EnvelopeFacts] {
        guard !commitments.isEmpty else { return [] }
        let keys = try vault.keyring.refreshed().keys
        return try database.read { database in
            let finder = try self.finder ?? RowFinder(database, .size)
            self.finder = finder
            defer { finder.reset() }
            return try commitments.map { commitment in
                var facts = EnvelopeFacts(commitment)
                guard try finder.find(commitment) else { return facts }
                if try finder.erasedBy != nil { facts.isRedacted = try finder.followSubstitutes() }
                try facts.read(finder, size: finder.size) { keys.holder(of: $0) }
                return facts
            }
        }
    }
}

extension Vault {
    /// A look at facts for one thread that asks again and again.
    package func factsLook() throws(VaultError) -> EnvelopeFactsLook { try EnvelopeFactsLook(self) }

    /// What is known of envelopes without opening them, in the order asked; quickest in the order of their
    /// records.
    package func facts(of commitments: [Commitment]) throws(VaultError) -> [EnvelopeFacts] {
        guard !commitments.isEmpty else { return [] }
        return try factsLook().facts(of: commitments)
    }
}

extension Vault {
    /// Every envelope that may be somebody's, by their keys, with what is known of it. With `originals()`,
    /// which may be anybody's, it is all there is of a few people, and far cheaper than to ask `facts` of
    /// each envelope.
    ///
    /// - Parameters:
    ///   - groups: the numbers of the keys that are looked at; threads may share them out.
    ///   - isTheirs: whether envelopes of a person are asked for; nil where nobody can tell whose
    ///     one is.
    /// - Returns: nil when they are so many that asking of each costs less.
    /// - Complexity: O(groups of keys) and O(what is found).
    package func candidates(
        groups: ClosedRange<Int64> = 0...Int64.max, _ isTheirs: (PersonID?) -> Bool
    ) throws(VaultError) -> [Commitment: EnvelopeFacts]? {
        let keys = try keyring.refreshed().keys
        let reading = try VaultDatabase(path: path, readOnly: true)
        return try reading.read { database in
            let newest = try Statement(database, "SELECT max(id) FROM envelopes")
            let all = try newest.step() && !newest.isNull(0) ? newest.int(0) : 0
            let most = max(Limits.candidates, Int(all) / Limits.candidatesPart)
            var found: [Commitment: EnvelopeFacts] = [:]
            let nextGroup = try Statement(
                database, "SELECT grp FROM members WHERE grp >= ? ORDER BY grp LIMIT 1")
            let members = try Statement(
                database,
                """
                SELECT e.commitment, length(e.ciphertext), e.restriction
                FROM members m JOIN envelopes e ON e.id = m.id WHERE m.grp = ?
                """)
            let restrictions = try RestrictionFinder(database)
            var from = groups.lowerBound
            while true {
                nextGroup.bind(1, from)
                guard try nextGroup.step(), groups.contains(nextGroup.int(0)) else { break }
                let group = nextGroup.int(0)
                nextGroup.reset()
                let holder = keys.holder(of: UInt64(bitPattern: group))
                if isTheirs(holder.map { PersonID(rawValue: $0.person) }) {
                    members.bind(1, group)
                    defer { members.reset() }
                    while try members.step() {
                        guard let commitment = Commitment(members.bytes(0)) else { continue }
                        var facts = EnvelopeFacts(commitment)
                        facts.isPresent = true
                        facts.storedBytes = Int(members.int(1))
                        facts.restriction = try restrictions.restriction(members, 2)
                        if let holder { facts.take(holder) }
                        found[commitment] = facts
                    }
                    if found.count > most { return nil }
                }
                guard group < groups.upperBound else { break }
                from = group + 1
            }
            return found
        }
    }

    /// The envelopes that others took the place of: lines have these, and their keys are gone.
    package func originals() throws(VaultError) -> Set<Commitment> {
        try database.read { database in
            var found: Set<Commitment> = []
            let replaced = try Statement(
                database,
                "SELECT e.commitment FROM derivatives d JOIN envelopes e ON e.id = d.original")
            while try replaced.step() {
                if let commitment = Commitment(replaced.bytes(0)) { found.insert(commitment) }
            }
            return found
        }
    }
}

extension Keys {
    /// Whose a group is, of which day and which of their keys; nil for one that is not there.
    struct Holder {
        var person: UInt64
        var day: Int32
        var generation: UInt32
    }

    func holder(of group: UInt64) -> Holder? {
        groups[group].map { holder($0) }
            ?? punctured[group].map {
                Holder(person: resolved($0.person), day: $0.day, generation: $0.generation)
            }
    }

    func holder(_ group: KeyGroup) -> Holder {
        Holder(person: resolved(group.person), day: group.day, generation: group.generation)
    }
}

extension EnvelopeFacts {
    /// Takes in the row that a finder stands on, after substitutes were followed.
    ///
    /// - Parameters:
    ///   - size: bytes of its ciphertext.
    ///   - holder: whose a group is.
    mutating func read(_ finder: RowFinder, size: Int, _ holder: (UInt64) -> Keys.Holder?) throws {
        isPresent = true
        erasedBy = try finder.erasedBy
        storedBytes = size
        guard erasedBy == nil else { return }
        restriction = try finder.restriction
        if let group = finder.group, let holder = holder(group) { take(holder) }
    }

    mutating func take(_ holder: Keys.Holder) {
        person = PersonID(rawValue: holder.person)
        day = Int(holder.day)
        generation = Int(holder.generation)
    }
}
