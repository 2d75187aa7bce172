// SPDX-License-Identifier: Apache-2.0

import Book
import Crypto
package import Records
package import Retention
package import TransparencyLog

extension Plan {
    /// What the first member of a plan says.
    package static let format = "daybook/plan/v1"

    /// SHA-256 over the canonical JSON of all members but `digest`: what an approver signs and a
    /// receipt names.
    package var digest: TransparencyLog.Digest {
        let text = JSONValue.object(content).description
        return TransparencyLog.Digest(Array(SHA256.hash(data: Array(text.utf8))))
            ?? TransparencyLog.Digest()
    }

    /// The plan as one JSON object: its content, then `digest`.
    package var json: JSONObject {
        var object = content
        object["digest"] = .string(digest.hex)
        return object
    }

    private var content: JSONObject {
        var object: JSONObject = [
            "plan": .string(Self.format), "made": .string(made.description),
            "expires": .string(expires.description), "made_by": .string(madeBy),
            "purpose": .string(purpose.word),
        ]
        if case .erasure(let request?) = purpose { object["request"] = .string(request) }
        object["selectors"] = .object(selectors.json)
        object["books"] = .array(books.map { .object($0.json) })
        object["envelopes"] = .number(String(envelopes))
        object["commitments"] = .string(commitments)
        object["classes"] = .array(classes.map { .object($0.json) })
        object["approvals"] = .array(approvals.map { .string($0) })
        if !forget.isEmpty {
            object["forget"] = .array(forget.map { .string(String($0)) })
        }
        return object
    }

    /// The bytes of a plan file: the object, a member a line so that two plans can be compared with
    /// `diff`.
    package var fileBytes: [UInt8] {
        var text = "{\n"
        let members = json.members
        for (place, member) in members.enumerated() {
            let key = JSONValue.string(member.key).description
            text += "\(key):\(member.value.description)\(place + 1 < members.count ? "," : "")\n"
        }
        return Array((text + "}\n").utf8)
    }

    /// Reads a plan file.
    ///
    /// - Throws: `usage` when it is no plan; `damaged` when its digest is not that of its content.
    package init(parsing bytes: [UInt8]) throws(ClearingError) {
        guard let text = String(validating: bytes, as: UTF8.self),
            let object = (try? JSONValue(parsing: text))?.objectValue,
            object.text("plan") == Self.format
        else {
            throw ClearingError(
                .usage, "this is no plan. `daybook clear … --plan FILE` writes one.")
        }
        guard let plan = Plan(object), let digest = object.text("digest"),
            plan.digest.hex == digest, plan.json == object
        else {
            throw ClearingError(
                .damaged,
                "the plan is not as it was written: its digest does not fit. Make a new one.")
        }
        self = plan
    }

    private init?(_ object: JSONObject) {
        guard let made = object.text("made").flatMap({ Timestamp($0) }),
            let expires = object.text("expires").flatMap({ Timestamp($0) }),
            let madeBy = object.text("made_by"),
            let purpose = Purpose(object.text("purpose") ?? "", request: object.text("request")),
            let selectors = object["selectors"]?.objectValue.flatMap({ Selectors($0) }),
            let books = object["books"]?.arrayValue, let classes = object["classes"]?.arrayValue,
            let approvals = object["approvals"]?.arrayValue,
            let envelopes = object.unsigned("envelopes").flatMap({ Int(exactly: $0) }),
            let commitments = object.text("commitments")
        else { return nil }
        self.init(purpose: purpose, selectors: selectors, made: made, madeBy: madeBy)
        self.expires = expires
        self.books = books.compactMap { $0.objectValue.flatMap { Book($0) } }
        self.classes = classes.compactMap { $0.objectValue.flatMap { Class($0) } }
        self.approvals = approvals.compactMap(\.stringValue)
        self.envelopes = envelopes
        self.commitments = commitments
        forget = (object["forget"]?.arrayValue ?? []).compactMap {
            $0.stringValue.flatMap { UInt64($0) }
        }
        guard Set(self.books.map(\.name)).count == books.count else { return nil }
    }
}

extension Plan.Purpose {
    package var word: String {
        switch self {
        case .clear: "clear"
        case .expiry: "expiry"
        case .erasure: "erasure"
        }
    }

    init?(_ word: String, request: String?) {
        switch word {
        case "clear" where request == nil: self = .clear
        case "expiry" where request == nil: self = .expiry
        case "erasure": self = .erasure(request: request)
        default: return nil
        }
    }

    /// What stands for the request of an erasure that has none on record.
    static let unnumbered = "without a number"

    /// As the decision algorithm has it.
    package var intent: Intent {
        switch self {
        case .clear: .clear
        case .expiry: .expiry
        case .erasure(let request): .erasure(request: request ?? Self.unnumbered)
        }
    }
}

extension Plan.Book {
    var json: JSONObject {
        [
            "book": .string(name), "origin": .string(origin),
            "tree_size": .number(String(treeSize)), "erase": erase.json,
            "restrict": restrict.json,
        ]
    }

    init?(_ object: JSONObject) {
        guard let name = object.text("book"), let origin = object.text("origin"),
            let treeSize = object.unsigned("tree_size"),
            let erase = RecordRanges(object["erase"]),
            let restrict = RecordRanges(object["restrict"]),
            erase.ranges.last.map({ $0.upperBound <= treeSize }) ?? true,
            restrict.ranges.last.map({ $0.upperBound <= treeSize }) ?? true
        else { return nil }
        self.init(name: name, origin: origin, treeSize: treeSize)
        self.erase = erase
        self.restrict = restrict
    }
}

extension Plan.Class {
    package var json: JSONObject {
        var object: JSONObject = [
            "book": .string(book), "kind": .string(kind), "decision": .string(decision),
            "ground": .string(ground),
        ]
        object["until"] = until.map { .string($0.description) }
        object["records"] = .number(String(records))
        object["bytes"] = .number(String(bytes))
        object["oldest"] = oldest.map { .string($0.description) }
        object["newest"] = newest.map { .string($0.description) }
        return object
    }

    init?(_ object: JSONObject) {
        guard let book = object.text("book"), let kind = object.text("kind"),
            let decision = object.text("decision"), let ground = object.text("ground"),
            let records = object.unsigned("records").flatMap({ Int(exactly: $0) }),
            let bytes = object.unsigned("bytes").flatMap({ Int(exactly: $0) })
        else { return nil }
        self.init(
            book: book, kind: kind, decision: decision, ground: ground,
            until: object.text("until").flatMap { Timestamp($0) })
        self.records = records
        self.bytes = bytes
        oldest = object.text("oldest").flatMap { Timestamp($0) }
        newest = object.text("newest").flatMap { Timestamp($0) }
    }
}
