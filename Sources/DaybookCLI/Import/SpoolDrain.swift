// SPDX-License-Identifier: Apache-2.0

import Book
import Desk
import Records

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The folder `spool` in the directory of the books, as docs/format/spool.md says.
struct SpoolFolder {
    let path: String

    static let suffix = ".jsonl"
    /// A file whose drain has begun: its records may be in the books.
    static let begun = ".draining.jsonl"
    /// A batch that a daemon would not take: for people to look at.
    static let refused = ".refused.jsonl"

    struct File {
        let path: String
        /// Its name without what follows the key.
        let key: String
        let size: Int
        /// Seconds and nanoseconds of its last change.
        let changed: (Int, Int)
        let isBegun: Bool
    }

    init(_ directory: String) { path = directory + "/spool" }

    /// What waits, the oldest first.
    func files() -> [File] {
        names().compactMap { name -> File? in
            guard name.hasSuffix(Self.suffix), !name.hasSuffix(Self.refused) else { return nil }
            var status = stat()
            let file = "\(path)/\(name)"
            guard lstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
            let isBegun = name.hasSuffix(Self.begun)
            let end = isBegun ? Self.begun : Self.suffix
            return File(
                path: file, key: String(name.dropLast(end.count)), size: Int(status.st_size),
                changed: (Int(status.st_mtim.tv_sec), Int(status.st_mtim.tv_nsec)),
                isBegun: isBegun)
        }
        .sorted { ($0.changed.0, $0.changed.1, $0.key) < ($1.changed.0, $1.changed.1, $1.key) }
    }

    /// How many files a daemon would not take.
    func refused() -> Int { names().filter { $0.hasSuffix(Self.refused) }.count }

    private func names() -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            names.append(name)
        }
        return names
    }
}

/// Records the files of a spool, each once, and removes them.
///
/// A file is renamed before its first record is taken, so that whoever finds it later knows that its
/// records may be in the books; then the marks of the import say how far it came. Only then are the
/// books walked for them.
struct SpoolDrain {
    enum Outcome {
        case recorded(Int)
        /// A program still writes it, or another one empties it.
        case busy
        case interrupted
    }

    let ground: Ground
    /// What the books remember of drains that were cut off; asked for when the first such file comes.
    private var memory: ImportMemory?

    init(ground: Ground) { self.ground = ground }

    mutating func take(_ file: SpoolFolder.File) throws -> Outcome {
        let descriptor = open(file.path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else {
            if errno == ENOENT { return .busy }
            throw DeskFailure(
                .noInput, "cannot read \(file.path): \(String(cString: strerror(errno))).")
        }
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0, isSame(descriptor, file.path) else {
            return .busy
        }
        var path = file.path
        if !file.isBegun {
            path = String(path.dropLast(SpoolFolder.suffix.count)) + SpoolFolder.begun
            guard rename(file.path, path) == 0 else {
                throw DeskFailure(
                    .inputOutput,
                    "cannot rename \(file.path): \(String(cString: strerror(errno))).")
            }
        }
        var known = try file.isBegun ? remembered() : ImportMemory()
        let stream = try ImportStream(path)
        var lead = [UInt8](repeating: 0, count: CommandLimits.importLeadBytes)
        let count = stream.read(&lead, lead.count)
        let importer = FileImporter(
            ground: ground, only: nil, durability: .synced, zone: try LocalZone(named: nil),
            source: "spool:\(file.key)")
        let outcome = try importer.run(
            ImportOrder.Candidate(path: path, lead: Array(lead[..<count])), &known)
        if outcome.wasInterrupted { return .interrupted }
        guard unlink(path) == 0 else {
            throw DeskFailure(
                .inputOutput,
                "\(path) is recorded, but cannot be removed: \(String(cString: strerror(errno))).")
        }
        return .recorded(outcome.records)
    }

    private mutating func remembered() throws -> ImportMemory {
        if let memory { return memory }
        let read = try ImportMemory(ground.place("audit"), opener: ground.houseOpener)
        memory = read
        return read
    }

    /// Whether the path still leads to the file that is locked.
    private func isSame(_ descriptor: Int32, _ path: String) -> Bool {
        var here = stat()
        var there = stat()
        return fstat(descriptor, &here) == 0 && lstat(path, &there) == 0
            && here.st_dev == there.st_dev && here.st_ino == there.st_ino
    }
}
