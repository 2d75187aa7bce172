// SPDX-License-Identifier: Apache-2.0

package import Book
import Clearing
import Daybook
package import Desk
package import Intake
import Masking
package import Records

/// Puts what a source reads into the books `audit` and `chat`, and its positions into `audit`.
package final class BookSink: SourceSink {
    private let ground: Ground
    private let name: String
    private var recorder: Recorder
    /// Makes records of refused lines.
    private let refuser: Intake
    private var sequence: UInt64 = 0
    package private(set) var taken: UInt64 = 0

    /// What could tell whose file it was: sealed under the house's key.
    private static let sealed = ["files"]

    /// - Parameters:
    ///   - name: the source's.
    ///   - held: gives a book that is open already; nil opens them.
    package init(
        _ ground: Ground, name: String, durability: Durability? = nil,
        held: ((String) throws -> Book)? = nil
    ) throws {
        self.ground = ground
        self.name = name
        recorder = try Recorder(
            ground, source: name, only: nil, durability: durability, held: held)
        refuser = Intake(stream: .file) { $0 }
    }

    package var isFull: Bool { recorder.isFull }

    package func take(_ item: IntakeItem, into stream: inout SourceStream) {
        taken += 1
        recorder.provenance = stream.provenance
        guard stream.isPassingOver else { return recorder.take(item, refuser) }
        for (book, count) in stream.passOver { recorder.passOver(count, book) }
        recorder.take(item, refuser)
        for book in stream.passOver.keys { stream.passOver[book] = recorder.takePassOver(book) }
    }

    package func handOver(isPause: Bool) throws { try recorder.handOver(isPause: isPause) }

    package func close() throws { try recorder.finish() }

    // MARK: - Positions

    package func mark(_ positions: [JSONObject], isFull: Bool) throws -> UInt64 {
        // What the mark speaks of is on stable storage before the mark is.
        let sizes = try recorder.checkpoint()
        sequence += 1
        let parts = Self.parts(positions)
        for (number, part) in parts.enumerated() {
            var object: JSONObject = [
                "event": .string(EventKind.sourcePosition.rawValue),
                "event_type": .string(EventKind.sourcePosition.rawValue), "level": "info",
                "name": .string(name), "sequence": .number(String(sequence)),
                "is_full": .bool(isFull), "is_complete": .bool(number == parts.count - 1),
            ]
            if let size = sizes["chat"] { object["chat_size"] = .number(String(size)) }
            object["files"] = ["list": .array(part.map { .object($0) })]
            recorder.take(ours: object, sealing: Self.sealed)
        }
        try recorder.handOver(isPause: true)
        return sequence
    }

    /// As many positions together as a line of the book holds; at least one part.
    private static func parts(_ positions: [JSONObject]) -> [[JSONObject]] {
        var parts: [[JSONObject]] = [[]]
        var bytes = 0
        for position in positions {
            let size = JSONValue.object(position).description.utf8.count
            if bytes + size > SourceLimits.markFileBytes, bytes > 0 {
                parts.append([])
                bytes = 0
            }
            parts[parts.count - 1].append(position)
            bytes += size
        }
        return parts
    }

    /// - Throws: `noInput` when the positions are sealed and the keys are not here: to begin again
    ///   would record everything twice.
    package func memory() throws -> SourceMemory {
        var memory = SourceMemory()
        guard ground.existingBooks.contains("audit") else { return memory }
        let snapshot = try ground.snapshot("audit")
        let closed = try LedgerReader.entries(of: [.sourcePosition], in: snapshot, opener: nil)
            .filter { $0.object["name"]?.stringValue == name }
        guard let last = closed.lastIndex(where: { $0.isComplete }) else { return memory }
        // Back to the beginning of the newest mark that tells every file.
        var first = 0
        if let full = closed[...last].lastIndex(where: { $0.isFull && $0.isComplete }) {
            first = full
            let number = closed[full].sequence
            while first > 0, closed[first - 1].sequence == number, closed[first - 1].isFull {
                first -= 1
            }
        }
        var reader = EnvelopeReader(ground.houseOpener)
        var failed = 0
        func collect(_ line: UnsafeBufferPointer<UInt8>) {
            let value = try? JSONValue(parsing: String(decoding: line, as: UTF8.self))
            guard let files = value?.objectValue?["files"]?.objectValue?["list"]?.arrayValue else {
                failed += 1
                return
            }
            memory.positions += files.compactMap(\.objectValue)
        }
        for entry in closed[first...last] {
            try snapshot.line(at: entry.index).withUnsafeBufferPointer { reader.add($0) }
            if reader.isFull { try reader.flush(collect) }
        }
        try reader.finish(collect)
        guard failed == 0 else {
            throw DeskFailure(
                .noInput,
                "where the source \(name) was cannot be read: its positions in the book audit are "
                    + "sealed, and the keys are not here. `daybook keys status` says what is "
                    + "missing.")
        }
        sequence = closed.last?.sequence ?? 0
        memory.sequence = closed[last].sequence
        try count(.audit, "audit", from: closed[last].index + 1, &memory)
        try count(.chat, "chat", from: closed[last].chatSize ?? 0, &memory)
        return memory
    }

    /// Counts the records of this source that a book has from an index on, by stream.
    private func count(
        _ book: IntakeBook, _ bookName: String, from first: UInt64, _ memory: inout SourceMemory
    ) throws {
        guard ground.existingBooks.contains(bookName) else { return }
        let snapshot = try ground.snapshot(bookName)
        guard first < snapshot.size else { return }
        var buffer = ByteBuffer()
        buffer.append(",\"source\":")
        CanonicalJSON.string(name + ":", into: &buffer)
        // Without the closing quote: it is a beginning.
        let needle = Array(buffer.array.dropLast())
        try snapshot.forEachLine(in: first..<snapshot.size) { _, line in
            guard line.contains(needle),
                let value = try? JSONValue(parsing: String(decoding: line, as: UTF8.self)),
                let source = value.objectValue?["source"]?.stringValue,
                source.hasPrefix(name + ":")
            else { return true }
            memory.since[source, default: [:]][book, default: 0] += 1
            return true
        }
    }
}

extension LedgerEntry {
    fileprivate func flag(_ key: String) -> Bool {
        if case .bool(true)? = object[key] { return true }
        return false
    }

    fileprivate func number(_ key: String) -> UInt64? {
        if case .number(let text)? = object[key] { return UInt64(text) }
        return nil
    }

    fileprivate var isFull: Bool { flag("is_full") }
    fileprivate var isComplete: Bool { flag("is_complete") }
    fileprivate var sequence: UInt64 { number("sequence") ?? 0 }
    fileprivate var chatSize: UInt64? { number("chat_size") }
}
