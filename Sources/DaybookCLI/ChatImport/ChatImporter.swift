// SPDX-License-Identifier: Apache-2.0

import Book
import Chat
import Daybook
import Desk
import Masking
import Records
import Vault

/// Brings messages into the book `chat`: what it has already stays once, what was erased stays away.
///
/// A batch is appended and synced before its messages are noted as seen. When it is cut off in
/// between, the next import finds the records behind the place up to which all is noted
/// (`ChatImportPlace`), and notes them first.
struct ChatImporter: ~Copyable {
    /// What came of a file.
    struct Counts {
        /// Messages recorded.
        var recorded = 0
        /// Later texts of messages that were there.
        var edits = 0
        /// Messages that were there already.
        var known = 0
        /// Messages that had been erased, or of an account and day of which something had.
        var erased = 0
        /// Pieces that could not be read, kept as records; also counted in `recorded` or `known`.
        var unread = 0
        /// Line and problem of the first few of these.
        var problems: [(part: String, line: Int, problem: String)] = []
        var wasInterrupted = false
    }

    private let vault: Vault?
    /// Nil when nothing is to be recorded.
    private let book: Book?
    private let committer: ChatCommitter?
    /// What the batches have that may not be noted yet: the committer holds two at most.
    private var inFlight: [Set<[UInt8]>] = []
    /// Names that accounts were given in this run.
    private var named: Set<String> = []
    private var session: MaskingSession
    private let provenance = Provenance(source: ChatImportPlace.source)
    /// Whose the records without a sender are.
    private let own: Account
    private var json = ByteBuffer(capacity: 4_096)

    /// - Parameter isDryRun: nothing is recorded, and nothing made.
    init(_ ground: Ground, isDryRun: Bool) throws {
        let place = ChatImportPlace(ground)
        let own = SystemUser.account
        var vault: Vault?
        var book: Book?
        if isDryRun {
            vault = try ground.door.vault(create: false)
        } else {
            let made = try ground.door.vault(create: true)
            book = try ground.open("chat")
            try ChatImportPlace.lock(ground)
            if let made { try place.catchUp(made, own) }
            vault = made
        }
        self.own = own
        self.vault = vault
        self.book = book
        committer =
            if let book, let vault { ChatCommitter(book, vault, place) } else { nil }
        session = MaskingSession(ground.masker)
    }

    // MARK: - A file

    mutating func run(_ source: ChatSource) throws -> Counts {
        var counts = Counts()
        var copies = ChatCopies()
        var progress = Progress("import \(source.path.namePart)")
        let size = source.plainSize.map { UInt64($0) }
        var done: UInt64 = 0
        for part in source.parts {
            let reader = ChatReader(source.format, part.context, lead: source.lead)
            var items: [ChatItem] = []
            var failure: (any Error)?
            do {
                counts.wasInterrupted = try !source.read(part) { bytes in
                    bytes.withUnsafeBufferPointer { reader.feed($0, into: &items) }
                    done += UInt64(bytes.count)
                    progress.report(done, of: size, "byte")
                    while items.count >= CommandLimits.chatBatch {
                        let batch = Array(items.prefix(CommandLimits.chatBatch))
                        items.removeFirst(batch.count)
                        try take(batch, source, part, &copies, &counts)
                    }
                    return true
                }
            } catch let error as DeskFailure where error.code == .badInput {
                failure = error
            }
            if !counts.wasInterrupted { reader.finish(into: &items) }
            try take(items, source, part, &copies, &counts)
            if let failure {
                progress.end()
                throw failure
            }
            if counts.wasInterrupted { break }
        }
        try committer?.drain()
        progress.end()
        return counts
    }

    /// Gives the book back.
    consuming func finish() throws {
        try committer?.drain()
        committer?.close()
        try book?.checkpoint()
        try book?.close()
    }

    // MARK: - A batch

    /// One item on its way: what it is the same as, and whose it is.
    private struct Candidate {
        var item: ChatItem
        let account: Account
        let instant: Timestamp
        let identity: [UInt8]
        /// For a message that was changed later: of that text.
        var edit: [UInt8]?
        let copy: Int

        var all: [[UInt8]] { [identity] + (edit.map { [$0] } ?? []) }
    }

