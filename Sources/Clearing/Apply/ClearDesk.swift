// SPDX-License-Identifier: Apache-2.0

package import Book
package import Records
package import Vault

/// What a clear needs of the place that it works in: books, vault, and Daybook's own records.
package protocol ClearDesk {
    var vault: Vault { get }
    /// The directory of the books.
    var logs: String { get }
    /// What the books' clock says.
    var now: Timestamp { get }
    /// The user of the operating system.
    var userName: String { get }
    var disk: any Disk { get }

    /// The places of the books with records that can be sealed.
    func place(_ book: String) -> BookPlace
    /// What binds now.
    func ledger() throws -> Ledger
    /// Keeps a record of Daybook's own in the book `audit`, synced.
    /// - Parameter names: members that go under the house's key.
    func keep(_ kind: EventKind, _ members: JSONObject, sealing names: [String]) throws -> UInt64
    /// Signs the book `audit` up to its newest record.
    func checkpoint() throws
}
