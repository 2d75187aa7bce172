// SPDX-License-Identifier: Apache-2.0

internal import TransparencyLog

/// The flat files `tree/1`, `tree/2` …: the hashes of complete 256-ary subtrees, level by level,
/// 32 bytes each, in order. Level 0 is derived from the lines.
///
/// Every hash here can be computed from the lines again, so that nothing is lost when a file is;
/// `verify` compares each of them.
struct TreeFiles: Sendable {
    /// Hashes stored and synced, by level; level 1 is at position 0.
    private(set) var stored: [UInt64] = []
    private var files: [OpenFile] = []
    /// A sync of these files failed: they are written anew before they are trusted again.
    private var isSuspect = false

    /// Hashes by level that no line can give again, because what they cover was pruned; they stay
    /// in their files, as far as they are there.
    private var pruned: [UInt64] = []

    private static let width = UInt64(Digest.byteCount)

    init() {}

    /// Files that are to be written anew from the first record on that is still there.
    init(cutAt until: UInt64) {
        var level = 1
        while BookTree.hashes(at: level, size: until) > 0 {
            pruned.append(BookTree.hashes(at: level, size: until))
            level += 1
        }
    }

    /// Stores what is complete in `tree` and not stored yet, durably.
    mutating func store(_ tree: BookTree, in place: BookPlace, mode: UInt32) throws(DiskError) {
        if isSuspect { try rewrite(in: place, mode: mode) }
        var written: [Int] = []
        var isNew = false
        for level in tree.completed.indices {
            if level >= files.count {
                files.append(
                    try place.disk.open(place.treePath(level: level + 1), .creating, mode: mode))
                stored.append(level < pruned.count ? pruned[level] : 0)
                isNew = true
            }
            let hashes = tree.completed[level]
            let end = tree.firstCompleted[level] + UInt64(hashes.count)
            guard end > stored[level] else { continue }
            let pending = hashes.suffix(Int(end - stored[level]))
            try place.disk.write(
                Self.bytes(pending), to: files[level], at: Int(stored[level] * Self.width))
            written.append(level)
        }
        if isNew { try place.disk.syncDirectory(place.treeDirectory) }
        for level in written {
            do throws(DiskError) {
                try place.disk.syncData(files[level])
            } catch {
                isSuspect = true
                throw error
            }
            stored[level] = tree.firstCompleted[level] + UInt64(tree.completed[level].count)
        }
    }

    /// Copies what was synced before to new files, since after a failed sync the old ones may show
    /// bytes that never reach the disk.
    private mutating func rewrite(in place: BookPlace, mode: UInt32) throws(DiskError) {
        let disk = place.disk
        for level in files.indices {
            let path = place.treePath(level: level + 1)
            let copy = try disk.open(path + ".tmp", .replacing, mode: mode)
            do throws(DiskError) {
                var offset = 0
                let end = Int(stored[level] * Self.width)
                while offset < end {
                    let bytes = try disk.bytes(
                        from: files[level], at: offset, count: min(Limits.readBytes, end - offset))
                    if bytes.isEmpty { break }
                    try disk.write(bytes, to: copy, at: offset)
                    offset += bytes.count
                }
                try disk.syncData(copy)
                try disk.rename(path + ".tmp", to: path)
                try disk.syncDirectory(place.treeDirectory)
            } catch {
                disk.close(copy)
                throw error
            }
            disk.close(files[level])
            files[level] = copy
        }
        isSuspect = false
    }

    /// Opens the files for a book of `size` records and rebuilds the tree's right edge from them.
    ///
    /// What lies behind that size is cut: it was written for records that a crash took away.
    /// - Parameter tailLeaves: the leaf hashes behind the last complete group.
    /// - Returns: nil when the files are too short, or the leaves too few.
    mutating func load(_ place: BookPlace, size: UInt64, tailLeaves: [Digest], mode: UInt32)
        throws(BookError) -> BookTree?
    {
        guard UInt64(tailLeaves.count) == size % Limits.groupRecords else { return nil }
        var tails = [tailLeaves]
        var level = 1
        while BookTree.hashes(at: level, size: size) > 0 {
            let count = BookTree.hashes(at: level, size: size)
            let path = place.treePath(level: level)
            let opened = level
            let tail = try onDisk { () throws(DiskError) -> [Digest]? in
                guard place.disk.kind(of: path) == .file else { return nil }
                let file = try place.disk.open(path, .writing, mode: mode)
                files.append(file)
                stored.append(count)
                let bytes = Int(count * Self.width)
                let size = try place.disk.size(of: file)
                guard size >= bytes else { return nil }
                if size > bytes { try place.disk.truncate(file, to: bytes) }
                return try Self.tail(place.disk, files[opened - 1], count)
            }
            guard let tail else {
                close(place.disk)
                return nil
            }
            tails.append(tail)
            level += 1
        }
        // Files of levels that this size does not have hold nothing that counts.
        try onDisk { () throws(DiskError) in
            while place.disk.kind(of: place.treePath(level: level)) == .file {
                try place.disk.remove(place.treePath(level: level))
                level += 1
            }
        }
        guard let frontier = Self.frontier(size, tails) else { return nil }
        return BookTree(continuing: frontier)
    }

    /// The right edge of the tree over the first `size` records, read from the files without
    /// changing them; nil when they are too short.
    static func frontier(_ place: BookPlace, size: UInt64, tailLeaves: [Digest]) throws(BookError)
        -> MerkleFrontier?
    {
        guard UInt64(tailLeaves.count) == size % Limits.groupRecords else { return nil }
        var tails = [tailLeaves]
        var level = 1
        while BookTree.hashes(at: level, size: size) > 0 {
            let count = BookTree.hashes(at: level, size: size)
            let path = place.treePath(level: level)
            let tail = try onDisk { () throws(DiskError) -> [Digest]? in
                guard place.disk.kind(of: path) == .file else { return nil }
                let file = try place.disk.open(path, .reading, mode: 0)
                defer { place.disk.close(file) }
                return try Self.tail(place.disk, file, count)
            }
            guard let tail else { return nil }
            tails.append(tail)
            level += 1
        }
        return frontier(size, tails)
    }

    /// - Parameter tails: by level, from the leaves up, the hashes behind the last complete group.
    private static func frontier(_ size: UInt64, _ tails: [[Digest]]) -> MerkleFrontier? {
        var peaks: [Digest] = []
        for tail in tails.reversed() {
            var edge = MerkleFrontier()
            edge.append(contentsOf: tail)
            peaks += edge.peaks
        }
        return MerkleFrontier(size: Int(size), peaks: peaks)
    }

    mutating func close(_ disk: any Disk) {
        for file in files { disk.close(file) }
        files = []
        stored = []
    }

    /// The hashes of a level behind its last complete group.
    private static func tail(_ disk: any Disk, _ file: OpenFile, _ count: UInt64)
        throws(DiskError) -> [Digest]?
    {
        let tail = count % Limits.groupRecords
        let bytes = try disk.bytes(
            from: file, at: Int((count - tail) * width), count: Int(tail * width))
        guard bytes.count == Int(tail * width) else { return nil }
        return digests(bytes)
    }

    static func digests(_ bytes: [UInt8]) -> [Digest] {
        stride(from: 0, to: bytes.count - bytes.count % Int(width), by: Int(width)).compactMap {
            Digest(bytes[$0..<($0 + Int(width))])
        }
    }

    static func bytes(_ digests: some Collection<Digest>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digests.count * Int(width))
        for digest in digests { digest.withUnsafeBytes { bytes.append(contentsOf: $0) } }
        return bytes
    }
}
