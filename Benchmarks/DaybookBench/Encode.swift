// SPDX-License-Identifier: Apache-2.0

import Book
import Parquet
import Records
import Segments
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Encodes a file of lines to row groups on every core and merges them into one segment, as sealing
/// does, the check that reads it back aside.
func encode(_ path: String, _ output: String) throws {
    let bytes = contents(path)
    let encoding = Encoding(bytes)
    let threads = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    let time = try seconds {
        let workers = (0..<threads).map { _ in Worker("encode") { encoding.work() } }
        for worker in workers { worker.join() }
        try encoding.merge(to: output)
    }
    report(
        "encode to Parquet, \(threads) threads", records: encoding.lines, bytes: bytes.count,
        seconds: time)
    print("  peak memory beside the lines themselves: \((peakBytes() - bytes.count) >> 20) MB")
}

/// The most memory that this process had.
func peakBytes() -> Int {
    var usage = rusage()
    getrusage(0, &usage)  // RUSAGE_SELF, whose type differs between systems
    #if canImport(Darwin)
        return usage.ru_maxrss
    #else
        return usage.ru_maxrss * 1024
    #endif
}

/// Row groups that threads take one after the other, and the parts that they make of them.
private final class Encoding: @unchecked Sendable {
    // Sendable, because the lines are only read and `parts` is behind a lock.
    private let bytes: UnsafeRawBufferPointer
    private let starts: [(offset: Int, line: Int)]
    private let state = Mutex(State())

    struct State {
        var next = 0
        var parts: [Int: [UInt8]] = [:]
        var failure: (any Error)?
    }

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        var starts = [(offset: 0, line: 0)]
        var line = 0
        var from = 0
        while from < bytes.count, let base = bytes.baseAddress,
            let feed = memchr(base + from, 10, bytes.count - from)
        {
            line += 1
            from = UnsafeRawPointer(feed) - base + 1
            if line % Segments.Limits.rowGroupLinesMax == 0 { starts.append((from, line)) }
        }
        if starts.last?.offset != bytes.count { starts.append((bytes.count, line)) }
        self.starts = starts
    }

    var lines: Int { starts.last?.line ?? 0 }

    /// Takes row groups until there are none.
    func work() {
        let day = DayColumns()
        while let number = take() {
            do {
                let encoder = SegmentEncoder(day: day)
                let lines = UnsafeRawBufferPointer(
                    rebasing: bytes[starts[number].offset..<starts[number + 1].offset])
                _ = encoder.append(lines: lines)
                let sink = try SegmentFiles.writePart(
                    try encoder.finish(), header: header(starts[number], starts[number + 1]),
                    to: MemorySink())
                state.withLock { $0.parts[number] = sink.bytes }
            } catch {
                state.withLock { $0.failure = error }
            }
        }
    }

    private func take() -> Int? {
        state.withLock { state in
            guard state.failure == nil, state.next < starts.count - 1 else { return nil }
            defer { state.next += 1 }
            return state.next
        }
    }

    private func header(
        _ from: (offset: Int, line: Int), _ to: (offset: Int, line: Int)
    ) -> SegmentHeader {
        SegmentHeader(
            origin: "bench", date: "2026-11-20", first: UInt64(from.line),
            records: UInt64(to.line - from.line))
    }

    func merge(to path: String) throws {
        let parts = try state.withLock { state in
            if let failure = state.failure { throw failure }
            return state.parts.sorted { $0.key < $1.key }.map(\.value)
        }
        let readers = try parts.map { try SegmentReader(MemorySource($0)) }
        guard let last = starts.last, let file = fopen(path, "w") else { return }
        _ = try SegmentFiles.merge(
            readers, header: header((0, 0), last), to: FileHandleSink(file: file))
        fclose(file)
    }
}

private struct FileHandleSink: ParquetSink {
    let file: UnsafeMutablePointer<FILE>

    mutating func write(_ bytes: UnsafeRawBufferPointer) throws(ParquetError) {
        guard fwrite(bytes.baseAddress, 1, bytes.count, file) == bytes.count else {
            throw ParquetError(.inputOutput, "cannot write; the disk is full?")
        }
    }
}
