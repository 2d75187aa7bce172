// SPDX-License-Identifier: Apache-2.0

internal import Book
internal import Foundation

/// From one epoch of the keys to the next: write, look, switch, destroy. Each step can be done
/// again, and after a crash either the old or the new epoch is whole.
struct KeyEpochs {
    let keyring: Keyring

    /// Writes the next epoch's files under temporary names.
    func write(_ keys: Keys, after loaded: Keyring.Loaded) throws(VaultError) {
        try Keyring.writeEpoch(
            loaded.epoch + 1, keys, directory: keyring.directory, vault: keyring.vault,
            wrapping: loaded.wrapping, disk: keyring.disk)
    }

    /// Reads what was written, and compares it.
    func check(_ keys: Keys, after loaded: Keyring.Loaded) throws(VaultError) -> Keyring.Loaded {
        var next = try Keyring.load(
            loaded.epoch + 1, directory: keyring.directory, vault: keyring.vault,
            disk: keyring.disk, wrapping: loaded.wrapping, suffix: Keyring.unfinished)
        guard next.keys.count == keys.count, Roster.root(next.keys) == Roster.root(keys) else {
            throw VaultError(
                .damaged,
                "\(next.file.path) is not what was written. The keys before it stay in force; look "
                    + "at the disk (`dmesg`).")
        }
        next.file.path = Keyring.keysPath(keyring.directory, next.epoch)
        return next
    }

    /// Puts the next epoch in force.
    func makeCurrent(_ next: Keyring.Loaded) throws(VaultError) {
        try Keyring.switchEpoch(next.epoch, directory: keyring.directory, disk: keyring.disk)
        keyring.adopt(next)
    }

    /// Overwrites and removes the files of all epochs but the one in force, and what was left
    /// unfinished.
    func destroyOthers(than epoch: Int) throws(VaultError) {
        let (directory, disk) = (keyring.directory, keyring.disk)
        try onDisk { () throws(DiskError) in
            var isAny = false
            // The key-encryption keys first: without them the rest is noise.
            for prefix in ["kek.", "keys."] {
                for name in try disk.list(directory) where name.hasPrefix(prefix) {
                    guard Int(name.dropFirst(prefix.count)) != epoch else { continue }
                    try Self.destroy(directory + "/" + name, disk)
                    isAny = true
                }
            }
            if isAny { try disk.syncDirectory(directory) }
        }
    }

    private static func destroy(_ path: String, _ disk: any Disk) throws(DiskError) {
        let file = try disk.open(path, .writing, mode: 0o600)
        do throws(DiskError) {
            var left = try disk.size(of: file)
            let zeros = [UInt8](repeating: 0, count: 1 << 16)
            var offset = 0
            while left > 0 {
                let count = min(left, zeros.count)
                try disk.write(Array(zeros[..<count]), to: file, at: offset)
                offset += count
                left -= count
            }
            try disk.syncData(file)
        } catch {
            disk.close(file)
            throw error
        }
        disk.close(file)
        try disk.remove(path)
    }

    /// Bytes of all key files.
    static func bytes(_ directory: String) -> Int {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        return names.reduce(0) { $0 + Vault.fileBytes(directory + "/" + $1) }
    }
}

extension Vault {
    static func fileBytes(_ path: String) -> Int {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return (attributes?[.size] as? NSNumber)?.intValue ?? 0
    }

    /// A new epoch of the keys that says the same: a copy of the files before opens with their own
    /// key-encryption key only, and that one is gone. What a backup holds it still opens.
    ///
    /// - Returns: the epochs from and to, and how many keys were wrapped anew.
    package func rotateKeys(
        provider: KeyProvider? = nil,
        before: (ShredStep) throws(VaultError) -> Void = { _ throws(VaultError) in }
    ) throws(VaultError) -> (from: Int, to: Int, keys: Int) {
        if try isUnfinished() { try resume() }
        return try keyring.locked(alone: true) { lock throws(VaultError) in
            var loaded = try keyring.refresh(lock)
            if let provider { loaded.wrapping = try KeyWrapping(provider) }
            let epochs = KeyEpochs(keyring: keyring)
            try before(.writeKeys)
            try epochs.write(loaded.keys, after: loaded)
            try before(.checkKeys)
            let next = try epochs.check(loaded.keys, after: loaded)
            try before(.switchKeys)
            try epochs.makeCurrent(next)
            try before(.destroyKeys)
            try epochs.destroyOthers(than: next.epoch)
            return (loaded.epoch, next.epoch, next.keys.count)
        }
    }
}
