// SPDX-License-Identifier: Apache-2.0

package import Book
package import Daybook
package import Masking
import Records
import Retention

/// The directory of the books with its settings read: what every command starts from.
package struct Ground {
    package let logs: String
    package let keys: String
    package private(set) var settings: DaybookSettings
    package let masker: Masker
    /// The vault, for every book of this directory; opened when it is needed.
    package let door: VaultDoor

    /// Who acts, as records say it: the user of the operating system, or who signed in.
    package var userName = SystemUser.name
    /// Where words for whoever waits go.
    package var voice: any Voice

    /// The variable by which the daemon tells a command for whom it runs it.
    package static let callerVariable = "DAYBOOK_CALLER"

    /// - Parameters:
    ///   - logs: the directory of the books.
    ///   - keys: the directory of the keys.
    package init(logs: String, keys: String, voice: any Voice) throws {
        self.logs = logs
        self.keys = keys
        self.voice = voice
        settings = try DaybookSettings.load(directory: logs)
        door = VaultDoor(logs: logs, keys: keys, provider: settings.keyProvider)
        masker = try settings.masker()
    }

    /// The same with daybook.yaml read anew, for deciding over what it proposes: a daemon has its
    /// settings from when it started or was told to read them.
    package func withProposals() throws -> Ground {
        var ground = self
        ground.settings = try DaybookSettings.load(directory: logs)
        return ground
    }

    /// Names of the books: the two standard ones first.
    package var bookNames: [String] {
        let standard = DaybookSettings.standardBooks
        return standard + settings.books.keys.filter { !standard.contains($0) }.sorted()
    }

    /// The books that are there.
    package var existingBooks: [String] {
        bookNames.filter { place($0).disk.kind(of: place($0).manifestPath) == .file }
    }

    package func place(_ book: String) -> BookPlace {
        BookPlace(logs: logs, name: book, keys: keys, masker: masker)
    }

    /// A name from the command line, checked.
    package func known(_ book: String) throws -> String {
        guard !bookNames.contains(book) else { return book }
        let nearest = Spelling.nearest(to: book, among: bookNames)
        throw DeskFailure(
            .usage,
            "there is no book '\(book)'." + (nearest.map { " Did you mean '\($0)'?" } ?? "")
                + " Books here: \(bookNames.joined(separator: ", ")); daybook.yaml can name more.")
    }

    package func open(_ book: String) throws -> Book {
        var choice = try settings.choice(for: book)
        choice.settings.sealer = door
        return try RetentionDesk.open(
            place(book), choice.settings, proposed: choice.policy ?? DayPolicy())
    }

    package func durability(_ asked: Durability?, of book: String) throws -> Durability {
        if let asked { return asked }
        return try settings.choice(for: book).durability
    }

    package func snapshot(_ book: String) throws -> BookSnapshot {
        try BookSnapshot(place(known(book)))
    }
}
