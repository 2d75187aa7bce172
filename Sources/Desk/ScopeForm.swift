// SPDX-License-Identifier: Apache-2.0

package import Records
package import Retention

/// What a hold or a clear is about, as somebody wrote it down: names of options and members are
/// the same, so that a wrong one is named as it was given.
package struct ScopeForm: Sendable, Hashable {
    package var book: String?
    package var platforms: [String] = []
    package var conversations: [String] = []
    package var kinds: [String] = []
    package var matching: String?
    package var from: String?
    package var to: String?
    /// What stands before a name in an error: `--` on the command line.
    package var mark = ""

    package init() {}

    /// The scope, checked.
    ///
    /// - Throws: `usage` for a book that is not here, a filter that is none, a date that is none.
    package func scope(in ground: Ground) throws -> Scope {
        var scope = Scope(book: try book.map(ground.known))
        scope.platforms = platforms.map { $0.lowercased() }
        scope.conversations = conversations
        scope.kinds = kinds
        if let matching, let problem = FilterCheck.problem(matching) {
            throw DeskFailure(.usage, "\(mark)matching: \(problem)")
        }
        scope.matching = matching
        scope.from = try from.map { try Self.instant($0, "\(mark)from") }
        scope.to = try to.map { try Self.instant($0, "\(mark)to") }
        return scope
    }

    /// A date, which is its first instant, or an instant.
    ///
    /// - Parameter name: of the option or member, for the error.
    package static func instant(_ text: String, _ name: String) throws(DeskFailure) -> Timestamp {
        let whole = text.utf8.count == 10 ? "\(text)T00:00:00.000000Z" : text
        guard let instant = Timestamp(whole) else {
            throw DeskFailure(
                .usage, "\(name): expected a date or an instant, such as 2026-01-31")
        }
        return instant
    }
}
