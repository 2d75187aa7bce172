// SPDX-License-Identifier: Apache-2.0

internal import GRDB
package import Masking
package import Records

extension Vault {
    /// Restricts envelopes: they are kept and open no more, but through `openerOfRestricted`. A
    /// restriction that was there is replaced.
    ///
    /// - Returns: how many envelopes this restricts; those that are erased or missing are left out.
    @discardableResult
    package func restrict(_ commitments: [Commitment], until: Timestamp?, rule: String)
        throws(VaultError) -> Int
    {
        try database.write { database in
            let add = try Statement(
                database, "INSERT INTO restrictions (until, rule) VALUES (?, ?)")
            if let until { add.bind(1, until.microseconds) } else { add.bindNull(1) }
            Array(rule.utf8).withUnsafeBytes { add.bind(text: 2, copy: $0) }
            try add.run()
            return try mark(commitments, database.lastInsertedRowID, database)
        }
    }

    /// Ends the restriction of envelopes.
    ///
    /// - Returns: how many were restricted.
    @discardableResult
    package func unrestrict(_ commitments: [Commitment]) throws(VaultError) -> Int {
        try database.write { database in try mark(commitments, nil, database) }
    }

    private func mark(_ commitments: [Commitment], _ restriction: Int64?, _ database: Database)
        throws -> Int
    {
        var ids: [Int64] = []
        let finder = try RowFinder(database, .size)
        for commitment in commitments {
            guard try finder.find(commitment) else { continue }
            if try finder.erasedBy != nil, try !finder.followSubstitutes() { continue }
            guard try finder.erasedBy == nil else { continue }
            guard try restriction != nil || finder.restriction != nil else { continue }
            ids.append(finder.id)
        }
        finder.reset()
        let set = try Statement(database, "UPDATE envelopes SET restriction = ? WHERE id = ?")
        for id in ids {
            if let restriction { set.bind(1, restriction) } else { set.bindNull(1) }
            set.bind(2, id)
            try set.run()
        }
        // Restrictions that no envelope has any more are small, and say nothing of anybody.
        return ids.count
    }
}
