// SPDX-License-Identifier: Apache-2.0

import Intake
import Records

@testable import Sources

/// What a process that was killed leaves behind: this, in the memory of the test.
final class MemoryBooks {
    struct Entry {
        let stream: String
        let text: String
    }

    struct Mark {
        let sequence: UInt64
        let positions: [JSONObject]
        let isFull: Bool
        /// Sizes of the books after it.
        let sizes: [IntakeBook: Int]
    }

    var entries: [IntakeBook: [Entry]] = [.audit: [], .chat: []]
    var marks: [Mark] = []

    /// Texts of both books, by stream.
    func texts(_ book: IntakeBook, _ stream: String) -> [String] {
        (entries[book] ?? []).filter { $0.stream == stream }.map(\.text)
    }
}

/// The process died.
struct Killed: Error {}

/// A sink over `MemoryBooks` that can be killed at any hand-over: what was gathered is then in the
/// books up to any record, in each book by itself.
final class MemorySink: SourceSink {
    private let books: MemoryBooks
    private var batch: [IntakeBook: [MemoryBooks.Entry]] = [.audit: [], .chat: []]
    private(set) var taken: UInt64 = 0
    private var gathered = 0
    private var sequence: UInt64 = 0
    /// Hand-overs and marks until it is killed; nil for never.
    private var lifetime: Int?
    private var random: SplitMix

    init(_ books: MemoryBooks, lifetime: Int? = nil, seed: UInt64 = 0) {
        self.books = books
        self.lifetime = lifetime
        random = SplitMix(seed)
    }

    var isFull: Bool { gathered > 50 }

    func take(_ item: IntakeItem, into stream: inout SourceStream) {
        taken += 1
        gathered += 1
        let text: String
        let book: IntakeBook
        switch item {
        case .jsonLine(let line, let found):
            (text, book) = (String(decoding: line, as: UTF8.self), found)
        case .object(let object, let found):
            book = found
            text = JSONValue.object(object).description
        }
        if let count = stream.passOver[book], count > 0 {
            stream.passOver[book] = count - 1
            return
        }
        batch[book]?.append(.init(stream: stream.name, text: text))
    }

    func handOver(isPause: Bool) throws {
        try live()
        for book in [IntakeBook.audit, .chat] {
            books.entries[book]? += batch[book] ?? []
            batch[book] = []
        }
        gathered = 0
    }

    private func live() throws {
        guard let left = lifetime else { return }
        lifetime = left - 1
        guard left <= 0 else { return }
        for book in [IntakeBook.audit, .chat] {
            let all = batch[book] ?? []
            books.entries[book]? += all.prefix(random.below(all.count + 1))
            batch[book] = []
        }
        throw Killed()
    }

    func mark(_ positions: [JSONObject], isFull: Bool) throws -> UInt64 {
        try handOver(isPause: true)
        try live()
        sequence += 1
        books.marks.append(
            .init(
                sequence: sequence, positions: positions, isFull: isFull,
                sizes: books.entries.mapValues(\.count)))
        try live()
        return sequence
    }

    func memory() throws -> SourceMemory {
        var memory = SourceMemory()
        guard let last = books.marks.last else { return memory }
        let first = books.marks.lastIndex { $0.isFull } ?? 0
        memory.positions = books.marks[first...].flatMap(\.positions)
        memory.sequence = last.sequence
        sequence = last.sequence
        for (book, entries) in books.entries {
            for entry in entries[(last.sizes[book] ?? 0)...] {
                memory.since[entry.stream, default: [:]][book, default: 0] += 1
            }
        }
        return memory
    }

    func close() throws { try handOver(isPause: true) }
}

/// Random numbers that a seed repeats.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(max(1, bound))) }
}
