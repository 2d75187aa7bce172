// SPDX-License-Identifier: Apache-2.0

import Hummingbird
import Records
import TransparencyLog

/// The page of one record: what it says, the life of its order, and its proof.
package struct RecordPages: RouteGroup {
    private let core: DaemonCore
    private let gate: SearchGate

    init(_ core: DaemonCore, _ gate: SearchGate) {
        self.core = core
        self.gate = gate
    }

    package var routes: [Route] {
        [
            Route(.get, "/records/{book}/{index}", access: Area.search.access) {
                [self] request, context in try await record(request, context)
            }
        ]
    }

    private func record(_ request: Request, _ context: DaemonContext) async throws -> Response {
        let principal = try context.caller
        let book = context.parameters.get("book") ?? ""
        let index = try context.index()
        let reason = try RequestValues(request).reason
        let rights = ReadRights(principal)
        let ground = core.ground(of: principal)
        let gone = Gone(context)
        let (answer, life) = try await gate.run {
            let answer = try RecordAnswer(
                book, index, rights, isOpened: rights.mayReadChat && reason != nil, reason: reason,
                ground)
            let order = book == "audit" ? OrderLife.order(of: answer.line) : nil
            let life = try order.map { try OrderLife(of: $0, rights, ground) { gone.isGone } }
            return (answer, life)
        }
        return Console.answer(
            RecordPage(answer, life, reason: reason).page, to: request, context)
    }
}

struct RecordPage {
    private let answer: RecordAnswer
    private let life: OrderLife?
    private let reason: String?
    private let record: JSONObject

    init(_ answer: RecordAnswer, _ life: OrderLife?, reason: String?) {
        self.answer = answer
        self.life = life
        self.reason = reason
        let text = String(decoding: answer.opened ?? answer.line, as: UTF8.self)
        record = (try? JSONValue(parsing: text))?.objectValue ?? [:]
    }

    private var kind: String {
        record["event_type"]?.stringValue ?? record["event"]?.stringValue ?? "record"
    }

    var page: Page {
        var page = Page(
            kind, in: .search,
            lead: "Record \(Figures.count(answer.index)) of the book \(answer.book)",
            crumbs: [("Search", Link("/search"))]
        ) {
            Tag.div(.class("grid")) {
                facts
                proof
                if let life, life.steps.count > 1 {
                    Part.card(
                        "Life of order \(life.order)",
                        note: Figures.count(life.steps.count, "step"), isFlush: true
                    ) { OrderLifeTable(life.steps).html }
                }
                Part.card("The line, as it is stored") {
                    Part.code(String(decoding: answer.line, as: UTF8.self))
                }
            }
        }
        page.actions = Tag.div(.class("inline")) {
            if answer.index > 0 {
                Form.linkButton("Before", link(answer.index - 1), .plain)
            }
            Form.linkButton("After", link(answer.index + 1), .plain)
        }
        return page
    }

    private func link(_ index: UInt64) -> Link {
        RecordRow.link(answer.book, index, reason ?? "")
    }

    private var facts: HTML {
        Part.card("What it says", classes: "two-thirds") {
            Part.facts(record.map { ($0.key, value(of: $0)) })
        }
    }

    private func value(of member: JSONObject.Member) -> HTML {
        let text = member.value.stringValue ?? member.value.description
        let isLink = [
            "asset", "order_id", "event_type", "strategy", "venue", "account", "parent_order_id",
            "client_order_id",
        ].contains(member.key)
        guard isLink, answer.book == "audit", !text.isEmpty else { return .text(text) }
        return Tag.a(.href(Paths.search(member.key, is: text))) { text }
    }

    // MARK: - The proof

    private var proof: HTML {
        guard let proof = answer.proof else {
            return Part.card("Proof", classes: "third") {
                Part.empty(.clock, "Not proven yet", answer.unproven ?? "")
            }
        }
        let checkpoint = proof.signed.checkpoint
        let path = "/v1/records/\(answer.book)/\(answer.index)"
        let query = ["reason": answer.book == "audit" ? "" : reason ?? ""].map { ($0, $1) }
        return Part.card("Proof", classes: "third") {
            Tag.div(.class("stack-small")) {
                Part.facts([
                    ("Signed tree", .text(Figures.count(checkpoint.size, "record"))),
                    ("Hashes", .text(Figures.count(proof.inclusion.hashes.count))),
                    ("Root", Tag.code(.class("hash")) { checkpoint.root.base64 }),
                    ("Log", Tag.code(.class("hash")) { checkpoint.origin }),
                ])
                Tag.div(.class("inline")) {
                    Tag.button(
                        .type("button"), .class("button main"),
                        .data("prove", Link(path, query).text)
                    ) { "Prove it" }
                    Form.linkButton(
                        ".tlog-proof", Link("\(path)/proof", query), .usual, icon: .download)
                }
                Tag.p(.class("hint")) {
                    "This page computes the proof by itself, from the line up to the signed root. "
                    "The file is for checking it elsewhere, without Daybook."
                }
                Tag.element(
                    "ol", [.id("proof-steps"), .class("proof-steps"), .aria("live", "polite")])
            }
        }
    }
}
