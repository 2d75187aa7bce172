// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The folder `spool` in the directory of the books, as docs/format/spool.md says.
package struct SpoolFolder: Sendable {
    package let path: String

    package static let suffix = ".jsonl"
    /// A file whose drain has begun: its records may be in the books.
    package static let begun = ".draining.jsonl"
    /// A batch that a daemon would not take: for people to look at.
    package static let refused = ".refused.jsonl"

    package struct File: Sendable {
        package let path: String
        /// Its name without what follows the key.
        package let key: String
        /// Bytes.
        package let size: Int
        /// The number of its user.
        package let owner: UInt32
        /// When it was last changed: seconds since 1970, and nanoseconds.
        package let changed: (seconds: Int, nanoseconds: Int)
        package let isBegun: Bool

        /// Whether the process that wrote it may still be there. Of another machine's that cannot be
        /// known: one that was quiet for a minute counts as gone.
        package func mayHaveWriter(now: Int) -> Bool {
            let parts = key.split(separator: "-")
            guard parts.count >= 3, let process = pid_t(parts[parts.count - 2]),
                key.hasPrefix(SpoolFolder.hostName + "-")
            else { return now - changed.seconds < DeskLimits.spoolQuietSeconds }
            return kill(process, 0) == 0 || errno == EPERM
        }
    }

    /// - Parameter directory: of the books.
    package init(_ directory: String) { path = directory + "/spool" }

    /// What waits, the oldest first.
    package func files() -> [File] {
        names().compactMap { name -> File? in
            guard name.hasSuffix(Self.suffix), !name.hasSuffix(Self.refused) else { return nil }
            var status = stat()
            let file = "\(path)/\(name)"
            guard lstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
            let isBegun = name.hasSuffix(Self.begun)
            let end = isBegun ? Self.begun : Self.suffix
            return File(
                path: file, key: String(name.dropLast(end.count)), size: Int(status.st_size),
                owner: status.st_uid,
                changed: (Int(status.st_mtim.tv_sec), Int(status.st_mtim.tv_nsec)),
                isBegun: isBegun)
        }
        .sorted {
            ($0.changed.seconds, $0.changed.nanoseconds, $0.key)
                < ($1.changed.seconds, $1.changed.nanoseconds, $1.key)
        }
    }

    /// How many files a daemon would not take.
    package func refused() -> Int { names().filter { $0.hasSuffix(Self.refused) }.count }

    /// This machine's name as the names of files have it.
    package static let hostName: String = {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, buffer.count - 1) == 0 else { return "host" }
        var name = ""
        for byte in String(decoding: buffer.prefix { $0 != 0 }.map { UInt8($0) }, as: UTF8.self) {
            if byte.isASCII, byte.isLetter || byte.isNumber {
                name.append(byte)
            } else if name.last != "-" {
                name.append("-")
            }
        }
        let cut = name.prefix(40).drop { $0 == "-" }
        let end = cut.lastIndex { $0 != "-" }.map { cut[...$0] } ?? ""
        return end.isEmpty ? "host" : String(end)
    }()

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

/// A file of a spool while it is emptied: nobody else writes or empties it meanwhile.
package struct SpoolLock: ~Copyable {
    package let descriptor: Int32

    /// Returns nil where the file is gone, or somebody else has it.
    ///
    /// - Throws: a file that cannot be read.
    package init?(_ path: String) throws {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else {
            if errno == ENOENT { return nil }
            throw DeskFailure(
                .noInput, "cannot read \(path): \(String(cString: strerror(errno))).")
        }
        // The path may lead elsewhere by the time that we have the lock.
        var here = stat()
        var there = stat()
        guard flock(file, LOCK_EX | LOCK_NB) == 0, fstat(file, &here) == 0,
            lstat(path, &there) == 0, here.st_dev == there.st_dev, here.st_ino == there.st_ino
        else {
            close(file)
            return nil
        }
        descriptor = file
    }

    /// All of its bytes.
    package func read(upTo limit: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while bytes.count < limit {
            let count = pread(descriptor, &chunk, chunk.count, off_t(bytes.count))
            guard count > 0 else { break }
            bytes += chunk[..<count]
        }
        return bytes
    }

    deinit { close(descriptor) }
}
