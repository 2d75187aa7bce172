// SPDX-License-Identifier: Apache-2.0

import Book
import Daybook
import Records

extension Ground {
    /// Records that somebody reads personal text, before the first byte of it is shown: the book
    /// `chat` holds such text, and so does whatever is opened.
    package func recordViewing(of book: String, _ range: Range<UInt64>, isOpened: Bool) throws {
        guard book == "chat" || isOpened else { return }
        do {
            try keepHouse(
                .recordViewed,
                [
                    "book": .string(book), "first_index": .number(String(range.lowerBound)),
                    "record_count": .number(String(range.count)), "opened": .bool(isOpened),
                    "viewed_by": .string(userName),
                ], sealing: ["viewed_by"])
        } catch {
            let reason = DeskFailure(known: error)
            throw DeskFailure(
                reason?.code ?? .bug,
                "reading the book \(book) is recorded, and that failed: "
                    + "\(reason?.message ?? "\(error)") Nothing was shown.")
        }
    }
}
