// SPDX-License-Identifier: Apache-2.0

import Masking
import Records
import Testing

@testable import Book

/// Appends of other processes, and holders that die over them: what is on disk at that moment is
/// copied, and another holder goes on with the copy.
@Suite struct AppendMarksTests {
    let directory = TemporaryDirectory()
    let disk = FaultyDisk()

    private func place(_ name: String) -> BookPlace {
        BookPlace(
            logs: "\(directory.path)/\(name)", name: "audit",
            keys: "\(directory.path)/\(name)-keys", masker: .standard, disk: disk)
    }

    private var settings: BookSettings { BookSettings(liveName: "audit.log") }

    private func copy(_ from: String, _ to: String) throws {
        let real = PosixDisk()
        try real.makeDirectory(to, mode: 0o700)
        for name in try real.list(from) where name != "sock" {
            if real.kind(of: "\(from)/\(name)") == .directory {
                try copy("\(from)/\(name)", "\(to)/\(name)")
            } else {
                try overwriteNew("\(to)/\(name)", bytes("\(from)/\(name)"))
            }
        }
    }

    private func overwriteNew(_ path: String, _ bytes: [UInt8]) throws {
        let real = PosixDisk()
        let file = try real.open(path, .replacing, mode: 0o600)
        defer { real.close(file) }
        try bytes.withUnsafeBytes { try real.write($0, to: file, at: 0) }
    }

    /// What the holder of the book `one` leaves when it is killed after it wrote an append of ten
    /// lines and before it answered.
    private func killed(over id: AppendID, as name: String) throws {
        let holder = try Book(place("one"), settings)
        try holder.append(trades(0..<5), .synced)
        try holder.checkpoint()
        let client = try #require(try SocketClient(place("one")))
        // No lines become durable, so that nothing is signed that a cut would take back.
        disk.set { $0.holdsSyncs = true }
        let first = try client.request(Frame(appending: trades(5..<15), .written, as: id))
        #expect(first == 5)
        try copy(place("one").logs, place(name).logs)
        try copy("\(directory.path)/one-keys", "\(directory.path)/\(name)-keys")
        disk.set { $0.holdsSyncs = false }
        try holder.close()
    }

    private func orders(_ name: String) throws -> [Int] {
        try BookSnapshot(place(name)).orders()
    }

    @Test func `a client that finds the next holder sends its append again, and it is there once`()
        throws
    {
        let id = AppendID(SystemEntropy())
        try killed(over: id, as: "two")
        let next = try Book(place("two"), settings)
        let client = try #require(try SocketClient(place("two")))
        let again = Frame(appending: trades(5..<15), .synced, as: id)
        #expect(try client.request(again) == 5)
        // The same lines of somebody else are other records.
        let other = Frame(appending: trades(5..<15), .synced, as: AppendID(SystemEntropy()))
        #expect(try client.request(other) > 15)
        try next.close()
        #expect(try orders("two") == Array(0..<15) + Array(5..<15))
        #expect(try BookVerifier(place("two")).run().isSound)
    }

    @Test func `a client that becomes the holder itself does not append again what is there`()
        throws
    {
        let id = AppendID(SystemEntropy())
        try killed(over: id, as: "two")
        let core = try #require(try BookCore.open(place("two"), settings))
        let writer = BookWriter(core)
        let key = AppendKey(id: id, connection: nil)
        #expect(try writer.append(trades(5..<15), .synced, as: key) == 5)
        try writer.close()
        #expect(try orders("two") == Array(0..<15))
    }

    @Test func `of an append that was cut off only the lines that are missing are written`() throws
    {
        let id = AppendID(SystemEntropy())
        try killed(over: id, as: "two")
        let path = "\(place("two").logs)/audit.log"
        let lines = bytes(path)
        // In the middle of the fourth of the ten.
        let ends = lines.indices.filter { lines[$0] == UInt8(ascii: "\n") }
        try overwriteNew(path, Array(lines[..<(ends[7] + 20)]))
        let next = try Book(place("two"), settings)
        let client = try #require(try SocketClient(place("two")))
        let again = Frame(appending: trades(5..<15), .synced, as: id)
        #expect(try client.request(again) == 5)
        try next.close()
        #expect(try orders("two") == Array(0..<15))
        #expect(try BookVerifier(place("two")).run().isSound)
    }

    @Test func `a holder that comes and goes between remembers for the client`() throws {
        let id = AppendID(SystemEntropy())
        try killed(over: id, as: "two")
        for _ in 0..<3 {
            let passing = try Book(place("two"), settings)
            try passing.append(trades(90..<91), .synced)
            try passing.close()
        }
        let last = try Book(place("two"), settings)
        let client = try #require(try SocketClient(place("two")))
        let again = Frame(appending: trades(5..<15), .synced, as: id)
        #expect(try client.request(again) == 5)
        try last.close()
        #expect(try orders("two") == Array(0..<15) + [90, 90, 90])
    }

    @Test func `lines that a full disk refused are not taken for what others wrote there`() throws {
        let id = AppendID(SystemEntropy())
        var failing = settings
        failing.whenStuck = .fail
        let holder = try Book(place("one"), failing)
        try holder.append(trades(0..<5), .synced)
        let client = try #require(try SocketClient(place("one")))
        disk.set { $0.refusesWrites = true }
        let frame = Frame(appending: trades(5..<15), .written, as: id)
        #expect(throws: BookError(.noSpace, "")) { try client.request(frame) }
        disk.set { $0.refusesWrites = false }
        var isBack = false
        for _ in 0..<200 where !isBack {
            isBack = (try? holder.append(trades(20..<30), .synced)) != nil
            pause(nanoseconds: 50_000_000)
        }
        #expect(try client.request(frame) == 15)
        try holder.close()
        #expect(try orders("one") == Array(0..<5) + Array(20..<30) + Array(5..<15))
    }

    @Test func `a book that was closed keeps no note of appends; what is no note is left alone`()
        throws
    {
        let holder = try Book(place("one"), settings)
        let client = try #require(try SocketClient(place("one")))
        let path = "\(place("one").directory)/appends"
        _ = try client.request(
            Frame(appending: trades(0..<3), .synced, as: AppendID(SystemEntropy())))
        #expect(PosixDisk().kind(of: path) == .file)
        try holder.close()
        #expect(PosixDisk().kind(of: path) == .missing)
        for garbage in [
            [], Array("daybook appends 1\n".utf8) + [1, 2, 3],
            [UInt8](repeating: 255, count: 15_000),
        ] {
            try overwriteNew(path, garbage)
            let again = try Book(place("one"), settings)
            try again.append(trades(3..<4), .synced)
            try again.close()
        }
        #expect(try orders("one") == [0, 1, 2, 3, 3, 3])
    }
}
