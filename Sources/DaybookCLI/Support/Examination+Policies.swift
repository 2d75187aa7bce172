// SPDX-License-Identifier: Apache-2.0

import Clearing
import Daybook
import Desk
import Records
import Retention

extension Examination {
    /// What is kept how long record by record, what waits, and who waits for an answer.
    mutating func examinePolicies(_ ground: Ground) {
        let ledger: Ledger
        do {
            ledger = try ground.ledger()
        } catch {
            let failure = DeskFailure(known: error)
            return wrong(
                "policies", failure?.message ?? "\(error)",
                "`daybook verify --book audit` and `daybook keys status` say more")
        }
        let now = ground.now
        examine(ledger, ground.settings.policies, at: now)
        examineRequests(ledger, at: now)
        let holds = ledger.activeHolds
        for hold in holds {
            let told = hold.notices.filter { $0.sent != nil || $0.acknowledged != nil }
            let untold = hold.custodians.count - told.count
            if untold > 0 {
                warn(
                    "hold \(hold.id)",
                    "\(Words.count(untold, "custodian")) not told of it yet",
                    "`daybook hold notice \(hold.id) --custodian …` notes that they were")
            }
        }
        if !holds.isEmpty { ok("holds", "\(Words.count(holds.count, "hold")) in force") }
    }

    private mutating func examine(
        _ ledger: Ledger, _ proposed: [ClearPolicy], at now: Timestamp
    ) {
        let inForce = ledger.policies(at: now)
        let waiting = ledger.waiting(at: now)
        for set in waiting {
            warn(
                "policies", "\(set.id) waits \(set.waitingWords(at: now))",
                "`daybook policy` shows what it says")
        }
        if (waiting.last?.policies ?? inForce) != proposed {
            warn(
                "policies", "daybook.yaml proposes other policies than were accepted",
                "`daybook policy diff` shows the difference, `daybook policy accept` accepts it")
        }
        let unbounded = (inForce + proposed).filter { !$0.hasUpperBound }.map(\.name)
        for name in unbounded.enumerated().filter({ place, name in
            unbounded.firstIndex(of: name) == place
        }).map(\.element) {
            warn(
                "policy \(name)", "it has no upper bound: what it selects is kept for ever",
                "give it a `keep` such as 7y: personal data may not be kept for ever")
        }
        for policy in inForce {
            guard let rule = policy.rule.flatMap({ RuleCatalog.standard[id: $0] }),
                !rule.isConfirmed
            else { continue }
            warn(
                "policy \(policy.name)", "its rule \(rule.id) was not confirmed in a source",
                "have the period checked; `daybook policy rules` says what it rests on")
        }
        if !inForce.isEmpty { ok("policies", "\(inForce.count) in force") }
    }

    private mutating func examineRequests(_ ledger: Ledger, at now: Timestamp) {
        let soon = KeepPeriod.days(7).end(of: now) ?? .max
        for request in ledger.requests where request.isOpen {
            if request.due < now {
                wrong(
                    "request \(request.id)", "its answer was due on \(request.due)",
                    "`daybook request answer \(request.id)` answers it")
            } else if request.due < soon {
                warn(
                    "request \(request.id)", "its answer is due on \(request.due)",
                    "`daybook request answer \(request.id)` answers it")
            }
        }
        for request in ledger.requests
        where request.answer?.outcome == .restricted && request.isErasurePending {
            guard let until = request.answer?.until, until <= now else { continue }
            warn(
                "request \(request.id)", "the erasure that waited until \(until) is due",
                "`daybook retain run` carries it out")
        }
    }
}
