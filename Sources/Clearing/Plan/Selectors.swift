// SPDX-License-Identifier: Apache-2.0

import Book
package import Records
package import Retention

/// What somebody chose to clear: a record has to pass all that is set. `downTo` and `keepLast` then
/// take from what passes.
package struct Selectors: Sendable, Hashable {
    /// Book, people, platforms, conversations, kinds, a filter, and a range of time.
    package var scope: Scope
    /// Only what is older, by the message's own instant.
    package var olderThan: KeepPeriod?
    /// The oldest go until what is left has at most so many bytes of envelopes.
    package var downTo: Int?
    /// The newest so many stay.
    package var keepLast: Int?
    /// Only these records; of one book.
    package var indexes: [UInt64] = []
    /// Only what this policy says is due.
    package var policy: String?

    package init(scope: Scope = Scope()) { self.scope = scope }

    /// Whether nothing was chosen: that would be everything.
    package var isEmpty: Bool {
        var rest = scope
        rest.book = nil
        return rest == Scope() && olderThan == nil && downTo == nil && keepLast == nil
            && indexes.isEmpty && policy == nil
    }
}

extension Selectors {
    /// As plans and records have it; what is not set is left out.
    package var json: JSONObject {
        var object: JSONObject = ["scope": .object(scope.json)]
        object["older_than"] = olderThan.map { .string($0.description) }
        object["down_to"] = downTo.map { .number(String($0)) }
        object["keep_last"] = keepLast.map { .number(String($0)) }
        if !indexes.isEmpty {
            object["indexes"] = .array(indexes.map { .number(String($0)) })
        }
        object["policy"] = policy.map { .string($0) }
        return object
    }

    /// Reads what `json` wrote; nil when it is none.
    package init?(_ object: JSONObject) {
        guard let scope = object["scope"]?.objectValue.flatMap({ Scope($0) }) else { return nil }
        self.init(scope: scope)
        if let text = object.text("older_than") {
            guard let period = KeepPeriod(text) else { return nil }
            olderThan = period
        }
        downTo = object.unsigned("down_to").flatMap { Int(exactly: $0) }
        keepLast = object.unsigned("keep_last").flatMap { Int(exactly: $0) }
        for value in object["indexes"]?.arrayValue ?? [] {
            guard case .number(let text) = value, let index = UInt64(text) else { return nil }
            indexes.append(index)
        }
        policy = object.text("policy")
        guard json == object else { return nil }
    }

    /// In words, for people: `book chat, person alice, older than 90d`.
    package var words: String {
        var parts: [String] = []
        if scope != Scope() { parts.append(scope.words) }
        if let olderThan { parts.append("older than \(olderThan)") }
        switch indexes.count {
        case 0: break
        case 1...4: parts.append("record \(indexes.map(String.init).joined(separator: ", "))")
        default: parts.append("\(indexes.count) records by number")
        }
        if let policy { parts.append("due under policy \(policy)") }
        if let keepLast { parts.append("all but the last \(keepLast)") }
        if let downTo { parts.append("down to \(downTo) bytes") }
        return parts.isEmpty ? "everything" : parts.joined(separator: ", ")
    }
}
