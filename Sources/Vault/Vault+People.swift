// SPDX-License-Identifier: Apache-2.0

package import Masking

/// Who is in the vault. The table is in the key files, encrypted, and written anew at each shred.
package struct VaultPeople: Sendable {
    let vault: Vault

    /// Everybody, by name. The house is not among them.
    package func list() throws(VaultError) -> [Person] {
        let keys = try vault.keyring.refreshed().keys
        return Self.all(keys)
    }

    /// Those whom a text names: a person's number, `platform:account`, an account or a name, in
    /// this order, capital letters aside; the first kind that anybody answers to counts. More than
    /// one means: ask.
    package func find(_ text: String) throws(VaultError) -> [Person] {
        let everybody = try list()
        if let id = PersonID(text) {
            let keys = vault.keyring.keys
            let person = PersonID(rawValue: keys.resolved(id.rawValue))
            return everybody.filter { $0.id == person }
        }
        let wanted = text.lowercased()
        let ways: [(Person) -> Bool] = [
            { $0.accounts.contains { "\($0.platform):\($0.name)".lowercased() == wanted } },
            { $0.accounts.contains { $0.name.lowercased() == wanted } },
            { $0.names.contains { $0.lowercased() == wanted } },
        ]
        // An account of one is often the name of another: both answer.
        let exact = everybody.filter(ways[0])
        if !exact.isEmpty { return exact }
        return everybody.filter { ways[1]($0) || ways[2]($0) }
    }

    package func person(_ id: PersonID) throws(VaultError) -> Person? {
        let keys = try vault.keyring.refreshed().keys
        return Self.person(keys.resolved(id.rawValue), keys)
    }

    /// The person of each account; nil for those nobody has.
    package func persons(of accounts: [Account]) throws(VaultError) -> [PersonID?] {
        let keys = try vault.keyring.refreshed().keys
        return accounts.map { keys.person(of: $0).map(PersonID.init(rawValue:)) }
    }

    /// Adds a person.
    ///
    /// - Throws: `name` when somebody has one of the accounts.
    package func add(names: [String], accounts: [Account] = []) throws(VaultError) -> Person {
        guard !names.isEmpty || !accounts.isEmpty else {
            throw VaultError(.name, "A person needs a name or an account.")
        }
        return try change { keys throws(VaultError) in
            for account in accounts where keys.person(of: account) != nil {
                throw VaultError(
                    .name,
                    "Somebody has the account \(account.platform):\(account.name) already. "
                        + "`daybook people list` shows who; `daybook people merge` joins two.")
            }
            let id = Vault.randomNumber()
            let names = names.isEmpty ? [accounts[0].name] : names
            let entries =
                [.person(id, names: names)] + accounts.map { KeyEntry.account($0, person: id) }
            return (entries, id)
        }
    }

    /// Gives a person one more name.
    package func addName(_ name: String, to person: PersonID) throws(VaultError) -> Person {
        try change { keys throws(VaultError) in
            let id = try Self.known(person, keys)
            let names = keys.names[id] ?? []
            return (names.contains(name) ? [] : [.person(id, names: names + [name])], id)
        }
    }

    /// Gives a person one more account. Where another person was made for that account alone, the
    /// two become one.
    ///
    /// - Throws: `name` when another person has the account, and others besides.
    package func link(_ account: Account, to person: PersonID) throws(VaultError) -> Person {
        try change { keys throws(VaultError) in
            let id = try Self.known(person, keys)
            guard let other = keys.person(of: account) else {
                return ([.account(account, person: id)], id)
            }
            if other == id { return ([], id) }
            guard other != 0, keys.accounts(of: other).count == 1 else {
                throw VaultError(
                    .name,
                    "The account \(account.platform):\(account.name) belongs to a person with other "
                        + "accounts, too, and what was recorded is under that person's keys. If both "
                        + "are one person, use `daybook people merge`.")
            }
            return ([.merge(other, into: id)], id)
        }
    }

    /// Two persons turned out to be one: names, accounts and all that was recorded go to `into`.
    package func merge(_ person: PersonID, into other: PersonID) throws(VaultError) -> Person {
        try change { keys throws(VaultError) in
            let (from, into) = (try Self.known(person, keys), try Self.known(other, keys))
            return (from == into ? [] : [.merge(from, into: into)], into)
        }
    }

    // MARK: -

    private func change(
        _ body: (Keys) throws(VaultError) -> ([KeyEntry], UInt64)
    ) throws(VaultError) -> Person {
        try vault.keyring.locked(alone: true) { lock throws(VaultError) in
            let (entries, id) = try body(try vault.keyring.refresh(lock).keys)
            let keys = try vault.keyring.append(entries, lock).keys
            return Self.person(id, keys)
                ?? Person(id: PersonID(rawValue: id), names: [], accounts: [])
        }
    }

    private static func known(_ person: PersonID, _ keys: Keys) throws(VaultError) -> UInt64 {
        let id = keys.resolved(person.rawValue)
        guard keys.names[id] != nil else {
            throw VaultError(.name, "No person has the number \(person).")
        }
        return id
    }

    private static func person(_ id: UInt64, _ keys: Keys) -> Person? {
        guard let names = keys.names[id] else { return nil }
        return Person(id: PersonID(rawValue: id), names: names, accounts: keys.accounts(of: id))
    }

    private static func all(_ keys: Keys) -> [Person] {
        var accounts: [UInt64: [Account]] = [:]
        for (account, person) in keys.accounts {
            accounts[keys.resolved(person), default: []].append(account)
        }
        return keys.names.map { id, names in
            Person(
                id: PersonID(rawValue: id), names: names,
                accounts: (accounts[id] ?? []).sorted {
                    ($0.platform, $0.name) < ($1.platform, $1.name)
                })
        }.sorted { ($0.names.first ?? "", $0.id) < ($1.names.first ?? "", $1.id) }
    }
}

extension Vault {
    package var people: VaultPeople { VaultPeople(vault: self) }
}
