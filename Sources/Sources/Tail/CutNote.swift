// SPDX-License-Identifier: Apache-2.0

import Book

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Where silence ended a record, noted before the record is handed over.
///
/// How lines join to records depends on their bytes alone, save that silence ends a record. Whoever
/// reads again after a crash has to end it at the same place, or would count wrongly. The note is a
/// small file beside the books: a line each of mark's number, log and position, only appended to,
/// emptied after each mark. A line that a crash tore is not taken.
final class CutNote {
    private let path: String
    private let isSynced: Bool
    private var descriptor: Int32 = -1
    private(set) var bytes = 0

    /// - Parameters:
    ///   - isSynced: whether each is on stable storage before its record is handed over.
    init(_ path: String, isSynced: Bool) {
        self.path = path
        self.isSynced = isSynced
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// The cuts of each log since a mark, ascending.
    func load(since sequence: UInt64) -> [String: [Int]] {
        var cuts: [String: [Int]] = [:]
        guard let content = try? PosixDisk().contents(of: path, limit: 16 << 20) else { return [:] }
        for line in content.split(separator: 0x0A) {
            let parts = line.split(separator: 0x20).map { String(decoding: $0, as: UTF8.self) }
            guard parts.count == 4, parts[3] == ".", let tag = UInt64(parts[0]), tag >= sequence,
                let position = Int(parts[2])
            else { continue }
            cuts[parts[1], default: []].append(position)
        }
        return cuts.mapValues { $0.sorted() }
    }

    /// Notes a cut.
    func add(_ sequence: UInt64, _ key: String, _ position: Int) throws {
        try open()
        let line = Array("\(sequence) \(key) \(position) .\n".utf8)
        let count = line.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        guard count == line.count, !isSynced || fdatasync(descriptor) == 0 else {
            throw DiskError(operation: "write", path: path, code: errno)
        }
        bytes += count
    }

    /// Forgets them all: a mark stands for them.
    func clear() throws {
        guard bytes > 0 else { return }
        try open()
        guard ftruncate(descriptor, 0) == 0 else {
            throw DiskError(operation: "truncate", path: path, code: errno)
        }
        bytes = 0
    }

    private func open() throws {
        guard descriptor < 0 else { return }
        let disk = PosixDisk()
        try disk.makeDirectory(path.directoryPart, mode: 0o700)
        // A torn last line ends here.
        descriptor = openFile(path)
        guard descriptor >= 0 else { throw DiskError(operation: "open", path: path, code: errno) }
        var status = stat()
        if fstat(descriptor, &status) == 0, status.st_size > 0 {
            bytes = Int(status.st_size)
            _ = write(descriptor, "\n", 1)
        }
    }
}

private func openFile(_ path: String) -> Int32 {
    open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
}
