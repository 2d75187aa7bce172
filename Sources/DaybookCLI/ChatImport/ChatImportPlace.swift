// SPDX-License-Identifier: Apache-2.0

import Book
import Chat
import Desk
import Masking
import Records
import Synchronization
import Vault

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Up to which record of the book `chat` all imported messages are noted as seen: a number in
/// `chat/imported`. It is written after the notes, so it may say less than is true, never more; when
/// it is lost the whole book is read once.
struct ChatImportPlace {
    /// `source` of all imported messages. File names are personal, so it names none.
    static let source = "import"
    /// Stands for the instant of messages that have none.
    static let noInstant = Timestamp(microseconds: 0)

    private let ground: Ground
    private let path: String

    init(_ ground: Ground) {
        self.ground = ground
        path = "\(ground.logs)/chat/imported"
    }

    /// Keeps two imports from running at once: they would not see each other's messages. Held until
    /// the process ends.
    static func lock(_ ground: Ground) throws {
        let path = "\(ground.logs)/chat/import.lock"
        // One process may import file after file.
        guard !locked.withLock({ $0.contains(path) }) else { return }
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw DeskFailure(
                .cannotCreate, "cannot open \(path): \(String(cString: strerror(errno))).")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw DeskFailure(
                .temporary, "another import of chat logs is at work here; wait for its end.")
        }
        locked.withLock { _ = $0.insert(path) }
    }

    /// Locks that this process holds until it ends.
    private static let locked = Mutex<Set<String>>([])

    private func load() -> UInt64 {
        guard let bytes = try? SmallFile.read(path) else { return 0 }
        return UInt64(String(decoding: bytes, as: UTF8.self).filter { $0.isNumber }) ?? 0
    }

    /// All records before `size` are noted.
    ///
    /// Not synced: an older number only costs reading.
    func advance(to size: UInt64) throws {
        let next = path + ".next"
        try SmallFile.write(Array("\(size)\n".utf8), to: next)
        guard rename(next, path) == 0 else {
            throw DeskFailure(
                .inputOutput, "cannot write \(path): \(String(cString: strerror(errno))).")
        }
    }

    /// Notes as seen what an import before this one recorded and did not come to note.
    func catchUp(_ vault: Vault, _ own: Account) throws {
        let snapshot = try ground.snapshot("chat")
        var start = load()
        // A book that is shorter than the number is another book.
        if start > snapshot.size { start = 0 }
        guard start < snapshot.size else { return }
        let session = try vault.openerOfRestricted.session()
        var lines: [(object: JSONObject, commitment: Commitment)] = []
        var pieces = PiecedRecord()
        try snapshot.forEachLine(in: start..<snapshot.size) { _, line throws(BookError) in
            guard line.contains(Self.mark),
                let value = try? JSONValue(parsing: String(decoding: line, as: UTF8.self)),
                let object = value.objectValue, object["source"]?.stringValue == Self.source,
                let sealed = object["sealed"]?.stringValue, let found = Commitment(sealed: sealed)
            else { return true }
            lines.append((object, found))
            if lines.count >= CommandLimits.chatBatch {
                try Self.note(lines, session, vault, own, &pieces)
                lines.removeAll(keepingCapacity: true)
            }
            return true
        }
        try Self.note(lines, session, vault, own, &pieces)
        try advance(to: snapshot.size)
    }

    private static let mark = Array("\"source\":\"\(source)\"".utf8)

    private static func note(
        _ lines: [(object: JSONObject, commitment: Commitment)],
        _ session: any EnvelopeOpeningSession, _ vault: Vault, _ own: Account,
        _ pieces: inout PiecedRecord
    ) throws(BookError) {
        var items: [SeenItem] = []
        try session.open(lines.map(\.commitment)) { place, state, plaintext in
            guard state == .open,
                let value = try? JSONValue(parsing: String(decoding: plaintext, as: UTF8.self)),
                let personal = value.objectValue
            else { return }
            var object = lines[place].object
            for member in personal { object[member.key] = member.value }
            guard let whole = pieces.take(object), let read = ChatRecord.read(whole) else { return }
            for identity in read.identities {
                items.append(
                    SeenItem(
                        account: read.account ?? own, instant: read.instant ?? noInstant,
                        identity: identity))
            }
        }
        do throws(VaultError) {
            _ = try vault.markSeen(items)
        } catch {
            throw BookError(.damaged, error.message)
        }
    }
}
