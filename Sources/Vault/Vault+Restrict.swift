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

    /// Restricts a person: what is there of them, and what will be sealed. What a rule restricts already
    /// keeps its date.
    ///
    /// - Parameter rule: the ground, which ends the restriction again; one is of one person.
    /// - Returns: how many envelopes this restricts.
    @discardableResult
    package func restrict(_ person: PersonID, until: Timestamp? = nil, rule: String)
        throws(VaultError) -> Int
    {
        // Alone, so that nobody seals for the person under a key that is not looked at.
        try keyring.locked(alone: true) { lock throws(VaultError) -> Int in
            let keys = try keyring.refresh(lock).keys
            guard let tagKey = keys.tagKey, person != .house else { return 0 }
            let number = keys.resolved(person.rawValue)
            let groups = (Array(keys.groups.keys) + Array(keys.punctured.keys)).filter {
                keys.holder(of: $0)?.person == number
            }
            return try database.write { database in
                let id = try restriction(until: until, rule: rule, database)
                let keep = try Statement(
                    database, "INSERT OR REPLACE INTO restrained (tag, restriction) VALUES (?, ?)")
                let tag = Restrained.tag(number, tagKey)
                try tag.withUnsafeBytes {
                    keep.bind(1, $0)
                    keep.bind(2, id)
                    try keep.run()
                }
                let set = try Statement(
                    database,
                    """
                    UPDATE envelopes SET restriction = ? WHERE restriction IS NULL
                    AND erasure IS NULL AND id IN (SELECT id FROM members WHERE grp = ?)
                    """)
                var count = 0
                for group in groups {
                    set.bind(1, id)
                    set.bind(2, Int64(bitPattern: group))
                    try set.run()
                    count += database.changesCount
                }
                return count
            }
        }
    }

    /// Ends the restriction of a person, whatever was sealed since.
    ///
    /// - Returns: how many envelopes were restricted.
    @discardableResult
    package func endRestriction(rule: String) throws(VaultError) -> Int {
        try database.write { database in
            try database.execute(
                sql: """
                    DELETE FROM restrained WHERE restriction IN
                    (SELECT id FROM restrictions WHERE rule = ?)
                    """, arguments: [rule])
            try database.execute(
                sql: """
                    UPDATE envelopes SET restriction = NULL WHERE restriction IN
                    (SELECT id FROM restrictions WHERE rule = ?)
                    """, arguments: [rule])
            return database.changesCount
        }
    }

    /// The restriction of a ground, with this date from now on.
    private func restriction(until: Timestamp?, rule: String, _ database: Database) throws -> Int64
    {
        let name = Array(rule.utf8)
        let known = try Statement(database, "SELECT id FROM restrictions WHERE rule = ?")
        name.withUnsafeBytes { known.bind(text: 1, copy: $0) }
        let id = try known.step() ? known.int(0) : nil
        known.reset()
        guard let id else {
            let add = try Statement(
                database, "INSERT INTO restrictions (until, rule) VALUES (?, ?)")
            if let until { add.bind(1, until.microseconds) } else { add.bindNull(1) }
            name.withUnsafeBytes { add.bind(text: 2, copy: $0) }
            try add.run()
            return database.lastInsertedRowID
        }
        let change = try Statement(database, "UPDATE restrictions SET until = ? WHERE id = ?")
        if let until { change.bind(1, until.microseconds) } else { change.bindNull(1) }
        change.bind(2, id)
        try change.run()
        return id
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
