// SPDX-License-Identifier: Apache-2.0

/// What a book asks of a file system, and nothing more.
///
/// Everything a book does to a disk goes through this protocol, so that `Tests/Simulation` can tear
/// writes, lose what was not synced, fill up and fail at any call. `PosixDisk` is the real one.
///
/// Acceptance: after `syncData(f)` returned, bytes written to `f` before the call survive power
/// loss; after `syncDirectory(d)` returned, names created, renamed and removed in `d` do. Without
/// them anything may be lost, in part or whole. `rename` is atomic.
package protocol Disk: Sendable {
    /// Opens a file for the given purpose.
    func open(_ path: String, _ purpose: OpenPurpose, mode: UInt32) throws(DiskError) -> OpenFile
    /// Closes; errors are of no use here, since whoever cares has synced before.
    func close(_ file: OpenFile)
    /// Writes all bytes at an offset, or throws; after a throw any part of them may be there.
    func write(_ bytes: UnsafeRawBufferPointer, to file: OpenFile, at offset: Int)
        throws(DiskError)
    /// Reads up to the buffer's size; fewer bytes only at the end of the file.
    func read(into buffer: UnsafeMutableRawBufferPointer, from file: OpenFile, at offset: Int)
        throws(DiskError) -> Int
    func size(of file: OpenFile) throws(DiskError) -> Int
    func truncate(_ file: OpenFile, to size: Int) throws(DiskError)
    /// Makes the file's bytes (and its length) durable: fdatasync.
    func syncData(_ file: OpenFile) throws(DiskError)
    func rename(_ from: String, to: String) throws(DiskError)
    func remove(_ path: String) throws(DiskError)
    func syncDirectory(_ path: String) throws(DiskError)
    /// Creates a directory, and those above it; one that is there already is no error.
    func makeDirectory(_ path: String, mode: UInt32) throws(DiskError)
    /// The names in a directory, sorted.
    func list(_ directory: String) throws(DiskError) -> [String]
    func kind(of path: String) -> PathKind
    func setMode(_ path: String, mode: UInt32, group: UInt32?) throws(DiskError)
    /// Takes an exclusive lock that dies with the process; nil when another holds it.
    func lock(_ path: String, mode: UInt32) throws(DiskError) -> OpenFile?
    /// Bytes that this user may still write in the file system that holds `path`.
    func freeBytes(at path: String) throws(DiskError) -> Int
}

/// An open file, by the number its disk gave it.
package struct OpenFile: Sendable, Hashable {
    package let number: Int32

    package init(number: Int32) {
        self.number = number
    }
}

package enum OpenPurpose: Sendable {
    /// Must exist.
    case reading
    /// Must exist.
    case writing
    /// Created when missing, never truncated.
    case creating
    /// Created, or emptied when it exists.
    case replacing
}

package enum PathKind: Sendable, Equatable {
    case missing, file, directory, other
}

/// A file system said no: which call, on what, and why.
package struct DiskError: Error, Sendable, Equatable {
    /// What the book was doing, as a verb: "write", "sync", "rename".
    package let operation: String
    package let path: String
    /// The system's error number.
    package let code: Int32

    package init(operation: String, path: String, code: Int32) {
        self.operation = operation
        self.path = path
        self.code = code
    }
}

extension Disk {
    /// Reads a whole small file; nil when it is not there.
    package func contents(of path: String, limit: Int) throws(DiskError) -> [UInt8]? {
        guard kind(of: path) == .file else { return nil }
        let file = try open(path, .reading, mode: 0)
        defer { close(file) }
        let size = try self.size(of: file)
        guard size <= limit else {
            throw DiskError(operation: "read", path: path, code: DiskError.tooLarge)
        }
        return try bytes(from: file, at: 0, count: size)
    }

    /// Reads `count` bytes at `offset`, fewer where the file ends before.
    package func bytes(from file: OpenFile, at offset: Int, count: Int) throws(DiskError)
        -> [UInt8]
    {
        guard count > 0 else { return [] }
        var failure: DiskError?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            var done = 0
            do throws(DiskError) {
                while done < count {
                    let rest = UnsafeMutableRawBufferPointer(
                        rebasing: UnsafeMutableRawBufferPointer(buffer)[done...])
                    let got = try read(into: rest, from: file, at: offset + done)
                    if got == 0 { break }
                    done += got
                }
            } catch {
                failure = error
            }
            initialized = done
        }
        if let failure { throw failure }
        return bytes
    }

    /// Puts a small file in place whole or not at all, and durably: temporary file, sync, rename,
    /// directory sync.
    package func replaceFile(_ path: String, with bytes: [UInt8], mode: UInt32) throws(DiskError) {
        let temporary = path + ".tmp"
        let file = try open(temporary, .replacing, mode: mode)
        do throws(DiskError) {
            try write(bytes, to: file, at: 0)
            try syncData(file)
        } catch {
            close(file)
            try? remove(temporary)
            throw error
        }
        close(file)
        try rename(temporary, to: path)
        try syncDirectory(path.directoryPart)
    }

    package func write(_ bytes: [UInt8], to file: OpenFile, at offset: Int) throws(DiskError) {
        var failure: DiskError?
        bytes.withUnsafeBytes { buffer in
            do throws(DiskError) {
                try write(buffer, to: file, at: offset)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
    }
}

extension String {
    /// The directory of a path: "a/b" for "a/b/c", "." for "c".
    package var directoryPart: String {
        guard let slash = lastIndex(of: "/") else { return "." }
        return slash == startIndex ? "/" : String(self[..<slash])
    }

    /// The last component of a path.
    package var namePart: String {
        guard let slash = lastIndex(of: "/") else { return self }
        return String(self[index(after: slash)...])
    }
}
