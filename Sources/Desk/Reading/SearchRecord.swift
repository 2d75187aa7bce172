// SPDX-License-Identifier: Apache-2.0

import Book
import Masking
package import Records

/// The record of a search, kept before the first envelope is opened and before the first byte of its
/// result is shown. A search of the book `chat` has one, since it holds what people wrote, and one
/// that opens what is sealed in any other book.
package final class SearchRecord {
    private let ground: Ground
    private let query: String
    package let books: [String]
    /// Why it is searched, where that was asked for.
    private let reason: String?
    private let isOpening: Bool
    /// Before it the people concerned are not told of this search.
    private let withheld: Timestamp?
    private var isKept = false

    /// - Parameters:
    ///   - isOpening: envelopes of some other book are opened, too.
    ///   - withheld: before it the people concerned are not told of this search.
    package init(
        ground: Ground, query: String, books: [String], reason: String? = nil,
        isOpening: Bool = false, withheldUntil withheld: Timestamp? = nil
    ) {
        self.withheld = withheld
        self.ground = ground
        self.query = query
        self.books = books
        self.reason = reason
        self.isOpening = isOpening
    }

    /// Keeps it, once.
    ///
    /// - Parameter hits: records found, where they are known already.
    package func keep(hits: UInt64?) throws(DeskFailure) {
        guard books.contains("chat") || isOpening, !isKept else { return }
        do {
            var object: JSONObject = ["query": .string(query.isEmpty ? "*" : query)]
            if let hits { object["hit_count"] = .number(String(hits)) }
            object["searched_by"] = .string(ground.userName)
            object["book"] = .string(books.joined(separator: ","))
            object["reason"] = reason.map { .string($0) }
            object["withhold_until"] = withheld.map { .string($0.description) }
            try ground.keepHouse(.searchRun, object, sealing: ["query", "searched_by", "reason"])
            isKept = true
        } catch {
            let reason = DeskFailure(known: error)
            throw DeskFailure(
                reason?.code ?? .bug,
                "searching the book chat, or what is sealed, is recorded, and that failed: "
                    + "\(reason?.message ?? "\(error)") Nothing was shown; --books audit needs no "
                    + "such record while nothing in it is opened.")
        }
    }
}
