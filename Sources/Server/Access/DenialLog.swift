// SPDX-License-Identifier: Apache-2.0

import Desk
import Logging
import Records
import ServiceLifecycle
import Synchronization

/// Makes a record of every access that is denied.
///
/// The first of a kind (route, reason, who) is a record before it is answered. More of the same within
/// a minute are counted, and the count is one record: a flood does not fill the book.
final class DenialLog: Sendable {
    struct Kind: Sendable, Hashable {
        let route: String
        let reason: String
        let principal: String?
    }

    struct Count: Sendable {
        /// Beyond the first, which is a record already.
        var more = 0
        var since: Timestamp
        var addresses: Set<String> = []
    }

    private let counts = Mutex<[Kind: Count]>([:])

    /// Notes a denial. Returns when it is a record, or counted for one.
    func note(_ denial: Denial, _ route: String, from address: String?, _ core: DaemonCore) async {
        var kind = Kind(
            route: route, reason: denial.reason.rawValue, principal: denial.principal?.name)
        let now = core.ground.now
        let isFirst = counts.withLock { counts in
            if counts[kind] == nil, counts.count >= ServerLimits.denialKinds {
                // Whoever goes through everything is one record of its own.
                kind = Kind(route: "several", reason: kind.reason, principal: nil)
            }
            guard counts[kind] == nil else {
                counts[kind]?.more += 1
                if let address, counts[kind]?.addresses.count ?? 0 < ServerLimits.denialAddresses {
                    counts[kind]?.addresses.insert(address)
                }
                return false
            }
            counts[kind] = Count(since: now)
            return true
        }
        guard isFirst else { return }
        let first = kind
        await keep(core) {
            try Self.keep(first, count: 1, since: nil, address, core)
        }
    }

    /// Makes records of what was counted.
    func flush(_ core: DaemonCore) async {
        let counted = counts.withLock { counts in
            defer { counts = [:] }
            return counts.filter { $0.value.more > 0 }
        }
        guard !counted.isEmpty else { return }
        await keep(core) {
            for (kind, count) in counted {
                try Self.keep(
                    kind, count: count.more, since: count.since,
                    count.addresses.isEmpty ? nil : count.addresses.sorted().joined(separator: " "),
                    core)
            }
        }
    }

    private func keep(_ core: DaemonCore, _ body: @escaping @Sendable () throws -> Void) async {
        do {
            try await core.blocking(body)
        } catch {
            core.logger.error("an access was denied, and the record of it could not be kept")
        }
    }

    private static func keep(
        _ kind: Kind, count: Int, since: Timestamp?, _ address: String?, _ core: DaemonCore
    ) throws {
        var members: JSONObject = [
            "route": .string(kind.route), "reason": .string(kind.reason),
            "attempt_count": .number(String(count)),
        ]
        members["since"] = since.map { .string($0.description) }
        members["principal"] = kind.principal.map { .string($0) }
        members["address"] = address.map { .string($0) }
        try core.ground.keepHouse(
            .accessDenied, members,
            sealing: ["principal", "address"].filter { members[$0] != nil })
    }
}

/// Makes records of counted denials every minute, and at the end.
struct DenialService: Service {
    let core: DaemonCore

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await Task.sleep(for: .seconds(ServerLimits.denialSeconds))
                if !Task.isCancelled { await core.gate.denials.flush(core) }
            }
        }
        await core.gate.denials.flush(core)
    }
}
