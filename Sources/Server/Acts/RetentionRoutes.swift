// SPDX-License-Identifier: Apache-2.0

import Clearing
import Desk
import HTTPTypes
import Hummingbird
import Records
import Retention

/// How long whole days are kept, and whether the clock is believed by which they go.
package struct RetentionRoutes: ActRoutes {
    let core: DaemonCore

    package init(_ core: DaemonCore) { self.core = core }

    package var routes: [Route] { [list, accept, apply, clock, confirm] }

    private static let book = Operation.Parameter("book", in: .path, "The book.")

    private var list: Route {
        act(
            .get, "/v1/retention", [.compliance, .auditor, .admin],
            .act(
                "getRetention",
                "How long each book is kept: in force, proposed, due, and what stands in the way.")
        ) { asked in
            let ground = try asked.ground.withProposals()
            let reports = try ground.existingBooks.map { try RetentionReport($0, ground) }
            return ActAnswer(["books": .array(reports.map { .object($0.json) })])
        }
    }

    private var accept: Route {
        act(
            .post, "/v1/retention/{book}/accept", [.compliance],
            .act(
                "acceptRetention",
                "Put what daybook.yaml proposes for a book in force. By which days go earlier, "
                    + "another person has to approve.", parameters: [Self.book],
                202, "Proposed; another person approves it.",
                more: [(201, "In force."), (409, "It is in force already.")])
        ) { asked in
            try asked.body.only()
            let ground = try asked.ground.withProposals()
            let report = try ground.retention(of: asked.part("book"))
            guard report.proposed != report.inForce?.policy else {
                throw HTTPFailure(.conflict, "that is in force already")
            }
            let isShorter =
                report.inForce?.policy.isShortened(by: report.proposed, at: ground.now) ?? true
            guard isShorter else {
                let accepted = try ground.acceptRetention(report)
                return ActAnswer(
                    ["record": accepted.record.map { .number(String($0)) } ?? .null], .created)
            }
            let proposal = try ground.propose(
                .retentionAccept, report.name, details: ["policy": .object(report.proposed.json)])
            return ActAnswer(["proposal": .object(proposal.json(at: ground.now))], .accepted)
        }
    }

    private var apply: Route {
        act(
            .post, "/v1/retention/{book}/apply", [.compliance],
            .act(
                "applyRetention",
                "Prune what is due now, without waiting for the next rotation; with `dry_run`, say "
                    + "what would go.", parameters: [Self.book], takesBody: true,
                202, "Begun: a job.",
                more: [
                    (200, "What would go."), (404, "There is no such book."),
                    (409, "Another such job runs."),
                ])
        ) { asked in
            try asked.body.only("dry_run")
            let book = asked.part("book")
            if try asked.body.flag("dry_run") {
                let (report, decision) = try asked.ground.applyRetention(of: book, dryRun: true)
                return ActAnswer(report.json(of: decision, applied: false))
            }
            _ = try asked.ground.retention(of: book)
            return try Self.start(.retention, asked) { ground, _ in
                let (report, decision) = try ground.applyRetention(of: book, dryRun: false)
                return Jobs.Made(report.json(of: decision, applied: true))
            }
        }
    }

    private var clock: Route {
        act(
            .get, "/v1/clock", [.compliance, .auditor, .admin],
            .act("getClock", "Whether the clock is believed, and why.")
        ) { asked in
            ActAnswer(try asked.ground.clockReport().members)
        }
    }

    private var confirm: Route {
        act(
            .post, "/v1/clock/confirm", [.compliance, .admin],
            .act(
                "confirmClock", "Say that the clock is right now, as a record: a person looked.")
        ) { asked in
            try asked.body.only()
            return ActAnswer(try asked.ground.confirmClock().members)
        }
    }
}
