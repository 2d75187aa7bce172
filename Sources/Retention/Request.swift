// SPDX-License-Identifier: Apache-2.0

package import Records
internal import Book

/// What a person asked for about the data that is kept of them.
package struct Request: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A copy of what is kept (GDPR 15).
        case access
        /// A copy that programs read, of what the person provided (GDPR 20).
        case portability
        /// To be forgotten (GDPR 17).
        case erasure
        /// To be kept, and not used (GDPR 18).
        case restriction
    }

    /// A random code: all that receipts say of the person.
    package var id: String
    package var kind: Kind
    /// As they were named when it came in.
    package var person: String
    /// The vault's number of the person.
    package var personID: UInt64
    package var received: Timestamp
    /// When the answer is due: a month, or what it was extended to.
    package var due: Timestamp
    /// How it was made sure that it is they who ask.
    package var verifiedBy: String?
    package var answer: Answer?

    package struct Answer: Sendable, Hashable {
        package var at: Timestamp
        package var outcome: Outcome
        /// For an erasure before a floor: when it will be carried out, and under which rule. For a
        /// restriction: when it ends.
        package var until: Timestamp?
        package var rule: String?

        package init(
            at: Timestamp, outcome: Outcome, until: Timestamp? = nil, rule: String? = nil
        ) {
            self.at = at
            self.outcome = outcome
            self.until = until
            self.rule = rule
        }
    }

    package enum Outcome: String, Sendable, Hashable {
        /// It was done.
        case done
        /// What a floor or a hold keeps is restricted, the rest was done.
        case restricted
        /// Nothing is kept of the person.
        case nothing
        /// They took it back.
        case withdrawn
        /// The date of a restriction came.
        case ended
        /// It was not they who asked, or a law says no; the reason is in the record.
        case refused
    }

    package init(
        id: String, kind: Kind, person: String, personID: UInt64, received: Timestamp
    ) {
        self.id = id
        self.kind = kind
        self.person = person
        self.personID = personID
        self.received = received
        due = Self.month.end(of: received) ?? received
    }

    /// GDPR 12(3).
    private static let month = KeepPeriod.months(1)

    package var isOpen: Bool { answer == nil }

    /// Whether it keeps what it is about from being used or erased by age: a restriction holds
    /// until it is taken back, or its end was recorded.
    package var isRestricting: Bool {
        guard kind == .restriction else { return false }
        switch answer?.outcome {
        case nil, .done, .restricted: return true
        case .nothing, .withdrawn, .ended, .refused: return false
        }
    }

    /// The same at an instant: a restriction with a date ends by itself.
    package func isRestricting(at now: Timestamp) -> Bool {
        isRestricting && now < (answer?.until ?? .max)
    }

    /// What restricts the person's records, as the vault and decisions say it.
    package var ground: String { "request \(id)" }

    /// Whether an erasure is still to be carried out when floors and holds allow it.
    package var isErasurePending: Bool {
        kind == .erasure && (answer == nil || answer?.outcome == .restricted)
    }
}

extension Request {
    /// The members of its record, `request_opened`; `request` could identify somebody.
    package var members: JSONObject {
        [
            "request_id": .string(id), "request_kind": .string(kind.rawValue),
            "due": .string(due.description), "request": .object(json),
        ]
    }

    package var json: JSONObject {
        var object: JSONObject = [
            "id": .string(id), "kind": .string(kind.rawValue), "person": .string(person),
            "person_id": .string(String(personID)), "received": .string(received.description),
            "due": .string(due.description),
        ]
        object["verified_by"] = verifiedBy.map { .string($0) }
        if let answer {
            var entry: JSONObject = [
                "at": .string(answer.at.description), "outcome": .string(answer.outcome.rawValue),
            ]
            entry["until"] = answer.until.map { .string($0.description) }
            entry["rule"] = answer.rule.map { .string($0) }
            object["answer"] = .object(entry)
        }
        return object
    }

    /// Reads what `json` wrote; nil when it is none.
    package init?(_ object: JSONObject) {
        guard let id = object.text("id"), let kind = Kind(rawValue: object.text("kind") ?? ""),
            let person = object.text("person"),
            let personID = object.text("person_id").flatMap({ UInt64($0) }),
            let received = object.instant("received")?.value,
            let due = object.instant("due")?.value
        else { return nil }
        self.init(id: id, kind: kind, person: person, personID: personID, received: received)
        self.due = due
        verifiedBy = object.text("verified_by")
        if let value = object["answer"] {
            guard let entry = value.objectValue, let at = entry.instant("at")?.value,
                let outcome = Outcome(rawValue: entry.text("outcome") ?? ""),
                let until = entry.instant("until")
            else { return nil }
            answer = Answer(
                at: at, outcome: outcome, until: until.value, rule: entry.text("rule"))
        }
    }
}
