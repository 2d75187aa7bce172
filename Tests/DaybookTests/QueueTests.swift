// SPDX-License-Identifier: Apache-2.0

import Book
import Masking
import Records
import Testing

@testable import Daybook

@Suite("The queue in front of a book")
struct QueueTests {
    func note(_ number: Int) -> Event {
        Event(custom: "note", fields: ["n": .integer(Int64(number))])
    }

    /// Waits until something holds, for a few seconds at the most.
    func eventually(_ holds: () -> Bool) -> Bool {
        for _ in 0..<500 {
            if holds() { return true }
            pause(nanoseconds: 10_000_000)
        }
        return holds()
    }

    @Test("a call that returned before another began has the lower index, under 8 threads")
    func order() throws {
        let book = FakeBook()
        let daybook = try FakeBook.daybook(book)
        let highest = Monitor<UInt64>(0)
        let violations = Monitor(0)
        let workers = (0..<8).map { thread in
            Worker("order-\(thread)") {
                for number in 0..<200 {
                    let before = highest.withLock { $0 }
                    let durability: Daybook.Durability = number % 3 == 0 ? .queued : .written
                    guard
                        let index = try? daybook.append(note(number), durability: durability)?.index
                    else { continue }
                    if index + 1 <= before { violations.withLock { $0 += 1 } }
                    highest.withLock { $0 = max($0, index + 1) }
                }
            }
        }
        for worker in workers { worker.join() }
        try daybook.close()
        #expect(violations.withLock { $0 } == 0)
        #expect(book.lines.count == 1600)
    }

    @Test("queued and written records of one thread keep their order")
    func mixedOrder() throws {
        let book = FakeBook()
        let daybook = try FakeBook.daybook(book)
        for number in 0..<500 {
            try daybook.append(note(number), durability: number % 7 == 0 ? .written : .queued)
        }
        try daybook.flush(durability: .written)
        let numbers = book.lines.compactMap {
            $0.firstMatch(of: #/"n":(\d+)/#).flatMap { Int($0.1) }
        }
        #expect(numbers == Array(0..<500))
        try daybook.close()
    }

    @Test("tasks that wait for stable storage share syncs")
    func groupCommit() async throws {
        let book = FakeBook()
        let daybook = try FakeBook.daybook(book)
        let indexes = try await withThrowingTaskGroup(of: UInt64?.self) { group in
            for number in 0..<300 {
                group.addTask {
                    try await daybook.append(note(number), durability: .synced)?.index
                }
            }
            return try await group.reduce(into: Set<UInt64>()) {
                if let index = $1 { $0.insert(index) }
            }
        }
        #expect(indexes == Set(0..<300))
        #expect(book.state.withLock { $0.syncs } < 100)
        try await daybook.close()
    }

    @Test("a sync that takes long delays nobody who asks for less")
    func syncInTheBackground() async throws {
        let book = FakeBook()
        let daybook = try FakeBook.daybook(book)
        book.set { $0.isSyncStalled = true }
        async let synced = daybook.append(note(1), durability: .synced)
        // Given up between the looks, so that the other task has a thread to run on.
        for _ in 0..<1000 where book.lines.isEmpty { try await Task.sleep(for: .milliseconds(10)) }
        let written = try await daybook.append(note(2), durability: .written)
        #expect(written?.index == 1)
        book.set { $0.isSyncStalled = false }
        #expect(try await synced?.index == 0)
        try await daybook.close()
    }

    @Test("a full queue makes callers wait, and nothing is lost")
    func fullQueueWaits() throws {
        let book = FakeBook()
        let daybook = try FakeBook.daybook(book)
        book.set { $0.isStalled = true }
        let text = String(repeating: "x", count: 60_000)
        let count = DaybookLimits.queueBytes / 60_000 + 40
        let done = Monitor(0)
        let worker = Worker("full") {
            for _ in 0..<count {
                daybook.record(Event(custom: "long", fields: ["text": .string(text)]))
                done.withLock { $0 += 1 }
            }
        }
        pause(nanoseconds: 300_000_000)
        #expect(done.withLock { $0 } < count)
        book.set { $0.isStalled = false }
        worker.join()
        try daybook.close()
        #expect(book.lines.count == count)
    }

    @Test("a full queue throws where that was chosen, and a gap tells of what record() gave up")
    func fullQueueFails() throws {
        let book = FakeBook()
        let daybook = try FakeBook.daybook(book, yaml: "books: {audit: {when_stuck: fail}}")
        book.set { $0.isStalled = true }
        let text = String(repeating: "x", count: 60_000)
        let long = Event(custom: "long", fields: ["text": .string(text)])
        var refused: DaybookError?
        // Twice: before the lane's thread stands at the book it takes a batch out and makes room.
        for _ in 0..<2 {
            refused = nil
            for _ in 0..<(DaybookLimits.queueBytes / 60_000 + 40) where refused == nil {
                do throws(DaybookError) {
                    try daybook.append(long, durability: .queued)
                } catch {
                    refused = error
                }
            }
            pause(nanoseconds: 300_000_000)
        }
        #expect(refused?.code == .queueFull)
        for _ in 0..<3 { daybook.record(note(1)) }
        book.set { $0.isStalled = false }
        try daybook.flush(durability: .written)
        #expect(eventually { book.lines.contains { $0.contains("log_gap_declared") } })
        let gap = book.lines.first { $0.contains("log_gap_declared") }
        #expect(gap?.contains("\"missing_count\":3") == true)
        #expect(gap?.contains("\"source\":\"daybook\"") == true)
        try daybook.close()
    }

    @Test("a refused record is not kept, what was queued before it is")
    func refusal() throws {
        let book = FakeBook()
        let daybook = try FakeBook.daybook(book, yaml: "books: {audit: {when_stuck: fail}}")
        book.set { $0.isStalled = true }
        try daybook.append(note(1), durability: .queued)
        let refused = Monitor<DaybookError?>(nil)
        let worker = Worker("refused") {
            do throws(DaybookError) {
                try daybook.append(note(2), durability: .written)
            } catch {
                refused.withLock { $0 = error }
            }
        }
        pause(nanoseconds: 50_000_000)
        book.set {
            $0.isStalled = false
            $0.refusal = BookError(.noSpace, "cannot write logs/audit.log: disk full.")
        }
        worker.join()
        #expect(refused.withLock { $0 }?.code == .noSpace)
        #expect(daybook.trouble?.code == .noSpace)
        book.set { $0.refusal = nil }
        #expect(eventually { book.lines.count == 1 && daybook.trouble == nil })
        #expect(book.lines.first?.contains("\"n\":1") == true)
        #expect(try daybook.append(note(3), durability: .written)?.index == 1)
        try daybook.close()
    }

    @Test("a writer that is only busy refuses nobody")
    func busyWriter() throws {
        let book = FakeBook()
        let daybook = try FakeBook.daybook(book, yaml: "books: {audit: {when_stuck: fail}}")
        book.set { $0.refusal = BookError(.queueFull, "busy") }
        let index = Monitor<UInt64?>(nil)
        let worker = Worker("busy") {
            let found = try? daybook.append(note(1), durability: .written)?.index
            index.withLock { $0 = found }
        }
        pause(nanoseconds: 50_000_000)
        book.set { $0.refusal = nil }
        worker.join()
        #expect(index.withLock { $0 } == 0)
        try daybook.close()
    }

    @Test("under the policy to wait, a refusal is told to nobody and passes")
    func patience() throws {
        let book = FakeBook()
        let daybook = try FakeBook.daybook(book)
        book.set { $0.refusal = BookError(.noSpace, "full") }
        let index = Monitor<UInt64?>(nil)
        let worker = Worker("patient") {
            let found = try? daybook.append(note(1), durability: .written)?.index
            index.withLock { $0 = found }
        }
        pause(nanoseconds: 100_000_000)
        #expect(index.withLock { $0 } == nil)
        book.set { $0.refusal = nil }
        worker.join()
        #expect(index.withLock { $0 } == 0)
        try daybook.close()
    }

    @Test("a book that is gone for good fails everybody, now and later")
    func brokenBook() throws {
        let book = FakeBook()
        let daybook = try FakeBook.daybook(book)
        book.set { $0.refusal = BookError(.rollback, "older than what was signed") }
        #expect(throws: DaybookError(.rollback, "")) {
            try daybook.append(note(1), durability: .written)
        }
        #expect(throws: DaybookError(.rollback, "")) { try daybook.append(note(2)) }
        #expect(throws: DaybookError(.rollback, "")) { try daybook.close() }
    }

