// SPDX-License-Identifier: Apache-2.0

import Clearing
package import Records
package import Retention

/// Roles that somebody is to have by a token.
package struct RoleGrant: Sendable, Hashable {
    /// Who gets them, as records say it.
    package var name: String
    package var roles: Set<Role>
    /// How long the token is good, from when it is made.
    package var period: KeepPeriod
    /// The chat account whose messages are theirs, as `platform:name`.
    package var account: String?
    package var strategies: Set<String>

    /// - Throws: `usage` for what cannot be a token.
    package init(
        name: String, roles: Set<Role>, period: KeepPeriod, account: String? = nil,
        strategies: Set<String> = []
    ) throws(DeskFailure) {
        guard !name.isEmpty, name.utf8.count <= DeskLimits.tokenNameBytes,
            !name.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F })
        else {
            throw DeskFailure(
                .usage, "name: expected 1 to \(DeskLimits.tokenNameBytes) bytes, in one line")
        }
        guard !name.hasPrefix("oidc:") else {
            throw DeskFailure(
                .usage, "name: those that begin with oidc: are of people who sign in elsewhere")
        }
        guard !roles.isEmpty else { throw DeskFailure(.usage, "a token needs a role") }
        guard period != .forever else {
            throw DeskFailure(
                .usage, "a token that never ends cannot be lost safely: give a time, such as 90d")
        }
        if let account {
            let parts = account.split(
                separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
                throw DeskFailure(
                    .usage, "account: expected platform:name, such as slack:U024BE7LH")
            }
        }
        self.name = name
        self.roles = roles
        self.period = period
        self.account = account
        self.strategies = strategies
    }

    /// Whether it opens what others said, decides over records, or decides over who may. Appending
    /// does not, and neither does a trader's view of strategies; a trader's account opens the chat
    /// of that account.
    package var isWeighty: Bool {
        !roles.isSubset(of: [.writer, .trader]) || account != nil && roles.contains(.trader)
    }

    /// As a proposal keeps it.
    package var json: JSONObject {
        var object: JSONObject = [
            "roles": .array(roles.map(\.rawValue).sorted().map { .string($0) }),
            "good_for": .string(period.description),
        ]
        object["account"] = account.map { .string($0) }
        if !strategies.isEmpty {
            object["strategies"] = .array(strategies.sorted().map { .string($0) })
        }
        return object
    }

    /// What an approved proposal is for.
    ///
    /// - Throws: `badInput` when it cannot be read.
    init(_ proposal: Proposal) throws(DeskFailure) {
        guard proposal.act == .roleGrant, let details = proposal.details,
            let period = details["good_for"]?.stringValue.flatMap({ KeepPeriod($0) })
        else {
            throw DeskFailure(.badInput, "proposal \(proposal.id) is not about roles")
        }
        let names = details["roles"]?.arrayValue?.compactMap(\.stringValue) ?? []
        let roles = Set(names.compactMap { Role(rawValue: $0) })
        guard roles.count == names.count else {
            throw DeskFailure(.badInput, "proposal \(proposal.id) names a role that is not known")
        }
        try self.init(
            name: proposal.subject, roles: roles, period: period,
            account: details["account"]?.stringValue,
            strategies: Set(details["strategies"]?.arrayValue?.compactMap(\.stringValue) ?? []))
    }
}
