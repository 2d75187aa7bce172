// SPDX-License-Identifier: Apache-2.0

import Book
import Desk
import Records
import Synchronization

/// What `DocumentKeys` knows, on disk: the file `logs/server/documents`, so that a document that comes
/// again after `kill -9` is known. docs/design/ingest.md.
///
/// Before a request's documents are appended, one line names them, by digests, with the mark that will
/// stand in front of them in the book; where they landed is said with the next request's line. So a
/// batch costs one write, and after a crash the marks in the books say what became of the last ones.
final class DocumentJournal: Sendable {
    /// Documents of one request, on their way.
    struct Ticket: Sendable {
        let mark: BatchKey
    }

    private struct State {
        var file: OpenFile?
        var size = 0
        /// What is on its way, as its line says it.
        var running: [BatchKey.Digest: [UInt8]] = [:]
        /// Lines of what landed, to be written.
        var landed: [UInt8] = []
        /// For each book the end of the records known to stand in it.
        var ends: [String: UInt64] = [:]
    }

    private let path: String
    private let disk: any Disk
    private let entropy: any Entropy
    /// Held while a line is written: whoever waits for it is about to write to the same disk.
    private let state = Mutex(State())

    init(_ ground: Ground) {
        path = "\(ground.logs)/server/documents"
        let place = ground.place("audit")
        disk = place.disk
        entropy = place.entropy
    }

    // MARK: - At the start

    /// Reads what the file says; what is damaged is left aside.
    func load() throws -> DocumentMemory {
        let bytes = try disk.contents(of: path, limit: ServerLimits.documentJournalBytes * 2)
        return DocumentMemory(bytes ?? [])
    }

    /// Begins with these ends of the books.
    func begin(_ ends: [String: UInt64]) {
        state.withLock { $0.ends = ends }
    }

    // MARK: - One request

    /// Keeps what a request is to record. Writes to the disk, without syncing it.
    ///
    /// - Throws: what the disk says; then nothing may be appended.
    func begin(_ documents: [DocumentMemory.Document], _ keys: DocumentKeys) throws -> Ticket {
        let mark = BatchKey(
            id: .init(entropy.bytes(16)), content: .init(high: 0, low: 0))
        try state.withLock { state in
            let line = Self.line([
                "mark": .string(mark.id.text), "from": .object(Self.json(state.ends)),
                "documents": .array(documents.map { .string($0.text) }),
            ])
            if state.file == nil || state.size + line.count > ServerLimits.documentJournalBytes {
                try rewrite(&state, keys)
            }
            guard let file = state.file else { return }
            try disk.write(state.landed + line, to: file, at: state.size)
            state.size += state.landed.count + line.count
            state.landed = []
            state.running[mark.id] = line
        }
        return Ticket(mark: mark)
    }

    /// Says where the documents of a request stand; `keys` know it already. Written with the next
    /// request's line, or at the end.
    func end(_ ticket: Ticket, _ landed: [Landed]) {
        state.withLock { state in
            guard state.running.removeValue(forKey: ticket.mark.id) != nil else { return }
            state.landed += Self.line(["done": .string(ticket.mark.id.text), "landed": landed.json])
            for range in landed {
                state.ends[range.book] = max(
                    state.ends[range.book] ?? 0, range.first + UInt64(range.count))
            }
        }
    }

    /// Writes what is left to say. Call when nothing is on its way any more.
    func close() {
        state.withLock { state in
            guard let file = state.file else { return }
            // Without it the next start asks the books.
            try? disk.write(state.landed, to: file, at: state.size)
            disk.close(file)
            state.file = nil
        }
    }

    // MARK: - The file

    /// Puts a new file in place that says all that is known, and goes on in that.
    private func rewrite(_ state: inout State, _ keys: DocumentKeys) throws {
        let directory = path.directoryPart
        if disk.kind(of: directory) == .missing { try disk.makeDirectory(directory, mode: 0o700) }
        var bytes: [UInt8] = []
        var rest = keys.recorded[...]
        while !rest.isEmpty {
            let some = rest.prefix(Self.together)
            bytes += Self.line(["known": .array(some.map { .string($0.text) })])
            rest = rest.dropFirst(Self.together)
        }
        for line in state.running.values { bytes += line }
        try disk.replaceFile(path, with: bytes, mode: 0o600)
        if let old = state.file { disk.close(old) }
        state.file = nil
        state.file = try disk.open(path, .writing, mode: 0o600)
        state.size = bytes.count
        // The keys know them.
        state.landed = []
    }

    /// Documents of one line of the file.
    private static let together = 1_000

    private static func line(_ object: JSONObject) -> [UInt8] {
        var buffer = ByteBuffer()
        CanonicalJSON.encode(object, into: &buffer)
        buffer.append("\n")
        return buffer.array
    }

    private static func json(_ ends: [String: UInt64]) -> JSONObject {
        JSONObject(ends.sorted { $0.key < $1.key }.map { ($0.key, .number(String($0.value))) })
    }
}
