// SPDX-License-Identifier: Apache-2.0

internal import Book
internal import GRDB
internal import Masking
internal import Records

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A shred from its intent to its end; each step can be done again. Runs with the lock of the keys,
/// taken alone.
struct ShredRun {
    let vault: Vault
    var erasure: StoredErasure
    var loaded: Keyring.Loaded

    private var epochs: KeyEpochs { KeyEpochs(keyring: vault.keyring) }

    mutating func carryOut(
        progress: (ShredProgress) -> Void, before: (ShredStep) throws(VaultError) -> Void
    ) throws(VaultError) -> ShredOutcome {
        func begin(_ step: ShredStep, _ count: Int) throws(VaultError) {
            try before(step)
            progress(ShredProgress(step: step, done: 0, of: count))
        }
        // After a crash the new keys may be in force already.
        if loaded.epoch == erasure.report.epochFrom {
            try begin(.writeKeys, loaded.keys.count)
            let keys = try nextKeys()
            try epochs.write(keys, after: loaded)
            try begin(.checkKeys, keys.count)
            let next = try epochs.check(keys, after: loaded)
            try lookAtSurvivor(next.keys)
            try begin(.switchKeys, 1)
            try epochs.makeCurrent(next)
            loaded = next
        }
        try begin(.destroyKeys, 1)
        try epochs.destroyOthers(than: loaded.epoch)
        try begin(.vacuum, 1)
        try vacuum()
        try begin(.check, 1)
        try check()
        try begin(.finish, 1)
        return try finish()
    }

    // MARK: - Keys

    /// The keys without those that go, and the tombstones of what goes.
    private mutating func nextKeys() throws(VaultError) -> Keys {
        var keys = loaded.keys
        let now = vault.clock.now().microseconds
        var report = erasure.report
        (report.groupsDestroyed, report.groupsPunctured, report.peopleForgotten) = (0, 0, 0)
        let id = erasure.id
        let affected = try vault.database.read { database in
            try Self.affected(id, keys, database)
        }
        let forgotten = Set(erasure.forget.map { keys.resolved($0.rawValue) }).subtracting([0])
        var ids = affected
        for group in loaded.keys.groups.values where forgotten.contains(keys.resolved(group.person))
        {
            // Groups that nothing was sealed under, or no more: made for an importer's tags.
            if ids[group.id] == nil, try !hasRows(group.id) { ids[group.id] = [:] }
        }
        for (group, survivors) in ids {
            if let owner = keys.owner(of: group) {
                for account in keys.accounts(of: owner.person) {
                    guard let tagKey = keys.tagKey else { continue }
                    keys.apply(
                        .erasedDay(Vault.tag(account, day: owner.day, tagKey), now))
                }
                if survivors.isEmpty {
                    report.groupsDestroyed += 1
                } else {
                    report.groupsPunctured += 1
                }
            }
            keys.puncture(group, survivors: survivors)
        }
        for person in forgotten {
            if keys.names[person] != nil { report.peopleForgotten += 1 }
            for account in keys.forget(person) {
                guard let tagKey = keys.tagKey else { continue }
                keys.apply(.erasedAccount(Vault.tag(account, day: nil, tagKey), now))
            }
        }
        report.keysRewrapped = keys.count
        report.rosterAfter = Roster.root(keys).array
        erasure.report = report
        let stored = erasure
        try vault.database.write { database in try stored.update(database) }
        return keys
    }

    /// The groups that rows were taken from, each with the keys of its survivors.
    private static func affected(_ erasure: Int64, _ keys: Keys, _ database: Database) throws
        -> [UInt64: [Bytes16: Bytes32]]
    {
        var affected: [UInt64: [Bytes16: Bytes32]] = [:]
        let groups = try Statement(database, "SELECT grp FROM shredding WHERE erasure = ?")
        groups.bind(1, erasure)
        while try groups.step() {
            let id = UInt64(bitPattern: groups.int(0))
            affected[id] = try survivors(of: id, keys, database)
        }
        return affected
    }

    /// The keys of a group's envelopes that were not erased.
    static func survivors(of id: UInt64, _ keys: Keys, _ database: Database) throws
        -> [Bytes16: Bytes32]
    {
        let members = try Statement(
            database,
            """
            SELECT e.commitment, e.r FROM members m JOIN envelopes e ON e.id = m.id
            WHERE m.grp = ? AND e.erasure IS NULL
            """)
        members.bind(1, Int64(bitPattern: id))
        var survivors: [Bytes16: Bytes32] = [:]
        while try members.step() {
            let (commitment, salt) = (members.bytes(0), members.bytes(1))
            guard commitment.count == Bytes32.count, salt.count == Bytes32.count else { continue }
            let first = Bytes16(commitment)
            if let group = keys.groups[id] {
                survivors[first] = EnvelopeCipher.pseudorandomKey(
                    group: group.key, salt: Bytes32(salt))
            } else if let key = keys.punctured[id]?.survivors[first] {
                survivors[first] = key
            }
        }
        return survivors
    }

