// SPDX-License-Identifier: Apache-2.0

internal import Masking
internal import Records

/// What a client calls one append over the socket: 16 random bytes. It keeps the name when it sends
/// the same append again.
struct AppendID: Hashable, Sendable {
    static let byteCount = 16

    let bytes: [UInt8]

    /// - Returns: nil when they are not 16.
    init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = Array(bytes)
    }

    /// A new one.
    init(_ entropy: any Entropy) {
        let random = entropy.bytes(Self.byteCount)
        precondition(random.count == Self.byteCount, "entropy gives as much as it is asked for")
        bytes = random
    }
}

/// Which append of which connection a submission is; without a connection it can only be found, as
/// by a client that became the holder itself.
struct AppendKey: Sendable {
    let id: AppendID
    /// Below `Limits.connections`.
    let connection: Int?
}

/// How far each client's last append came, so that one that its holder died over is not appended
/// twice (docs/design/durability.md, "Exactly once through the socket").
///
/// Before lines are written, the file `appends` says which append they are of and where they begin.
/// It is not synced: it outlives the holder, and whoever asks does not outlive the machine. The next
/// holder compares it with the lines that it found, before it adds one of its own.
///
/// Belongs to the writer's thread. Failures of the file are not failures of an append: what is
/// lost is that a crash just now could bring records twice.
final class AppendMarks {
    /// One append that is under way, or that a former holder left.
    private struct Mark {
        var id: AppendID
        /// Index of its first line.
        var first: UInt64
        /// Its lines that are known to be in the book.
        var done: UInt64
        /// All its lines.
        var total: UInt64
        /// Where the lines behind `done` begin; `UInt64.max` where none are being written.
        var start: UInt64
        /// Microseconds since 1970 at which a holder found it on opening; 0 for its own.
        var since: UInt64 = 0
    }

    private let place: BookPlace
    private let path: String
    private var file: OpenFile?
    /// By slot: first one for each connection, then those that former holders left.
    private var marks = [Mark?](repeating: nil, count: slots)
    private var hasInherited = false

    static let slots = 4 * Limits.connections
    private static let head = Array("daybook appends 1\n".utf8)
    private static let markBytes = AppendID.byteCount + 5 * 8
    private static let fileBytes = head.count + slots * markBytes

    /// Reads what the holder before left. Call when the book's lines are recovered and before one is
    /// added.
    init(_ place: BookPlace, size: UInt64) {
        self.place = place
        path = "\(place.directory)/appends"
        inherit(size, now: UInt64(clamping: place.clock.now().microseconds))
    }

    /// Lines of one submission that are yet to be written.
    struct Step {
        /// Lines of it that are there.
        var skipped = 0
        /// Index of its first line.
        var first: UInt64
    }

    /// Says which lines of some submissions are to be written from `size` on, and notes on disk that
    /// they are about to be.
    func begin(_ submissions: [Submission], at size: UInt64) -> [Step] {
        var next = size
        return submissions.map { submission in
            var step = Step(first: next)
            let total = UInt64(submission.records.count)
            guard let key = submission.key else {
                next += total
                return step
            }
            if let known = known(key.id), known.done > 0 {
                step = Step(skipped: Int(min(known.done, total)), first: known.first)
            }
            if let slot = key.connection {
                let mark = Mark(
                    id: key.id, first: step.first, done: UInt64(step.skipped), total: total,
                    start: next)
                write(mark, slot)
            }
            next += total - UInt64(step.skipped)
            return step
        }
    }

    /// What a former holder did of an append, if one did.
    private func known(_ id: AppendID) -> Mark? {
        guard hasInherited else { return nil }
        for case let mark? in marks[Limits.connections...] where mark.id == id { return mark }
        return nil
    }

    /// The submissions of `begin` are in the book.
    func end(_ submissions: [Submission], _ steps: [Step]) {
        for (submission, step) in zip(submissions, steps) {
            guard let key = submission.key, let slot = key.connection else { continue }
            let total = UInt64(submission.records.count)
            marks[slot] = Mark(
                id: key.id, first: step.first, done: total, total: total, start: .max)
        }
    }

