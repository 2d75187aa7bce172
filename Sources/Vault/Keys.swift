// SPDX-License-Identifier: Apache-2.0

internal import Masking

/// All that a key file says, in memory: a value, so that who opens envelopes keeps what he has while
/// others add.
struct Keys: Sendable {
    /// What is left of a group whose key is gone.
    struct Punctured: Sendable {
        var person: UInt64
        let day: Int32
        let generation: UInt32
        /// First half of a survivor's commitment → its pseudorandom key.
        var survivors: [Bytes16: Bytes32]
    }

    struct PersonDay: Sendable, Hashable {
        var person: UInt64
        var day: Int32
    }

    var tagKey: Bytes32?
    private(set) var groups: [UInt64: KeyGroup] = [:]
    private(set) var punctured: [UInt64: Punctured] = [:]
    /// The groups that take new envelopes.
    private(set) var current: [PersonDay: UInt64] = [:]
    private(set) var names: [UInt64: [String]] = [:]
    private(set) var accounts: [Account: UInt64] = [:]
    private(set) var merged: [UInt64: UInt64] = [:]
    private(set) var erasedDays: [Bytes16: Int64] = [:]
    private(set) var erasedAccounts: [Bytes16: Int64] = [:]

    init() {}

    mutating func apply(_ entry: KeyEntry) {
        switch entry {
        case .house(let tags): tagKey = tags
        case .group(let group):
            groups[group.id] = group
            current[PersonDay(person: resolved(group.person), day: group.day)] = group.id
        case .survivors(let id, let person, let day, let generation, let keys):
            punctured[
                id,
                default: Punctured(person: person, day: day, generation: generation, survivors: [:])
            ].survivors.merge(keys) { _, new in new }
        case .person(let id, let names): self.names[id] = names
        case .account(let account, let person): accounts[account] = person
        case .merge(let from, let into): merge(resolved(from), into: resolved(into))
        case .erasedDay(let tag, let instant): erasedDays[tag] = instant
        case .erasedAccount(let tag, let instant): erasedAccounts[tag] = instant
        }
    }

    /// Who a person turned out to be.
    func resolved(_ person: UInt64) -> UInt64 {
        var person = person
        while let next = merged[person] { person = next }
        return person
    }

    func person(of account: Account) -> UInt64? {
        account == .house ? 0 : accounts[account].map(resolved)
    }

    func group(of person: UInt64, day: Int32) -> KeyGroup? {
        current[PersonDay(person: person, day: day)].flatMap { groups[$0] }
    }

    /// Whose a group is, and of which day; nil for one that is not there.
    func owner(of group: UInt64) -> (person: UInt64, day: Int32)? {
        if let group = groups[group] { return (resolved(group.person), group.day) }
        return punctured[group].map { (resolved($0.person), $0.day) }
    }

    private mutating func merge(_ from: UInt64, into: UInt64) {
        guard from != into else { return }
        merged[from] = into
        var all = names[into] ?? []
        for name in names.removeValue(forKey: from) ?? [] where !all.contains(name) {
            all.append(name)
        }
        names[into] = all
        for (place, id) in current where place.person == from {
            current[place] = nil
            let target = PersonDay(person: into, day: place.day)
            if current[target] == nil { current[target] = id }
        }
    }

    // MARK: - The next epoch

    /// Takes out a group's key; `survivors` keep theirs.
    mutating func puncture(_ id: UInt64, survivors: [Bytes16: Bytes32]) {
        if let group = groups.removeValue(forKey: id) {
            let place = PersonDay(person: resolved(group.person), day: group.day)
            if current[place] == id { current[place] = nil }
            guard !survivors.isEmpty else { return }
            punctured[id] = Punctured(
                person: group.person, day: group.day, generation: group.generation,
                survivors: survivors)
        } else if punctured[id] != nil {
            punctured[id]?.survivors = survivors
            if survivors.isEmpty { punctured[id] = nil }
        }
    }

    /// Takes a person's names and accounts out; the accounts, for their tombstones.
    mutating func forget(_ person: UInt64) -> [Account] {
        names[person] = nil
        let gone = accounts.filter { resolved($0.value) == person }.map(\.key)
        for account in gone { accounts[account] = nil }
        return gone
    }

    func accounts(of person: UInt64) -> [Account] {
        accounts.filter { resolved($0.value) == person }.map(\.key).sorted {
            ($0.platform, $0.name) < ($1.platform, $1.name)
        }
    }

    /// All of it in entries, merges carried out: what a new key file says.
    func entries(_ body: (KeyEntry) throws -> Void) rethrows {
        if let tagKey { try body(.house(tags: tagKey)) }
        for (id, names) in names { try body(.person(id, names: names)) }
        for (account, person) in accounts {
            try body(.account(account, person: resolved(person)))
        }
        for (tag, instant) in erasedDays { try body(.erasedDay(tag, instant)) }
        for (tag, instant) in erasedAccounts { try body(.erasedAccount(tag, instant)) }
        // Where a person and day have two groups since persons were merged, the one in use is last.
        let inUse = Set(current.values)
        for isInUse in [false, true] {
            for var group in groups.values where inUse.contains(group.id) == isInUse {
                group.person = resolved(group.person)
                try body(.group(group))
            }
        }
        for (id, group) in punctured {
            var part: [Bytes16: Bytes32] = [:]
            func flush() throws {
                try body(
                    .survivors(
                        of: id, person: resolved(group.person), day: group.day,
                        generation: group.generation, part))
                part.removeAll(keepingCapacity: true)
            }
            for (first, key) in group.survivors {
                part[first] = key
                if part.count == Limits.survivorsInEntry { try flush() }
            }
            if !part.isEmpty { try flush() }
        }
    }

    /// Keys that open envelopes: of groups, and of survivors.
    var count: Int { groups.count + punctured.values.reduce(0) { $0 + $1.survivors.count } }
}
