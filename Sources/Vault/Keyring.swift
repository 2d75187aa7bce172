// SPDX-License-Identifier: Apache-2.0

internal import Book
internal import Synchronization

/// The key directory of one vault: `<keys>/vault-<id>/`. What it has read is a value that is
/// replaced whole; who opens envelopes keeps his.
final class Keyring: Sendable {
    let directory: String
    let vault: Bytes16
    let disk: any Disk

    /// The state of the newest epoch, as far as it was read.
    struct Loaded: Sendable {
        var file: KeyFile
        var position: KeyFile.Position
        var keys: Keys
        var wrapping: KeyWrapping
        var epoch: Int { file.epoch }
    }

    private let state: Mutex<Loaded>

    /// Opens the newest epoch.
    ///
    /// - Parameter wrapping: how the keys are wrapped, where that is known.
    init(
        directory: String, vault: Bytes16, disk: any Disk, wrapping: KeyWrapping? = nil
    ) throws(VaultError) {
        self.directory = directory
        self.vault = vault
        self.disk = disk
        guard disk.kind(of: directory) == .directory else {
            throw VaultError(
                .keys,
                "The keys of this vault are not in \(directory). Without them nothing in it opens: "
                    + "restore them with `daybook keys restore FILE`.")
        }
        state = Mutex(
            try Self.locked(directory, alone: false) { _ throws(VaultError) in
                try Self.load(
                    directory: directory, vault: vault, disk: disk, wrapping: wrapping)
            })
    }

    /// Opens the newest epoch for who has the lock.
    init(unlocked directory: String, vault: Bytes16, disk: any Disk) throws(VaultError) {
        self.directory = directory
        self.vault = vault
        self.disk = disk
        state = Mutex(
            try Self.load(directory: directory, vault: vault, disk: disk, wrapping: nil))
    }

    /// Makes the first epoch of a new vault.
    static func create(
        directory: String, vault: Bytes16, disk: any Disk, provider: KeyProvider
    ) throws(VaultError) -> KeyWrapping {
        let wrapping = try KeyWrapping(provider)
        try onDisk { () throws(DiskError) in try disk.makeDirectory(directory, mode: 0o700) }
        var keys = Keys()
        keys.apply(.house(tags: .random()))
        try writeEpoch(
            1, keys, directory: directory, vault: vault, wrapping: wrapping, disk: disk
        )
        try switchEpoch(1, directory: directory, disk: disk)
        try onDisk { () throws(DiskError) in try disk.syncDirectory(directory.directoryPart) }
        return wrapping
    }

    // MARK: - Reading

    /// What was read so far.
    var loaded: Loaded { state.withLock { $0 } }
    var keys: Keys { state.withLock { $0.keys } }

    /// Reads what others added. Cost, when nothing is new: two looks at the directory.
    func refresh(_ lock: borrowing KeyLock) throws(VaultError) -> Loaded {
        var loaded = self.loaded
        let path = loaded.file.path
        if disk.kind(of: path) != .file
            || disk.kind(of: Self.keysPath(directory, loaded.epoch + 1)) == .file
        {
            loaded = try Self.load(
                directory: directory, vault: vault, disk: disk, wrapping: loaded.wrapping)
        } else {
            let position = loaded.position
            let size = try onDisk { () throws(DiskError) in
                let file = try disk.open(path, .reading, mode: 0)
                defer { disk.close(file) }
                return try disk.size(of: file)
            }
            if size < position.offset {
                loaded = try Self.load(
                    directory: directory, vault: vault, disk: disk, wrapping: loaded.wrapping)
            } else if size > position.offset {
                loaded.position = try loaded.file.read(from: position, disk: disk) {
                    loaded.keys.apply($0)
                }
            } else {
                return loaded
            }
        }
        let fresh = loaded
        state.withLock { known in
            // Another thread may have read further meanwhile.
            if (known.epoch, known.position.offset) < (fresh.epoch, fresh.position.offset) {
                known = fresh
            }
        }
        return fresh
    }

    /// The same for who holds no lock.
    func refreshed() throws(VaultError) -> Loaded {
        try locked(alone: false) { lock throws(VaultError) in try refresh(lock) }
    }

    /// Runs `body` with the lock of the keys.
    func locked<Value>(
        alone: Bool, _ body: (borrowing KeyLock) throws(VaultError) -> Value
    ) throws(VaultError) -> Value {
        try Self.locked(directory, alone: alone, body)
    }

    static func locked<Value>(
        _ directory: String, alone: Bool,
        _ body: (borrowing KeyLock) throws(VaultError) -> Value
    ) throws(VaultError) -> Value {
        let lock = try KeyLock(directory, alone: alone)
        do throws(VaultError) {
            let value = try body(lock)
            lock.release()
            return value
        } catch {
            lock.release()
            throw error
        }
    }

