// SPDX-License-Identifier: Apache-2.0

import Book

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Random numbers from a seed: the same seed gives the same run everywhere (SplitMix64).
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 0xD1B5_4A32_D192_ED03
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }
}

/// A disk in memory that does what disks do when the power goes: writes that were not synced are
/// lost, kept, torn or reordered; names that were not synced come or go in the order of the
/// journal; a sync fails once and then says that all is well.
final class SimulatedDisk: Disk, @unchecked Sendable {
    // Sendable, because a simulated run has one thread.

    /// What is going to go wrong.
    struct Faults {
        /// The power goes, or the process dies, at this call (counted down).
        var callsUntilCrash: Int?
        /// This call fails with EIO (counted down); nothing of it is done, or a part.
        var callsUntilError: Int?
        /// This sync fails; what it should have made durable is lost in silence.
        var syncsUntilFailure: Int?
        /// Syncs return and do nothing: a disk that no book can keep its promises on.
        var ignoresSyncs = false
        /// Bytes that may still be written before the disk is full.
        var freeBytes = Int.max
    }

    private enum Change {
        case write(offset: Int, bytes: [UInt8])
        case truncate(Int)
    }

    private final class Inode {
        var durable: [UInt8] = []
        var current: [UInt8] = []
        var pending: [Change] = []
    }

    private enum NameChange {
        case link(String, Inode)
        case unlink(String)
        case rename(String, String)
    }

    var faults = Faults()
    private(set) var hasCrashed = false
    /// Called with path and bytes of each write, before it is done.
    var onWrite: (String, UnsafeRawBufferPointer) -> Void = { _, _ in }

    private var random: SeededRandom
    private var names: [String: Inode] = [:]
    private var durableNames: [String: Inode] = [:]
    private var pendingNames: [NameChange] = []
    private var directories: Set<String> = ["/"]
    private var open: [Int32: (path: String, inode: Inode)] = [:]
    private var locks: [Int32: String] = [:]
    private var nextNumber: Int32 = 3

    init(seed: UInt64) {
        random = SeededRandom(seed: seed ^ 0xD15C)
    }

    // MARK: - Crashing

    /// Puts the disk into the state that a restart finds.
    /// - Parameter losingPower: whether what was not synced may be lost; else only the process died.
    func restart(losingPower: Bool) {
        open.removeAll()
        locks.removeAll()
        hasCrashed = false
        faults = Faults()
        guard losingPower else { return }
        // The journal keeps a prefix of the changes to names.
        let kept = Int.random(in: 0...pendingNames.count, using: &random)
        for change in pendingNames[..<kept] { Self.apply(change, to: &durableNames) }
        pendingNames.removeAll()
        names = durableNames
        for inode in Set(names.values.map(ObjectIdentifier.init)).compactMap({ id in
            names.values.first { ObjectIdentifier($0) == id }
        }) {
            tear(inode)
        }
    }

    /// Applies some of what was not synced, in part, with holes.
    private func tear(_ inode: Inode) {
        let style = Int.random(in: 0..<4, using: &random)
        for change in inode.pending {
            switch change {
            case .truncate(let size):
                if style != 0 { Self.resize(&inode.durable, size) }
            case .write(let offset, let bytes):
                switch style {
                case 0: continue
                case 1: Self.put(bytes, at: offset, in: &inode.durable)
                case 2:
                    let kept = Int.random(in: 0...bytes.count, using: &random)
                    Self.put(Array(bytes[..<kept]), at: offset, in: &inode.durable)
                default:
                    // Blocks of the page cache reach the disk in any order.
                    var position = 0
                    while position < bytes.count {
                        let end = min(bytes.count, position + 512)
                        if random.chance(60) {
                            Self.put(
                                Array(bytes[position..<end]), at: offset + position,
                                in: &inode.durable)
                        }
                        position = end
                    }
                }
            }
        }
        inode.pending.removeAll()
        inode.current = inode.durable
    }

    /// Counts a call; throws when it is the one that fails or the machine is already off.
    private func enter(_ operation: String, _ path: String) throws(DiskError) {
        guard !hasCrashed else { throw DiskError(operation: operation, path: path, code: EIO) }
        if let left = faults.callsUntilCrash {
            faults.callsUntilCrash = left - 1
            if left <= 0 {
                hasCrashed = true
                throw DiskError(operation: operation, path: path, code: EIO)
            }
        }
        if let left = faults.callsUntilError {
            faults.callsUntilError = left > 0 ? left - 1 : nil
            if left <= 0 { throw DiskError(operation: operation, path: path, code: EIO) }
        }
    }

    // MARK: - Disk

    func open(_ path: String, _ purpose: OpenPurpose, mode: UInt32) throws(DiskError) -> OpenFile {
        try enter("open", path)
        let inode: Inode
        switch (names[path], purpose) {
        case (nil, .reading), (nil, .writing):
            throw DiskError(operation: "open", path: path, code: ENOENT)
        case (nil, _):
            inode = Inode()
            names[path] = inode
            pendingNames.append(.link(path, inode))
        case (let found?, .replacing):
            inode = found
            inode.current = []
            inode.pending.append(.truncate(0))
        case (let found?, _):
            inode = found
        }
        nextNumber += 1
        open[nextNumber] = (path, inode)
        return OpenFile(number: nextNumber)
    }

    func close(_ file: OpenFile) {
        open[file.number] = nil
        locks[file.number] = nil
    }

