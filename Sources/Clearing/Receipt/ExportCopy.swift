// SPDX-License-Identifier: Apache-2.0

import Book
import Records

/// A bundle that was given out before a clear, as the receipt lists it: a copy that the clear cannot
/// reach.
struct ExportCopy: Sendable, Hashable {
    let id: String
    /// When it has to be destroyed; nil when nobody said.
    let expires: Timestamp?

    /// The exports whose range of records has some that were erased, oldest first. What an export
    /// does not say is taken to cover everything.
    static func all(_ ledger: Ledger, of books: [Plan.Book]) -> [ExportCopy] {
        ledger.entries(of: .exportMade).compactMap { entry in
            guard let id = entry.object.text("export_id") else { return nil }
            let name = entry.object.text("book")
            let first = entry.object.unsigned("first_index") ?? 0
            let last = entry.object.unsigned("last_index") ?? .max
            let isCovering = books.contains { book in
                (name == nil || name == book.name)
                    && book.erase.ranges.contains { $0.lowerBound <= last && $0.upperBound > first }
            }
            return isCovering ? ExportCopy(id: id, expires: entry.instant("expires")) : nil
        }
    }

    /// As the receipt has it.
    var json: JSONValue {
        var object: JSONObject = ["export": .string(id)]
        object["expires"] = expires.map { .string($0.description) }
        return .object(object)
    }
}
