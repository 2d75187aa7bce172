// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import GRDB

/// What a shred found and did so far, kept with its row so that whoever resumes it can tell.
struct ShredReport: Codable, Sendable {
    var alreadyErased = 0
    var missing = 0
    var redacted = 0
    var groupsDestroyed = 0
    var groupsPunctured = 0
    var peopleForgotten = 0
    var keysRewrapped = 0
    var epochFrom: Int
    var bytesBefore: Int
    var bytesAfter = 0
    var rosterBefore: [UInt8]
    var rosterAfter: [UInt8] = []

    init(epochFrom: Int, bytesBefore: Int, _ keys: Keys) {
        self.epochFrom = epochFrom
        self.bytesBefore = bytesBefore
        rosterBefore = Roster.root(keys).array
    }
}

/// A row of the table of erasures.
struct StoredErasure: Sendable {
    var id: Int64 = 0
    var name: String
    var isFinished = false
    var count: Int
    var digest: Bytes32
    var forget: [PersonID]
    var report: ShredReport
    /// The record of the receipt, once somebody said which.
    var book: String?
    var record: UInt64?

    init(
        name: String, count: Int, digest: Bytes32, forget: [PersonID], report: ShredReport
    ) {
        self.name = name
        self.count = count
        self.digest = digest
        self.forget = forget
        self.report = report
    }

    private init(_ row: Row) throws {
        id = row["id"]
        name = row["name"]
        isFinished = row["state"] != 0
        count = row["count"]
        let digest: Data = row["digest"]
        let forget: Data = row["forget"]
        let report: Data = row["report"]
        guard let made = Bytes32(Array(digest)) else {
            throw VaultError(.damaged, "The vault's table of erasures is damaged.")
        }
        self.digest = made
        var cursor = forget.withUnsafeBytes { Array($0) }
        var people: [PersonID] = []
        while cursor.count >= 8 {
            people.append(
                PersonID(rawValue: cursor.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }))
            cursor.removeFirst(8)
        }
        self.forget = people
        self.report = try JSONDecoder().decode(ShredReport.self, from: report)
        book = row["book"]
        record = (row["record"] as Int64?).map { UInt64(bitPattern: $0) }
    }

    private var forgetBytes: Data {
        var bytes = Data()
        for person in forget {
            withUnsafeBytes(of: person.rawValue.bigEndian) { bytes.append(contentsOf: $0) }
        }
        return bytes
    }

    mutating func insert(_ database: Database) throws {
        try database.execute(
            sql: """
                INSERT INTO erasures (name, state, count, digest, forget, report)
                VALUES (?, 0, ?, ?, ?, ?)
                """,
            arguments: [
                name, count, Data(digest.array), forgetBytes, try JSONEncoder().encode(report),
            ])
        id = database.lastInsertedRowID
    }

    func update(_ database: Database) throws {
        try database.execute(
            sql: "UPDATE erasures SET state = ?, forget = ?, report = ? WHERE id = ?",
            arguments: [
                isFinished ? 1 : 0, forgetBytes, try JSONEncoder().encode(report), id,
            ])
    }

    static func find(_ name: String, _ database: Database) throws -> StoredErasure? {
        try Row.fetchOne(database, sql: "SELECT * FROM erasures WHERE name = ?", arguments: [name])
            .map { try StoredErasure($0) }
    }

    static func unfinished(_ database: VaultDatabase) throws(VaultError) -> StoredErasure? {
        try database.read { database in
            try Row.fetchOne(database, sql: "SELECT * FROM erasures WHERE state = 0 ORDER BY id")
                .map { try StoredErasure($0) }
        }
    }

    static func all(_ database: Database) throws -> [StoredErasure] {
        try Row.fetchAll(database, sql: "SELECT * FROM erasures ORDER BY id").map {
            try StoredErasure($0)
        }
    }
}
