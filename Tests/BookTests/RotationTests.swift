// SPDX-License-Identifier: Apache-2.0

import Masking
import Records
import Segments
import Testing
import TransparencyLog

@testable import Book

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Readers look at a book all the time while its days are closed, cut into parts, merged into
/// segments, and lose their lines.
///
/// Goal: no reader ever misses a record or sees one twice. Method: one thread appends numbered
/// records and rotates, the writer seals behind it as fast as it can, and two readers walk
/// snapshots, by lines and by pieces, and count. DAYBOOK_ROTATIONS=1000 is the long run.
@Suite struct RotationTests {
    let directory = TemporaryDirectory()

    private static var rotations: Int {
        getenv("DAYBOOK_ROTATIONS").flatMap { Int(String(cString: $0)) } ?? 60
    }

    @Test("readers running during many rotations never see a record twice, and miss none")
    func readers() throws {
        let place = BookPlace(
            logs: "\(directory.path)/logs", name: "audit", keys: "\(directory.path)/keys",
            masker: .standard, disk: UnsyncedDisk())
        var settings = BookSettings(liveName: "audit.log")
        settings.sealing.partRecords = 8
        settings.sealing.delayNanoseconds = 0
        settings.plainKeep = .zero
        let book = try Book(place, settings)
        try book.append(trades(0..<1), .synced)
        let state = Monitor(Shared())
        let readers = [
            Worker("reader") { Self.read(place, state) { try Self.byLines($0) } },
            Worker("reader") { Self.read(place, state) { try Self.byPieces($0) } },
        ]
        var appended = 1
        for rotation in 0..<Self.rotations {
            let count = 1 + rotation % 25
            try book.append(trades(appended..<(appended + count)), .written)
            appended += count
            let written = UInt64(appended)
            state.withLock { $0.written = written }
            try book.rotate()
        }
        try book.seal()
        state.withLock { $0.isDone = true }
        for reader in readers { reader.join() }
        try book.close()
        let (failures, looks) = state.withLock { ($0.failures, $0.looks) }
        #expect(failures.isEmpty, "\(failures.prefix(3))")
        #expect(looks > 4)
        let snapshot = try BookSnapshot(place)
        #expect(snapshot.segments.count { !$0.isSealed } == 0)
        #expect(snapshot.segments.contains { !$0.plainKept })
        #expect(snapshot.segments.count >= Self.rotations)
        #expect(try BookVerifier(place).run().isSound)
        let orders = try snapshot.orders()
        #expect(orders == Array(0..<appended))
    }

    private struct Shared {
        var written: UInt64 = 1
        var isDone = false
        var looks = 0
        var failures: [String] = []
    }

    /// Looks at one snapshot after another.
    private static func read(
        _ place: BookPlace, _ state: Monitor<Shared>,
        _ indexes: (BookSnapshot) throws -> [UInt64]
    ) {
        while !state.withLock({ $0.isDone }) {
            let promised = state.withLock { $0.written }
            do {
                let snapshot = try BookSnapshot(place)
                let seen = try indexes(snapshot)
                let isWhole = seen == Array(0..<snapshot.size) && snapshot.size >= promised
                state.withLock { state in
                    state.looks += 1
                    if !isWhole {
                        state.failures.append(
                            "\(seen.count) of \(snapshot.size), promised \(promised)")
                    }
                }
            } catch {
                state.withLock { $0.failures.append("\(error)") }
            }
            // Readers that never rest would leave a small machine no time for rotations.
            pause(nanoseconds: 2_000_000)
        }
    }

    private static func byLines(_ snapshot: BookSnapshot) throws -> [UInt64] {
        var seen: [UInt64] = []
        try snapshot.forEachLine(in: 0..<snapshot.size) { index, _ in
            seen.append(index)
            return true
        }
        return seen
    }

    private static func byPieces(_ snapshot: BookSnapshot) throws -> [UInt64] {
        var seen: [UInt64] = []
        for piece in snapshot.pieces {
            switch piece.kind {
            case .live, .lines:
                try snapshot.forEachLine(in: piece.range) { index, _ in
                    seen.append(index)
                    return true
                }
            case .part, .segment:
                try snapshot.segment(piece).forEachBatch(in: piece.range) { batch in
                    for line in 0..<batch.count { seen.append(batch.firstIndex + UInt64(line)) }
                    return true
                }
            }
        }
        return seen
    }
}

/// The real disk without its syncs: thousands of them would only test the machine's patience.
private struct UnsyncedDisk: Disk {
    private let real = PosixDisk()

    func syncData(_ file: OpenFile) throws(DiskError) {}
    func syncDirectory(_ path: String) throws(DiskError) {}

    func open(_ path: String, _ purpose: OpenPurpose, mode: UInt32) throws(DiskError) -> OpenFile {
        try real.open(path, purpose, mode: mode)
    }
    func close(_ file: OpenFile) { real.close(file) }
    func write(_ bytes: UnsafeRawBufferPointer, to file: OpenFile, at offset: Int)
        throws(DiskError)
    { try real.write(bytes, to: file, at: offset) }
    func read(into buffer: UnsafeMutableRawBufferPointer, from file: OpenFile, at offset: Int)
        throws(DiskError) -> Int
    { try real.read(into: buffer, from: file, at: offset) }
    func size(of file: OpenFile) throws(DiskError) -> Int { try real.size(of: file) }
    func truncate(_ file: OpenFile, to size: Int) throws(DiskError) {
        try real.truncate(file, to: size)
    }
    func rename(_ from: String, to: String) throws(DiskError) { try real.rename(from, to: to) }
    func remove(_ path: String) throws(DiskError) { try real.remove(path) }
    func makeDirectory(_ path: String, mode: UInt32) throws(DiskError) {
        try real.makeDirectory(path, mode: mode)
    }
    func list(_ directory: String) throws(DiskError) -> [String] { try real.list(directory) }
    func kind(of path: String) -> PathKind { real.kind(of: path) }
    func setMode(_ path: String, mode: UInt32, group: UInt32?) throws(DiskError) {
        try real.setMode(path, mode: mode, group: group)
    }
    func lock(_ path: String, mode: UInt32) throws(DiskError) -> OpenFile? {
        try real.lock(path, mode: mode)
    }
    func freeBytes(at path: String) throws(DiskError) -> Int { try real.freeBytes(at: path) }
}
