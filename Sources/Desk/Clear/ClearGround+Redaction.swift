// SPDX-License-Identifier: Apache-2.0

import Book
import Clearing
import Daybook
import Masking
import Records
import Retention
package import Vault

extension ClearGround {
    /// What takes the place of other people's messages that name a person, where no hold and no rule
    /// keeps them as they are.
    ///
    /// Opens what others wrote, which is recorded first, as a search for the person's names would be.
    package func redactions(of person: Person) throws -> [Derivative] {
        let names = person.names + person.accounts.map(\.name)
        try ground.keepHouse(
            .searchRun,
            [
                "query": .string(names.joined(separator: " or ")),
                "searched_by": .string(userName), "book": "chat",
            ], sealing: ["query", "searched_by"])
        let redaction = Redaction(of: person.id, called: names, vault)
        let texts = try redaction.found(threads: machineThreads()) { done, total in
            ground.voice.progress("names", done, of: total, "envelope")
        }
        ground.voice.endProgress()
        var found: [Derivative] = []
        var kept = 0
        for book in ground.existingBooks {
            guard try !ground.settings.choice(for: book).settings.seal.isNone else { continue }
            let hits = try Redaction.hits(texts, in: BookSnapshot(place(book)))
            guard !hits.isEmpty else { continue }
            let free = try Redaction.free(
                hits, in: book, by: ClearRun(self, threads: machineThreads()))
            kept += hits.count - free.count
            found += free
        }
        if kept > 0 {
            ground.voice.complain(
                "\(Words.count(kept, "message")) of others name the person and stay as they are, "
                    + "under a hold or a rule.")
        }
        return found
    }
}
