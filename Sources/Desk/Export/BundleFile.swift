// SPDX-License-Identifier: Apache-2.0

import Book
import Records
import TransparencyLog
import Vault

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Where the files of an export go: a directory, a tar archive, or one that is encrypted to
/// somebody. It gets its name when it is whole.
final class BundleFile {
    /// A file of the bundle, as the manifest lists it.
    struct Entry {
        let name: String
        let bytes: Int
        fileprivate(set) var digest: Digest
    }

    private enum Target {
        /// The directory under its temporary name.
        case directory(String)
        case archive(ResultFile)
    }

    let path: String
    private(set) var entries: [Entry] = []
    private let target: Target
    private var encryptor: AgeEncryptor?
    private let seconds: Int64
    private var isPlaced = false

    /// - Parameters:
    ///   - path: with `.tar` at the end an archive, with `.tar.age` an encrypted one.
    ///   - recipients: who can open it; none where it is not encrypted.
    init(_ path: String, recipients: [AgeRecipient], now: Timestamp) throws {
        self.path = path
        seconds = now.microseconds / 1_000_000
        if path.hasSuffix(".tar") || path.hasSuffix(".age") {
            target = .archive(try ResultFile(path, isReplacing: false))
        } else {
            guard access(path, F_OK) != 0 else {
                throw DeskFailure(.cannotCreate, "\(path) is there already; name another.")
            }
            let temporary = "\(path).\(getpid()).tmp"
            guard mkdir(temporary, 0o700) == 0 else { throw Self.failure("make", path) }
            target = .directory(temporary)
        }
        if !recipients.isEmpty { encryptor = try AgeEncryptor(to: recipients) }
    }

    deinit {
        guard !isPlaced, case .directory(let temporary) = target else { return }
        for entry in entries { unlink("\(temporary)/\(entry.name)") }
        rmdir("\(temporary)/proofs")
        rmdir(temporary)
    }

    /// Adds a file.
    func add(_ name: String, _ bytes: [UInt8]) throws {
        try add(name, bytes: bytes.count) { put in try bytes.withUnsafeBytes { try put($0) } }
    }

    /// Adds a file that comes in pieces.
    ///
    /// - Parameters:
    ///   - bytes: how many it has: an archive says so before them.
    ///   - fill: hands the pieces over.
    func add(
        _ name: String, bytes: Int,
        _ fill: (@escaping (UnsafeRawBufferPointer) throws -> Void) throws -> Void
    ) throws {
        var hash = FileHash()
        var count = 0
        switch target {
        case .directory(let temporary):
            if let slash = name.firstIndex(of: "/") {
                _ = mkdir("\(temporary)/\(name[..<slash])", 0o700)
            }
            let path = "\(temporary)/\(name)"
            let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            guard file >= 0 else { throw Self.failure("make", path) }
            // Listed from now on, so that it goes when the bundle does not become whole.
            entries.append(Entry(name: name, bytes: bytes, digest: Digest()))
            defer { close(file) }
            try fill { piece in
                hash.update(piece)
                count += piece.count
                guard writeAll(piece.assumingMemoryBound(to: UInt8.self), to: file) else {
                    throw Self.failure("write", path)
                }
            }
            guard fsync(file) == 0 else { throw Self.failure("write", path) }
        case .archive:
            entries.append(Entry(name: name, bytes: bytes, digest: Digest()))
            try write(TarEntry.header(name, bytes: bytes, seconds: seconds))
            try fill { piece in
                hash.update(piece)
                count += piece.count
                try self.write(piece)
            }
            try write(TarEntry.padding(bytes))
        }
        precondition(count == bytes, "a file of a bundle has not the bytes that were said")
        entries[entries.count - 1].digest = hash.finish()
    }

    /// Ends what was written, durably, still without its name.
    func end() throws {
        guard case .archive(let file) = target else { return }
        try write(TarEntry.end)
        if var last = encryptor {
            var output: [UInt8] = []
            try last.finish(into: &output)
            encryptor = last
            try put(output, file)
        }
    }

    /// Gives it its name.
    func place() throws {
        switch target {
        case .archive(let file): try file.place()
        case .directory(let temporary):
            guard rename(temporary, path) == 0 else { throw Self.failure("make", path) }
            try? PosixDisk().syncDirectory(path)
            try? PosixDisk().syncDirectory(path.directoryPart)
        }
        isPlaced = true
    }

    private func write(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { try write($0) }
    }

    private func write(_ bytes: UnsafeRawBufferPointer) throws {
        guard case .archive(let file) = target else { return }
        guard var open = encryptor else {
            guard writeAll(bytes.assumingMemoryBound(to: UInt8.self), to: file.descriptor) else {
                throw Self.failure("write", path)
            }
            return
        }
        encryptor = nil
        var start = 0
        while start < bytes.count {
            let end = min(start + DeskLimits.encryptedPieceBytes, bytes.count)
            var output: [UInt8] = []
            try open.update(UnsafeRawBufferPointer(rebasing: bytes[start..<end]), into: &output)
            try put(output, file)
            start = end
        }
        encryptor = open
    }

    private func put(_ bytes: [UInt8], _ file: ResultFile) throws {
        let isWritten = bytes.withUnsafeBufferPointer { writeAll($0, to: file.descriptor) }
        guard isWritten else { throw Self.failure("write", path) }
    }

    private static func failure(_ verb: String, _ path: String) -> DeskFailure {
        DeskFailure(
            .cannotCreate, "cannot \(verb) \(path): \(String(cString: strerror(errno))).")
    }
}