    private static func load(
        directory: String, vault: Bytes16, disk: any Disk, wrapping: KeyWrapping?
    ) throws(VaultError) -> Loaded {
        guard let epoch = try epochs(directory, disk).last else {
            throw VaultError(
                .keys,
                "\(directory) holds no keys. Restore them with `daybook keys restore FILE`.")
        }
        return try load(
            epoch, directory: directory, vault: vault, disk: disk, wrapping: wrapping, suffix: "")
    }

    static func load(
        _ epoch: Int, directory: String, vault: Bytes16, disk: any Disk, wrapping: KeyWrapping?,
        suffix: String
    ) throws(VaultError) -> Loaded {
        let kekPath = kekPath(directory, epoch) + suffix
        guard
            let bytes = try onDisk({ () throws(DiskError) in
                try disk.contents(of: kekPath, limit: Limits.kekFileBytes)
            })
        else {
            throw VaultError(
                .keys,
                "\(kekPath) is not there: keys.\(epoch) cannot be opened without it. Restore the "
                    + "keys with `daybook keys restore FILE`.")
        }
        let (encryption, wrapping) = try KeyWrapping.unwrap(bytes, path: kekPath, known: wrapping)
        let file = KeyFile(
            path: keysPath(directory, epoch) + suffix, epoch: epoch, vault: vault,
            encryption: encryption)
        var keys = Keys()
        let position = try file.read(from: KeyFile.Position(), disk: disk) { keys.apply($0) }
        guard keys.tagKey != nil else {
            throw VaultError(
                .keys,
                "\(file.path) does not open with \(kekPath): they are not of one epoch, or one is "
                    + "damaged. Restore the keys with `daybook keys restore FILE`.")
        }
        return Loaded(file: file, position: position, keys: keys, wrapping: wrapping)
    }

    // MARK: - Adding

    /// Adds entries in one frame (more when they are large), durable on return.
    ///
    /// - Parameter lock: taken alone.
    func append(_ entries: [KeyEntry], _ lock: borrowing KeyLock) throws(VaultError) -> Loaded {
        var loaded = try refresh(lock)
        guard !entries.isEmpty else { return loaded }
        var frames: [[UInt8]] = [[]]
        for entry in entries {
            if frames[frames.count - 1].count >= Limits.frameBytes { frames.append([]) }
            entry.encode(to: &frames[frames.count - 1])
        }
        loaded.position = try loaded.file.append(frames, at: loaded.position, disk: disk)
        for entry in entries { loaded.keys.apply(entry) }
        let fresh = loaded
        state.withLock { $0 = fresh }
        return fresh
    }

    /// Takes what the next epoch says for the state.
    func adopt(_ loaded: Loaded) {
        state.withLock { $0 = loaded }
    }

    // MARK: - Files

    static func keysPath(_ directory: String, _ epoch: Int) -> String {
        "\(directory)/keys.\(epoch)"
    }
    static func kekPath(_ directory: String, _ epoch: Int) -> String { "\(directory)/kek.\(epoch)" }
    /// What a file of an epoch is called until it is whole.
    static let unfinished = ".tmp"

    /// The epochs that have a key file, ascending.
    static func epochs(_ directory: String, _ disk: any Disk) throws(VaultError) -> [Int] {
        try onDisk { () throws(DiskError) in try disk.list(directory) }.compactMap { name in
            name.hasPrefix("keys.") ? Int(name.dropFirst(5)) : nil
        }.sorted()
    }

    /// Writes an epoch under temporary names, both files durable.
    static func writeEpoch(
        _ epoch: Int, _ keys: Keys, directory: String, vault: Bytes16, wrapping: KeyWrapping,
        disk: any Disk
    ) throws(VaultError) {
        let encryption = Bytes32.random()
        let wrapped = try wrapping.wrap(encryption)
        let file = KeyFile(
            path: keysPath(directory, epoch) + unfinished, epoch: epoch, vault: vault,
            encryption: encryption)
        try file.write(keys, disk: disk)
        try onDisk { () throws(DiskError) in
            let kek = try disk.open(
                kekPath(directory, epoch) + unfinished, .replacing, mode: 0o600)
            defer { disk.close(kek) }
            try disk.write(wrapped, to: kek, at: 0)
            try disk.syncData(kek)
        }
    }

    /// Gives an epoch's files their names; from the second rename on it is the one in force.
    static func switchEpoch(_ epoch: Int, directory: String, disk: any Disk) throws(VaultError) {
        try onDisk { () throws(DiskError) in
            let (kek, keys) = (kekPath(directory, epoch), keysPath(directory, epoch))
            try disk.rename(kek + unfinished, to: kek)
            try disk.syncDirectory(directory)
            try disk.rename(keys + unfinished, to: keys)
            try disk.syncDirectory(directory)
        }
    }
}
