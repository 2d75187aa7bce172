// SPDX-License-Identifier: Apache-2.0

package import Book
internal import Foundation
internal import GRDB
package import Records

/// For whom a copy of the keys is.
package enum BackupSecret: Sendable {
    /// For whoever has the file.
    case none
    /// A passphrase, read from a descriptor.
    case passphrase(descriptor: Int32)
    /// Whoever has the age identity of one of these recipients.
    case recipients([AgeRecipient])
}

/// How a copy of the keys is opened.
package enum BackupOpening: Sendable {
    case none
    case passphrase(descriptor: Int32)
    case identity(AgeIdentity)
}

/// What a restore did.
package struct KeyRestore: Sendable, Hashable {
    /// When the copy was made, and its epoch.
    package var made: Timestamp
    package var epochOfCopy: Int
    /// The epoch that is in force now.
    package var epoch: Int
    package var keys: Int
    /// Erasures after the copy was made: the keys of what they took were left out.
    package var erasuresSince: Int
    /// Envelopes without a key: they were sealed under keys made after the copy.
    package var envelopesWithoutKey: Int
}

/// A copy of the keys in one file: a line of JSON, then a key file (docs/format/keys.md).
enum KeyBackup {
    static let format = "daybook-keys-backup-v1"
    /// Bytes of a copy: beyond it, it is not one.
    static let limit = 4 << 30

    static func encode(
        _ loaded: Keyring.Loaded, vault: Bytes16, id: String, copy: KeyCopy, secret: BackupSecret
    ) throws(VaultError) -> [UInt8] {
        let wrapping: KeyWrapping
        if case .passphrase(let descriptor) = secret {
            wrapping = try KeyWrapping(.passphrase(descriptor: descriptor))
        } else {
            wrapping = .plain
        }
        let encryption = Bytes32.random()
        let head: JSONObject = [
            "format": .string(format), "vault": .string(id),
            "epoch": .number(String(copy.epoch)), "made": .string(copy.made.description),
            "expires": .string(copy.expires.description),
            "kek": .string(Data(try wrapping.wrap(encryption)).base64EncodedString()),
        ]
        var bytes = Array((JSONValue.object(head).description + "\n").utf8)
        let file = KeyFile(path: "", epoch: copy.epoch, vault: vault, encryption: encryption)
        try file.encode(loaded.keys) { more throws(VaultError) in bytes += more }
        guard case .recipients(let recipients) = secret else { return bytes }
        return try AgeEncryptor.encrypt(bytes, to: recipients)
    }

    struct Opened {
        var id: String
        var copy: KeyCopy
        var keys: Keys
    }

    static func decode(
        _ bytes: [UInt8], vault: Bytes16, path: String, opening: BackupOpening
    ) throws(VaultError) -> Opened {
        var bytes = bytes
        if case .identity(let identity) = opening {
            bytes = try AgeDecryptor.decrypt(bytes, with: [identity])
        }
        let damaged = VaultError(
            .damaged,
            "\(path) is no copy of the keys that opens this way: it is damaged, or made for a "
                + "passphrase (--passphrase-fd) or an age recipient (--identity).")
        guard let end = bytes.firstIndex(of: 10),
            let value = try? JSONValue(parsing: String(decoding: bytes[..<end], as: UTF8.self)),
            case .object(let head) = value, head["format"] == .string(format),
            case .string(let id)? = head["vault"],
            case .number(let epoch)? = head["epoch"], let epoch = Int(epoch),
            case .string(let made)? = head["made"], let made = Timestamp(made),
            case .string(let expires)? = head["expires"], let expires = Timestamp(expires),
            case .string(let kek)? = head["kek"], let wrapped = Data(base64Encoded: kek)
        else { throw damaged }
        let descriptor: Int32? = if case .passphrase(let number) = opening { number } else { nil }
        let encryption = try KeyWrapping.unwrap(
            Array(wrapped), path: path, known: nil, descriptor: descriptor
        ).0
        let file = KeyFile(path: path, epoch: epoch, vault: vault, encryption: encryption)
        var keys = Keys()
        let rest = Array(bytes[(end + 1)...])
        let position = try file.read(rest, from: KeyFile.Position()) { keys.apply($0) }
        // A copy is whole or it is none: there is no torn tail to forgive.
        guard position.offset == rest.count, keys.tagKey != nil else { throw damaged }
        return Opened(
            id: id, copy: KeyCopy(made: made, expires: expires, epoch: epoch, place: path),
            keys: keys)
    }
}

extension Vault {
    /// Writes a copy of the keys, and notes that it exists: receipts name it until it expires.
    ///
    /// - Parameters:
    ///   - path: the file, which may not exist.
    ///   - expires: when it will have been destroyed.
    ///   - place: where it is kept, for people; the path when nil.
    package func backUpKeys(
        to path: String, expires: Timestamp, secret: BackupSecret, place: String? = nil
    ) throws(VaultError) -> KeyCopy {
        if try isUnfinished() { try resume() }
        let disk = keyring.disk
        guard disk.kind(of: path) == .missing else {
            throw VaultError(.request, "\(path) exists already. A copy never overwrites a file.")
        }
        guard expires > clock.now() else {
            throw VaultError(.request, "A copy of the keys must expire in the future.")
        }
        return try keyring.locked(alone: true) { lock throws(VaultError) in
            let loaded = try keyring.refresh(lock)
            let copy = KeyCopy(
                made: clock.now(), expires: expires, epoch: loaded.epoch, place: place ?? path)
            let bytes = try KeyBackup.encode(
                loaded, vault: keyring.vault, id: id, copy: copy, secret: secret)
            // Noted first: a copy that is noted and not there does no harm.
            try KeyCopies(keyring).add(copy, lock)
            try onDisk { () throws(DiskError) in
                try disk.replaceFile(path, with: bytes, mode: 0o600)
            }
            return copy
        }
    }

