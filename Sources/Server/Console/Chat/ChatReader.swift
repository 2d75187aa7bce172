// SPDX-License-Identifier: Apache-2.0

import Book
import Clearing
import Desk
import Masking
import Query
import Records
import Retention

/// Opens a stretch of the book `chat` and asks what becomes of each record.
///
/// Whoever calls has recorded that they read it.
struct ChatReader {
    private struct Entry {
        let index: UInt64
        let object: JSONObject
        let commitment: Commitment?
        var state = EnvelopeState.missing
        var opened: JSONObject?
    }

    private let ground: Ground
    private let snapshot: BookSnapshot

    init(_ ground: Ground) throws {
        self.ground = ground
        snapshot = try ground.snapshot("chat")
    }

    /// Pages of this book.
    var pager: ChatPager {
        ChatPager(
            kept: min(snapshot.firstKept, snapshot.size)..<snapshot.size,
            stretch: ServerLimits.chatOpened, openedMost: ServerLimits.chatOpenedMost,
            shownMost: ServerLimits.chatShown)
    }

    /// Opens the records of a range, in their order. About 10 µs a record.
    func read(_ range: Range<UInt64>) throws -> [ChatMessage] {
        var entries = try entries(in: range)
        try open(&entries)
        let decider = try ground.decider(ground.ledger(), at: ground.now)
        let facts = try FactReader(book: "chat", filters: decider.filters.map(\.filter))
        let sealed = entries.indices.filter { entries[$0].commitment != nil }
        let owners = try ground.owners(of: sealed.compactMap { entries[$0].commitment })
        var people: [Int: UInt64] = [:]
        for (place, owner) in zip(sealed, owners) { people[place] = owner }
        return entries.indices.map { place in
            message(entries[place], facts, decider, person: people[place])
        }
    }

    private func entries(in range: Range<UInt64>) throws -> [Entry] {
        var entries: [Entry] = []
        try snapshot.forEachLine(in: range) { index, line in
            let text = String(decoding: line, as: UTF8.self)
            guard let object = (try? JSONValue(parsing: text))?.objectValue else { return true }
            let commitment = object["sealed"]?.stringValue.flatMap { Commitment(sealed: $0) }
            entries.append(Entry(index: index, object: object, commitment: commitment))
            return true
        }
        return entries
    }

    private func open(_ entries: inout [Entry]) throws {
        let places = entries.indices.filter { entries[$0].commitment != nil }
        guard !places.isEmpty, let opener = ground.houseOpener else { return }
        var found: [(Int, EnvelopeState, JSONObject?)] = []
        try opener.session().open(places.compactMap { entries[$0].commitment }) {
            number, state, plaintext in
            let text = String(decoding: plaintext, as: UTF8.self)
            found.append((places[number], state, (try? JSONValue(parsing: text))?.objectValue))
        }
        for (place, state, opened) in found {
            entries[place].state = state
            entries[place].opened = opened
        }
    }

    private func message(
        _ entry: Entry, _ reader: FactReader, _ decider: Decider, person: UInt64?
    ) -> ChatMessage {
        var facts = reader.facts(of: entry.object, opened: entry.opened, at: entry.index)
        facts.commitment = entry.commitment
        facts.person = person
        if entry.commitment != nil, person == nil { facts.unknown.insert(.person) }
        let members = entry.opened ?? (entry.commitment == nil ? entry.object : JSONObject())
        func text(_ names: String...) -> String {
            names.lazy.compactMap { members[$0]?.stringValue }.first { !$0.isEmpty } ?? ""
        }
        let state = Self.state(entry)
        let decision = decider.explain(facts).decision
        let isGone = if case .erased = state { true } else { false }
        return ChatMessage(
            index: entry.index, instant: facts.timestamp ?? facts.recorded,
            conversation: .init(platform: text("platform"), name: text("conversation")),
            sender: text("sender", "operator", "deleted_by", "logger", "program"),
            text: text("text", "message", "command", "file_name", "event"),
            kind: facts.kind ?? "", state: state, fate: isGone ? "" : decision.words,
            fateTone: Self.tone(decision))
    }

    private static func state(_ entry: Entry) -> ChatMessage.State {
        guard entry.commitment != nil else { return .shown }
        return switch entry.state {
        case .open, .redacted: .shown
        case .erased(let by): .erased(by: by)
        case .restricted(_, let rule): .restricted(rule: rule)
        case .locked: .closed("locked")
        case .missing: .closed("missing")
        case .altered: .closed("altered")
        }
    }

    private static func tone(_ decision: Decision) -> Tone {
        switch decision {
        case .held: .warn
        case .restricted: .accent
        case .erase: .bad
        case .keep: .neutral
        }
    }
}
