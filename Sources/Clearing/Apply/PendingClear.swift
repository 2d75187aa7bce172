// SPDX-License-Identifier: Apache-2.0

import Book
import Records
import TransparencyLog

/// A clear that began and whose receipt is not written yet: a small file in the vault's directory,
/// so that whoever comes after a crash writes it. Says nothing of anybody.
struct PendingClear: Hashable {
    static let format = "daybook/clearing/v1"

    /// Name of the erasure.
    var erasure: String
    var plan: Digest
    var purpose: Plan.Purpose
    var started: Timestamp
    /// The records whose envelopes go.
    var books: [Plan.Book]
    var classes: [Plan.Class]
    /// Fingerprints of the approvers' keys.
    var approvals: [String]
    var isSeparated: Bool
    /// People whom the daemon knew and who agreed.
    var approvers = 0

    static func path(_ logs: String) -> String { "\(logs)/vault/clearing" }

    static func load(_ logs: String, _ disk: any Disk) throws -> PendingClear? {
        guard let bytes = try disk.contents(of: path(logs), limit: Limits.planBytes) else {
            return nil
        }
        guard
            let object = (try? JSONValue(parsing: String(decoding: bytes, as: UTF8.self)))?
                .objectValue, let pending = PendingClear(object)
        else {
            throw ClearingError(
                .damaged,
                "\(path(logs)) is damaged: it notes a clear whose receipt is missing. Move it away; "
                    + "`daybook verify` then names what was erased without a receipt.")
        }
        return pending
    }

    func store(_ logs: String, _ disk: any Disk) throws {
        let text = JSONValue.object(json).description + "\n"
        try disk.replaceFile(Self.path(logs), with: Array(text.utf8), mode: 0o600)
    }

    static func remove(_ logs: String, _ disk: any Disk) throws {
        try disk.remove(path(logs))
        try disk.syncDirectory("\(logs)/vault")
    }

    private var json: JSONObject {
        var object: JSONObject = [
            "clearing": .string(Self.format), "erasure": .string(erasure),
            "plan_digest": .string(plan.hex), "purpose": .string(purpose.word),
        ]
        if case .erasure(let request?) = purpose { object["request"] = .string(request) }
        object["started"] = .string(started.description)
        object["books"] = .array(books.map { .object($0.json) })
        object["classes"] = .array(classes.map { .object($0.json) })
        object["approvals"] = .array(approvals.map { .string($0) })
        object["separated"] = .bool(isSeparated)
        if approvers > 0 { object["approvers"] = .number(String(approvers)) }
        return object
    }

    private init?(_ object: JSONObject) {
        guard object.text("clearing") == Self.format, let erasure = object.text("erasure"),
            let plan = object.text("plan_digest").flatMap({ Digest(hex: $0) }),
            let purpose = Plan.Purpose(
                object.text("purpose") ?? "", request: object.text("request")),
            let started = object.text("started").flatMap({ Timestamp($0) }),
            let books = object["books"]?.arrayValue, let classes = object["classes"]?.arrayValue,
            let approvals = object["approvals"]?.arrayValue,
            case .bool(let isSeparated)? = object["separated"]
        else { return nil }
        self.init(
            erasure: erasure, plan: plan, purpose: purpose, started: started,
            books: books.compactMap { $0.objectValue.flatMap { Plan.Book($0) } },
            classes: classes.compactMap { $0.objectValue.flatMap { Plan.Class($0) } },
            approvals: approvals.compactMap(\.stringValue), isSeparated: isSeparated,
            approvers: object.unsigned("approvers").flatMap { Int(exactly: $0) } ?? 0)
        guard self.books.count == books.count else { return nil }
    }

    init(
        erasure: String, plan: Digest, purpose: Plan.Purpose, started: Timestamp,
        books: [Plan.Book], classes: [Plan.Class], approvals: [String], isSeparated: Bool,
        approvers: Int = 0
    ) {
        self.erasure = erasure
        self.plan = plan
        self.purpose = purpose
        self.started = started
        self.books = books
        self.classes = classes
        self.approvals = approvals
        self.isSeparated = isSeparated
        self.approvers = approvers
    }
}