    private mutating func take(
        _ items: [ChatItem], _ source: ChatSource, _ part: ChatSource.Part,
        _ copies: inout ChatCopies, _ counts: inout Counts
    ) throws {
        guard !items.isEmpty else { return }
        var candidates: [Candidate] = []
        candidates.reserveCapacity(items.count)
        for item in items {
            if case .unread(let unread) = item {
                counts.unread += 1
                if counts.problems.count < CommandLimits.chatProblems {
                    counts.problems.append((part.name, unread.line, unread.problem))
                }
            }
            candidates.append(candidate(item, source, part, &copies))
        }
        let (wanted, names) = try sift(candidates, &counts)
        guard let committer else {
            counts.recorded += wanted.count
            return
        }
        guard !wanted.isEmpty || !names.isEmpty else { return }
        var records = MaskedRecords()
        for candidate in wanted {
            json.removeAll()
            switch candidate.item {
            case .message(let message):
                ChatRecord.write(
                    message, platform: source.platform, copy: candidate.copy, into: &json)
            case .unread(let unread):
                ChatRecord.write(
                    unread, platform: source.platform, conversation: part.context.conversation,
                    copy: candidate.copy, into: &json)
            }
            do throws(JSONError) {
                try session.append(
                    jsonLine: json.unsafeBytes, from: provenance,
                    sealing: .all(under: candidate.account), to: &records)
            } catch {
                throw DeskFailure(.bug, "a record of our own making was refused: \(error)")
            }
        }
        let seen = wanted.flatMap { candidate in
            candidate.all.map {
                SeenItem(account: candidate.account, instant: candidate.instant, identity: $0)
            }
        }
        try committer.take(ChatCommitter.Batch(records: records, seen: seen, names: names))
        inFlight.append(Set(seen.map(\.identity)))
        if inFlight.count > 2 { inFlight.removeFirst() }
        counts.recorded += wanted.count
    }

    /// Masks the texts, so that they are the same in the file and in the record, and finds out what
    /// an item is the same as.
    private mutating func candidate(
        _ item: ChatItem, _ source: ChatSource, _ part: ChatSource.Part,
        _ copies: inout ChatCopies
    ) -> Candidate {
        switch item {
        case .message(var message):
            let account = ChatRecord.account(of: message, platform: source.platform) ?? own
            let instant = message.instant ?? ChatImportPlace.noInstant
            var copy = 0
            if message.messageID == nil {
                message.text = message.text.map { session.maskText($0) }
                copy = copies.next(ChatRecord.identity(of: message, platform: source.platform))
            }
            let all = ChatRecord.identities(of: message, platform: source.platform, copy: copy)
            return Candidate(
                item: .message(message), account: account, instant: instant, identity: all[0],
                edit: all.count > 1 ? all[1] : nil, copy: copy)
        case .unread(var unread):
            unread.text = session.maskText(unread.text)
            let conversation = part.context.conversation
            let copy = copies.next(
                ChatRecord.identity(
                    of: unread, platform: source.platform, conversation: conversation))
            return Candidate(
                item: .unread(unread), account: own, instant: ChatImportPlace.noInstant,
                identity: ChatRecord.identity(
                    of: unread, platform: source.platform, conversation: conversation, copy: copy),
                copy: copy)
        }
    }

    /// Those that are to be recorded: neither there nor erased; of a message that is there with an
    /// older text, the edit. And names of accounts that were not met before in this run.
    private mutating func sift(_ candidates: [Candidate], _ counts: inout Counts) throws -> (
        wanted: [Candidate], names: [(account: Account, name: String)]
    ) {
        var seen = [Bool](repeating: false, count: candidates.count)
        var seenEdits = seen
        var erased = seen
        if let vault {
            seen = try vault.haveSeen(
                candidates.map {
                    SeenItem(account: $0.account, instant: $0.instant, identity: $0.identity)
                })
            erased = try vault.wereErased(candidates.map { ($0.account, $0.instant) })
            let edited = candidates.indices.filter { candidates[$0].edit != nil }
            let found = try vault.haveSeen(
                edited.map { place in
                    let candidate = candidates[place]
                    return SeenItem(
                        account: candidate.account, instant: candidate.instant,
                        identity: candidate.edit ?? [])
                })
            for (place, isSeen) in zip(edited, found) { seenEdits[place] = isSeen }
        }
        var inBatch: Set<[UInt8]> = []
        var wanted: [Candidate] = []
        var names: [(account: Account, name: String)] = []
        for (place, var candidate) in candidates.enumerated() {
            if erased[place] {
                counts.erased += 1
                continue
            }
            if let name = newName(candidate) { names.append((candidate.account, name)) }
            let isKnown =
                seen[place] || isInFlight(candidate.identity)
                || !inBatch.insert(candidate.identity).inserted
            if !isKnown {
                if let edit = candidate.edit { inBatch.insert(edit) }
                wanted.append(candidate)
                continue
            }
            guard let edit = candidate.edit, !seenEdits[place], !isInFlight(edit),
                inBatch.insert(edit).inserted,
                case .message(var message) = candidate.item
            else {
                counts.known += 1
                continue
            }
            message.kind = .edit
            candidate.item = .message(message)
            counts.edits += 1
            wanted.append(candidate)
        }
        return (wanted, names)
    }

    /// The name shown of an account that has an id besides, the first time.
    private mutating func newName(_ candidate: Candidate) -> String? {
        guard case .message(let message) = candidate.item, let id = message.senderID,
            let name = message.sender, !name.isEmpty, name != id
        else { return nil }
        let key = "\(candidate.account.platform)\u{1F}\(id)\u{1F}\(name)"
        // As the key file holds it.
        return named.insert(key).inserted ? name.cut(toBytes: Account.nameBytesMax) : nil
    }

    private func isInFlight(_ identity: [UInt8]) -> Bool {
        inFlight.contains { $0.contains(identity) }
    }
}
