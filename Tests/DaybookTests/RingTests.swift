// SPDX-License-Identifier: Apache-2.0

import Book
import CDaybook
import Records
import Synchronization
import Testing

@testable import Daybook

@Suite("The ring")
struct RingTests {
    private static let smallest = 65_536

    /// Puts one entry of `count` bytes behind its head in, filled with `value`.
    private func push(_ ring: EventRing, _ value: UInt8, count: Int) -> Int32 {
        let bytes = [UInt8](repeating: value, count: count + 16)
        return bytes.withUnsafeBytes {
            daybook_ring_push(ring.pointer, $0.baseAddress, $0.count, 1)
        }
    }

    /// Takes the next entry; nil when there is none.
    private func take(_ ring: EventRing) -> (value: UInt8, isWhole: Bool, size: Int)? {
        var entry = daybook_ring_entry()
        guard daybook_ring_next(ring.pointer, &entry) == 0, let bytes = entry.bytes else {
            return nil
        }
        let size = Int(entry.size)
        let value = bytes[16]
        return (value, (16..<17).allSatisfy { bytes[$0] == value }, size)
    }

    @Test("entries of any length come out as they went in, wherever the end of the ring falls")
    func wrapping() {
        let ring = EventRing(bytes: Self.smallest)
        var maker = EventMaker(seed: 11)
        var waiting: [(value: UInt8, count: Int)] = []
        var (given, taken, wraps) = (0, 0, 0)
        while given < 60_000 {
            let count = Int(maker.next() % (maker.next() % 8 == 0 ? 4080 : 300)) + 1
            if push(ring, UInt8(truncatingIfNeeded: given), count: count) == 0 {
                waiting.append((UInt8(truncatingIfNeeded: given), count))
                given += 1
            } else {
                wraps += 1
            }
            // Now and then everything, so that the end falls anywhere.
            let mayTake = waiting.isEmpty ? 0 : Int(maker.next() % UInt64(waiting.count + 1))
            for _ in 0..<(mayTake > 40 ? waiting.count : mayTake) {
                let expected = waiting.removeFirst()
                var entry = daybook_ring_entry()
                guard daybook_ring_next(ring.pointer, &entry) == 0, let bytes = entry.bytes else {
                    Issue.record("an entry is missing")
                    return
                }
                let isWhole = (16..<16 + expected.count).allSatisfy { bytes[$0] == expected.value }
                #expect(isWhole)
                #expect(entry.size == UInt64((expected.count + 16 + 63) / 64 * 64))
                daybook_ring_release(ring.pointer)
                taken += 1
            }
        }
        #expect(taken > 10_000)
    }

    @Test("a full ring refuses small and large alike, until there is room")
    func full() {
        let ring = EventRing(bytes: Self.smallest)
        while push(ring, 1, count: 2000) == 0 {}
        #expect(push(ring, 1, count: 1) == Int32(DAYBOOK_RING_FULL.rawValue))
        #expect(!ring.hasRoom)
        #expect(take(ring) != nil)
        daybook_ring_release(ring.pointer)
        daybook_ring_publish(ring.pointer)
        #expect(push(ring, 1, count: 1) == 0)
    }

    @Test("what is too long for an entry is refused, and so is everything after the end")
    func gates() {
        let ring = EventRing(bytes: Self.smallest)
        #expect(push(ring, 1, count: 4081) == Int32(DAYBOOK_RING_TOO_LONG.rawValue))
        daybook_ring_refuse(ring.pointer, 1)
        #expect(push(ring, 1, count: 1) == Int32(DAYBOOK_RING_REFUSING.rawValue))
        daybook_ring_refuse(ring.pointer, 0)
        #expect(push(ring, 1, count: 1) == 0)
        daybook_ring_close(ring.pointer)
        #expect(push(ring, 1, count: 1) == Int32(DAYBOOK_RING_CLOSED.rawValue))
        #expect(take(ring)?.value == 1)
    }

