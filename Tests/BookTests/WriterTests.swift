// SPDX-License-Identifier: Apache-2.0

import Masking
import Records
import Testing
import TransparencyLog

@testable import Book

/// The writer's threads: many callers, a disk that refuses, and other processes' records.
@Suite struct WriterTests {
    let directory = TemporaryDirectory()
    let disk = FaultyDisk()

    private var place: BookPlace {
        BookPlace(
            logs: "\(directory.path)/logs", name: "audit", keys: "\(directory.path)/keys",
            masker: .standard, disk: disk)
    }

    private func settings(_ policy: StuckPolicy) -> BookSettings {
        var settings = BookSettings(liveName: "audit.log")
        settings.whenStuck = policy
        return settings
    }

    /// The order ids in the book, by the thread that wrote them.
    private func orders() throws -> [Int] {
        try BookSnapshot(place).orders()
    }

    @Test("eight threads append at once: nothing is lost, and each one's order stays")
    func manyThreads() throws {
        let book = try Book(place, settings(.wait))
        let workers = (0..<8).map { thread in
            Worker("test") {
                for round in 0..<50 {
                    let first = thread * 1_000_000 + round * 10
                    let durability: Durability = round % 5 == 0 ? .synced : .written
                    _ = try? book.append(trades(first..<(first + 10)), durability)
                }
            }
        }
        for worker in workers { worker.join() }
        try book.close()
        let orders = try orders()
        #expect(orders.count == 4000)
        for thread in 0..<8 {
            let own = orders.filter { $0 / 1_000_000 == thread }
            #expect(own == own.sorted())
            #expect(own.count == 500)
        }
        #expect(try BookVerifier(place).run().isSound)
    }

    @Test("with the disk full, `fail` tells the caller, keeps nothing of it, and goes on later")
    func diskFullFails() throws {
        let book = try Book(place, settings(.fail))
        try book.append(trades(0..<10), .synced)
        disk.set { $0.refusesWrites = true }
        #expect(throws: BookError(.noSpace, "")) { try book.append(trades(10..<20), .written) }
        disk.set { $0.refusesWrites = false }
        var attempts = 0
        while attempts < 200 {
            // The writer notices that space is back within a quarter of a second.
            if (try? book.append(trades(20..<30), .synced)) != nil { break }
            pause(nanoseconds: 50_000_000)
            attempts += 1
        }
        try book.close()
        #expect(try orders() == Array(0..<10) + Array(20..<30))
        #expect(try BookVerifier(place).run().isSound)
    }

    @Test("with the disk full, `wait` holds the caller until there is space, and loses nothing")
    func diskFullWaits() throws {
        let book = try Book(place, settings(.wait))
        try book.append(trades(0..<10), .written)
        disk.set { $0.refusesWrites = true }
        let done = Monitor(false)
        let worker = Worker("test") {
            _ = try? book.append(trades(10..<20), .synced)
            done.withLock { $0 = true }
        }
        pause(nanoseconds: 400_000_000)
        #expect(!done.withLock { $0 })
        #expect(book.trouble?.code == .noSpace)
        disk.set { $0.refusesWrites = false }
        worker.join()
        #expect(done.withLock { $0 })
        try book.close()
        #expect(try orders() == Array(0..<20))
    }

    @Test("after a failed sync the unsynced lines go to a new file, and callers never notice")
    func failedSync() throws {
        let book = try Book(place, settings(.wait))
        try book.append(trades(0..<10), .synced)
        disk.set { $0.failsSyncs = 1 }
        try book.append(trades(10..<20), .synced)
        try book.append(trades(20..<30), .synced)
        try book.close()
        let snapshot = try BookSnapshot(place)
        #expect(snapshot.files.count == 2)
        #expect(try orders() == Array(0..<30))
        #expect(try BookVerifier(place).run().isSound)
    }

    @Test("a second opener appends through the first, and takes over when it closes")
    func takeover() throws {
        let holder = try Book(place, settings(.wait))
        let client = try Book(place, settings(.wait))
        #expect(holder.isHolder)
        #expect(!client.isHolder)
        #expect(try holder.append(trades(0..<5), .written) == 0)
        #expect(try client.append(trades(5..<10), .synced) == 5)
        #expect(client.origin == holder.origin)
        try holder.close()
        #expect(try client.append(trades(10..<15), .synced) == 10)
        #expect(client.isHolder)
        #expect(try client.checkpoint() == 15)
        try client.close()
        #expect(try orders() == Array(0..<15))
        #expect(try BookVerifier(place).run().isSound)
    }

    @Test("records that come over the socket unmasked are masked by the holder")
    func socketMasks() throws {
        let holder = try Book(place, settings(.wait))
        let client = try #require(try SocketClient(place))
        let line = Array(#"{"event":"cfg","api_key":"Zq7FAKE9xW2mLr5TbVn8Kp3Yd6Hs4Jc1"}"#.utf8)
        var payload: [UInt8] = [Durability.synced.rawValue] + (1...16)
        payload += withUnsafeBytes(of: UInt32(line.count).littleEndian) { Array($0) } + line
        _ = try client.request(Frame(.append, payload))
        try holder.close()
        let stored = String(decoding: try BookSnapshot(place).line(at: 0), as: UTF8.self)
        #expect(stored.contains("***MASKED***"))
        #expect(!stored.contains("Zq7FAKE9xW2m"))
    }

    @Test("hostile bytes on the socket end that connection and nothing else", arguments: 0..<40)
    func hostileSocket(round: Int) throws {
        let holder = try Book(place, settings(.wait))
        let client = try #require(try SocketClient(place))
        var payload = (0..<(round * 7)).map { _ in UInt8.random(in: .min ... .max) }
        if round % 2 == 0 && !payload.isEmpty { payload[0] = Durability.written.rawValue }
        _ = try? client.request(Frame(.append, payload))
        try holder.append(trades(0..<1), .synced)
        try holder.close()
        #expect(try orders().contains(0))
    }

    @Test("a checkpoint follows new records within a second, without anyone asking")
    func checkpointInTime() throws {
        let book = try Book(place, settings(.wait))
        try book.append(trades(0..<3), .written)
        // A second is promised; ten are allowed, since tests share their processors.
        var waited = 0
        while waited < 200 {
            if try BookVerifier(place).run().checkpointSize == 3 { break }
            pause(nanoseconds: 50_000_000)
            waited += 1
        }
        #expect(waited < 200, "no checkpoint after ten seconds")
        try book.close()
    }

    @Test("closing twice is harmless, and appending afterwards is an error")
    func closing() throws {
        let book = try Book(place, settings(.wait))
        try book.close()
        try book.close()
        #expect(throws: BookError(.closed, "")) { try book.append(trades(0..<1), .written) }
    }
}
