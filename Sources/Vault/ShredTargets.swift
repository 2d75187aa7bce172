// SPDX-License-Identifier: Apache-2.0

internal import GRDB
internal import Masking

/// The rows that an order means.
struct ShredTargets {
    struct Row {
        var id: Int64
        /// The row's own: another one than the line's where the line's envelope was redacted.
        var commitment: Commitment
        var group: UInt64?
    }

    private(set) var rows: [Row] = []
    private(set) var alreadyErased = 0
    private(set) var missing = 0
    /// Place in `rows` of each commitment asked for.
    private var places: [Commitment: Int] = [:]

    /// - Parameters:
    ///   - commitments: what the order names.
    ///   - forgotten: people of whom nothing is to stay: with what is named goes what else is under
    ///     their keys, envelopes whose process died before it wrote their lines, which nobody can name.
    ///   - day: of those only of messages before it, since somebody may write the line of a younger
    ///     one at this moment.
    init(
        _ commitments: [Commitment], forgotten: [PersonID], before day: Int32, _ keys: Keys,
        _ database: Database
    ) throws {
        let theirs = try Self.rows(of: forgotten, keys, database)
        var numbers: [Commitment: Int] = [:]
        numbers.reserveCapacity(theirs.count)
        for (number, row) in theirs.enumerated() { numbers[row.commitment] = number }
        let finder = try RowFinder(database, .size)
        defer { finder.reset() }
        places.reserveCapacity(commitments.count)
        var taken: Set<Int64> = []
        for commitment in commitments where places[commitment] == nil {
            let found: Row
            if let number = numbers[commitment] {
                found = theirs[number]
            } else {
                guard try finder.find(commitment) else {
                    missing += 1
                    continue
                }
                if try finder.erasedBy != nil { _ = try finder.followSubstitutes() }
                guard try finder.erasedBy == nil else {
                    alreadyErased += 1
                    continue
                }
                found = Row(
                    id: finder.id, commitment: finder.commitment.commitment, group: finder.group)
            }
            guard taken.insert(found.id).inserted else { continue }
            places[commitment] = rows.count
            rows.append(found)
        }
        for row in theirs where !taken.contains(row.id) {
            guard let owner = row.group.flatMap({ keys.owner(of: $0) }), owner.day < day else {
                continue
            }
            rows.append(row)
        }
    }

    /// The rows that an erasure marked and that still have what they hold: versions before 2026-11-22 marked
    /// first and cleared at the end, and may have died between.
    init(markedBy erasure: Int64, _ database: Database) throws {
        let marked = try Statement(
            database,
            "SELECT id, commitment, grp FROM envelopes WHERE erasure = ? AND grp IS NOT NULL")
        marked.bind(1, erasure)
        while try marked.step() {
            guard let commitment = Commitment(marked.bytes(1)) else { continue }
            rows.append(
                Row(
                    id: marked.int(0), commitment: commitment,
                    group: UInt64(bitPattern: marked.int(2))))
        }
    }

    /// All that is under the keys of some people: cheaper than to look up each of their commitments.
    private static func rows(
        of people: [PersonID], _ keys: Keys, _ database: Database
    ) throws -> [Row] {
        let people = Set(people.map { keys.resolved($0.rawValue) }).subtracting([0])
        guard !people.isEmpty else { return [] }
        let members = try Statement(
            database,
            """
            SELECT e.id, e.commitment FROM members m JOIN envelopes e ON e.id = m.id
            WHERE m.grp = ? AND e.erasure IS NULL
            """)
        var rows: [Row] = []
        for id in Array(keys.groups.keys) + Array(keys.punctured.keys) {
            guard let owner = keys.owner(of: id), people.contains(owner.person) else { continue }
            members.bind(1, Int64(bitPattern: id))
            defer { members.reset() }
            while try members.step() {
                guard let commitment = Commitment(members.bytes(1)) else { continue }
                rows.append(Row(id: members.int(0), commitment: commitment, group: id))
            }
        }
        return rows
    }

    func row(of commitment: Commitment) -> Row? {
        places[commitment].map { rows[$0] }
    }

    /// Leaves of each row its number and its commitment, under the name of an erasure, and notes the
    /// groups whose keys have to follow.
    ///
    /// - Parameter progress: called now and then with the rows done.
    func take(by erasure: Int64, _ database: Database, _ progress: (Int) -> Void) throws {
        let note = try Statement(
            database, "INSERT OR IGNORE INTO shredding (erasure, grp) VALUES (?, ?)")
        note.bind(1, erasure)
        for group in Set(rows.compactMap(\.group)) {
            note.bind(2, Int64(bitPattern: group))
            try note.run()
        }
        let clear = try Statement(
            database,
            """
            UPDATE envelopes
            SET erasure = ?, grp = NULL, r = NULL, ciphertext = NULL, restriction = NULL
            WHERE id = ?
            """)
        clear.bind(1, erasure)
        let leave = try Statement(database, "DELETE FROM members WHERE grp = ? AND id = ?")
        // In the order of the file: each page is taken in hand once.
        for (done, row) in rows.sorted(by: { $0.id < $1.id }).enumerated() {
            clear.bind(2, row.id)
            try clear.run()
            if let group = row.group {
                leave.bind(1, Int64(bitPattern: group))
                leave.bind(2, row.id)
                try leave.run()
            }
            if done > 0, done.isMultiple(of: Self.rowsAtOnce) { progress(done) }
        }
        // Tags of what importers saw: the keys they were made with go.
        try database.execute(
            sql: "DELETE FROM seen WHERE grp IN (SELECT grp FROM shredding WHERE erasure = ?)",
            arguments: [erasure])
    }

    /// Rows between two reports: some hundredths of a second.
    private static let rowsAtOnce = 10_000
}