    /// Puts the keys of a copy in force. What was erased after it was made stays closed: of each
    /// group only the keys of the envelopes that are still there are taken.
    ///
    /// - Parameter force: replaces keys that are there and open.
    package static func restoreKeys(
        from path: String, logs: String, keys: String, opening: BackupOpening,
        provider: KeyProvider = .file, force: Bool = false, disk: any Disk = PosixDisk(),
        clock: any BookClock = SystemClock()
    ) throws(VaultError) -> KeyRestore {
        let database = logs + "/vault/envelopes.sqlite"
        guard disk.kind(of: database) == .file else {
            throw VaultError(.request, "\(database) is not there: there is nothing to open.")
        }
        let rows = try VaultDatabase(path: database)
        guard let vault = try rows.identity() else {
            throw VaultError(.request, "\(database) holds no vault.")
        }
        guard
            let bytes = try onDisk({ () throws(DiskError) in
                try disk.contents(of: path, limit: KeyBackup.limit)
            })
        else { throw VaultError(.request, "\(path) is not there.") }
        let opened = try KeyBackup.decode(bytes, vault: vault, path: path, opening: opening)
        guard opened.id == text(vault) else {
            throw VaultError(
                .request, "\(path) holds the keys of another vault (\(opened.id)).")
        }
        let directory = directory(keys, vault)
        if !force, (try? Keyring(directory: directory, vault: vault, disk: disk)) != nil {
            throw VaultError(
                .request,
                "The keys in \(directory) are there and open. Restoring an older copy over them "
                    + "would lose keys; --force does it all the same.")
        }
        try onDisk { () throws(DiskError) in try disk.makeDirectory(directory, mode: 0o700) }
        let wrapping = try KeyWrapping(provider)
        return try Keyring.locked(directory, alone: true) { lock throws(VaultError) in
            try putInForce(
                opened, wrapping, directory: directory, vault, rows, disk, at: clock.now(), lock)
        }
    }

    /// Writes the keys of a copy as a new epoch.
    private static func putInForce(
        _ opened: KeyBackup.Opened, _ wrapping: KeyWrapping, directory: String, _ vault: Bytes16,
        _ rows: VaultDatabase, _ disk: any Disk, at now: Timestamp, _ lock: borrowing KeyLock
    ) throws(VaultError) -> KeyRestore {
        let erasures = try rows.read { database in try StoredErasure.all(database) }
        let since = erasures.filter { $0.report.epochFrom >= opened.copy.epoch }
        var restored = opened.keys
        if !since.isEmpty { try keepSurvivors(&restored, rows, now: now) }
        let known = try Keyring.epochs(directory, disk) + erasures.map { $0.report.epochFrom + 1 }
        let epoch = max(known.max() ?? 0, opened.copy.epoch) + 1
        try Keyring.writeEpoch(
            epoch, restored, directory: directory, vault: vault, wrapping: wrapping, disk: disk)
        try Keyring.switchEpoch(epoch, directory: directory, disk: disk)
        let keyring = try Keyring(unlocked: directory, vault: vault, disk: disk)
        try KeyEpochs(keyring: keyring).destroyOthers(than: epoch)
        try KeyCopies(keyring).add(opened.copy, lock)
        return KeyRestore(
            made: opened.copy.made, epochOfCopy: opened.copy.epoch, epoch: epoch,
            keys: restored.count, erasuresSince: since.count,
            envelopesWithoutKey: try withoutKey(restored, rows))
    }

    /// Envelopes whose group has no key.
    private static func withoutKey(_ keys: Keys, _ rows: VaultDatabase) throws(VaultError) -> Int {
        try rows.read { database in
            let groups = try Statement(database, "SELECT grp, count(*) FROM members GROUP BY grp")
            var count = 0
            while try groups.step() {
                if keys.owner(of: UInt64(bitPattern: groups.int(0))) == nil {
                    count += Int(groups.int(1))
                }
            }
            return count
        }
    }

    /// Punctures every group: which envelope of which was erased nobody knows any more, so only
    /// those that are there get their keys.
    private static func keepSurvivors(
        _ keys: inout Keys, _ rows: VaultDatabase, now: Timestamp
    ) throws(VaultError) {
        let known = keys
        let survivors = try rows.read { database in
            var all: [UInt64: [Bytes16: Bytes32]] = [:]
            let ids = known.groups.keys.map { $0 } + known.punctured.keys.map { $0 }
            for id in ids {
                all[id] = try ShredRun.survivors(of: id, known, database)
            }
            return all
        }
        for (id, left) in survivors {
            if let owner = keys.owner(of: id), let tagKey = keys.tagKey {
                for account in keys.accounts(of: owner.person) {
                    keys.apply(
                        .erasedDay(tag(account, day: owner.day, tagKey), now.microseconds))
                }
            }
            keys.puncture(id, survivors: left)
        }
    }
}
