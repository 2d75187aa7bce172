// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The file system of this machine.
package struct PosixDisk: Disk {
    package init() {}

    package func open(_ path: String, _ purpose: OpenPurpose, mode: UInt32) throws(DiskError)
        -> OpenFile
    {
        let flags: Int32 =
            switch purpose {
            case .reading: O_RDONLY
            case .writing: O_RDWR
            case .creating: O_RDWR | O_CREAT
            case .replacing: O_RDWR | O_CREAT | O_TRUNC
            }
        let number = retrying { openFile(path, flags | O_CLOEXEC | O_NOFOLLOW, mode_t(mode)) }
        guard number >= 0 else { throw DiskError.last("open", path) }
        return OpenFile(number: number)
    }

    package func close(_ file: OpenFile) {
        _ = closeFile(file.number)
    }

    package func write(_ bytes: UnsafeRawBufferPointer, to file: OpenFile, at offset: Int)
        throws(DiskError)
    {
        var done = 0
        while done < bytes.count {
            guard let start = bytes.baseAddress else { return }
            let count = pwrite(
                file.number, start + done, bytes.count - done, off_t(offset + done))
            if count < 0 {
                if errno == EINTR { continue }
                throw DiskError.last("write", path(of: file))
            }
            done += count
        }
    }

    package func read(
        into buffer: UnsafeMutableRawBufferPointer, from file: OpenFile, at offset: Int
    ) throws(DiskError) -> Int {
        while true {
            let count = pread(file.number, buffer.baseAddress, buffer.count, off_t(offset))
            if count >= 0 { return count }
            if errno != EINTR { throw DiskError.last("read", path(of: file)) }
        }
    }

    package func size(of file: OpenFile) throws(DiskError) -> Int {
        var status = stat()
        guard fstat(file.number, &status) == 0 else { throw DiskError.last("stat", path(of: file)) }
        return Int(status.st_size)
    }

    package func truncate(_ file: OpenFile, to size: Int) throws(DiskError) {
        guard retrying({ ftruncate(file.number, off_t(size)) }) == 0 else {
            throw DiskError.last("truncate", path(of: file))
        }
    }

    package func syncData(_ file: OpenFile) throws(DiskError) {
        #if canImport(Darwin)
            // fsync on Apple's systems stops at the drive's cache.
            let result = fcntl(file.number, F_FULLFSYNC)
        #else
            let result = fdatasync(file.number)
        #endif
        // Not retried, not even after EINTR: a second call may report what the first one lost.
        guard result == 0 else { throw DiskError.last("sync", path(of: file)) }
    }

    package func rename(_ from: String, to: String) throws(DiskError) {
        guard renameFile(from, to) == 0 else { throw DiskError.last("rename", from) }
    }

    package func remove(_ path: String) throws(DiskError) {
        guard unlink(path) == 0 else { throw DiskError.last("remove", path) }
    }

    package func syncDirectory(_ path: String) throws(DiskError) {
        let number = retrying { openFile(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0) }
        guard number >= 0 else { throw DiskError.last("open", path) }
        defer { _ = closeFile(number) }
        // Some network and user-space file systems cannot sync a directory; they say EINVAL.
        guard fsync(number) == 0 || errno == EINVAL else { throw DiskError.last("sync", path) }
    }

    package func makeDirectory(_ path: String, mode: UInt32) throws(DiskError) {
        if kind(of: path) == .directory { return }
        let parent = path.directoryPart
        if parent != "/" && parent != "." && parent != path {
            try makeDirectory(parent, mode: mode)
        }
        if mkdir(path, mode_t(mode)) != 0 && errno != EEXIST {
            throw DiskError.last("create directory", path)
        }
        guard kind(of: path) == .directory else {
            throw DiskError(operation: "create directory", path: path, code: ENOTDIR)
        }
    }

    package func list(_ directory: String) throws(DiskError) -> [String] {
        guard let stream = opendir(directory) else { throw DiskError.last("list", directory) }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { field in
                field.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    package func kind(of path: String) -> PathKind {
        var status = stat()
        guard lstat(path, &status) == 0 else { return .missing }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return .file
        case S_IFDIR: return .directory
        case S_IFLNK:
            // A directory may be a link (logs on another volume); a file of a book may not.
            return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
                ? .directory : .other
        default: return .other
        }
    }

    package func setMode(_ path: String, mode: UInt32, group: UInt32?) throws(DiskError) {
        if let group, chown(path, uid_t.max, gid_t(group)) != 0 {
            throw DiskError.last("change group of", path)
        }
        guard chmod(path, mode_t(mode)) == 0 else { throw DiskError.last("change mode of", path) }
    }

    package func lock(_ path: String, mode: UInt32) throws(DiskError) -> OpenFile? {
        let file = try open(path, .creating, mode: mode)
        if retrying({ flock(file.number, LOCK_EX | LOCK_NB) }) == 0 { return file }
        let code = errno
        close(file)
        guard code == EWOULDBLOCK else {
            throw DiskError(operation: "lock", path: path, code: code)
        }
        return nil
    }

    package func freeBytes(at path: String) throws(DiskError) -> Int {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { throw DiskError.last("look at space of", path) }
        return Int(clamping: UInt64(status.f_bavail) * UInt64(status.f_frsize))
    }

    /// The path behind a descriptor, for error texts.
    private func path(of file: OpenFile) -> String {
        #if os(Linux)
            let count = Int(PATH_MAX)
            let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
                let got = buffer.withMemoryRebound(to: CChar.self) {
                    $0.baseAddress.map { readlink("/proc/self/fd/\(file.number)", $0, count) } ?? 0
                }
                initialized = max(0, got)
            }
            if !bytes.isEmpty { return String(decoding: bytes, as: UTF8.self) }
        #endif
        return "descriptor \(file.number)"
    }
}

/// Calls again while a signal interrupts.
private func retrying(_ call: () -> Int32) -> Int32 {
    while true {
        let result = call()
        if result >= 0 || errno != EINTR { return result }
    }
}

// The methods above have the names of the system's functions and would hide them.
private func openFile(_ path: String, _ flags: Int32, _ mode: mode_t) -> Int32 {
    open(path, flags, mode)
}
private func closeFile(_ number: Int32) -> Int32 { close(number) }
private func renameFile(_ from: String, _ to: String) -> Int32 { rename(from, to) }
