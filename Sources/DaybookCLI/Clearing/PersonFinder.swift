// SPDX-License-Identifier: Apache-2.0

import Book
import Clearing
import Masking
import Records
import Retention

/// A person whom a name or an account means.
struct FoundPerson {
    /// The vault's number.
    let number: UInt64
    let names: [String]
    var accounts: [Account] = []

    var name: String { titles.first ?? "(no name)" }

    /// Names, then accounts as `platform:name`.
    var titles: [String] { names + accounts.map { "\($0.platform):\($0.name)" } }
}

extension Ground {
    /// The one person whom a name or an account means.
    ///
    /// - Throws: `usage` when nobody or several are meant; then it lists the choices.
    func person(_ text: String) throws -> FoundPerson {
        let found = try people(called: text)
        if found.count == 1 { return found[0] }
        guard !found.isEmpty else {
            throw CommandFailure(
                .noInput,
                "nobody here is called \(text): nothing is kept under that name. `daybook people "
                    + "list` lists who is known.")
        }
        let choices = found.map { "  " + $0.titles.joined(separator: ", ") }
        throw CommandFailure(
            .usage,
            "\(text) may be \(found.count) people; say which by an account (platform:name):\n"
                + choices.joined(separator: "\n"))
    }

    /// The records of the book `chat` that are under a person's key, opened.
    ///
    /// Whoever calls has recorded that they are read.
    func records(of person: FoundPerson, _ decider: Decider) throws -> [PersonRecord] {
        guard existingBooks.contains("chat"), let opener = try factOpener() else { return [] }
        return try PersonRecords.read(
            snapshot("chat"), of: [person.number], filters: decider.filters.map(\.filter),
            opener: opener, owners: owners(of:))
    }
}
