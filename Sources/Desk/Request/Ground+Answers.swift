// SPDX-License-Identifier: Apache-2.0

package import Clearing
import Daybook
package import Records
package import Retention

/// How a request is answered.
package enum RequestReply: Sendable {
    /// Do what it asks for, or say what of it cannot be done. A restriction ends by itself on its date;
    /// nothing else has one.
    case carryOut(until: Timestamp?)
    case refuse(reason: String)
    /// The person took it back; a restriction ends.
    case withdraw
}

/// A request that was answered.
package struct RequestAnswered: Sendable {
    /// With its answer.
    package let request: Request
    package let record: UInt64
    /// Records that left search, for a restriction.
    package var restricted: Int?
    /// What of an erasure cannot be done yet, and what the person is told.
    package var stays: (records: Int, told: String)?
}

extension Ground {
    /// Answers a request, as a record.
    ///
    /// - Parameter deliver: for access and portability, takes the copy before the record says that
    ///   it was given; what it throws leaves the request open.
    /// - Throws: `usage` for one that was answered, and for an erasure while something can still be
    ///   erased.
    package func answerRequest(
        _ id: String, _ reply: RequestReply, deliver: (AnswerDocument) throws -> Void
    ) throws -> RequestAnswered {
        let ledger = try ledger()
        let found = try ledger.knownRequest(id)
        guard found.isWaiting else {
            throw DeskFailure(.usage, "request \(id) was answered already")
        }
        switch reply {
        case .refuse(let reason):
            // It may have been granted before.
            if found.kind == .restriction { try unrestrict(found, ledger) }
            return try close(found, Request.Answer(at: now, outcome: .refused), reason)
        case .withdraw:
            if found.kind == .restriction { try unrestrict(found, ledger) }
            return try close(found, Request.Answer(at: now, outcome: .withdrawn))
        case .carryOut(let until):
            guard let until else { break }
            guard found.kind == .restriction else {
                throw DeskFailure(
                    .usage,
                    "only a restriction ends on a date; request \(id) asks for "
                        + found.kind.rawValue)
            }
            guard until > now else {
                throw DeskFailure(.usage, "a restriction ends on a date to come")
            }
            return try grantRestriction(found, until: until)
        }
        switch found.kind {
        case .access, .portability:
            let document = try answerDocument(found, ledger)
            try deliver(document)
            return try close(
                found,
                Request.Answer(at: now, outcome: document.records.isEmpty ? .nothing : .done))
        case .restriction:
            return try grantRestriction(found, until: nil)
        case .erasure: return try sayWhatIsLeft(found, ledger)
        }
    }

    private func grantRestriction(_ request: Request, until: Timestamp?) throws -> RequestAnswered {
        let count = try restrict(request, until: until)
        var answered = try close(request, Request.Answer(at: now, outcome: .done, until: until))
        answered.restricted = count
        return answered
    }

    /// The copy that a person gets of what is kept of them, with the names of others taken out.
    ///
    /// That it is read is recorded first.
    package func answerDocument(_ request: Request, _ ledger: Ledger) throws -> AnswerDocument {
        let decider = try decider(ledger, at: now)
        let person = try person(numbered: request.personID)
        try recordReading(of: person, for: request.id)
        let records = try records(of: person, decider)
        let redact = try redactor(sparing: person)
        return AnswerDocument(
            request: request, made: now, names: person.titles,
            summary: PersonSummary(records, decider), records: records,
            redact: { redact($0) })
    }

    /// Records the answer.
    private func close(_ request: Request, _ answer: Request.Answer, _ reason: String? = nil) throws
        -> RequestAnswered
    {
        var members: JSONObject = [
            "request_id": .string(request.id), "outcome": .string(answer.outcome.rawValue),
        ]
        members["until"] = answer.until.map { .string($0.description) }
        members["rule"] = answer.rule.map { .string($0) }
        members["reason"] = reason.map { .string($0) }
        let record = try keepHouse(.requestAnswered, members, sealing: ["reason"])
        try storePins(try ledger())
        var after = request
        after.answer = answer
        return RequestAnswered(request: after, record: record)
    }

    private func sayWhatIsLeft(_ request: Request, _ ledger: Ledger) throws -> RequestAnswered {
        let decider = try decider(ledger, at: now)
        let fates = try fates(of: request.personID, decider, .erasure(request: request.id))
        if fates.contains(where: \.isErase) {
            let person =
                request.person.contains(" ") ? "\"\(request.person)\"" : request.person
            throw DeskFailure(
                .usage,
                "\(Words.count(fates.count(where: \.isErase), "record")) of the person can be "
                    + "erased: `daybook erase \(person) --apply` first, then answer")
        }
        guard !fates.isEmpty else {
            return try close(request, Request.Answer(at: now, outcome: .done))
        }
        // The last of them says when all is gone; a hold has no date.
        let isHeld = fates.contains { if case .held = $0 { true } else { false } }
        let last = fates.max { ($0.until ?? .max) < ($1.until ?? .max) }
        var rule: String?
        if case .restricted(_, let id)? = last { rule = id }
        let told =
            isHeld
            ? "kept for legal reasons"
            : "kept, but not used, until "
                + "\(last?.until.map { String($0.description.prefix(10)) } ?? "it may go") "
                + "under \(rule ?? "a rule")"
        var answered = try close(
            request,
            Request.Answer(
                at: now, outcome: .restricted, until: isHeld ? nil : last?.until,
                rule: isHeld ? nil : rule))
        answered.stays = (fates.count, told)
        return answered
    }
}
