// SPDX-License-Identifier: Apache-2.0

import Book
import Daybook
import Desk
import HTTPTypes
import Hummingbird
import Query
import Records

/// What a request searches for, understood and checked against the rights of whoever asks; nothing
/// was looked at yet.
struct SearchQuestion: Sendable {
    let text: String
    let query: Query
    let plan: QueryPlan
    let time: TimeRange
    let books: [String]
    /// Rows of this answer at most.
    let limit: Int
    let cursor: SearchCursor?
    let reason: String?
    let rights: ReadRights

    /// - Throws: 400 for what is no query, time or cursor; 403 for books that are not theirs.
    init(_ request: Request, _ principal: Principal, _ ground: Ground) throws {
        let values = RequestValues(request)
        let text = try values.text("q", bytesMax: ServerLimits.queryBytes) ?? ""
        let limit = try values.number("limit", in: 1...ServerLimits.rowsMax) ?? ServerLimits.rows
        var cursor: SearchCursor?
        if let given = try values.text("cursor") {
            cursor = SearchCursor(given)
            guard cursor?.query == SearchCursor.digest(of: text) else {
                throw HTTPFailure(
                    .badRequest,
                    "cursor: it is not one of this query; give the same q, and the cursor of the "
                        + "last answer's end")
            }
        }
        let time = try values.time(now: ground.now)
        try self.init(
            text, time, Asked(books: values.text("books"), reason: values.reason), limit: limit,
            cursor: cursor, principal, ground)
    }

    /// Which books somebody names, and why.
    struct Asked {
        let books: String?
        let reason: String?
    }

    init(
        _ text: String, _ time: TimeRange, _ asked: Asked, limit: Int,
        cursor: SearchCursor? = nil, _ principal: Principal, _ ground: Ground
    ) throws {
        self.text = text
        self.limit = limit
        reason = asked.reason
        self.cursor = cursor
        rights = ReadRights(principal)
        do throws(QueryError) {
            query = try Query(parsing: text)
            plan = try QueryPlan(rights.narrow(query))
        } catch {
            throw HTTPFailure(error, in: text)
        }
        guard let cursor else {
            books = try rights.books(asked.books, reason: reason, ground)
            self.time = time
            return
        }
        for book in cursor.books { try rights.check(book.name, reason: reason, ground) }
        books = cursor.books.map(\.name)
        self.time = TimeRange(
            from: cursor.from.map { Timestamp(microseconds: $0) },
            to: cursor.to.map { Timestamp(microseconds: $0) })
    }

    /// Takes snapshots of the books and opens what may be opened; what is read then is recorded
    /// first. Blocks.
    ///
    /// - Parameter ground: as whoever asks.
    func run(_ ground: Ground, _ isCancelled: @escaping @Sendable () -> Bool) throws -> QueryRun {
        var sources: [QueryRun.Source] = []
        for (place, book) in books.enumerated() {
            guard ground.existingBooks.contains(book) else { continue }
            let snapshot = try ground.snapshot(book)
            let isPersonal = try ReadRights.isPersonal(book, ground)
            let mayOpen = rights.mayReadChat && reason != nil
            var range: Range<UInt64>?
            if let known = cursor?.books[place] {
                range = known.next..<max(known.next, min(known.size, snapshot.size))
            }
            sources.append(
                QueryRun.Source(
                    name: book, snapshot: snapshot, maySpill: !isPersonal,
                    opener: mayOpen ? try ground.opener(for: book) : nil, range: range))
        }
        let names = sources.map(\.name)
        let isOpening = try sources.contains {
            try $0.opener != nil || ReadRights.isPersonal($0.name, ground)
        }
        let record = SearchRecord(
            ground: ground, query: text, books: names, reason: reason, isOpening: isOpening)
        try record.keep(hits: nil)
        return QueryRun(
            plan, over: sources, time: time,
            settings: ScanSettings(
                threads: machineThreads(), memoryBytesMax: ServerLimits.searchBytes,
                isCancelled: isCancelled))
    }
}

extension HTTPFailure {
    /// What is wrong with a query, and where.
    init(_ error: QueryError, in query: String) {
        let status: HTTPResponse.Status =
            switch error.code {
            case .syntax, .meaning: .badRequest
            case .tooLarge: error.offset == nil ? .contentTooLarge : .badRequest
            case .unreadable, .cancelled: .serviceUnavailable
            }
        self.init(status, error.explained(in: query))
    }
}
