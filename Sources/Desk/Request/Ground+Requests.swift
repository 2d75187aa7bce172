// SPDX-License-Identifier: Apache-2.0

package import Clearing
import Daybook
package import Records
package import Retention

/// A request that came in.
package struct RequestOpened: Sendable {
    package let request: Request
    package let record: UInt64
    package let person: FoundPerson
}

// What people ask about the data that is kept of them.
extension Ground {
    /// Notes that a request came in.
    ///
    /// - Parameters:
    ///   - person: who asks: a name, or an account as `platform:name`.
    ///   - received: when; nil is now.
    ///   - verifiedBy: how it was made sure that it is they who ask.
    ///   - mark: what stands before names in errors: `--` on the command line.
    package func openRequest(
        _ person: String, _ kind: Request.Kind, received: Timestamp? = nil,
        verifiedBy: String? = nil, mark: String = ""
    ) throws -> RequestOpened {
        let found = try self.person(person)
        let now = now
        let received = received ?? now
        guard received <= now else {
            throw DeskFailure(.usage, "\(mark)received: that day is still to come")
        }
        var request = Request(
            id: ShortCode.make("q"), kind: kind, person: person, personID: found.number,
            received: received)
        request.verifiedBy = verifiedBy
        let record = try keepHouse(.requestOpened, request.members, sealing: ["request"])
        let ledger = try ledger()
        guard ledger.request(request.id) == request else {
            throw DeskFailure(
                .badInput,
                "record \(record) does not say what was asked: masking took something out. Put no "
                    + "secrets into \(mark)verified\(mark.isEmpty ? "_" : "-")by, and open it again."
            )
        }
        try storePins(ledger)
        return RequestOpened(request: request, record: record, person: found)
    }

    /// The requests that wait, oldest first.
    ///
    /// - Parameter all: answered ones, too.
    package func requests(all: Bool = false) throws -> [Request] {
        try ledger().requests.filter { all || $0.isWaiting }
    }

    /// Notes that the person was told that their answer takes two more months.
    ///
    /// - Returns: when it is due now.
    @discardableResult
    package func extendRequest(_ id: String, reason: String) throws -> Timestamp {
        let found = try ledger().knownRequest(id)
        guard found.isOpen else {
            throw DeskFailure(.usage, "request \(id) was answered already")
        }
        // Three months in all, however often this is asked (GDPR 12(3)).
        guard let due = KeepPeriod.months(3).end(of: found.received), due > found.due else {
            throw DeskFailure(.usage, "request \(id) was extended already: once is the most")
        }
        try keepHouse(
            .requestExtended,
            [
                "request_id": .string(id), "due": .string(due.description),
                "reason": .string(reason),
            ], sealing: ["reason"])
        return due
    }
}

extension Request {
    /// Whether something is still to be done about it.
    package var isWaiting: Bool { isOpen || isErasurePending || isRestricting }

    package func state(at now: Timestamp) -> String {
        guard let answer else { return due < now ? "overdue" : "open" }
        let end = answer.until.map { " until \($0.description.prefix(10))" } ?? ""
        return answer.outcome.rawValue + end
    }
}

extension Ledger {
    /// A request by its code.
    package func knownRequest(_ id: String) throws(DeskFailure) -> Request {
        if let request = request(id) { return request }
        let nearest = Spelling.nearest(to: id, among: requests.map(\.id))
        throw DeskFailure(
            .usage,
            "there is no request \(id)." + (nearest.map { " Did you mean \($0)?" } ?? "")
                + " `daybook request list --all` lists them.")
    }
}
