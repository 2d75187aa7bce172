// SPDX-License-Identifier: Apache-2.0

import Book
import Daybook
package import Records

extension Ground {
    /// Records that somebody reads personal text, before the first byte of it is shown: the book
    /// `chat` holds such text, and so does whatever is opened.
    ///
    /// - Parameters:
    ///   - reason: why, where that was asked for.
    ///   - withheld: before it the people concerned are not told of this look.
    package func recordViewing(
        of book: String, _ range: Range<UInt64>, isOpened: Bool, reason: String? = nil,
        withheldUntil withheld: Timestamp? = nil
    ) throws {
        guard book == "chat" || isOpened else { return }
        do {
            var members: JSONObject = [
                "book": .string(book), "first_index": .number(String(range.lowerBound)),
                "record_count": .number(String(range.count)), "opened": .bool(isOpened),
                "viewed_by": .string(userName),
            ]
            members["purpose"] = reason.map { .string($0) }
            members["withhold_until"] = withheld.map { .string($0.description) }
            try keepHouse(.recordViewed, members, sealing: ["viewed_by", "purpose"])
        } catch {
            let reason = DeskFailure(known: error)
            throw DeskFailure(
                reason?.code ?? .bug,
                "reading the book \(book) is recorded, and that failed: "
                    + "\(reason?.message ?? "\(error)") Nothing was shown.")
        }
    }
}
