// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import GRDB
package import Masking
package import Records

/// A message on its way in from another program's file.
package struct SeenItem: Sendable, Hashable {
    package var account: Account
    /// The message's own instant.
    package var instant: Timestamp
    /// What makes the message the same one in another file, such as platform, conversation and
    /// message id.
    package var identity: [UInt8]

    package init(account: Account, instant: Timestamp, identity: [UInt8]) {
        self.account = account
        self.instant = instant
        self.identity = identity
    }
}

/// What importers ask, so that nothing comes twice and nothing erased comes back.
///
/// Of what was seen only tags are kept: HMACs under a random key of the person and day, which goes
/// with the keys of that person and day. Of what was erased, tags of the account and day, and of the
/// account where the person was erased.
extension Vault {
    /// Notes messages as seen, durably.
    ///
    /// - Returns: for each whether it had been seen before (an earlier one of `items` counts).
    package func markSeen(_ items: [SeenItem]) throws(VaultError) -> [Bool] {
        guard !items.isEmpty else { return [] }
        let places = items.map { Place(account: $0.account, day: Self.day(of: $0.instant)) }
        return try sealing(places) { groups throws(VaultError) in
            let tags = Self.tags(items, groups)
            return try database.write { database in
                let insert = try Statement(
                    database, "INSERT OR IGNORE INTO seen (grp, tag) VALUES (?, ?)")
                return try zip(groups, tags).map { group, tag in
                    insert.bind(1, Int64(bitPattern: group.id))
                    try tag.withUnsafeBufferPointer { tag in
                        insert.bind(2, UnsafeRawBufferPointer(tag))
                        try insert.run()
                    }
                    return database.changesCount == 0
                }
            }
        }
    }

    /// Whether each was noted as seen, without noting anything.
    package func haveSeen(_ items: [SeenItem]) throws(VaultError) -> [Bool] {
        guard !items.isEmpty else { return [] }
        let keys = try keyring.refreshed().keys
        let reading = try VaultDatabase(path: path, readOnly: true)
        return try reading.read { database in
            let find = try Statement(database, "SELECT 1 FROM seen WHERE grp = ? AND tag = ?")
            return try items.map { item in
                guard let person = keys.person(of: item.account),
                    let group = keys.group(
                        of: person, day: Int32(clamping: Self.day(of: item.instant)))
                else { return false }
                find.bind(1, Int64(bitPattern: group.id))
                return try Self.tags([item], [group])[0].withUnsafeBufferPointer { tag in
                    find.bind(2, UnsafeRawBufferPointer(tag))
                    defer { find.reset() }
                    return try find.step()
                }
            }
        }
    }

    private static func tags(_ items: [SeenItem], _ groups: [KeyGroup]) -> [[UInt8]] {
        zip(items, groups).map { item, group in
            group.dedupe.withUnsafeBytes { key in
                var hash = KeyedHash(key: key)
                item.identity.withUnsafeBytes { hash.update($0) }
                return Array(hash.finish().array.prefix(16))
            }
        }
    }

    // MARK: - What was erased

    /// Whether a message of this account and instant may have been erased: something of that account
    /// and day was, or the person whose account it is. An importer leaves such messages out.
    package func wasErased(_ account: Account, at instant: Timestamp) throws(VaultError) -> Bool {
        try wereErased([(account, instant)])[0]
    }

    /// The same for many.
    package func wereErased(_ items: [(account: Account, instant: Timestamp)]) throws(VaultError)
        -> [Bool]
    {
        let keys = try keyring.refreshed().keys
        if keys.erasedDays.isEmpty && keys.erasedAccounts.isEmpty {
            return items.map { _ in false }
        }
        guard let tagKey = keys.tagKey else { return items.map { _ in false } }
        return items.map { account, instant in
            let day = Int32(clamping: Self.day(of: instant))
            if keys.erasedDays[Self.tag(account, day: day, tagKey)] != nil { return true }
            // Messages sent after the person was erased are new ones.
            return keys.erasedAccounts[Self.tag(account, day: nil, tagKey)].map {
                instant.microseconds <= $0
            } ?? false
        }
    }

    /// What is kept of an account of which something was erased.
    static func tag(_ account: Account, day: Int32?, _ key: Bytes32) -> Bytes16 {
        var bytes = Array((day == nil ? "account" : "day").utf8)
        if let day { bytes.append(number: day) }
        for part in [account.platform, account.name] {
            bytes.append(number: UInt32(part.utf8.count))
            bytes.append(contentsOf: part.utf8)
        }
        return key.withUnsafeBytes { key in
            var hash = KeyedHash(key: key)
            bytes.withUnsafeBytes { hash.update($0) }
            return Bytes16(hash.finish())
        }
    }
}
