// SPDX-License-Identifier: Apache-2.0

internal import Book
package import Records

/// Who looked at a person's records, from the records that Daybook kept of it.
package struct PersonReads: Sendable, Hashable {
    package struct Row: Sendable, Hashable {
        package let at: Timestamp?
        package let by: String
        /// What they did.
        package let how: String
        package let isWithheld: Bool
    }

    /// Oldest first.
    package private(set) var rows: [Row] = []
    /// Reads that the person may not be told of yet, and that are not among the rows.
    package private(set) var withheld = 0

    /// - Parameters:
    ///   - ledger: read with `record_viewed` and `search_run`.
    ///   - person: the vault's number; a read that was about somebody else's records alone is left
    ///     out.
    ///   - indexes: the person's records, ascending.
    package init(
        _ ledger: Ledger, person: UInt64, indexes: [UInt64], at now: Timestamp,
        includingWithheld: Bool = false
    ) {
        for entry in ledger.entries {
            if let other = entry.object.text("person"), other != String(person) { continue }
            guard let how = Self.words(entry, indexes) else { continue }
            let isWithheld = entry.instant("withhold_until").map { $0 > now } ?? false
            guard !isWithheld || includingWithheld else {
                withheld += 1
                continue
            }
            let by =
                entry.object.text("viewed_by") ?? entry.object.text("searched_by")
                ?? entry.object.text("exported_by") ?? "(sealed)"
            rows.append(Row(at: entry.recorded, by: by, how: how, isWithheld: isWithheld))
        }
    }

    /// What an entry did with any of the records; nil when it did nothing.
    private static func words(_ entry: LedgerEntry, _ indexes: [UInt64]) -> String? {
        switch entry.kind {
        case .recordViewed:
            guard entry.object.text("book") == "chat",
                let first = entry.object.unsigned("first_index"),
                let count = entry.object.unsigned("record_count")
            else { return nil }
            let end = first.addingReportingOverflow(count)
            let limit = end.overflow ? UInt64.max : end.partialValue
            let seen = Self.count(indexes, in: first..<max(first, limit))
            return seen == 0 ? nil : "read \(seen)"
        case .searchRun:
            guard let books = entry.object.text("book"), !indexes.isEmpty,
                books.split(separator: ",").contains("chat")
            else { return nil }
            return "searched the book"
        default: return nil
        }
    }

    private static func count(_ indexes: [UInt64], in range: Range<UInt64>) -> Int {
        place(of: range.upperBound, in: indexes) - place(of: range.lowerBound, in: indexes)
    }

    /// How many of ascending indexes are below one.
    private static func place(of index: UInt64, in indexes: [UInt64]) -> Int {
        var (low, high) = (0, indexes.count)
        while low < high {
            let middle = (low + high) / 2
            if indexes[middle] < index { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension PersonReads.Row {
    package var json: JSONObject {
        [
            "at": at.map { .string($0.description) } ?? .null, "by": .string(by),
            "how": .string(how), "withheld": .bool(isWithheld),
        ]
    }
}
