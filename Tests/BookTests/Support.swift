// SPDX-License-Identifier: Apache-2.0

import Book
import Masking
import Records

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A directory that goes away with the test.
final class TemporaryDirectory: Sendable {
    let path: String

    init() {
        let template = Array("/tmp/daybook-test-XXXXXX".utf8CString)
        path = template.withUnsafeBufferPointer { buffer in
            let copy = UnsafeMutablePointer<CChar>.allocate(capacity: buffer.count)
            defer { copy.deallocate() }
            for (index, byte) in buffer.enumerated() { copy[index] = byte }
            return mkdtemp(copy).map { String(cString: $0) } ?? "/tmp/daybook-test"
        }
    }

    deinit {
        let disk = PosixDisk()
        Self.remove(path, disk)
    }

    private static func remove(_ path: String, _ disk: PosixDisk) {
        for name in (try? disk.list(path)) ?? [] {
            let child = "\(path)/\(name)"
            if disk.kind(of: child) == .directory { remove(child, disk) } else { unlink(child) }
        }
        rmdir(path)
    }
}

/// A clock that the test sets.
final class TestClock: BookClock, @unchecked Sendable {
    // Sendable, because each test uses its clock from one thread, or before threads start.
    var microseconds: Int64

    init(_ text: String) {
        microseconds = Timestamp(text)?.microseconds ?? 0
    }

    func now() -> Timestamp { Timestamp(microseconds: microseconds) }
    func monotonic() -> UInt64 { SystemClock().monotonic() }
}

extension Timestamp {
    /// The instant that an RFC 3339 text names.
    init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard let parsed = bytes.withUnsafeBufferPointer({ Timestamp.parse($0) }) else {
            return nil
        }
        self = parsed.0
    }
}

/// Masked records of plain trade lines.
func trades(_ range: Range<Int>) -> MaskedRecords {
    var session = MaskingSession(.standard)
    var records = MaskedRecords()
    for number in range {
        let text = """
            {"event":"order_filled","event_type":"order_filled","level":"info",\
            "order_id":"order-\(number)","asset":"AAPL","fill_price":"150.24"}
            """
        append(text, &session, &records)
    }
    return records
}

/// Masked records of the given JSON texts.
func records(_ texts: String...) -> MaskedRecords {
    var session = MaskingSession(.standard)
    var records = MaskedRecords()
    for text in texts { append(text, &session, &records) }
    return records
}

private func append(
    _ text: String, _ session: inout MaskingSession, _ records: inout MaskedRecords
) {
    Array(text.utf8).withUnsafeBufferPointer { line in
        do throws(JSONError) {
            try session.append(jsonLine: line, from: Provenance(source: "test"), to: &records)
        } catch {
            preconditionFailure("the test's own line is no JSON: \(error)")
        }
    }
}

/// A book in a directory of the test's own.
func place(
    _ directory: TemporaryDirectory, _ name: String = "audit",
    clock: any BookClock = SystemClock()
) -> BookPlace {
    BookPlace(
        logs: "\(directory.path)/logs", name: name, keys: "\(directory.path)/keys",
        masker: .standard, clock: clock)
}

func bytes(_ path: String) -> [UInt8] {
    (try? PosixDisk().contents(of: path, limit: 1 << 30)) ?? []
}

func overwrite(_ path: String, _ bytes: [UInt8]) throws {
    let disk = PosixDisk()
    try disk.setMode(path, mode: 0o600, group: nil)
    let file = try disk.open(path, .replacing, mode: 0o600)
    defer { disk.close(file) }
    try disk.write(bytes, to: file, at: 0)
}

/// Does the work behind a book's back until there is none, with the checkpoints that it waits for.
func work(_ core: BookCore, isForced: Bool = false) throws {
    for _ in 0..<1000 {
        guard let job = try core.nextSeal(isForced: isForced) else {
            guard core.size > core.checkpointed else { return }
            try core.checkpoint()
            continue
        }
        let outcome = job.run()
        try core.endSeal(job, outcome)
        if let error = outcome.error { throw error }
    }
}

extension BookSnapshot {
    /// The numbers of the orders (`order-<number>`), in the order of their records; the book's own
    /// records have none.
    func orders() throws -> [Int] {
        var found: [Int] = []
        try forEachLine(in: 0..<size) { _, line in
            let text = String(decoding: line, as: UTF8.self)
            if case .object(let object)? = try? JSONValue(parsing: text),
                let id = object.text("order_id"), let number = Int(id.dropFirst(6))
            {
                found.append(number)
            }
            return true
        }
        return found
    }
}
