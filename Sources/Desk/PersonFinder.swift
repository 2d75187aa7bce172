// SPDX-License-Identifier: Apache-2.0

import Book
package import Clearing
package import Masking
import Records
package import Retention

/// A person whom a name or an account means.
package struct FoundPerson {
    /// The vault's number.
    package let number: UInt64
    package let names: [String]
    package var accounts: [Account] = []

    package var name: String { titles.first ?? "(no name)" }

    /// Names, then accounts as `platform:name`.
    package var titles: [String] { names + accounts.map { "\($0.platform):\($0.name)" } }
}

extension Ground {
    /// The one person whom a name or an account means.
    ///
    /// - Throws: `usage` when nobody or several are meant; then it lists the choices.
    package func person(_ text: String) throws -> FoundPerson {
        let found = try people(called: text)
        if found.count == 1 { return found[0] }
        guard !found.isEmpty else {
            throw DeskFailure(
                .noInput,
                "nobody here is called \(text): nothing is kept under that name. `daybook people "
                    + "list` lists who is known.")
        }
        let choices = found.map { "  " + $0.titles.joined(separator: ", ") }
        throw DeskFailure(
            .usage,
            "\(text) may be \(found.count) people; say which by an account (platform:name):\n"
                + choices.joined(separator: "\n"))
    }

    /// The records of the book `chat` that are under a person's key, opened.
    ///
    /// Whoever calls has recorded that they are read.
    package func records(of person: FoundPerson, _ decider: Decider) throws -> [PersonRecord] {
        guard existingBooks.contains("chat"), let opener = try factOpener() else { return [] }
        return try PersonRecords.read(
            snapshot("chat"), of: [person.number], filters: decider.filters.map(\.filter),
            opener: opener, owners: owners(of:))
    }
}
