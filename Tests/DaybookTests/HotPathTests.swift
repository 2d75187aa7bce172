// SPDX-License-Identifier: Apache-2.0

import Book
import CDaybook
import Masking
import Records
import Testing

@testable import Daybook

@Suite("Recording without waiting")
struct HotPathTests {
    private static let tick = EventKind.custom("tick")

    private func numbers(_ lines: [String], _ key: String) -> [Int] {
        lines.compactMap { line in
            guard let start = line.firstRange(of: "\"\(key)\":")?.upperBound else { return nil }
            return Int(line[start...].prefix { $0.isNumber })
        }
    }

    @Test("64 threads that record: nothing lost, each thread's in its order")
    func manyThreads() throws {
        let book = FakeBook()
        let daybook = try FakeBook.daybook(book)
        let workers = (0..<64).map { thread in
            Worker("recorder-\(thread)") {
                for number in 0..<200 {
                    daybook.record(Self.tick) {
                        $0.put("thread", thread)
                        $0.put("n", number)
                    }
                }
            }
        }
        for worker in workers { worker.join() }
        try daybook.close()
        let lines = book.lines
        #expect(lines.count == 64 * 200)
        var next = [Int](repeating: 0, count: 64)
        for (thread, number) in zip(numbers(lines, "thread"), numbers(lines, "n")) {
            if next[thread] != number { Issue.record("out of order") }
            next[thread] = number + 1
        }
        #expect(next.allSatisfy { $0 == 200 })
    }

    @Test("two threads that take turns: their records lie in the order of the turns")
    func pingPong() throws {
        let book = FakeBook()
        let daybook = try FakeBook.daybook(book)
        let turn = Monitor(0)
        let workers = (0..<2).map { player in
            Worker("player-\(player)") {
                for round in 0..<2000 {
                    let number = round * 2 + player
                    turn.wait { $0 == number ? () : nil }
                    daybook.record(Self.tick) { $0.put("n", number) }
                    turn.withLock { $0 += 1 }
                    turn.broadcast()
                }
            }
        }
        for worker in workers { worker.join() }
        try daybook.flush(durability: .written)
        #expect(numbers(book.lines, "n") == Array(0..<4000))
        try daybook.close()
    }

