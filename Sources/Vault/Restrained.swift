// SPDX-License-Identifier: Apache-2.0

internal import GRDB

/// The people whose envelopes are restricted as they are sealed, as the database has them: by a tag
/// under the house's key, so that whoever has the database alone learns their number and no more.
struct Restrained {
    private var known: [UInt64: Int64] = [:]
    private let find: Statement?
    private let keys: Keys

    /// - Parameter database: in the transaction that inserts.
    init(_ keys: Keys, _ database: Database) throws {
        self.keys = keys
        let any = try Statement(database, "SELECT 1 FROM restrained LIMIT 1")
        find =
            try any.step()
            ? Statement(database, "SELECT restriction FROM restrained WHERE tag = ?") : nil
    }

    /// The restriction of whoever has a group; nil when there is none.
    mutating func restriction(of group: UInt64) throws -> Int64? {
        guard let find, let tagKey = keys.tagKey, let holder = keys.holder(of: group),
            holder.person != 0
        else { return nil }
        if let known = known[holder.person] { return known == 0 ? nil : known }
        let found = try Self.tag(holder.person, tagKey).withUnsafeBytes { tag in
            find.bind(1, tag)
            defer { find.reset() }
            return try find.step() ? find.int(0) : 0
        }
        known[holder.person] = found
        return found == 0 ? nil : found
    }

    /// 16 bytes: HMAC-SHA256 under the house's key of `restrained` and the person's number, cut.
    static func tag(_ person: UInt64, _ key: Bytes32) -> [UInt8] {
        var bytes = Array("restrained".utf8)
        bytes.append(number: person)
        return key.withUnsafeBytes { key in
            var hash = KeyedHash(key: key)
            bytes.withUnsafeBytes { hash.update($0) }
            return Array(hash.finish().array.prefix(16))
        }
    }
}