    @Test("closing twice is fine, appending after it is an error")
    func closingTwice() async throws {
        let book = FakeBook()
        let daybook = try FakeBook.daybook(book)
        daybook.record(note(1))
        try await daybook.close()
        try await daybook.close()
        #expect(book.lines.count == 1)
        #expect(book.state.withLock { $0.closings } == 1)
        await #expect(throws: DaybookError.closed) { try await daybook.append(note(2)) }
        await #expect(throws: DaybookError.closed) {
            try await daybook.append(Event(.chatMessage))
        }
        daybook.record(note(3))
    }

    @Test("letting go of the last reference hands over what is queued")
    func forgotten() throws {
        let book = FakeBook()
        var daybook: Daybook? = try FakeBook.daybook(book)
        daybook?.record(note(1))
        daybook = nil
        #expect(book.lines.count == 1)
        #expect(book.state.withLock { $0.closings } == 1)
    }

    @Test("events find the book of their kind; another can be named")
    func books() throws {
        let (audit, chat) = (FakeBook(), FakeBook())
        let daybook = try FakeBook.daybook(audit, chat: chat)
        let events = [note(1), Event(.terminalOutput, fields: ["text": "hello"]), note(2)]
        let last = try daybook.append(contentsOf: events, durability: .written)
        #expect(last == RecordIndex(book: "audit", index: 1))
        #expect(audit.lines.count == 2)
        #expect(chat.lines.count == 1)
        #expect(try daybook.append(note(3), to: "chat")?.description == "chat 1")
        #expect(throws: DaybookError(.setting, "")) { try daybook.append(note(4), to: "../x") }
        try daybook.close()
    }

    @Test("a secret is masked before it reaches a book")
    func masked() throws {
        let book = FakeBook()
        let daybook = try FakeBook.daybook(book)
        let event = Event(
            custom: "login", fields: ["api_key": "FAKEkey0001", "note": "password=FAKEpw0002"])
        try daybook.append(event, durability: .written)
        #expect(!book.lines.joined().contains("FAKE"))
        #expect(book.lines.joined().contains("***MASKED***"))
        try daybook.close()
    }
}
