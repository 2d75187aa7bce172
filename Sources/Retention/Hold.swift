// SPDX-License-Identifier: Apache-2.0

package import Records
internal import Book

/// A legal hold: what it covers is kept, whatever policy, person or ceiling says. Its history only
/// grows.
package struct Hold: Sendable, Hashable {
    package var id: String
    /// The case, in the words of whoever issued it.
    package var matter: String
    package var reason: String?
    package var issuer: String
    /// Whose records it is about, as names or accounts; they are in `scope.people` too, unless the
    /// hold covers everybody's.
    package var custodians: [String] = []
    package var scope: Scope
    package var opened: Timestamp
    package var released: Release?
    /// The custodians that were told, and when they said that they had read it.
    package var notices: [Notice] = []

    package struct Release: Sendable, Hashable {
        package var at: Timestamp
        package var by: String
        package var reason: String?

        package init(at: Timestamp, by: String, reason: String?) {
            self.at = at
            self.by = by
            self.reason = reason
        }
    }

    package struct Notice: Sendable, Hashable {
        package var custodian: String
        package var sent: Timestamp?
        package var acknowledged: Timestamp?

        package init(custodian: String, sent: Timestamp? = nil, acknowledged: Timestamp? = nil) {
            self.custodian = custodian
            self.sent = sent
            self.acknowledged = acknowledged
        }
    }

    package init(id: String, matter: String, issuer: String, scope: Scope, opened: Timestamp) {
        self.id = id
        self.matter = matter
        self.issuer = issuer
        self.scope = scope
        self.opened = opened
    }

    package var isActive: Bool { released == nil }
}

extension Hold {
    /// The members of its record, `hold_opened`; `hold` could identify somebody.
    package var members: JSONObject {
        var members: JSONObject = ["hold_id": .string(id)]
        members["book"] = scope.book.map { .string($0) }
        members["from"] = scope.from.map { .string($0.description) }
        members["to"] = scope.to.map { .string($0.description) }
        members["custodian_count"] = .number(String(custodians.count))
        members["hold"] = .object(json)
        return members
    }

    package var json: JSONObject {
        var object: JSONObject = ["id": .string(id), "matter": .string(matter)]
        object["reason"] = reason.map { .string($0) }
        object["issuer"] = .string(issuer)
        object["custodians"] = .array(custodians.map { .string($0) })
        object["scope"] = .object(scope.json)
        object["opened"] = .string(opened.description)
        if let released {
            var release: JSONObject = [
                "at": .string(released.at.description), "by": .string(released.by),
            ]
            release["reason"] = released.reason.map { .string($0) }
            object["released"] = .object(release)
        }
        if !notices.isEmpty {
            object["notices"] = .array(
                notices.map { notice in
                    var entry: JSONObject = ["custodian": .string(notice.custodian)]
                    entry["sent"] = notice.sent.map { .string($0.description) }
                    entry["acknowledged"] = notice.acknowledged.map { .string($0.description) }
                    return .object(entry)
                })
        }
        return object
    }

    /// Reads what `json` wrote; nil when it is none.
    package init?(_ object: JSONObject) {
        guard let id = object.text("id"), let matter = object.text("matter"),
            let issuer = object.text("issuer"), let custodians = object.texts("custodians"),
            let scope = object["scope"]?.objectValue.flatMap({ Scope($0) }),
            let opened = object.instant("opened")?.value
        else { return nil }
        self.init(id: id, matter: matter, issuer: issuer, scope: scope, opened: opened)
        self.custodians = custodians
        reason = object.text("reason")
        if let value = object["released"] {
            guard let release = value.objectValue, let at = release.instant("at")?.value,
                let by = release.text("by")
            else { return nil }
            released = Release(at: at, by: by, reason: release.text("reason"))
        }
        for value in object["notices"]?.arrayValue ?? [] {
            guard let entry = value.objectValue, let custodian = entry.text("custodian"),
                let sent = entry.instant("sent"), let read = entry.instant("acknowledged")
            else { return nil }
            notices.append(
                Notice(custodian: custodian, sent: sent.value, acknowledged: read.value))
        }
    }
}
