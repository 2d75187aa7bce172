// SPDX-License-Identifier: Apache-2.0

internal import Book
internal import Foundation
internal import GRDB
internal import Masking

extension Vault {
    /// Destroys what an order names, so that neither these files nor older copies of `logs/` with
    /// today's keys open it. On return it is done and checked; after a throw or a crash it is done
    /// by whoever opens the vault next, or by `resume`.
    ///
    /// Other processes wait meanwhile when they seal or open.
    ///
    /// - Parameters:
    ///   - progress: called now and then; may not seal or open envelopes.
    ///   - before: called before each step; what it throws ends the work there. For tests.
    package func shred(
        _ order: ShredOrder, progress: (ShredProgress) -> Void = { _ in },
        before: (ShredStep) throws(VaultError) -> Void = { _ throws(VaultError) in }
    ) throws(VaultError) -> ShredOutcome {
        if try isUnfinished() { try resume() }
        return try keyring.locked(alone: true) { lock throws(VaultError) in
            let bytesBefore = bytesOnDisk
            try before(.intent)
            progress(ShredProgress(step: .intent, done: 0, of: order.commitments.count))
            let erasure = try intend(order, lock, bytesBefore: bytesBefore, progress)
            var run = ShredRun(vault: self, erasure: erasure, loaded: try keyring.refresh(lock))
            return try run.carryOut(progress: progress, before: before)
        }
    }

    /// Finishes a shred that was left undone, and removes what a change of keys left.
    ///
    /// - Returns: what it did; nil when there was none.
    @discardableResult
    package func resume(
        progress: (ShredProgress) -> Void = { _ in },
        before: (ShredStep) throws(VaultError) -> Void = { _ throws(VaultError) in }
    ) throws(VaultError) -> ShredOutcome? {
        try keyring.locked(alone: true) { lock throws(VaultError) in
            let loaded = try keyring.refresh(lock)
            guard let erasure = try StoredErasure.unfinished(database) else {
                try KeyEpochs(keyring: keyring).destroyOthers(than: loaded.epoch)
                return nil
            }
            try takeMarked(by: erasure.id)
            var run = ShredRun(vault: self, erasure: erasure, loaded: loaded)
            return try run.carryOut(progress: progress, before: before)
        }
    }

    /// Does for an erasure of an older version what the intent does now.
    private func takeMarked(by erasure: Int64) throws(VaultError) {
        let left = try database.read { try ShredTargets(markedBy: erasure, $0) }
        guard !left.rows.isEmpty else { return }
        try database.write { try left.take(by: erasure, $0) { _ in } }
    }

    /// Whether a shred began and did not end.
    func isUnfinished() throws(VaultError) -> Bool {
        try unfinished != nil
    }

    /// The name of the shred that began and did not end.
    package var unfinished: String? {
        get throws(VaultError) {
            try database.read { database in
                let rows = try Statement(
                    database, "SELECT name FROM erasures WHERE state = 0 LIMIT 1")
                return try rows.step() ? rows.text(0) : nil
            }
        }
    }

    /// Bytes of the database with its journal, and of the keys.
    var bytesOnDisk: Int {
        Self.fileBytes(path) + Self.fileBytes(path + "-wal") + KeyEpochs.bytes(keyring.directory)
    }

    // MARK: - Intent

    /// Takes from the rows what they hold, and seals what takes their place: one transaction, and the
    /// last word. A row is written once: marking it first and clearing it later would write each of its
    /// pages twice.
    private func intend(
        _ order: ShredOrder, _ lock: borrowing KeyLock, bytesBefore: Int,
        _ progress: (ShredProgress) -> Void
    ) throws(VaultError) -> StoredErasure {
        guard !order.name.isEmpty else {
            throw VaultError(.request, "An erasure needs a name.")
        }
        let wanted = Set(order.commitments)
        guard order.derivatives.allSatisfy({ wanted.contains($0.original) }) else {
            throw VaultError(
                .request, "An envelope may only take the place of one that is erased with it.")
        }
        let known = try keyring.refresh(lock).keys
        let today = Int32(clamping: Self.day(of: clock.now()))
        let targets = try database.read { database in
            try ShredTargets(
                order.commitments, forgotten: order.forget, before: today - 1, known, database)
        }
        let (derived, places) = try derive(order.derivatives, targets, lock)
        let loaded = try keyring.refresh(lock)
        var report = ShredReport(
            epochFrom: loaded.epoch, bytesBefore: bytesBefore, loaded.keys)
        report.alreadyErased = targets.alreadyErased
        report.missing = targets.missing
        report.redacted = places.count
        let digest = CommitmentDigest.digest(targets.rows.map(\.commitment))
        return try database.write { database in
            guard try StoredErasure.find(order.name, database) == nil else {
                throw VaultError(.request, "There is an erasure of this name already.")
            }
            var erasure = StoredErasure(
                name: order.name, count: targets.rows.count, digest: digest,
                forget: order.forget, report: report)
            try erasure.insert(database)
            // What takes the place of a restricted envelope is as restricted.
            let restriction = try Statement(
                database, "SELECT restriction FROM envelopes WHERE id = ?")
            let restrictions = try places.map { original -> Int64? in
                restriction.bind(1, original)
                defer { restriction.reset() }
                return try restriction.step() && !restriction.isNull(0) ? restriction.int(0) : nil
            }
            try targets.take(by: erasure.id, database) {
                progress(ShredProgress(step: .intent, done: $0, of: targets.rows.count))
            }
            _ = try insert(derived, restrictions, database)
            let take = try Statement(
                database, "INSERT INTO derivatives (original, substitute) VALUES (?, ?)")
            for (original, row) in zip(places, derived.rows) {
                take.bind(1, original)
                try Bytes32(row.commitment).withUnsafeBytes {
                    take.bind(2, $0)
                    try take.run()
                }
            }
            return erasure
        }
    }

    /// Seals derivatives under keys that stay, and finds the rows whose place they take.
    private func derive(
        _ derivatives: [ShredOrder.Derivative], _ targets: ShredTargets, _ lock: borrowing KeyLock
    ) throws(VaultError) -> (SealedBatch, [Int64]) {
        var sealed = SealedBatch()
        var places: [Int64] = []
        guard !derivatives.isEmpty else { return (sealed, places) }
        let loaded = try keyring.refresh(lock)
        let cipher = try AESGCM()
        var entries: [KeyEntry] = []
        var made: [Keys.PersonDay: KeyGroup] = [:]
        for derivative in derivatives {
            guard let row = targets.row(of: derivative.original), let old = row.group,
                let (person, day) = loaded.keys.owner(of: old)
            else {
                throw VaultError(
                    .request,
                    "An envelope that is erased already, or has no key, cannot be redacted.")
            }
            let place = Keys.PersonDay(person: person, day: day)
            // A group of its own: the one in use may be about to go.
            let group =
                made[place]
                ?? KeyGroup(
                    id: Self.randomNumber(), person: person, day: day,
                    generation: UInt32(clamping: loaded.epoch + 1), key: .random(),
                    dedupe: .random())
            if made.updateValue(group, forKey: place) == nil { entries.append(.group(group)) }
            var failure: VaultError?
            derivative.plaintext.withUnsafeBytes { plaintext in
                do throws(VaultError) {
                    try sealed.add(plaintext, group, by: cipher)
                } catch {
                    failure = error
                }
            }
            if let failure { throw failure }
            places.append(row.id)
        }
        _ = try keyring.append(entries, lock)
        return (sealed, places)
    }
}
