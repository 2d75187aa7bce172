// SPDX-License-Identifier: Apache-2.0

import Book
import Clearing
import Desk
import HTTPTypes
import Records
import TransparencyLog

/// Plans that were made through the daemon: files in `logs/server/plans` (0600), each named by the
/// digest of what it says.
struct PlanStore: Sendable {
    private let directory: String
    private let disk: any Disk
    private let now: Timestamp

    init(_ ground: Ground) {
        directory = "\(ground.logs)/server/plans"
        disk = ground.place("audit").disk
        now = ground.now
    }

    func keep(_ plan: Plan) throws {
        try disk.makeDirectory(directory, mode: 0o700)
        try disk.replaceFile(path(plan.digest.hex), with: plan.fileBytes, mode: 0o600)
    }

    /// A plan by its digest; 404 when there is none. What was changed on disk is no plan.
    func plan(_ digest: String) throws -> Plan {
        guard Self.isDigest(digest),
            let bytes = try disk.contents(of: path(digest), limit: Clearing.Limits.planBytes)
        else { throw HTTPFailure(.notFound, "there is no such plan") }
        let plan = try Plan(parsing: bytes)
        guard plan.digest.hex == digest else {
            throw HTTPFailure(.notFound, "there is no such plan")
        }
        return plan
    }

    /// Every plan that is not long over, the newest first. Removes those that are.
    func all() throws -> [Plan] {
        guard disk.kind(of: directory) == .directory else { return [] }
        let oldest = now.microseconds - ServerLimits.planDays * 86_400_000_000
        var plans: [Plan] = []
        for name in try disk.list(directory) {
            let stem = String(name.prefix(64))
            guard name == stem + ".json", Self.isDigest(stem), let plan = try? plan(stem) else {
                continue
            }
            if plan.expires.microseconds < oldest {
                try? disk.remove(path(stem))
            } else {
                plans.append(plan)
            }
        }
        return plans.sorted { $0.made > $1.made }
    }

    private func path(_ digest: String) -> String { "\(directory)/\(digest).json" }

    private static func isDigest(_ text: String) -> Bool {
        text.utf8.count == 64
            && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
}
