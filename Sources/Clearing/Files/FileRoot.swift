// SPDX-License-Identifier: Apache-2.0

internal import CDaybook

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The directory whose files are to be cleared, open. Nothing outside it is ever touched.
package final class FileRoot: Sendable {
    /// Without symbolic links.
    package let path: String
    let descriptor: Int32
    let device: UInt64
    /// Directories that are Daybook's, wherever they lie in it.
    let own: Set<FileIdentity>

    /// Opens a directory, unless it is one that nobody can mean.
    ///
    /// - Parameters:
    ///   - own: the directories of the books and the keys.
    ///   - homes: home directories.
    /// - Throws: `usage` for what is no directory; `refused` for `/`, a home directory or one above
    ///   it, and for Daybook's own.
    package init(_ path: String, own: [String], homes: [String] = FileRoot.homes)
        throws(ClearingError)
    {
        guard let real = Self.real(path) else {
            throw ClearingError(.usage, "cannot find \(path): \(systemText(errno)).")
        }
        let descriptor = open(real, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw ClearingError(
                .usage, "cannot look into \(path): \(systemText(errno)). Name a directory.")
        }
        var facts = stat()
        let isKnown = fstat(descriptor, &facts) == 0
        self.path = real
        self.descriptor = descriptor
        device = UInt64(truncatingIfNeeded: facts.st_dev)
        let ownPaths = own.compactMap(Self.real)
        self.own = Set(ownPaths.compactMap(Self.identity))
        guard isKnown else {
            throw ClearingError(.usage, "cannot look into \(path): \(systemText(errno)).")
        }
        try Self.check(real, ownPaths, homes.compactMap(Self.real))
        guard !isAnotherDaybook(descriptor) else {
            throw ClearingError(
                .refused,
                "\(real) holds Daybook's books, which files are not cleared from. "
                    + "`daybook --dir \(real) clear` clears records.")
        }
    }

    deinit { close(descriptor) }

    private static func check(_ path: String, _ own: [String], _ homes: [String])
        throws(ClearingError)
    {
        if path == "/" {
            throw ClearingError(.refused, "/ is not cleared. Name the directory of the logs.")
        }
        for home in homes where home != "/" && contains(path, home) {
            throw ClearingError(
                .refused,
                path == home
                    ? "\(path) is a home directory, which is not cleared. Name a directory in it."
                    : "\(path) has home directories in it, and is not cleared. Name a directory "
                        + "with logs.")
        }
        for directory in own where contains(directory, path) {
            throw ClearingError(
                .refused,
                "\(path) is Daybook's own. `daybook clear` without --files clears records, and "
                    + "`daybook keys` looks after keys.")
        }
    }

    /// Whether `inner` is `outer`, or in it.
    private static func contains(_ outer: String, _ inner: String) -> Bool {
        inner == outer || inner.hasPrefix(outer == "/" ? "/" : outer + "/")
    }

    private static func real(_ path: String) -> String? {
        guard let found = realpath(path, nil) else { return nil }
        defer { free(found) }
        return String(cString: found)
    }

    private static func identity(_ path: String) -> FileIdentity? {
        var facts = stat()
        return stat(path, &facts) == 0 ? FileIdentity(facts) : nil
    }

    /// The home directories of this machine's people.
    package static var homes: [String] {
        var homes: [String] = []
        if let home = getenv("HOME") { homes.append(String(cString: home)) }
        setpwent()
        defer { endpwent() }
        while let entry = getpwent() {
            // Those of services, such as /var/log or /bin, are no homes.
            guard entry.pointee.pw_uid == 0 || entry.pointee.pw_uid >= 1000,
                let directory = entry.pointee.pw_dir
            else { continue }
            homes.append(String(cString: directory))
        }
        return homes
    }

    // MARK: - Looking

    /// Opens what lies beneath; -1 with `errno`.
    func descriptor(beneath name: FileName, _ flags: Int32) -> Int32 {
        name.withCString { daybook_open_beneath(descriptor, $0, flags) }
    }

    /// Whether this open directory is one with books, that of other settings than ours.
    private func isAnotherDaybook(_ directory: Int32) -> Bool {
        ["audit", "chat"].contains { book in
            ["manifest", "checkpoint"].allSatisfy {
                var facts = stat()
                return fstatat(directory, "\(book)/\($0)", &facts, AT_SYMLINK_NOFOLLOW) == 0
            }
        }
    }

    /// What a walk found: regular files, and what else there is with the reason why it stays.
    struct Walk {
        var files: [FoundFile] = []
        var others: [(FileName, KeepReason)] = []
    }

    /// Looks at everything beneath, without following a link or leaving the file system.
    func walk() -> Walk {
        var walk = Walk()
        var open = [FileName(".")]
        while let directory = open.popLast() {
            look(into: directory, &walk, &open)
        }
        walk.files.sort { $0.name < $1.name }
        walk.others.sort { $0.0 < $1.0 }
        return walk
    }

    private func look(into directory: FileName, _ walk: inout Walk, _ open: inout [FileName]) {
        let opened = self.descriptor(beneath: directory, O_RDONLY | O_DIRECTORY)
        guard opened >= 0 else {
            walk.others.append((directory, Self.reason(errno)))
            return
        }
        var facts = stat()
        if fstat(opened, &facts) == 0, own.contains(FileIdentity(facts)) || isAnotherDaybook(opened)
        {
            close(opened)
            walk.others.append((directory, .daybooksOwn))
            return
        }
        guard let stream = fdopendir(opened) else {
            walk.others.append((directory, .unreadable(systemText(errno))))
            close(opened)
            return
        }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let bytes = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            if bytes == [UInt8(ascii: ".")] || bytes == Array("..".utf8) { continue }
            let name = directory.appending(bytes)
            var facts = stat()
            let code = FileName(bytes: bytes).withCString {
                fstatat(opened, $0, &facts, AT_SYMLINK_NOFOLLOW)
            }
            guard code == 0 else {
                walk.others.append((name, errno == ENOENT ? .gone : .unreadable(systemText(errno))))
                continue
            }
            sort(name, facts, &walk, &open)
        }
    }

    private func sort(
        _ name: FileName, _ facts: stat, _ walk: inout Walk, _ open: inout [FileName]
    ) {
        let isHere = UInt64(truncatingIfNeeded: facts.st_dev) == device
        switch facts.st_mode & S_IFMT {
        case S_IFREG where isHere: walk.files.append(FoundFile(name, facts))
        case S_IFDIR where isHere: open.append(name)
        case S_IFREG, S_IFDIR: walk.others.append((name, .otherFileSystem))
        case S_IFLNK: walk.others.append((name, .notAFile("symbolic link")))
        case S_IFIFO: walk.others.append((name, .notAFile("pipe")))
        case S_IFSOCK: walk.others.append((name, .notAFile("socket")))
        default: walk.others.append((name, .notAFile("device")))
        }
    }

    /// Why something beneath could not be opened.
    static func reason(_ code: Int32) -> KeepReason {
        switch code {
        case ENOENT: .gone
        case ELOOP: .changed
        case EXDEV: .otherFileSystem
        default: .unreadable(systemText(code))
        }
    }
}