    /// The submissions of `begin` were not written: other lines will stand where theirs were to.
    func fail(_ submissions: [Submission]) {
        for case let slot? in submissions.map({ $0.key?.connection }) {
            write(marks[slot], slot)
        }
    }

    /// All clients of this holder were answered.
    func close() {
        if let file { place.disk.close(file) }
        file = nil
        for slot in 0..<Limits.connections { marks[slot] = nil }
        if hasInherited {
            replace()
        } else if place.disk.kind(of: path) == .file {
            try? place.disk.remove(path)
        }
    }

    // MARK: - The file

    private func inherit(_ size: UInt64, now: UInt64) {
        guard let bytes = try? place.disk.contents(of: path, limit: Self.fileBytes),
            bytes.starts(with: Self.head)
        else { return }
        var slot = Limits.connections
        for place in 0..<Self.slots where slot < Self.slots {
            let start = Self.head.count + place * Self.markBytes
            guard start + Self.markBytes <= bytes.count,
                var mark = Self.mark(bytes[start..<(start + Self.markBytes)])
            else { continue }
            // Whoever waits for an answer gives up long before.
            if mark.since > 0, now > mark.since + Limits.appendMarkMicroseconds { continue }
            if mark.start < size { mark.done += min(size - mark.start, mark.total - mark.done) }
            mark.start = .max
            if mark.since == 0 { mark.since = max(now, 1) }
            marks[slot] = mark
            hasInherited = true
            slot += 1
        }
        // Under another name first: a holder that dies over this leaves one or the other.
        replace()
    }

    private func replace() {
        let temporary = path + ".new"
        guard let new = try? place.disk.open(temporary, .replacing, mode: 0o600) else { return }
        var bytes = Self.head
        for mark in marks { bytes += Self.bytes(of: mark) }
        let isWritten = (try? put(bytes, new, at: 0)) != nil
        place.disk.close(new)
        guard isWritten else { return }
        try? place.disk.rename(temporary, to: path)
    }

    /// Writes a mark, making the file when it is the first one.
    private func write(_ mark: Mark?, _ slot: Int) {
        if file == nil {
            file = try? place.disk.open(path, .creating, mode: 0o600)
            if let file { try? put(Self.head, file, at: 0) }
        }
        guard let file else { return }
        try? put(Self.bytes(of: mark), file, at: Self.head.count + slot * Self.markBytes)
    }

    private func put(_ bytes: [UInt8], _ file: OpenFile, at offset: Int) throws(DiskError) {
        let result = bytes.withUnsafeBytes { bytes -> Result<Void, DiskError> in
            Result { () throws(DiskError) in
                try place.disk.write(bytes, to: file, at: offset)
            }
        }
        try result.get()
    }

    private static func bytes(of mark: Mark?) -> [UInt8] {
        guard let mark else { return [UInt8](repeating: 0, count: markBytes) }
        return [mark.first, mark.done, mark.total, mark.start, mark.since].reduce(
            into: mark.id.bytes
        ) { bytes, number in
            withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
        }
    }

    /// - Returns: nil for an empty slot, and for numbers that contradict themselves.
    private static func mark(_ bytes: ArraySlice<UInt8>) -> Mark? {
        guard let id = AppendID(bytes.prefix(AppendID.byteCount)),
            id.bytes.contains(where: { $0 != 0 })
        else { return nil }
        let numbers = (0..<5).map { place in
            bytes.dropFirst(AppendID.byteCount + place * 8).prefix(8).reversed()
                .reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        }
        guard numbers[1] <= numbers[2], numbers[2] <= Limits.frameBytes,
            numbers[4] <= UInt64(Int64.max)
        else { return nil }
        return Mark(
            id: id, first: numbers[0], done: numbers[1], total: numbers[2], start: numbers[3],
            since: numbers[4])
    }
}