    @Test("an event, a typed one, fields in a closure and appends keep one order")
    func oneOrder() throws {
        let book = FakeBook()
        let daybook = try FakeBook.daybook(book)
        for round in 0..<300 {
            daybook.record(Event(custom: "tick", fields: ["n": .integer(Int64(round * 4))]))
            daybook.record(Tick(number: round * 4 + 1))
            daybook.record(Self.tick) { $0.put("n", round * 4 + 2) }
            let event = Event(custom: "tick", fields: ["n": .integer(Int64(round * 4 + 3))])
            let index = try daybook.append(event, durability: round % 50 == 0 ? .written : .queued)
            if let index { #expect(index.index == UInt64(round * 4 + 3)) }
        }
        try daybook.close()
        #expect(numbers(book.lines, "n") == Array(0..<1200))
    }

    private struct Tick: TypedEvent {
        static let kind = HotPathTests.tick
        var number: Int

        func put(into writer: inout EventWriter) { writer.put("n", number) }
    }

    @Test("a closing loses nothing that was taken, while threads record")
    func closingMeanwhile() throws {
        for round in 0..<20 {
            let book = FakeBook()
            let daybook = try FakeBook.daybook(book)
            let taken = Monitor(0)
            let workers = (0..<4).map { thread in
                Worker("closing-\(thread)") {
                    for number in 0..<5000 {
                        do throws(DaybookError) {
                            let event = Event(
                                custom: "tick", fields: ["n": .integer(Int64(number))])
                            try daybook.append(event, durability: .queued)
                        } catch { return }
                        taken.withLock { $0 += 1 }
                    }
                }
            }
            pause(nanoseconds: UInt64(round) * 100_000)
            try daybook.close()
            for worker in workers { worker.join() }
            #expect(book.lines.count == taken.withLock { $0 })
        }
    }

    @Test("records that are longer than an entry keep their place")
    func longOnes() throws {
        let book = FakeBook()
        let daybook = try FakeBook.daybook(book)
        for number in 0..<200 {
            let text = String(repeating: "y", count: number * 101)
            daybook.record(Self.tick) {
                $0.put("n", number)
                $0.put("text", text)
            }
        }
        try daybook.close()
        #expect(numbers(book.lines, "n") == Array(0..<200))
        #expect(book.lines.last?.contains(String(repeating: "y", count: 199 * 101)) == true)
    }

    @Test("blocks outside the ring count: long records wait for room as well")
    func longOnesWait() throws {
        let book = FakeBook()
        let daybook = try FakeBook.daybook(book)
        book.set { $0.isStalled = true }
        let text = String(repeating: "z", count: 1 << 20)
        let done = Monitor(0)
        let count = DaybookLimits.blockBytes / text.utf8.count + 20
        let worker = Worker("long") {
            for _ in 0..<count {
                daybook.record(Self.tick) { $0.put("text", text) }
                done.withLock { $0 += 1 }
            }
        }
        pause(nanoseconds: 300_000_000)
        #expect(done.withLock { $0 } < count)
        book.set { $0.isStalled = false }
        worker.join()
        try daybook.close()
    }

    @Test("in a forked child records are refused, and closing leaves the book to the parent")
    func forked() throws {
        let book = FakeBook()
        let daybook = try FakeBook.daybook(book)
        daybook.record(Tick(number: 1))
        let code = forkedChild {
            daybook.record(Tick(number: 2))
            guard daybook.trouble?.code == .forked else { return 1 }
            do throws(DaybookError) {
                try daybook.append(Event(custom: "tick"), durability: .queued)
                return 2
            } catch {
                guard error.code == .forked else { return 3 }
            }
            do throws(DaybookError) { try daybook.close() } catch { return 4 }
            return 0
        }
        #expect(code == 0)
        try daybook.close()
        #expect(numbers(book.lines, "n") == [1])
    }

    @Test("a thread that ends while it copies holds nobody up, and a record tells of it")
    func tornCopy() throws {
        let book = FakeBook()
        let daybook = try FakeBook.daybook(book)
        daybook.record(Tick(number: 1))
        try daybook.flush(durability: .written)
        let lane = daybook.audit
        let worker = Worker("torn") {
            // What `daybook_ring_push` does, up to the copy.
            let ring = lane.ring.pointer
            let at = Int(ring.pointee.tail)
            ring.pointee.tail += 128
            let cell = UnsafeMutableRawPointer(ring.pointee.cells + at)
            let header = UInt64(1 | 1 << 8 | 2 << 16) | UInt64(daybook_thread_number()) << 32
            cell.storeBytes(of: header, as: UInt64.self)
        }
        worker.join()
        daybook.record(Tick(number: 2))
        try daybook.flush(durability: .written)
        #expect(numbers(book.lines, "n") == [1, 2])
        try daybook.close()
        let gap = book.lines.first { $0.contains("log_gap_declared") }
        #expect(gap?.contains("\"missing_count\":1") == true)
    }

    @Test("an event is stamped when it is recorded, to a microsecond of the wall clock")
    func stamps() throws {
        let book = FakeBook()
        let daybook = try FakeBook.daybook(book)
        var bounds: [(Timestamp, Timestamp)] = []
        for number in 0..<2000 {
            let before = Timestamp.now
            daybook.record(Tick(number: number))
            bounds.append((before, Timestamp.now))
            if number % 100 == 0 { pause(nanoseconds: 3_000_000) }
        }
        try daybook.close()
        var outside = 0
        for (line, bound) in zip(book.lines, bounds) {
            guard let start = line.firstRange(of: "\"timestamp\":\"")?.upperBound,
                let stamp = Timestamp(String(line[start...].prefix(27)))
            else {
                Issue.record("no timestamp")
                return
            }
            if stamp.microseconds < bound.0.microseconds - 1
                || stamp.microseconds > bound.1.microseconds + 1
            {
                outside += 1
            }
        }
        // The wall clock itself may be slewed while the test runs.
        #expect(outside < 5)
    }

    @Test("a queued record reaches the book by itself, soon after an idle time too")
    func latency() throws {
        let book = FakeBook()
        let daybook = try FakeBook.daybook(book)
        pause(nanoseconds: 100_000_000)
        daybook.record(Tick(number: 1))
        for _ in 0..<100 where book.lines.isEmpty { pause(nanoseconds: 5_000_000) }
        #expect(book.lines.count == 1)
        try daybook.close()
    }

    @Test("ticks become instants between two samples, across a clock that is set")
    func clockIsSet() {
        // One tick a nanosecond, and a wall clock that is set back by a minute at 2 ms.
        let now = Monitor<UInt64>(1_000_000)
        let minute: Int64 = 60_000_000_000
        let take = {
            let ticks = now.withLock { now in
                now += 10_000
                return now
            }
            return CycleClock.Sample(
                ticks: ticks,
                nanoseconds: Int64(ticks) + 2 * minute - (ticks > 2_000_000 ? minute : 0))
        }
        var clock = CycleClock(take)
        #expect(clock.instant(1_100_000).microseconds == 120_001_100)
        now.withLock { $0 = 3_000_000 }
        #expect(clock.instant(3_000_000).microseconds == 60_003_000)
        now.withLock { $0 = 4_000_000 }
        #expect(clock.instant(4_000_000).microseconds == 60_004_000)
        // Two threads' ticks in the other order: the later place is not the earlier instant.
        #expect(clock.instant(3_999_500).microseconds == 60_004_000)
    }
}

extension HotPathTests {
    @Test("a record below the book's level is not taken, an append is")
    func levels() throws {
        let book = FakeBook()
        let daybook = try FakeBook.daybook(
            book, yaml: "books: {audit: {level: warning}, chat: {level: error}}")
        daybook.record(.orderFilled(orderID: "a", asset: "b", fillPrice: 1, filledAmount: 1))
        daybook.record(Event(custom: "x", level: .info))
        daybook.record(.custom("y"), level: .debug) { $0.put("n", 1) }
        daybook.record(.custom("z"), level: .warning) { $0.put("n", 2) }
        try daybook.append(Event(custom: "appended", level: .debug))
        try daybook.close()
        #expect(book.lines.count == 2)
        #expect(book.lines.first?.contains("\"event\":\"z\"") == true)
    }
}
