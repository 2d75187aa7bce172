// SPDX-License-Identifier: Apache-2.0

internal import Book
internal import GRDB
package import Records

/// How the keys and the vault are.
package struct KeyStatus: Sendable, Hashable {
    package var vault: String
    package var directory: String
    package var provider: String
    package var epoch: Int
    /// Keys of persons and days, and of single envelopes in punctured groups.
    package var groups: Int
    package var survivors: Int
    package var people: Int
    package var envelopes: Int
    package var erased: Int
    package var bytes: Int
    package var copies: [KeyCopy]
    /// An erasure that began and did not end.
    package var unfinished: String?

    /// The copy that expires last, if one has not.
    package func newestCopy(at now: Timestamp) -> KeyCopy? {
        copies.filter { $0.expires > now }.max { $0.expires < $1.expires }
    }
}

extension Vault {
    /// Counts rows: a second for ten million.
    package func status() throws(VaultError) -> KeyStatus {
        let loaded = try keyring.refreshed()
        let (envelopes, erased) = try database.read { database in
            let counts = try Statement(
                database,
                "SELECT (SELECT count(*) FROM lookup), "
                    + "(SELECT count(*) FROM envelopes WHERE erasure IS NOT NULL)")
            _ = try counts.step()
            return (Int(counts.int(0)), Int(counts.int(1)))
        }
        return KeyStatus(
            vault: id, directory: keyring.directory, provider: loaded.wrapping.provider,
            epoch: loaded.epoch, groups: loaded.keys.groups.count,
            survivors: loaded.keys.count - loaded.keys.groups.count,
            people: loaded.keys.names.count, envelopes: envelopes, erased: erased,
            bytes: bytesOnDisk, copies: try keyCopies(), unfinished: try unfinished)
    }

    /// Whether a copy of the keys is known that has not expired, without opening the vault.
    package static func keyCopies(keys: String, vault id: String) throws(VaultError) -> [KeyCopy] {
        try KeyCopies(path: keys + "/vault-" + id + "/copies", disk: PosixDisk()).all()
    }
}

extension Vault {
    /// How far the keys and people were read: while it is the same, nobody was added, linked or merged,
    /// and no key came or went.
    package struct KeyMark: Sendable, Hashable {
        let epoch: Int
        let bytes: Int
    }

    package func keyMark() throws(VaultError) -> KeyMark {
        let loaded = try keyring.refreshed()
        return KeyMark(epoch: loaded.epoch, bytes: Int(loaded.position.offset))
    }
}
