// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Records in a temporary file that only this process can reach: mode 0600, and its name is gone
/// before the first byte is in it. Its secrets are masked as in the book that they come from.
final class SpillFile {
    struct Record {
        /// Its place in the order of finding.
        let place: UInt64
        let book: Int
        let index: UInt64
        let line: [UInt8]
    }

    private static let bufferBytes = 1 << 18
    private static let headBytes = 24

    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private var position = 0

    init() throws(QueryError) {
        var descriptor: Int32 = -1
        for directory in [Self.environmentDirectory, "/var/tmp", "/tmp"] {
            guard let directory else { continue }
            var path = Array("\(directory)/daybook-sort-XXXXXX".utf8CString)
            descriptor = mkstemp(&path)
            guard descriptor >= 0 else { continue }
            unlink(&path)
            break
        }
        guard descriptor >= 0 else { throw Self.failure("make") }
        self.descriptor = descriptor
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        buffer.reserveCapacity(Self.bufferBytes)
    }

    deinit { close(descriptor) }

    private static var environmentDirectory: String? {
        getenv("TMPDIR").map { String(cString: $0) }
    }

    private static func failure(_ verb: String) -> QueryError {
        QueryError(
            .unreadable,
            "cannot \(verb) a temporary file for sorting: \(String(cString: strerror(errno))). "
                + "TMPDIR names another place; `| limit N` needs none.")
    }

    // MARK: - Writing

    func write(_ record: Record) throws(QueryError) {
        for number in [
            record.place, record.index, UInt64(record.book) << 32 | UInt64(record.line.count),
        ] {
            withUnsafeBytes(of: number.littleEndian) { buffer.append(contentsOf: $0) }
        }
        buffer.append(contentsOf: record.line)
        if buffer.count >= Self.bufferBytes { try flush() }
    }

    private func flush() throws(QueryError) {
        var done = 0
        while done < buffer.count {
            let count = buffer.withUnsafeBytes { bytes in
                bytes.baseAddress.map { systemWrite(descriptor, $0 + done, bytes.count - done) }
                    ?? 0
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Self.failure("write") }
            done += count
        }
        buffer.removeAll(keepingCapacity: true)
    }

    /// Ends writing and begins reading.
    func rewind() throws(QueryError) {
        try flush()
        guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw Self.failure("read") }
        position = 0
    }

    // MARK: - Reading

    func read() throws(QueryError) -> Record? {
        guard try fill(Self.headBytes) else { return nil }
        let place = number(at: position)
        let index = number(at: position + 8)
        let rest = number(at: position + 16)
        let count = Int(rest & 0xFFFF_FFFF)
        position += Self.headBytes
        guard try fill(count) else { throw Self.failure("read") }
        let line = Array(buffer[position..<(position + count)])
        position += count
        return Record(place: place, book: Int(rest >> 32), index: index, line: line)
    }

    private func number(at start: Int) -> UInt64 {
        (0..<8).reversed().reduce(0) { $0 << 8 | UInt64(buffer[start + $1]) }
    }

    /// Makes sure that so many bytes are in the buffer; false at the end of the file.
    private func fill(_ wanted: Int) throws(QueryError) -> Bool {
        guard buffer.count - position < wanted else { return true }
        buffer.removeFirst(position)
        position = 0
        while buffer.count < wanted {
            let chunk = [UInt8](unsafeUninitializedCapacity: Self.bufferBytes) { room, count in
                count = max(0, systemRead(descriptor, room.baseAddress, room.count))
            }
            if chunk.isEmpty { return false }
            buffer += chunk
        }
        return true
    }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}

private func systemRead(
    _ descriptor: Int32, _ bytes: UnsafeMutablePointer<UInt8>?, _ count: Int
) -> Int {
    guard let bytes else { return 0 }
    while true {
        let got = read(descriptor, bytes, count)
        if got < 0, errno == EINTR { continue }
        return got
    }
}
