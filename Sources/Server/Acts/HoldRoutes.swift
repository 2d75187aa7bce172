// SPDX-License-Identifier: Apache-2.0

import Clearing
import Desk
import HTTPTypes
import Hummingbird
import Records
import Retention

/// Legal holds. One person opens a hold; two release it.
package struct HoldRoutes: ActRoutes {
    let core: DaemonCore

    package init(_ core: DaemonCore) { self.core = core }

    package var routes: [Route] { [list, open, show, notice, release] }

    private var list: Route {
        act(
            .get, "/v1/holds", [.compliance],
            .act(
                "listHolds", "The holds that bind, oldest first.",
                parameters: [.init("all", type: "boolean", "Released ones, too.")])
        ) { asked in
            let holds = try asked.ground.holds(all: asked.flag("all"))
            return ActAnswer(["holds": .array(holds.map { .object($0.json) })])
        }
    }

    private var open: Route {
        act(
            .post, "/v1/holds", [.compliance],
            .act(
                "openHold",
                "Open a hold: `matter`, and `reason`, `issuer`, `custodians`; which records: `book`, "
                    + "`platforms`, `conversations`, `kinds`, `matching`, `from`, `to`. It binds "
                    + "when this is answered.", takesBody: true, 201, "It binds.")
        ) { asked in
            let body = asked.body
            try body.only(
                "matter", "reason", "issuer", "custodians", "book", "platforms", "conversations",
                "kinds", "matching", "from", "to")
            var order = HoldOrder(
                matter: try body.need("matter"), scope: try Self.scope(body).scope(in: asked.ground)
            )
            order.reason = try body.text("reason")
            order.issuer = try body.text("issuer")
            order.custodians = try body.texts("custodians")
            let opened = try asked.ground.openHold(order)
            return ActAnswer(
                [
                    "hold": .object(opened.hold.json), "record": .number(String(opened.record)),
                    "unknown_people": .array(opened.strangers.map { .string($0) }),
                ], .created)
        }
    }

    /// The members of a body that say which records are meant.
    private static func scope(_ body: JSONBody) throws -> ScopeForm {
        var form = ScopeForm()
        form.book = try body.text("book")
        form.platforms = try body.texts("platforms")
        form.conversations = try body.texts("conversations")
        form.kinds = try body.texts("kinds")
        form.matching = try body.text("matching")
        form.from = try body.text("from")
        form.to = try body.text("to")
        return form
    }

    private static let id = Operation.Parameter("id", in: .path, "The hold's code.")
    private static let missing = (404, "There is no such hold.")

    private var show: Route {
        act(
            .get, "/v1/holds/{id}", [.compliance],
            .act("getHold", "One hold.", parameters: [Self.id], more: [Self.missing])
        ) { asked in
            ActAnswer(["hold": .object(try Self.hold(asked).json)])
        }
    }

    private static func hold(_ asked: Asked) throws -> Hold {
        guard let hold = try asked.ground.ledger().hold(asked.part("id")) else {
            throw HTTPFailure(.notFound, "there is no such hold")
        }
        return hold
    }

    private var notice: Route {
        act(
            .post, "/v1/holds/{id}/notices", [.compliance],
            .act(
                "noteHoldNotice",
                "Note that a `custodian` was told of a hold, or, with `acknowledged`, that they read "
                    + "it.", parameters: [Self.id], takesBody: true, 201, "Noted.",
                more: [Self.missing])
        ) { asked in
            try asked.body.only("custodian", "acknowledged")
            let hold = try Self.hold(asked)
            let record = try asked.ground.noteHold(
                hold.id, custodian: asked.body.need("custodian"),
                isAcknowledged: asked.body.flag("acknowledged"))
            return ActAnswer(["record": .number(String(record))], .created)
        }
    }

    private var release: Route {
        act(
            .post, "/v1/holds/{id}/release", [.compliance],
            .act(
                "releaseHold",
                "Propose to release a hold, with a `reason`. It binds until another person approves "
                    + "the proposal.", parameters: [Self.id], takesBody: true,
                202, "Proposed; another person approves it.",
                more: [Self.missing, (409, "It was released already.")])
        ) { asked in
            try asked.body.only("reason")
            let hold = try Self.hold(asked)
            guard hold.isActive else {
                throw HTTPFailure(.conflict, "hold \(hold.id) was released already")
            }
            let proposal = try asked.ground.propose(
                .holdRelease, hold.id, reason: asked.body.text("reason"))
            return ActAnswer(
                ["proposal": .object(proposal.json(at: asked.ground.now))], .accepted)
        }
    }
}
