// SPDX-License-Identifier: Apache-2.0

import Clearing
import Desk
import Records
import Retention
import TransparencyLog

/// All that the page Retention shows, read once.
struct RetentionView {
    /// What goes by itself, and when.
    struct Row {
        let what: String
        let due: String
        let next: Timestamp?
        let blocker: String?
    }

    let now: Timestamp
    let inForce: [ClearPolicy]
    let waitingSets: [PolicySet]
    let isProposalNew: Bool
    /// What daybook.yaml would change, in lines.
    let diff: [String]
    let proposals: [Proposal]
    let plans: [PlanState]
    let holds: [Hold]
    let receipts: [Receipt]
    let calendar: [Row]
    /// The newest first.
    let notices: [NoticeAttempt]

    init(_ ground: Ground) throws {
        let ground = try ground.withProposals()
        let ledger = try ground.ledger()
        let state = try ground.policyState()
        let now = ground.now
        self.now = now
        inForce = state.inForce?.policies ?? []
        waitingSets = state.waiting
        isProposalNew = state.isProposalNew
        // A filter that is none is said by the page, which has to be seen to mend it.
        diff =
            state.isProposalNew
            ? (try? PolicyProposal(ground).lines) ?? [
                "it is not well formed: `daybook policy check`"
            ]
            : []
        proposals = ledger.openProposals(at: now).reversed()
        plans = try PlanStore(ground).all().map { PlanState($0, ledger, at: now) }
        holds = ledger.activeHolds
        receipts = try ground.receipts().receipts
        calendar =
            try ground.existingBooks.map { try Self.days($0, ground) }
            + inForce.compactMap { Self.row($0, now) }
        notices = NoticeBoard(ledger.entries(of: .notificationSent)).attempts
            .suffix(ServerLimits.noticesShown).reversed()
    }

    /// What of the page waits for a second person.
    var waitingCount: Int {
        proposals.count {
            if case .waiting = $0.state(at: now), $0.act != .roleGrant { true } else { false }
        } + waitingSets.count { $0.needsApproval && $0.approvedBy == nil }
    }

    var policyNote: String {
        isProposalNew ? "daybook.yaml proposes a change" : "as daybook.yaml has them"
    }

    /// Whole days of a book.
    private static func days(_ book: String, _ ground: Ground) throws -> Row {
        let report = try RetentionReport(book, ground)
        guard let inForce = report.inForce else {
            return Row(
                what: "days of \(book)", due: "cannot be told", next: nil, blocker: report.trouble)
        }
        let decision = report.decision(inForce.policy)
        return Row(
            what: "days of \(book): "
                + (inForce.policy.keepsEverything
                    ? "everything is kept" : inForce.policy.description),
            due: decision.days.isEmpty
                ? "nothing"
                : "\(Figures.count(decision.records, "record")), \(Figures.bytes(decision.bytes))",
            next: decision.next.flatMap { $0 < .max ? $0 : nil },
            blocker: decision.blocker?.description)
    }

    /// What a policy lets go today: all from before a day.
    private static func row(_ policy: ClearPolicy, _ now: Timestamp) -> Row? {
        guard let keep = policy.keep, keep != .forever else { return nil }
        return Row(
            what: "\(policy.name): \(policy.select.words)", due: "what is older than \(keep)",
            next: nil, blocker: policy.rule.map { "not before \($0) allows" })
    }
}

extension PlanState {
    var tone: Tone {
        switch word {
        case "waiting": .warn
        case "approved": .accent
        case "done": .good
        default: .quiet
        }
    }
}

extension Plan {
    /// What it is about: a person is named by the request, or not at all.
    var words: String {
        switch purpose {
        case .erasure(let request): request.map { "erasure for \($0)" } ?? "erasure of a person"
        default: selectors.words
        }
    }
}

extension PolicySet {
    /// What it waits for, for whoever reads a page.
    func waitingShort(at now: Timestamp) -> String {
        var words: [String] = []
        if effective > now { words.append("until \(effective.description.prefix(10))") }
        if needsApproval, approvedBy == nil { words.append("for another person") }
        return words.joined(separator: " and ")
    }
}
