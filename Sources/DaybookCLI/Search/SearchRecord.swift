// SPDX-License-Identifier: Apache-2.0

import Book
import Masking
import Records

/// The record of a search, kept before the first byte of its result is shown. Only a search of the
/// book `chat` has one: it alone holds what people wrote.
struct SearchRecord {
    let ground: Ground
    let query: String
    let books: [String]

    /// - Parameter hits: records found, where they are known before the first is shown.
    func keep(hits: UInt64?) throws(CommandFailure) {
        guard books.contains("chat") else { return }
        do {
            let audit = try ground.open("audit")
            var session = MaskingSession(ground.masker)
            var records = MaskedRecords()
            var object: JSONObject = [
                "event": "search_run", "event_type": "search_run", "level": "info",
                "query": .string(query.isEmpty ? "*" : query),
            ]
            if let hits { object["hit_count"] = .number(String(hits)) }
            object["searched_by"] = .string(Ground.userName)
            object["book"] = .string(books.joined(separator: ","))
            session.append(object: object, from: .daybook, to: &records)
            try audit.append(records, .synced)
            try audit.close()
        } catch {
            let reason = CommandFailure(known: error)
            throw CommandFailure(
                reason?.code ?? .bug,
                "searching the book chat is recorded, and that failed: "
                    + "\(reason?.message ?? "\(error)") Nothing was shown; --books audit needs no "
                    + "such record.")
        }
    }
}