    @Test("memory is given back once the ring is closed and empty, and not before")
    func givenBack() {
        let bytes = 8 << 20
        let ring = EventRing(bytes: bytes)
        #expect(push(ring, 1, count: 1) == 0)
        daybook_ring_give_back(ring.pointer)
        daybook_ring_close(ring.pointer)
        daybook_ring_give_back(ring.pointer)
        #expect(take(ring)?.value == 1)
        #expect(residentPages(ring, bytes) == bytes / 4096)
        daybook_ring_release(ring.pointer)
        daybook_ring_give_back(ring.pointer)
        #expect(residentPages(ring, bytes) == 0)
        #expect(push(ring, 1, count: 1) == Int32(DAYBOOK_RING_CLOSED.rawValue))
        #expect(take(ring) == nil)
    }

    /// How many pages of the cells are in memory.
    private func residentPages(_ ring: EventRing, _ bytes: Int) -> Int {
        var pages = [UInt8](repeating: 0, count: bytes / 4096)
        #expect(mincore(ring.pointer.pointee.cells, bytes, &pages) == 0)
        return pages.count { $0 & 1 == 1 }
    }

    @Test("content that looks like an entry is none once its cells were freed")
    func staleContent() {
        let ring = EventRing(bytes: Self.smallest)
        // Every word says "a complete entry of one cell".
        let words = [UInt64](repeating: 2 | 1 << 8 | 1 << 16, count: 64)
        for _ in 0..<500 {
            words.withUnsafeBytes {
                _ = daybook_ring_push(ring.pointer, $0.baseAddress, $0.count, 1)
            }
            #expect(take(ring)?.size == 512)
            daybook_ring_release(ring.pointer)
            #expect(take(ring) == nil)
        }
    }

    @Test("64 threads: nothing lost, nothing twice, each thread's in its order")
    func manyThreads() {
        let ring = EventRing(bytes: Self.smallest)
        let (threads, count) = (64, 2000)
        let workers = (0..<threads).map { thread in
            Worker("producer-\(thread)") {
                for number in 0..<count {
                    let words: [UInt64] =
                        [0, 0, UInt64(thread), UInt64(number)]
                        + [UInt64](repeating: 7, count: number % 40)
                    while words.withUnsafeBytes({
                        daybook_ring_push(ring.pointer, $0.baseAddress, $0.count, 1)
                    }) != 0 { pause(nanoseconds: 1000) }
                }
            }
        }
        var next = [Int](repeating: 0, count: threads)
        var (total, lastTicks, stepsBack) = (0, UInt64(0), 0)
        while total < threads * count {
            var entry = daybook_ring_entry()
            guard daybook_ring_next(ring.pointer, &entry) == 0, let bytes = entry.bytes else {
                pause(nanoseconds: 1000)
                continue
            }
            let words = UnsafeRawPointer(bytes).assumingMemoryBound(to: UInt64.self)
            let (thread, number) = (Int(words[2]), Int(words[3]))
            if next[thread] != number { Issue.record("out of order") }
            next[thread] = number + 1
            if entry.ticks < lastTicks { stepsBack += 1 }
            lastTicks = entry.ticks
            daybook_ring_release(ring.pointer)
            total += 1
        }
        for worker in workers { worker.join() }
        #expect(next.allSatisfy { $0 == count })
        // Ticks are taken just before the place: they nearly never disagree with it.
        #expect(stepsBack < total / 10)
    }

    @Test("a forked child is told that the ring is its parent's")
    func fork() throws {
        let ring = EventRing(bytes: Self.smallest)
        #expect(push(ring, 1, count: 1) == 0)
        let child = forkedChild {
            let answer = push(ring, 1, count: 1)
            return answer == Int32(DAYBOOK_RING_FORKED.rawValue) && ring.isForked ? 0 : 1
        }
        #expect(child == 0)
        #expect(!ring.isForked)
        #expect(take(ring)?.value == 1)
    }
}

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Forks, runs `body` in the child, and returns the child's exit code; -1 when it did not exit.
///
/// The child may do little: it has no other thread, and what they had locked stays locked.
func forkedChild(_ body: () -> Int32) -> Int32 {
    // Not visible to Swift, which advises against it; so do we, and test what happens.
    guard let symbol = dlsym(nil, "fork") else { return -1 }
    let fork = unsafeBitCast(symbol, to: (@convention(c) () -> Int32).self)
    let child = fork()
    if child == 0 { _exit(body()) }
    var status: Int32 = 0
    guard child > 0, waitpid(child, &status, 0) == child, status & 0x7F == 0 else { return -1 }
    return status >> 8 & 0xFF
}
