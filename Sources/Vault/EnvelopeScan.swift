// SPDX-License-Identifier: Apache-2.0

internal import GRDB
package import Masking

/// One thread's way through all envelopes as they lie in the vault, whatever book they are of: for what
/// has to be looked for in everybody's. Cheaper than `EnvelopeLook`, which is asked for envelopes one by
/// one: it reads the rows in their order, derives keys side by side, and checks only what is worth it.
package final class EnvelopeScan {
    private let vault: Vault
    private let database: VaultDatabase
    private let cipher: AESGCM
    private let counter: AESCounter
    private let lanes = EnvelopeKeyLanes.areWorthIt ? EnvelopeKeyLanes() : nil
    private var groups = GroupTable()
    /// The plaintext of the moment; overwritten after it was looked at.
    private var padded: [UInt8] = []

    /// Envelopes whose keys are derived together, copied from their rows.
    private struct Batch {
        var commitments: [Bytes32] = []
        var salts: [Bytes32] = []
        /// Of the groups; of a survivor its pseudorandom key, and then `isSurvivor`.
        var keys: [Bytes32] = []
        var isSurvivor: [Bool] = []
        var ciphertexts: [UInt8] = []
        var ends: [Int] = []
        var pseudorandom = [Bytes32](repeating: Bytes32(), count: EnvelopeKeyLanes.most)
        var encryption = [Bytes32](repeating: Bytes32(), count: EnvelopeKeyLanes.most)

        mutating func removeAll() {
            commitments.removeAll(keepingCapacity: true)
            salts.removeAll(keepingCapacity: true)
            keys.removeAll(keepingCapacity: true)
            isSurvivor.removeAll(keepingCapacity: true)
            ciphertexts.removeAll(keepingCapacity: true)
            ends.removeAll(keepingCapacity: true)
        }
    }

    init(_ vault: Vault) throws(VaultError) {
        self.vault = vault
        cipher = try AESGCM()
        counter = try AESCounter()
        database = try VaultDatabase(
            path: vault.path, readOnly: true, cachedKilobytes: Limits.scanKilobytes)
    }

    /// Looks at the envelopes of some rows that were not erased, restricted ones too.
    ///
    /// - Parameters:
    ///   - rows: as `Vault.envelopeRows` counts them.
    ///   - isWanted: whether those of a person are looked at. Asked once in a while.
    ///   - isWorth: whether a plaintext is worth a closer look. What it is given was not checked, and may
    ///     be anything where a ciphertext was altered.
    ///   - body: called for each that is worth it and is as it was sealed. The commitment is the
    ///     row's own: a line's is another one where something took its envelope's place.
    /// - Complexity: O(bytes of the rows); allocates nothing for an envelope.
    package func look(
        rows: Range<Int64>, wanted isWanted: (PersonID) -> Bool,
        worth isWorth: (UnsafeBufferPointer<UInt8>) -> Bool,
        _ body: (Commitment, UnsafeBufferPointer<UInt8>) -> Void
    ) throws(VaultError) {
        // Before the rows: then keys can be gone only of rows that say so.
        var keys = try refreshed()
        var left = [rows]
        for attempt in 0..<2 where !left.isEmpty {
            // Rows without their key were sealed since the keys were read, or their key is lost.
            if attempt > 0 { keys = try refreshed() }
            let ranges = left
            left = try database.read { database in
                try look(ranges, keys, database, isWanted, isWorth, body)
            }
        }
    }

    private func refreshed() throws(VaultError) -> Keys {
        let loaded = try vault.keyring.refreshed()
        // What was known may be of people who were merged since, or of keys that went.
        groups = GroupTable()
        return loaded.keys
    }

    /// - Returns: the rows that have no key.
    private func look(
        _ ranges: [Range<Int64>], _ keys: Keys, _ database: Database,
        _ isWanted: (PersonID) -> Bool, _ isWorth: (UnsafeBufferPointer<UInt8>) -> Bool,
        _ body: (Commitment, UnsafeBufferPointer<UInt8>) -> Void
    ) throws -> [Range<Int64>] {
        let scan = try Statement(
            database,
            """
            SELECT id, commitment, grp, r, ciphertext FROM envelopes
            WHERE id >= ? AND id < ? AND erasure IS NULL ORDER BY id
            """)
        var without: [Range<Int64>] = []
        // In variables of this call: access to them costs nothing.
        var batch = Batch()
        var groups = GroupTable()
        swap(&groups, &self.groups)
        defer { swap(&groups, &self.groups) }
        for range in ranges {
            scan.bind(1, range.lowerBound)
            scan.bind(2, range.upperBound)
            defer { scan.reset() }
            while try scan.step() {
                guard !scan.isNull(2) else { continue }
                let id = UInt64(bitPattern: scan.int(2))
                guard let group = Self.group(id, keys, &groups, isWanted) else {
                    without.append(scan.int(0)..<scan.int(0) + 1)
                    continue
                }
                guard group.isWanted else { continue }
                let (commitment, salt) = (scan.bytes(1), scan.bytes(3))
                guard commitment.count == Bytes32.count, salt.count == Bytes32.count else {
                    continue
                }
                let first = Bytes32(commitment)
                guard let key = group.key ?? keys.punctured[id]?.survivors[Bytes16(first)] else {
                    without.append(scan.int(0)..<scan.int(0) + 1)
                    continue
                }
                batch.commitments.append(first)
                batch.salts.append(Bytes32(salt))
                batch.keys.append(key)
                batch.isSurvivor.append(group.key == nil)
                batch.ciphertexts.append(contentsOf: scan.bytes(4))
                batch.ends.append(batch.ciphertexts.count)
                if batch.ends.count == EnvelopeKeyLanes.most { lookAt(&batch, isWorth, body) }
            }
        }
        lookAt(&batch, isWorth, body)
        return without
    }

    private static func group(
        _ id: UInt64, _ keys: Keys, _ groups: inout GroupTable, _ isWanted: (PersonID) -> Bool
    ) -> GroupTable.Group? {
        if let known = groups.group(id) { return known }
        guard let owner = keys.owner(of: id) else { return nil }
        let made = GroupTable.Group(
            isWanted: isWanted(PersonID(rawValue: owner.person)), key: keys.groups[id]?.key)
        groups.insert(made, id)
        return made
    }

    private func lookAt(
        _ batch: inout Batch, _ isWorth: (UnsafeBufferPointer<UInt8>) -> Bool,
        _ body: (Commitment, UnsafeBufferPointer<UInt8>) -> Void
    ) {
        deriveKeys(&batch)
        batch.ciphertexts.withUnsafeBytes { ciphertexts in
            var start = 0
            for place in batch.ends.indices {
                let ciphertext = UnsafeRawBufferPointer(
                    rebasing: ciphertexts[start..<batch.ends[place]])
                start = batch.ends[place]
                guard mayBeWorth(ciphertext, batch.encryption[place], isWorth) else { continue }
                show(ciphertext, batch, place, body)
            }
        }
        batch.removeAll()
    }

    private func deriveKeys(_ batch: inout Batch) {
        let count = batch.ends.count
        guard count > 0 else { return }
        if let lanes {
            lanes.pseudorandomKeys(
                groups: batch.keys, salts: batch.salts, into: &batch.pseudorandom)
        } else {
            for place in 0..<count {
                batch.pseudorandom[place] = EnvelopeCipher.pseudorandomKey(
                    group: batch.keys[place], salt: batch.salts[place])
            }
        }
        for place in 0..<count where batch.isSurvivor[place] {
            batch.pseudorandom[place] = batch.keys[place]
        }
        if let lanes {
            lanes.encryptionKeys(batch.pseudorandom, count: count, into: &batch.encryption)
        } else {
            for place in 0..<count {
                batch.encryption[place] = EnvelopeCipher.encryptionKey(batch.pseudorandom[place])
            }
        }
    }

    /// Whether a plaintext is worth a look, or is not one.
    private func mayBeWorth(
        _ ciphertext: UnsafeRawBufferPointer, _ key: Bytes32,
        _ isWorth: (UnsafeBufferPointer<UInt8>) -> Bool
    ) -> Bool {
        let count = ciphertext.count - AESGCM.tagBytes
        guard count > 0 else { return false }
        if padded.count < count { padded = [UInt8](repeating: 0, count: count) }
        return padded.withUnsafeMutableBytes { padded in
            let whole = UnsafeMutableRawBufferPointer(rebasing: padded[..<count])
            defer { _ = whole.initializeMemory(as: UInt8.self, repeating: 0) }
            let text = UnsafeRawBufferPointer(whole)
            guard
                counter.look(
                    UnsafeRawBufferPointer(rebasing: ciphertext[..<count]), key, into: whole),
                let range = EnvelopeCipher.unpadded(text)
            else { return true }
            return isWorth(
                UnsafeRawBufferPointer(rebasing: text[range]).assumingMemoryBound(to: UInt8.self))
        }
    }

    /// Decrypts again, with all that there is to check, and hands the plaintext out.
    private func show(
        _ ciphertext: UnsafeRawBufferPointer, _ batch: borrowing Batch, _ place: Int,
        _ body: (Commitment, UnsafeBufferPointer<UInt8>) -> Void
    ) {
        let commitment = batch.commitments[place]
        let count = EnvelopeCipher.open(
            ciphertext, EnvelopeCipher.keys(batch.pseudorandom[place]), salt: batch.salts[place],
            commitment: commitment, by: cipher, into: &padded)
        guard let count else { return }
        padded.withUnsafeBytes { padded in
            let whole = UnsafeRawBufferPointer(rebasing: padded[..<count])
            guard let range = EnvelopeCipher.unpadded(whole) else { return }
            body(
                commitment.commitment,
                UnsafeRawBufferPointer(rebasing: whole[range]).assumingMemoryBound(to: UInt8.self))
        }
        EnvelopeCipher.overwrite(&padded, count)
    }
}

