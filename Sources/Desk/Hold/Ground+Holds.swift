// SPDX-License-Identifier: Apache-2.0

package import Clearing
import Daybook
import Records
package import Retention

/// A hold that somebody wants to be opened.
package struct HoldOrder: Sendable {
    /// The matter, as the lawyers name it.
    package var matter: String
    package var reason: String?
    /// Who issued it; nil is whoever opens it.
    package var issuer: String?
    /// Whose records it is about; none is everybody's.
    package var custodians: [String] = []
    package var scope: Scope

    package init(matter: String, scope: Scope) {
        self.matter = matter
        self.scope = scope
    }
}

/// A hold that was opened.
package struct HoldOpened: Sendable {
    package let hold: Hold
    package let record: UInt64
    /// Custodians under whose name nobody is known yet.
    package let strangers: [String]
}

/// A hold that was released.
package struct HoldReleased: Sendable {
    package let hold: String
    /// The record that says so; nil when it was released before.
    package let record: UInt64?
    /// Requests for erasure that may have waited for it.
    package let waiting: Int
}

// Legal holds.
extension Ground {
    /// Opens a hold. It binds on return: pinned and recorded, synced.
    ///
    /// - Throws: `badInput` when masking took something out of what was asked; it is open then, and
    ///   covers less.
    package func openHold(_ order: HoldOrder) throws -> HoldOpened {
        let ledger = try ledger()
        var hold = Hold(
            id: ShortCode.make("h"), matter: order.matter, issuer: order.issuer ?? userName,
            scope: order.scope, opened: now)
        hold.reason = order.reason
        hold.custodians = order.custodians
        hold.scope.people += order.custodians
        hold.scope.personIDs = try hold.scope.people.flatMap(personNumbers)
        let strangers = try hold.scope.people.filter { try personNumbers($0).isEmpty }
        for name in strangers {
            voice.note("nobody here is called \(name) yet; what comes in under that name is held")
        }
        // Pinned first: from here on no program prunes it, whatever happens to this one.
        try storePins(ledger, adding: hold)
        let record = try keepHouse(.holdOpened, hold.members, sealing: ["hold"])
        let after = try self.ledger()
        guard let kept = after.hold(hold.id), kept.scope == hold.scope else {
            throw DeskFailure(
                .badInput,
                "hold \(hold.id) is open, but record \(record) does not say all that was asked: "
                    + "masking took something out. Open it again without secrets in its words, and "
                    + "release this one.")
        }
        try storePins(after)
        return HoldOpened(hold: kept, record: record, strangers: strangers)
    }

    /// The holds that bind, oldest first.
    ///
    /// - Parameter all: released ones, too.
    package func holds(all: Bool = false) throws -> [Hold] {
        let ledger = try ledger()
        if existingBooks.contains("audit") { try storePins(ledger) }
        return all ? ledger.holds : ledger.activeHolds
    }

    /// Notes that a custodian was told of a hold, or said that they had read it.
    ///
    /// - Returns: its record.
    @discardableResult
    package func noteHold(_ id: String, custodian: String, isAcknowledged: Bool) throws -> UInt64 {
        let found = try ledger().known(id)
        guard found.custodians.contains(custodian) else {
            throw DeskFailure(
                .usage,
                "\(custodian) is no custodian of \(id); its custodians: "
                    + found.custodians.joined(separator: ", "))
        }
        return try keepHouse(
            .holdNoticed,
            [
                "hold_id": .string(id), "stage": isAcknowledged ? "acknowledged" : "sent",
                "custodian": .string(custodian),
            ], sealing: ["custodian"])
    }

    /// Releases a hold; what it alone kept goes when its policies say so.
    ///
    /// - Parameter approver: the second person, where one agreed.
    package func releaseHold(_ id: String, reason: String?, approver: String? = nil) throws
        -> HoldReleased
    {
        guard try ledger().known(id).isActive else {
            return HoldReleased(hold: id, record: nil, waiting: 0)
        }
        var members: JSONObject = ["hold_id": .string(id)]
        members["released_by"] = .string(userName)
        members["approved_by"] = approver.map { .string($0) }
        members["reason"] = reason.map { .string($0) }
        let record = try keepHouse(
            .holdReleased, members, sealing: ["released_by", "approved_by", "reason"])
        // Unpinned last: a crash before this leaves more kept, not less.
        let after = try ledger()
        try storePins(after)
        return HoldReleased(
            hold: id, record: record, waiting: after.requests.count(where: \.isErasurePending))
    }
}

extension Ledger {
    /// A hold by its code.
    package func known(_ id: String) throws(DeskFailure) -> Hold {
        if let hold = hold(id) { return hold }
        let nearest = Spelling.nearest(to: id, among: holds.map(\.id))
        throw DeskFailure(
            .usage,
            "there is no hold \(id)." + (nearest.map { " Did you mean \($0)?" } ?? "")
                + " `daybook hold list --all` lists them.")
    }
}
