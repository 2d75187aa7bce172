// SPDX-License-Identifier: Apache-2.0

package import Book
internal import Foundation
internal import GRDB
internal import Masking
package import Records
internal import Synchronization

/// Envelopes of one `logs/` directory, and their keys: seals, opens, shreds.
///
/// Safe to use from many threads, and by many processes at once: SQLite orders the rows, a file lock
/// the keys. Calls block.
package final class Vault: Sendable {
    /// `logs/vault/envelopes.sqlite`.
    package let path: String
    /// Hexadecimal; the keys are in `<keys>/vault-<id>/`.
    package let id: String
    let database: VaultDatabase
    let keyring: Keyring
    let clock: any BookClock
    /// Statements of the writing connection. Touched on its queue only.
    let statements: WriteStatements

    /// The directory of this vault's keys.
    package var keyDirectory: String { keyring.directory }

    /// Opens the vault of a `logs/` directory, and finishes what an earlier process left undone.
    ///
    /// - Parameters:
    ///   - logs: the directory of the books.
    ///   - keys: the directory of all keys, outside `logs`.
    ///   - create: makes the vault when there is none.
    ///   - provider: who guards the keys of a new vault; an old one's keys say it themselves.
    /// - Returns: nil when there is no vault and none is to be made.
    /// - Throws: `keys` when the keys are not there or do not open.
    package static func open(
        logs: String, keys: String, create: Bool, provider: KeyProvider = .file,
        clock: any BookClock = SystemClock(), disk: any Disk = PosixDisk()
    ) throws(VaultError) -> Vault? {
        let path = logs + "/vault/envelopes.sqlite"
        if !create, disk.kind(of: path) != .file { return nil }
        var opened: VaultDatabase?
        var wrapping: KeyWrapping?
        if disk.kind(of: path) == .file {
            let database = try VaultDatabase(path: path)
            if try database.identity() != nil {
                try database.addLaterTables()
                opened = database
            }
        }
        if opened == nil {
            guard create else { return nil }
            (opened, wrapping) = try make(path: path, keys: keys, provider: provider, disk: disk)
        }
        guard let database = opened, let id = try database.identity() else { return nil }
        let keyring = try Keyring(
            directory: directory(keys, id), vault: id, disk: disk, wrapping: wrapping)
        let vault = Vault(path: path, id: id, database: database, keyring: keyring, clock: clock)
        if try vault.isUnfinished() { try vault.resume() }
        return vault
    }

    private init(
        path: String, id: Bytes16, database: VaultDatabase, keyring: Keyring, clock: any BookClock
    ) {
        self.path = path
        self.id = Self.text(id)
        self.database = database
        self.keyring = keyring
        self.clock = clock
        statements = WriteStatements()
    }

    private static func make(
        path: String, keys: String, provider: KeyProvider, disk: any Disk
    ) throws(VaultError) -> (VaultDatabase, KeyWrapping?) {
        try onDisk { () throws(DiskError) in
            try disk.makeDirectory(path.directoryPart, mode: 0o700)
            try disk.makeDirectory(keys, mode: 0o700)
        }
        // Two processes may be here at once; the second one finds what the first one made.
        let lock = try KeyLock(file: keys + "/vault.lock")
        let database = try VaultDatabase(path: path)
        var wrapping: KeyWrapping?
        if try database.identity() == nil {
            let random = Bytes32.random()
            let id = Bytes16(random)
            // The keys first: a vault without keys could not be told from one that lost them.
            wrapping = try Keyring.create(
                directory: directory(keys, id), vault: id, disk: disk, provider: provider)
            try database.create(id)
            try onDisk { () throws(DiskError) in
                try disk.setMode(path, mode: 0o600, group: nil)
                try disk.syncDirectory(path.directoryPart)
                try disk.syncDirectory(path.directoryPart.directoryPart)
            }
        }
        lock.release()
        return (database, wrapping)
    }

    static func directory(_ keys: String, _ id: Bytes16) -> String {
        keys + "/vault-" + text(id)
    }

    static func text(_ id: Bytes16) -> String {
        [id.high, id.low].map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    // MARK: - Seal and open

    /// Seals what is personal in a batch of records.
    package var sealer: any EnvelopeSealing { VaultSealer(vault: self) }

    /// Opens envelopes that are not restricted.
    package var opener: any EnvelopeOpening { VaultOpener(vault: self, includesRestricted: false) }

    /// Opens restricted envelopes, too: for whoever may see them and said why.
    package var openerOfRestricted: any EnvelopeOpening {
        VaultOpener(vault: self, includesRestricted: true)
    }

    /// The UTC day of an instant, counted from 1970-01-01.
    package static func day(of instant: Timestamp) -> Int {
        let day = 86_400_000_000 as Int64
        let micros = instant.microseconds
        return Int(micros >= 0 ? micros / day : (micros - day + 1) / day)
    }
}