    private func hasRows(_ group: UInt64) throws(VaultError) -> Bool {
        try vault.database.read { database in
            let rows = try Statement(database, "SELECT 1 FROM members WHERE grp = ? LIMIT 1")
            rows.bind(1, Int64(bitPattern: group))
            return try rows.step()
        }
    }

    /// Opens one envelope that stays, with the keys that are to be in force.
    private func lookAtSurvivor(_ keys: Keys) throws(VaultError) {
        let ids = keys.punctured.keys.map { $0 } + keys.groups.keys.prefix(64)
        let opens = try vault.database.read { database -> Bool? in
            let row = try Statement(
                database,
                """
                SELECT e.commitment, e.r, e.ciphertext FROM members m
                JOIN envelopes e ON e.id = m.id
                WHERE m.grp = ? AND e.erasure IS NULL LIMIT 1
                """)
            for id in ids {
                row.bind(1, Int64(bitPattern: id))
                defer { row.reset() }
                guard try row.step(), row.bytes(0).count == 32, row.bytes(1).count == 32 else {
                    continue
                }
                let (commitment, salt) = (Bytes32(row.bytes(0)), Bytes32(row.bytes(1)))
                let key =
                    keys.groups[id].map {
                        EnvelopeCipher.pseudorandomKey(group: $0.key, salt: salt)
                    } ?? keys.punctured[id]?.survivors[Bytes16(commitment)]
                guard let key else { return false }
                return try EnvelopeCipher.open(
                    row.bytes(2), EnvelopeCipher.keys(key), salt: salt, commitment: commitment)
                    != nil
            }
            return nil
        }
        guard opens != false else {
            throw VaultError(
                .damaged,
                "An envelope that is to stay does not open with the new keys, so the old ones stay "
                    + "in force; of what is to go, only the rows went. Run `daybook verify`: if it "
                    + "opens today, look at the disk (`dmesg`); if not, put back a copy of "
                    + "\(vault.path).")
        }
    }

    // MARK: - The file

    /// Gives free pages back, moves the journal into the file and empties it.
    private func vacuum() throws(VaultError) {
        for attempt in 0..<600 {
            let isBusy = try vault.database.run { database in
                let free = try Statement(database, "PRAGMA incremental_vacuum")
                while try free.step() {}
                free.reset()
                let journal = try Statement(database, "PRAGMA wal_checkpoint(TRUNCATE)")
                defer { journal.reset() }
                return try journal.step() && journal.int(0) != 0
            }
            if !isBusy { return }
            usleep(attempt < 10 ? 1000 : 100_000)
        }
        throw VaultError(
            .busy,
            "Another process reads \(vault.path) for a minute, so its journal cannot be emptied. "
                + "`sudo fuser \(vault.path)` names it; the rest is done when it has ended.")
    }

    // MARK: - The end

    /// Looks that what was shredded has neither row contents nor a key, and that a survivor opens.
    private func check() throws(VaultError) {
        let id = erasure.id
        let path = vault.keyring.directory
        let left = try vault.database.read { database in
            let rows = try Statement(
                database,
                """
                SELECT count(*) FROM envelopes WHERE erasure = ? AND
                (grp IS NOT NULL OR r IS NOT NULL OR ciphertext IS NOT NULL)
                """)
            rows.bind(1, id)
            _ = try rows.step()
            return rows.int(0)
        }
        let epochs = try Keyring.epochs(path, vault.keyring.disk)
        guard left == 0, epochs == [loaded.epoch], loaded.epoch > erasure.report.epochFrom else {
            throw VaultError(
                .damaged,
                "The erasure \(erasure.name) is not complete: something brought back rows or keys "
                    + "in \(path). Look who writes there, and try again.")
        }
        try lookAtSurvivor(loaded.keys)
    }

    private mutating func finish() throws(VaultError) -> ShredOutcome {
        erasure.isFinished = true
        erasure.forget = []
        erasure.report.bytesAfter = vault.bytesOnDisk
        let stored = erasure
        try vault.database.write { database in
            try stored.update(database)
            try database.execute(
                sql: "DELETE FROM shredding WHERE erasure = ?", arguments: [stored.id])
        }
        // The journal has the last words again; who reads now may leave them there.
        _ = try? vault.database.run { database in
            try Statement(database, "PRAGMA wal_checkpoint(TRUNCATE)").run()
        }
        return ShredOutcome(stored, try vault.keyCopies())
    }
}
