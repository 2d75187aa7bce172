// SPDX-License-Identifier: Apache-2.0

package import Book
package import Records
package import Retention

/// What was accepted, held, asked for and cleared: the records of the book `audit` that say so, and
/// nothing else.
package struct Ledger: Sendable {
    /// Every set of policies that was accepted, oldest first.
    package private(set) var policySets: [PolicySet] = []
    /// Every hold, released ones too, oldest first.
    package private(set) var holds: [Hold] = []
    /// Every request, answered ones too, oldest first.
    package private(set) var requests: [Request] = []
    /// Every proposal that can be read, oldest first; what cannot be read has to be proposed again.
    package private(set) var proposals: [Proposal] = []
    /// What can be read of the other kinds, oldest first.
    package private(set) var entries: [LedgerEntry] = []
    /// The first record that what binds today rests on; it and those after it cannot be pruned.
    package private(set) var firstNeeded: UInt64?
    /// The last record that policies, holds and requests rest on: while it is the same, so are they.
    package private(set) var lastState: UInt64?
    private var places: [String: UInt64] = [:]

    /// The kinds of records that it reads.
    package static let kinds: [EventKind] =
        stateKinds + [
            .clearPlanned, .clearApproved, .clearRun, .clearRefused, .erasureRequested,
            .erasureDone, .restrictionSet,
            .notificationSent, .exportMade, .proposalMade, .proposalApproved, .proposalClosed,
        ]
    /// Those of them that policies, holds and requests rest on.
    static let stateKinds: [EventKind] = [
        .policyAccepted, .policyApproved, .holdOpened, .holdNoticed, .holdReleased, .requestOpened,
        .requestExtended, .requestAnswered,
    ]

    /// A ledger in which nothing was ever accepted, held or asked for.
    package init() {}

    /// Reads the book `audit`.
    ///
    /// - Parameters:
    ///   - opener: for the house's envelopes. Without it, or when one does not open, holds still
    ///     bind, more widely than they say; policies and requests cannot be told.
    ///   - more: other kinds that should be among `entries`.
    /// - Throws: `damaged` when a record that binds cannot be read.
    package init(
        _ snapshot: BookSnapshot, opener: (any EnvelopeOpening)?, more: [EventKind] = []
    ) throws(ClearingError) {
        let entries = try LedgerReader.entries(
            of: Self.kinds + more, in: snapshot, opener: opener)
        try self.init(entries)
    }

    /// Makes the ledger of entries in the order of their records.
    package init(_ entries: [LedgerEntry]) throws(ClearingError) {
        for entry in entries {
            if Self.stateKinds.contains(entry.kind) { lastState = entry.index }
            switch entry.kind {
            case .policyAccepted: try accept(entry)
            case .policyApproved: approve(entry)
            case .holdOpened: try openHold(entry)
            case .holdNoticed: noteNotice(entry)
            case .holdReleased: release(entry)
            case .requestOpened: try openRequest(entry)
            case .requestExtended: extend(entry)
            case .requestAnswered: try answer(entry)
            case .proposalMade: if let made = Proposal(entry) { proposals.append(made) }
            case .proposalApproved: proposal(of: entry) { $0.approve(entry) }
            case .proposalClosed: proposal(of: entry) { $0.close(entry) }
            default: self.entries.append(entry)
            }
        }
        firstNeeded = needed()
    }

    /// The entries of one kind, oldest first.
    package func entries(of kind: EventKind) -> [LedgerEntry] {
        entries.filter { $0.kind == kind }
    }

    /// Holds that bind.
    package var activeHolds: [Hold] { holds.filter(\.isActive) }

    package func hold(_ id: String) -> Hold? { holds.first { $0.id == id } }
    package func request(_ id: String) -> Request? { requests.first { $0.id == id } }

    /// The record that opened a hold or a request, or accepted a set of policies.
    package func record(of id: String) -> UInt64? { places[id] }

    // MARK: - Reading entries

    private static func unreadable(_ entry: LedgerEntry, _ what: String) -> ClearingError {
        ClearingError(
            .damaged,
            "record \(entry.index) of the book audit \(what), and cannot be read"
                + (entry.isOpen
                    ? "." : ": its envelope does not open. `daybook keys status` says more.")
                + " Nothing is cleared until it can.")
    }

    private mutating func accept(_ entry: LedgerEntry) throws(ClearingError) {
        guard let id = entry.object.text("policy_set"), let effective = entry.instant("effective"),
            let list = entry.object["policies"]?.objectValue?["list"]?.arrayValue
        else { throw Self.unreadable(entry, "accepts policies") }
        let policies = list.compactMap { $0.objectValue.flatMap { ClearPolicy($0) } }
        guard policies.count == list.count else {
            throw Self.unreadable(entry, "accepts policies")
        }
        let approvers = entry.object["approvers"]?.objectValue?["list"]?.arrayValue ?? []
        var isShorter = true
        if case .bool(let flag)? = entry.object["is_shorter"] { isShorter = flag }
        var needsApproval =
            isShorter
            && (policies + (policySets.last?.policies ?? [])).contains(where: \.needsApproval)
        if case .bool(let flag)? = entry.object["needs_approval"] { needsApproval = flag }
        places[id] = entry.index
        // The same set again was said again, before its first record is pruned.
        policySets.removeAll { $0.id == id }
        policySets.append(
            PolicySet(
                id: id, record: entry.index, policies: policies, effective: effective,
                isShorter: isShorter, acceptedBy: entry.object.text("accepted_by"),
                needsApproval: needsApproval, approvedBy: entry.object.text("approved_by"),
                approvers: approvers.compactMap { $0.objectValue.flatMap { Approver($0) } }))
    }

    private mutating func approve(_ entry: LedgerEntry) {
        guard let id = entry.object.text("policy_set"),
            let place = policySets.firstIndex(where: { $0.id == id }),
            let by = entry.object.text("approved_by"), by != policySets[place].acceptedBy
        else { return }
        if let signature = entry.object.text("sshsig") {
            let set = policySets[place]
            let isGood =
                SSHSignature(hex: signature)?.verifies(set.message, PolicySet.namespace)
            guard isGood == true else { return }
        }
        policySets[place].approvedBy = by
    }

    private mutating func openHold(_ entry: LedgerEntry) throws(ClearingError) {
        guard let id = entry.object.text("hold_id") else {
            throw Self.unreadable(entry, "opens a hold")
        }
        places[id] = entry.index
        holds.removeAll { $0.id == id }
        if let hold = entry.object["hold"]?.objectValue.flatMap({ Hold($0) }), hold.id == id {
            holds.append(hold)
            return
        }
        // What it covers cannot be told, so it covers all that its public members do not exclude.
        var scope = Scope(book: entry.object.text("book"))
        scope.from = entry.instant("from")
        scope.to = entry.instant("to")
        holds.append(
            Hold(
                id: id, matter: "(sealed)", issuer: "(sealed)", scope: scope,
                opened: entry.recorded ?? .min))
    }

    private mutating func noteNotice(_ entry: LedgerEntry) {
        guard let place = holdPlace(entry), let custodian = entry.object.text("custodian") else {
            return
        }
        var notice =
            holds[place].notices.first { $0.custodian == custodian }
            ?? Hold.Notice(custodian: custodian)
        if entry.object.text("stage") == "acknowledged" {
            notice.acknowledged = entry.recorded
        } else {
            notice.sent = entry.recorded
        }
        holds[place].notices.removeAll { $0.custodian == custodian }
        holds[place].notices.append(notice)
    }

    private mutating func release(_ entry: LedgerEntry) {
        guard let place = holdPlace(entry) else { return }
        holds[place].released = Hold.Release(
            at: entry.recorded ?? .max, by: entry.object.text("released_by") ?? "(sealed)",
            reason: entry.object.text("reason"))
    }

    private func holdPlace(_ entry: LedgerEntry) -> Int? {
        let id = entry.object.text("hold_id")
        return holds.firstIndex { $0.id == id }
    }

    private mutating func openRequest(_ entry: LedgerEntry) throws(ClearingError) {
        guard let request = entry.object["request"]?.objectValue.flatMap({ Request($0) }) else {
            throw Self.unreadable(entry, "opens a request")
        }
        places[request.id] = entry.index
        requests.removeAll { $0.id == request.id }
        requests.append(request)
    }

    private mutating func proposal(of entry: LedgerEntry, _ body: (inout Proposal) -> Void) {
        let id = entry.object.text("proposal_id")
        guard let place = proposals.firstIndex(where: { $0.id == id }) else { return }
        body(&proposals[place])
    }

    private mutating func extend(_ entry: LedgerEntry) {
        let id = entry.object.text("request_id")
        guard let place = requests.firstIndex(where: { $0.id == id }),
            let due = entry.instant("due")
        else { return }
        requests[place].due = due
    }

    private mutating func answer(_ entry: LedgerEntry) throws(ClearingError) {
        let id = entry.object.text("request_id")
        guard let place = requests.firstIndex(where: { $0.id == id }) else { return }
        guard
            let outcome = Request.Outcome(rawValue: entry.object.text("outcome") ?? "")
        else { throw Self.unreadable(entry, "answers a request") }
        requests[place].answer = Request.Answer(
            at: entry.recorded ?? .max, outcome: outcome, until: entry.instant("until"),
            rule: entry.object.text("rule"))
    }

    /// Requests that something still depends on.
    package var bindingRequests: [Request] {
        requests.filter { $0.isOpen || $0.isErasurePending || $0.isRestricting }
    }

    /// The first record that something that binds rests on.
    private func needed() -> UInt64? {
        var needed = holds.filter(\.isActive).map { places[$0.id] }
        needed += bindingRequests.map { places[$0.id] }
        // A set that waits leaves the one before it in force.
        let binding = policySets.indices.last { !policySets[$0].isWaiting(at: .max) } ?? 0
        needed += policySets[min(binding, policySets.count)...].map(\.record)
        return needed.compactMap { $0 }.min()
    }
}
