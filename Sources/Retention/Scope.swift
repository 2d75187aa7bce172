// SPDX-License-Identifier: Apache-2.0

internal import Book
package import Records

/// Which records a policy, a hold or a request is about: all conditions have to hold, and an empty
/// one always does.
package struct Scope: Sendable, Hashable {
    /// Name of a book; nil is every book.
    package var book: String?
    /// Any of these, in small letters.
    package var platforms: [String] = []
    /// Any of these, letter by letter.
    package var conversations: [String] = []
    /// Any of these people: names, or accounts as `platform:name`.
    package var people: [String] = []
    /// The vault's numbers of `people` when the scope was accepted, so that a name that changes
    /// later does not free anybody.
    package var personIDs: [UInt64] = []
    /// Names of events, such as `chat_message`: any of these.
    package var kinds: [String] = []
    /// A filter of the query language.
    package var matching: String?
    /// Records of this instant and later ones.
    package var from: Timestamp?
    /// Records before this instant.
    package var to: Timestamp?

    package init(book: String? = nil) { self.book = book }

    /// What of a record has to be known to decide whether it is in a scope.
    package struct Needs: OptionSet, Sendable, Hashable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }

        package static let person = Needs(rawValue: 1)
        package static let platform = Needs(rawValue: 2)
        package static let conversation = Needs(rawValue: 4)
        package static let kind = Needs(rawValue: 8)
        package static let matching = Needs(rawValue: 16)
        /// What only the opened envelope tells.
        package static let sealed: Needs = [.platform, .conversation, .matching]
    }

    package var needs: Needs {
        var needs: Needs = []
        if !people.isEmpty || !personIDs.isEmpty { needs.insert(.person) }
        if !platforms.isEmpty { needs.insert(.platform) }
        if !conversations.isEmpty { needs.insert(.conversation) }
        if !kinds.isEmpty { needs.insert(.kind) }
        if matching != nil { needs.insert(.matching) }
        return needs
    }

    /// The scope with its people looked up.
    ///
    /// - Parameters:
    ///   - people: the vault's numbers of a name or account, none when nobody has it.
    ///   - current: the number that a person has now, after merges.
    package func bound(
        people look: (String) throws -> [UInt64],
        current: (UInt64) throws -> UInt64
    ) rethrows -> Bound {
        try Bound(self, people: look, current: current)
    }

    /// Whether a record is in a scope.
    package enum Match: Sendable, Hashable {
        case no
        /// What would decide it is not known of the record.
        case unknown
        case yes
    }

    /// A scope that can be compared with records. Make one for many records.
    package struct Bound: Sendable, Hashable {
        package let scope: Scope
        private let platforms: Set<String>
        private let conversations: Set<String>
        private let people: Set<UInt64>?
        private let kinds: Set<String>

        init(
            _ scope: Scope, people look: (String) throws -> [UInt64],
            current: (UInt64) throws -> UInt64
        ) rethrows {
            self.scope = scope
            platforms = Set(scope.platforms)
            conversations = Set(scope.conversations)
            kinds = Set(scope.kinds)
            people =
                scope.people.isEmpty && scope.personIDs.isEmpty
                ? nil : Set(try scope.people.flatMap(look) + scope.personIDs.map(current))
        }

        /// Whether only records of some people are in it.
        package var isAboutPeople: Bool { people != nil }

        /// Whether a record of this person may be in it; nil is nobody knows whose.
        package func mayBe(of person: UInt64?) -> Bool {
            guard let people, let person else { return true }
            return people.contains(person)
        }

        /// Compares a record with the scope. Allocates nothing.
        package func match(_ record: RecordFacts) -> Match {
            if let book = scope.book, book != record.book { return .no }
            var match = Match.yes
            if let people {
                guard Self.holds(record.person.map(people.contains), .person, record, &match)
                else { return .no }
            }
            if !kinds.isEmpty {
                guard Self.holds(record.kind.map(kinds.contains), .kind, record, &match)
                else { return .no }
            }
            if !platforms.isEmpty {
                guard
                    Self.holds(record.platform.map(platforms.contains), .platform, record, &match)
                else { return .no }
            }
            if !conversations.isEmpty {
                guard
                    Self.holds(
                        record.conversation.map(conversations.contains), .conversation, record,
                        &match)
                else { return .no }
            }
            if let query = scope.matching, !record.matched.contains(query) {
                guard record.unknown.contains(.matching) else { return .no }
                match = .unknown
            }
            switch time(record) {
            case .no: return .no
            case .unknown: return .unknown
            case .yes: return match
            }
        }

        /// Whether a condition may hold: nil is a fact that the record does not have, or that
        /// nobody looked at.
        private static func holds(
            _ verdict: Bool?, _ need: Needs, _ record: RecordFacts, _ match: inout Match
        ) -> Bool {
            if let verdict { return verdict }
            guard record.unknown.contains(need) else { return false }
            match = .unknown
            return true
        }

        /// A record is in a range when the instant of its source is, or that of its recording: a
        /// wrong clock at the source takes nothing out of a hold.
        private func time(_ record: RecordFacts) -> Match {
            if scope.from == nil, scope.to == nil { return .yes }
            guard record.timestamp != nil || record.recorded != nil else { return .unknown }
            return contains(record.timestamp) || contains(record.recorded) ? .yes : .no
        }

        private func contains(_ instant: Timestamp?) -> Bool {
            guard let instant else { return false }
            if let from = scope.from, instant < from { return false }
            if let to = scope.to, instant >= to { return false }
            return true
        }
    }
}

