// SPDX-License-Identifier: Apache-2.0

internal import Book
internal import GRDB
internal import Masking
internal import Records

/// Seals the drafts of a batch.
struct VaultSealer: EnvelopeSealing {
    let vault: Vault

    func seal(_ records: inout MaskedRecords) throws(BookError) {
        guard !records.drafts.isEmpty else { return }
        do throws(VaultError) {
            let now = vault.clock.now()
            let places = records.drafts.map {
                Vault.Place(account: $0.account, day: Vault.day(of: $0.instant ?? now))
            }
            let drafts = records.drafts
            let commitments = try vault.sealing(places) { groups throws(VaultError) in
                try records.withPersonal { bytes throws(VaultError) in
                    try vault.insert(
                        drafts.count, groups,
                        plaintext: { UnsafeRawBufferPointer(rebasing: bytes[drafts[$0].plaintext]) }
                    )
                }
            }
            records.settleDrafts(commitments)
        } catch {
            throw error.asBookError
        }
    }
}

extension MaskedRecords {
    fileprivate func withPersonal<Result>(
        _ body: (UnsafeRawBufferPointer) throws(VaultError) -> Result
    ) throws(VaultError) -> Result {
        let result = withPersonalBytes { bytes -> Swift.Result<Result, VaultError> in
            do throws(VaultError) {
                return .success(try body(UnsafeRawBufferPointer(bytes)))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }
}

/// Statements of the writing connection, prepared once. `@unchecked`: used on the connection's queue
/// only, which runs one block at a time.
final class WriteStatements: @unchecked Sendable {
    private var insertEnvelope: Statement?
    private var insertLookup: Statement?
    private var insertMember: Statement?

    func envelope(_ database: Database) throws -> Statement {
        if let insertEnvelope { return insertEnvelope }
        let made = try Statement(
            database,
            """
            INSERT INTO envelopes (commitment, grp, r, ciphertext, restriction)
            VALUES (?, ?, ?, ?, ?)
            """)
        insertEnvelope = made
        return made
    }

    func lookup(_ database: Database) throws -> Statement {
        if let insertLookup { return insertLookup }
        let made = try Statement(database, "INSERT INTO lookup (prefix, id) VALUES (?, ?)")
        insertLookup = made
        return made
    }

    func member(_ database: Database) throws -> Statement {
        if let insertMember { return insertMember }
        let made = try Statement(database, "INSERT INTO members (grp, id) VALUES (?, ?)")
        insertMember = made
        return made
    }
}

extension Vault {
    /// Whose envelope, and of which day.
    struct Place: Sendable, Hashable {
        var account: Account
        var day: Int
    }

    /// Calls `body` with the group of each place while the keys are locked for sealing. Makes
    /// persons and groups that are not there yet: one sync for all of them.
    func sealing<Value>(
        _ places: [Place], _ body: ([KeyGroup]) throws(VaultError) -> Value
    ) throws(VaultError) -> Value {
        for _ in 0..<1000 {
            let value = try keyring.locked(alone: false) { lock throws(VaultError) -> Value? in
                let loaded = try keyring.refresh(lock)
                // While we have the lock no shred is at work; one may have died half-way.
                guard try !isUnfinished(), let groups = Self.groups(places, loaded.keys) else {
                    return nil
                }
                return try body(groups)
            }
            if let value { return value }
            if try isUnfinished() { try resume() }
            try keyring.locked(alone: true) { lock throws(VaultError) in
                try addGroups(places, lock)
            }
        }
        throw VaultError(.busy, "The keys in \(keyring.directory) change all the time.")
    }

    /// The group of each place; nil when one is not there.
    static func groups(_ places: [Place], _ keys: Keys) -> [KeyGroup]? {
        var groups: [KeyGroup] = []
        groups.reserveCapacity(places.count)
        var known: [Place: KeyGroup] = [:]
        for place in places {
            // Neighbours are often of one person and day.
            if let group = known[place] {
                groups.append(group)
            } else if let person = keys.person(of: place.account),
                let group = keys.group(of: person, day: Int32(clamping: place.day))
            {
                known[place] = group
                groups.append(group)
            } else {
                return nil
            }
        }
        return groups
    }

    /// Adds the persons and groups that places need.
    func addGroups(_ places: [Place], _ lock: borrowing KeyLock) throws(VaultError) {
        let loaded = try keyring.refresh(lock)
        var keys = loaded.keys
        var entries: [KeyEntry] = []
        func add(_ entry: KeyEntry) {
            keys.apply(entry)
            entries.append(entry)
        }
        for place in Set(places) {
            let person: UInt64
            if let known = keys.person(of: place.account) {
                person = known
            } else {
                person = Self.randomNumber()
                add(.person(person, names: [place.account.name]))
                add(.account(place.account, person: person))
            }
            let day = Int32(clamping: place.day)
            guard keys.group(of: person, day: day) == nil else { continue }
            add(
                .group(
                    KeyGroup(
                        id: Self.randomNumber(), person: person, day: day,
                        generation: UInt32(clamping: loaded.epoch), key: .random(),
                        dedupe: .random())))
        }
        _ = try keyring.append(entries, lock)
    }

    /// 63 random bits, never 0.
    static func randomNumber() -> UInt64 { UInt64.random(in: 1...UInt64(Int64.max)) }

    /// Seals plaintexts into rows, in one transaction.
    ///
    /// - Returns: their commitments, in order. The rows are on stable storage.
    func insert(
        _ count: Int, _ groups: [KeyGroup], plaintext: (Int) -> UnsafeRawBufferPointer
    ) throws(VaultError) -> [Commitment] {
        // Encrypted before the transaction begins: others wait for its end.
        var sealed = SealedBatch()
        let cipher = try AESGCM()
        for place in 0..<count { try sealed.add(plaintext(place), groups[place], by: cipher) }
        let keys = keyring.keys
        _ = try database.write { database in
            var restrained = try Restrained(keys, database)
            let restrictions = try sealed.rows.map { try restrained.restriction(of: $0.group) }
            return try insert(sealed, restrictions, database)
        }
        return sealed.commitments
    }

    /// Writes the rows of a batch.
    ///
    /// - Parameter restrictions: of each row.
    func insert(_ sealed: SealedBatch, _ restrictions: [Int64?], _ database: Database) throws
        -> [Int64]
    {
        let envelope = try statements.envelope(database)
        let lookup = try statements.lookup(database)
        let member = try statements.member(database)
        var ids: [Int64] = []
        try sealed.bytes.withUnsafeBytes { bytes in
            for (row, restriction) in zip(sealed.rows, restrictions) {
                let commitment = Bytes32(row.commitment)
                try commitment.withUnsafeBytes { commitment in
                    try row.salt.withUnsafeBytes { salt in
                        envelope.bind(1, commitment)
                        envelope.bind(2, Int64(bitPattern: row.group))
                        envelope.bind(3, salt)
                        envelope.bind(4, UnsafeRawBufferPointer(rebasing: bytes[row.ciphertext]))
                        if let restriction {
                            envelope.bind(5, restriction)
                        } else {
                            envelope.bindNull(5)
                        }
                        try envelope.run()
                    }
                }
                let id = database.lastInsertedRowID
                lookup.bind(1, Int64(bitPattern: row.commitment.words.0))
                lookup.bind(2, id)
                try lookup.run()
                member.bind(1, Int64(bitPattern: row.group))
                member.bind(2, id)
                try member.run()
                ids.append(id)
            }
        }
        return ids
    }
}

/// Envelopes that wait for their transaction.
struct SealedBatch {
    struct Row {
        var commitment: Commitment
        var group: UInt64
        var salt: Bytes32
        /// Bytes of `bytes`.
        var ciphertext: Range<Int>
    }

    private(set) var rows: [Row] = []
    private(set) var bytes: [UInt8] = []
    private var padded: [UInt8] = []

    var commitments: [Commitment] { rows.map(\.commitment) }

    mutating func add(
        _ plaintext: UnsafeRawBufferPointer, _ group: KeyGroup, by cipher: AESGCM
    ) throws(VaultError) {
        guard let bucket = EnvelopeCipher.bucket(plaintext.count) else {
            throw VaultError(
                .request, "An envelope of \(plaintext.count) bytes is larger than a line can be.")
        }
        if padded.count != bucket { padded = [UInt8](repeating: 0, count: bucket) }
        EnvelopeCipher.pad(plaintext, into: &padded)
        let salt = Bytes32.random()
        let keys = EnvelopeCipher.keys(
            EnvelopeCipher.pseudorandomKey(group: group.key, salt: salt))
        let commitment = padded.withUnsafeBytes { EnvelopeCipher.commitment(keys.commitment, $0) }
        let start = bytes.count
        try EnvelopeCipher.seal(
            padded, keys.encryption, salt: salt, commitment: commitment, by: cipher, to: &bytes)
        rows.append(
            Row(
                commitment: commitment.commitment, group: group.id, salt: salt,
                ciphertext: start..<bytes.count))
    }
}
