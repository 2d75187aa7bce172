// SPDX-License-Identifier: Apache-2.0

import Book
import Masking
import Records
import Synchronization

/// A clock that the data turns: recording times follow the records' own, so that days of records
/// become days of the book within seconds.
private final class DataClock: BookClock {
    private let instant = Mutex(Timestamp(microseconds: 0))

    func set(_ now: Timestamp) { instant.withLock { $0 = now } }
    func now() -> Timestamp { instant.withLock { $0 } }
    func monotonic() -> UInt64 { SystemClock().monotonic() }
}

/// Makes a book of a file of trade records as `daybook record` would have made it on those days:
/// parsed, masked, stamped, hashed, rotated at each midnight, and every closed day sealed.
func makeBook(_ path: String, _ directory: String) throws {
    let bytes = contents(path)
    let clock = DataClock()
    let place = BookPlace(
        logs: "\(directory)/logs", name: "audit", keys: "\(directory)/keys", masker: .standard,
        clock: clock)
    var book: Book?
    var session = MaskingSession(.standard)
    let source = Provenance(source: "bench")
    var batch = MaskedRecords()
    var records = 0
    var day: Int64 = 0
    let time = try seconds {
        var failure: (any Error)?
        forEachLine(bytes) { line in
            guard failure == nil else { return }
            do {
                let now = instant(of: line)
                if now.microseconds / 86_400_000_000 != day {
                    try book?.append(batch, .written)
                    batch = MaskedRecords()
                    day = now.microseconds / 86_400_000_000
                    clock.set(now)
                    if book == nil { book = try Book(place, BookSettings(liveName: "audit.log")) }
                    try book?.rotate()
                }
                try session.append(
                    jsonLine: line.assumingMemoryBound(to: UInt8.self), from: source, to: &batch)
                records += 1
                if batch.byteCount >= 256 << 10 {
                    clock.set(now)
                    try book?.append(batch, .queued)
                    batch = MaskedRecords()
                }
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        try book?.append(batch, .written)
        try book?.rotate()
    }
    report("book of days", records: records, bytes: bytes.count, seconds: time)
    print("  until all days are sealed: \(round(try seconds { _ = try book?.seal() }, 3)) s")
    print("  close: \(round(try seconds { try book?.close() }, 3)) s")
}

/// The instant at the end of a line of `generate`.
private func instant(of line: UnsafeRawBufferPointer) -> Timestamp {
    let text = UnsafeRawBufferPointer(rebasing: line.dropLast(2).suffix(Timestamp.textCount))
    return Timestamp.parse(text.assumingMemoryBound(to: UInt8.self))?.timestamp
        ?? Timestamp(microseconds: 0)
}
