// SPDX-License-Identifier: Apache-2.0

package import Records

/// What becomes of one record, and who says so.
package enum Decision: Sendable, Hashable {
    /// These holds keep it, by their ids. A hold wins over everything.
    case held(by: [String])
    /// Its erasure was asked for and has to wait: it is kept, and not used, until the instant; nil
    /// is for as long as it takes.
    case restricted(until: Timestamp?, rule: String)
    case erase(by: Cause)
    /// It stays, for now until the instant; nil is no end that is known.
    case keep(until: Timestamp?, Why)

    /// What demands that a record goes.
    package enum Cause: Sendable, Hashable {
        /// This policy's period is over.
        case policy(String)
        /// The person asked for it, in this request.
        case request(String)
        /// Somebody chose it with `daybook clear`.
        case choice
    }

    /// Why a record stays.
    package enum Why: Sendable, Hashable {
        /// No policy selects it.
        case noPolicy
        /// This policy's period is not over.
        case notDue(policy: String)
        /// This rule's period is not over.
        case floor(rule: String)
        /// When what this rule counts from happened is not known.
        case unknownStart(rule: String)
        /// When it was made is not known.
        case unknownAge
        /// Whether this policy selects it is not known.
        case unknownFacts(policy: String)
    }

    /// `held`, `restricted`, `erase` or `keep`.
    package var word: String {
        switch self {
        case .held: "held"
        case .restricted: "restricted"
        case .erase: "erase"
        case .keep: "keep"
        }
    }

    package var isErase: Bool { if case .erase = self { true } else { false } }

    package var until: Timestamp? {
        switch self {
        case .restricted(let until, _), .keep(let until, _): until
        case .held, .erase: nil
        }
    }

    /// Who or what says so, in the words of plans and tables: `hold h1`, `rule us.sec.17a-4.b`,
    /// `policy chat-90d`.
    package var ground: String {
        switch self {
        case .held(let holds):
            (holds.count == 1 ? "hold " : "holds ") + holds.joined(separator: ", ")
        case .restricted(_, let rule): Self.named(rule)
        case .erase(.policy(let name)): "policy \(name)"
        case .erase(.request(let id)): "request \(id)"
        case .erase(.choice): "chosen"
        case .keep(_, let why): why.description
        }
    }

    /// A restriction's ground is a rule of the catalog or a request.
    private static func named(_ rule: String) -> String {
        rule.hasPrefix("request ") ? rule : "rule \(rule)"
    }

    package var json: JSONObject {
        var object: JSONObject = ["decision": .string(word), "ground": .string(ground)]
        object["until"] = until.map { .string($0.description) }
        return object
    }
}

extension Decision.Why: CustomStringConvertible {
    package var description: String {
        switch self {
        case .noPolicy: "no policy selects it"
        case .notDue(let policy): "policy \(policy)"
        case .floor(let rule): "rule \(rule)"
        case .unknownStart(let rule): "rule \(rule), whose start is not known"
        case .unknownAge: "its age is not known"
        case .unknownFacts(let policy): "whether policy \(policy) selects it is not known"
        }
    }
}

/// Why somebody asks what becomes of a record.
package enum Intent: Sendable, Hashable {
    /// A policy runs.
    case expiry
    /// Somebody chose the record to be cleared.
    case clear
    /// The person asked to be forgotten, in this request.
    case erasure(request: String)
}