extension Scope {
    /// As settings, plans and records have it; what is empty is left out.
    package var json: JSONObject {
        var object = JSONObject()
        object["book"] = book.map { .string($0) }
        object["platforms"] = Self.texts(platforms)
        object["conversations"] = Self.texts(conversations)
        object["people"] = Self.texts(people)
        if !personIDs.isEmpty {
            object["person_ids"] = .array(personIDs.map { .string(String($0)) })
        }
        object["kinds"] = Self.texts(kinds)
        object["matching"] = matching.map { .string($0) }
        object["from"] = from.map { .string($0.description) }
        object["to"] = to.map { .string($0.description) }
        return object
    }

    /// Reads what `json` wrote; nil when it is none.
    package init?(_ object: JSONObject) {
        guard let platforms = object.texts("platforms"),
            let conversations = object.texts("conversations"),
            let people = object.texts("people"), let kinds = object.texts("kinds"),
            let numbers = object.texts("person_ids"), let from = object.instant("from"),
            let to = object.instant("to")
        else { return nil }
        book = object.text("book")
        self.platforms = platforms
        self.conversations = conversations
        self.people = people
        self.kinds = kinds
        personIDs = numbers.compactMap { UInt64($0) }
        matching = object.text("matching")
        self.from = from.value
        self.to = to.value
        guard personIDs.count == numbers.count, json.count == object.count else { return nil }
    }

    private static func texts(_ texts: [String]) -> JSONValue? {
        texts.isEmpty ? nil : .array(texts.map { .string($0) })
    }

    /// In words, for tables: `book chat, person alice, from 2026-01-01…`; `everything` when empty.
    package var words: String {
        var parts: [String] = []
        if let book { parts.append("book \(book)") }
        if !platforms.isEmpty { parts.append("platform \(platforms.joined(separator: " or "))") }
        if !conversations.isEmpty {
            parts.append("conversation \(conversations.joined(separator: " or "))")
        }
        if !people.isEmpty {
            parts.append("person \(people.joined(separator: " or "))")
        } else if !personIDs.isEmpty {
            // Whose numbers they are is for those who may open it.
            parts.append(personIDs.count == 1 ? "one person" : "\(personIDs.count) people")
        }
        if !kinds.isEmpty { parts.append("kind \(kinds.joined(separator: " or "))") }
        if let matching { parts.append("matching \(matching)") }
        if let from { parts.append("from \(from)") }
        if let to { parts.append("before \(to)") }
        return parts.isEmpty ? "everything" : parts.joined(separator: ", ")
    }
}