    func write(_ bytes: UnsafeRawBufferPointer, to file: OpenFile, at offset: Int)
        throws(DiskError)
    {
        let (path, inode) = try entry(file, "write")
        onWrite(path, bytes)
        let willCrash = faults.callsUntilCrash.map { $0 <= 0 } ?? false
        let willFail = faults.callsUntilError.map { $0 <= 0 } ?? false
        if !hasCrashed && (willCrash || willFail) {
            store(
                Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &random))), inode, offset)
        }
        try enter("write", path)
        let growth = max(0, offset + bytes.count - inode.current.count)
        if growth > faults.freeBytes {
            let room = max(0, min(bytes.count, bytes.count - growth + faults.freeBytes))
            store(Array(bytes.prefix(room)), inode, offset)
            faults.freeBytes = 0
            throw DiskError(operation: "write", path: path, code: ENOSPC)
        }
        if faults.freeBytes != .max { faults.freeBytes -= growth }
        store(Array(bytes), inode, offset)
    }

    private func store(_ bytes: [UInt8], _ inode: Inode, _ offset: Int) {
        guard !bytes.isEmpty else { return }
        Self.put(bytes, at: offset, in: &inode.current)
        inode.pending.append(.write(offset: offset, bytes: bytes))
    }

    func read(into buffer: UnsafeMutableRawBufferPointer, from file: OpenFile, at offset: Int)
        throws(DiskError) -> Int
    {
        let (_, inode) = try entry(file, "read")
        guard offset < inode.current.count else { return 0 }
        let count = min(buffer.count, inode.current.count - offset)
        buffer.copyBytes(from: inode.current[offset..<(offset + count)])
        return count
    }

    func size(of file: OpenFile) throws(DiskError) -> Int {
        try entry(file, "stat").1.current.count
    }

    func truncate(_ file: OpenFile, to size: Int) throws(DiskError) {
        let (path, inode) = try entry(file, "truncate")
        try enter("truncate", path)
        Self.resize(&inode.current, size)
        inode.pending.append(.truncate(size))
    }

    func syncData(_ file: OpenFile) throws(DiskError) {
        let (path, inode) = try entry(file, "sync")
        try enter("sync", path)
        if let left = faults.syncsUntilFailure {
            faults.syncsUntilFailure = left > 0 ? left - 1 : nil
            if left <= 0 {
                // The kernel drops the pages, shows them as clean, and forgets.
                inode.pending.removeAll()
                throw DiskError(operation: "sync", path: path, code: EIO)
            }
        }
        if faults.ignoresSyncs { return }
        for change in inode.pending {
            switch change {
            case .truncate(let size): Self.resize(&inode.durable, size)
            case .write(let offset, let bytes): Self.put(bytes, at: offset, in: &inode.durable)
            }
        }
        inode.pending.removeAll()
    }

    func rename(_ from: String, to: String) throws(DiskError) {
        try enter("rename", from)
        guard names[from] != nil else {
            throw DiskError(operation: "rename", path: from, code: ENOENT)
        }
        pendingNames.append(.rename(from, to))
        Self.apply(.rename(from, to), to: &names)
    }

    func remove(_ path: String) throws(DiskError) {
        try enter("remove", path)
        guard names[path] != nil else {
            throw DiskError(operation: "remove", path: path, code: ENOENT)
        }
        pendingNames.append(.unlink(path))
        names[path] = nil
    }

    func syncDirectory(_ path: String) throws(DiskError) {
        try enter("sync", path)
        for change in pendingNames { Self.apply(change, to: &durableNames) }
        pendingNames.removeAll()
    }

    func makeDirectory(_ path: String, mode: UInt32) throws(DiskError) {
        try enter("create directory", path)
        directories.insert(path)
    }

    func list(_ directory: String) throws(DiskError) -> [String] {
        names.keys.filter { $0.directoryPart == directory }.map(\.namePart).sorted()
    }

    func kind(of path: String) -> PathKind {
        if names[path] != nil { return .file }
        return directories.contains(path) ? .directory : .missing
    }

    func setMode(_ path: String, mode: UInt32, group: UInt32?) throws(DiskError) {
        try enter("change mode of", path)
    }

    func lock(_ path: String, mode: UInt32) throws(DiskError) -> OpenFile? {
        if locks.values.contains(path) { return nil }
        let file = try open(path, .creating, mode: mode)
        locks[file.number] = path
        return file
    }

    func freeBytes(at path: String) throws(DiskError) -> Int { faults.freeBytes }

    // MARK: - Helpers

    /// Every byte that is or may come to be on the disk.
    var allContents: [(path: String, bytes: [UInt8])] {
        names.map { ($0.key, $0.value.current) } + durableNames.map { ($0.key, $0.value.durable) }
    }

    private func entry(_ file: OpenFile, _ operation: String) throws(DiskError) -> (String, Inode) {
        guard !hasCrashed, let found = open[file.number] else {
            throw DiskError(operation: operation, path: "descriptor \(file.number)", code: EBADF)
        }
        return found
    }

    private static func apply(_ change: NameChange, to names: inout [String: Inode]) {
        switch change {
        case .link(let path, let inode): names[path] = inode
        case .unlink(let path): names[path] = nil
        case .rename(let from, let to):
            names[to] = names[from]
            names[from] = nil
        }
    }

    private static func resize(_ bytes: inout [UInt8], _ size: Int) {
        if size < bytes.count {
            bytes.removeLast(bytes.count - size)
        } else {
            bytes += [UInt8](repeating: 0, count: size - bytes.count)
        }
    }

    private static func put(_ new: [UInt8], at offset: Int, in bytes: inout [UInt8]) {
        guard !new.isEmpty else { return }
        if bytes.count < offset + new.count { resize(&bytes, offset + new.count) }
        bytes.replaceSubrange(offset..<(offset + new.count), with: new)
    }
}
