// SPDX-License-Identifier: Apache-2.0

import Clearing
import Daybook
import Records
import Retention

/// What a proposal would clear that what binds now keeps.
struct PolicyEffects {
    struct Row {
        let policy: String
        let records: Int
        let bytes: Int
        let oldest: Timestamp?
        let newest: Timestamp?

        var json: JSONObject {
            [
                "policy": .string(policy), "records": .number(String(records)),
                "bytes": .number(String(bytes)),
                "oldest": oldest.map { .string($0.description) } ?? .null,
                "newest": newest.map { .string($0.description) } ?? .null,
            ]
        }
    }

    let rows: [Row]

    init(_ ground: Ground, _ proposal: PolicyProposal) throws {
        rows = []
    }

    var lines: [String] {
        guard !rows.isEmpty else { return [] }
        return rows.map { row in
            "  \(row.policy) would clear \(Terminal.count(row.records, "record")), "
                + Terminal.bytes(row.bytes)
        }
    }
}
