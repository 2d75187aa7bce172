// SPDX-License-Identifier: Apache-2.0

import Book
import Daybook
package import Desk
import HTTPTypes
import Masking
package import Query

/// What somebody may read of the books: decided in one place, and asked by every way out.
package struct ReadRights: Sendable, Hashable {
    /// The strategies whose records of `audit` they may read; nil for all records.
    package let strategies: Set<String>?
    /// Whether books with people's own words are theirs to read.
    package let mayReadChat: Bool

    package init(_ principal: Principal) {
        mayReadChat = principal.has([.compliance])
        strategies =
            principal.has([.compliance, .auditor]) ? nil : principal.strategies
    }

    /// Those who read records at all.
    package static let readers: Set<Role> = [.trader, .compliance, .auditor]

    /// Those who check the books: tiles, entry bundles, verification.
    package static let auditors: Set<Role> = [.auditor, .compliance]

    /// Whether a book holds people's own words, as far as its settings tell.
    package static func isPersonal(_ book: String, _ ground: Ground) throws -> Bool {
        guard book != "audit" else { return false }
        return try book == "chat" || !ground.settings.choice(for: book).settings.seal.isNone
    }

    /// The books that are looked into.
    ///
    /// - Parameters:
    ///   - asked: names by commas; nil for all that may be read, those with people's own words only
    ///     when a reason is given.
    /// - Throws: 403 for a book that is not theirs, 400 without a reason, 404 for one that is none.
    package func books(_ asked: String?, reason: String?, _ ground: Ground) throws -> [String] {
        guard let asked else {
            return try ground.existingBooks.filter { book in
                if try Self.isPersonal(book, ground) { return mayReadChat && reason != nil }
                return book == "audit" || strategies == nil
            }
        }
        var names: [String] = []
        for part in asked.split(separator: ",", omittingEmptySubsequences: false) {
            let name = String(part.filter { $0 != " " })
            try check(name, reason: reason, ground)
            if !names.contains(name) { names.append(name) }
        }
        return names
    }

    /// - Throws: as `books(_:reason:_:)`.
    package func check(_ book: String, reason: String?, _ ground: Ground) throws {
        guard ground.bookNames.contains(book) else {
            throw HTTPFailure(
                .notFound,
                "there is no such book; books here: \(ground.bookNames.joined(separator: ", "))")
        }
        guard try Self.isPersonal(book, ground) else {
            guard book == "audit" || strategies == nil else {
                throw HTTPFailure(.forbidden, "the book \(book) is not open to traders")
            }
            return
        }
        guard mayReadChat else {
            throw HTTPFailure(
                .forbidden, "the book \(book) has people's own words: it is open to compliance")
        }
        guard reason != nil else {
            throw HTTPFailure(
                .badRequest,
                "reading the book \(book) needs a reason, and is recorded with it: give it as "
                    + "`reason`, or in the header Daybook-Reason")
        }
    }

    /// The filter that a query is narrowed by; nil for whoever may read all.
    package var filter: Filter? {
        guard let strategies else { return nil }
        return Self.filter(strategies)
    }

    /// As `filter`, and records that name no strategy: for the life of an order that is theirs.
    package var filterOfLife: Filter? {
        guard let strategies else { return nil }
        return .or([
            .not(.field(FieldTest(FieldPath("strategy"), .exists))), Self.filter(strategies),
        ])
    }

    private static func filter(_ strategies: Set<String>) -> Filter {
        let path = FieldPath("strategy")
        let literals = strategies.sorted().map { Literal($0, isQuoted: true, for: path.kind) }
        switch literals.count {
        case 0: return .not(.all)
        case 1: return .field(FieldTest(path, .equals(literals[0])))
        default: return .field(FieldTest(path, .oneOf(literals)))
        }
    }

    /// A query narrowed to what may be read.
    package func narrow(_ query: Query) -> Query {
        guard let filter else { return query }
        var query = query
        query.filter = query.filter == .all ? filter : .and([filter, query.filter])
        return query
    }

    /// Whether a record of the book `audit` may be read.
    package func mayRead(_ line: [UInt8]) -> Bool {
        guard let filter else { return true }
        var row = RowEvaluator(filter)
        return line.withUnsafeBufferPointer { row.matches($0) }
    }
}
