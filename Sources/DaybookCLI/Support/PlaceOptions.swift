// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Book
import Daybook
import Masking
import Records
import Retention

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Where the books and their keys are.
struct PlaceOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "The directory of the books. (default: $DAYBOOK_DIR, else ./logs)",
            valueName: "directory"),
        completion: .directory)
    var dir: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The directory of the signing keys. (default: $DAYBOOK_KEYS, else "
                + "~/.config/daybook/keys)",
            valueName: "directory"),
        completion: .directory)
    var keys: String?

    var logsPath: String {
        Self.tidy(dir ?? Self.environment("DAYBOOK_DIR") ?? "logs")
    }

    var keysPath: String {
        if let keys = keys ?? Self.environment("DAYBOOK_KEYS") { return Self.tidy(keys) }
        let home = Self.environment("HOME") ?? "."
        return Self.tidy(home + "/.config/daybook/keys")
    }

    static func environment(_ name: String) -> String? {
        guard let value = getenv(name) else { return nil }
        let text = String(cString: value)
        return text.isEmpty ? nil : text
    }

    /// Without slashes at the end, so that paths in messages look as expected.
    private static func tidy(_ path: String) -> String {
        var path = path
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        return path
    }
}

/// Which book a command means.
struct BookOption: ParsableArguments {
    @Option(name: .long, help: "The book: audit, chat, or one named in daybook.yaml.")
    var book = "audit"
}

extension Durability: ExpressibleByArgument {
    package init?(argument: String) { self.init(name: argument) }
    package static var allValueStrings: [String] { allCases.map(\.name) }
    package var defaultValueDescription: String { name }
}

/// The directory of the books with its settings read: what every command starts from.
struct Ground {
    let logs: String
    let keys: String
    let settings: DaybookSettings
    let masker: Masker
    /// The vault, for every book of this directory; opened when it is needed.
    let door: VaultDoor

    init(_ options: PlaceOptions) throws {
        logs = options.logsPath
        keys = options.keysPath
        settings = try DaybookSettings.load(directory: logs)
        door = VaultDoor(logs: logs, keys: keys, provider: settings.keyProvider)
        masker = try settings.masker()
    }

    /// Names of the books: the two standard ones first.
    var bookNames: [String] {
        let standard = DaybookSettings.standardBooks
        return standard + settings.books.keys.filter { !standard.contains($0) }.sorted()
    }

    /// The books that are there.
    var existingBooks: [String] {
        bookNames.filter { place($0).disk.kind(of: place($0).manifestPath) == .file }
    }

    func place(_ book: String) -> BookPlace {
        BookPlace(logs: logs, name: book, keys: keys, masker: masker)
    }

    /// A name from the command line, checked.
    func known(_ book: String) throws -> String {
        guard !bookNames.contains(book) else { return book }
        let nearest = Spelling.nearest(to: book, among: bookNames)
        throw CommandFailure(
            .usage,
            "there is no book '\(book)'." + (nearest.map { " Did you mean '\($0)'?" } ?? "")
                + " Books here: \(bookNames.joined(separator: ", ")); daybook.yaml can name more.")
    }

    func open(_ book: String) throws -> Book {
        var choice = try settings.choice(for: book)
        choice.settings.sealer = door
        return try RetentionDesk.open(
            place(book), choice.settings, proposed: choice.policy ?? DayPolicy())
    }

    func durability(_ asked: Durability?, of book: String) throws -> Durability {
        if let asked { return asked }
        return try settings.choice(for: book).durability
    }

    func snapshot(_ book: String) throws -> BookSnapshot {
        try BookSnapshot(place(known(book)))
    }
}
