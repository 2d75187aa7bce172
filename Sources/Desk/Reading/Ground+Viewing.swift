// SPDX-License-Identifier: Apache-2.0

import Book
import Daybook
import Records

extension Ground {
    /// Records that somebody reads personal text, before the first byte of it is shown: the book
    /// `chat` holds such text, and so does whatever is opened.
    ///
    /// - Parameter reason: why, where that was asked for.
    package func recordViewing(
        of book: String, _ range: Range<UInt64>, isOpened: Bool, reason: String? = nil
    ) throws {
        guard book == "chat" || isOpened else { return }
        do {
            var members: JSONObject = [
                "book": .string(book), "first_index": .number(String(range.lowerBound)),
                "record_count": .number(String(range.count)), "opened": .bool(isOpened),
                "viewed_by": .string(userName),
            ]
            members["purpose"] = reason.map { .string($0) }
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