extension Vault {
    /// A way through all envelopes for one thread. Costs a database connection: make few.
    package func scan() throws(VaultError) -> EnvelopeScan { try EnvelopeScan(self) }

    /// The rows of all envelopes there are, in the order they were sealed.
    package func envelopeRows() throws(VaultError) -> Range<Int64> {
        try database.read { database in
            // Each of them a look at one end; asked for together they are a pass over all rows.
            let rows = try Statement(
                database,
                "SELECT (SELECT min(id) FROM envelopes), (SELECT max(id) FROM envelopes)")
            guard try rows.step(), !rows.isNull(0) else { return 0..<0 }
            return rows.int(0)..<rows.int(1) + 1
        }
    }

    /// The commitments that lines have, of envelopes as they lie in the vault: another one where an
    /// envelope took the place of one that was redacted.
    ///
    /// - Complexity: O(commitments) and O(all envelopes that were ever redacted).
    package func commitmentsInLines(of stored: [Commitment]) throws(VaultError) -> [Commitment] {
        guard !stored.isEmpty else { return [] }
        return try database.read { database in
            let rows = try Statement(
                database,
                "SELECT d.substitute, e.commitment FROM derivatives d "
                    + "JOIN envelopes e ON e.id = d.original")
            var originals: [Commitment: Commitment] = [:]
            while try rows.step() {
                guard let substitute = Commitment(rows.bytes(0)),
                    let original = Commitment(rows.bytes(1))
                else { continue }
                originals[substitute] = original
            }
            return stored.map { stored in
                var found = stored
                for _ in 0..<Limits.substitutions {
                    guard let original = originals[found] else { break }
                    found = original
                }
                return found
            }
        }
    }
}
