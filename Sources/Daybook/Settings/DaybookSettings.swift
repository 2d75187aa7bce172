// SPDX-License-Identifier: Apache-2.0

package import Book
package import Masking
package import Retention
package import Vault

/// What `daybook.yaml` chooses: per book a file, a mode, a rotation; and what else to mask.
///
/// docs/settings.md lists every key. A missing file, or one that says nothing, means the defaults.
package struct DaybookSettings: Sendable {
    /// What is chosen for one book.
    package struct BookChoice: Sendable {
        package var settings: BookSettings
        /// What an append waits for unless the call says otherwise.
        package var durability: Durability
        /// The level below which `record(_:)` takes nothing; appends take everything.
        package var level = Level.debug
        /// What is proposed for how long whole days are kept (docs/guides/retention.md); nil while
        /// nothing was chosen, which keeps everything.
        package var policy: DayPolicy?
    }

    /// What the settings are read from, and what errors name.
    package let path: String
    /// The books that exist by default and those that the file names.
    package private(set) var books: [String: BookChoice]
    package private(set) var masking: MaskingRules
    /// When whatever clears believes the clock.
    package private(set) var clock = ClockChoice.automatic
    /// Where people are told of what is cleared.
    package private(set) var notices = NoticeChoice()
    /// What is proposed for how long records are kept, one by one (docs/guides/retention.md).
    package private(set) var policies: [ClearPolicy] = []
    /// Who is proposed as an approver; accepted with the policies.
    package private(set) var approvers: [ApproverChoice] = []

    /// Who may ask the daemon, besides those with a token (docs/guides/access.md).
    package private(set) var access = AccessChoice()

    /// What the daemon follows (docs/guides/tailing.md).
    package private(set) var sources: [SourceChoice] = []

    /// Who guards the keys of a vault that is made (docs/guides/keys.md).
    package private(set) var keyProvider: KeyProvider = .file

    /// How the daemon runs.
    package private(set) var server = ServerChoice()

    /// The name of the settings file in the directory of the books.
    package static let fileName = "daybook.yaml"
    /// The books that are there without a word in the settings.
    package static let standardBooks = ["audit", "chat"]

    /// The defaults.
    package init(path: String = DaybookSettings.fileName) {
        self.path = path
        books = [:]
        masking = .standard
        for name in Self.standardBooks { books[name] = Self.standard(name) }
    }

    /// Reads the settings in the directory of the books.
    ///
    /// - Throws: `setting` with every problem of the file, one a line: `file:line: key: what was
    ///   expected`; `disk` when the file is there and cannot be read.
    package static func load(directory: String) throws(DaybookError) -> DaybookSettings {
        let path = directory + "/" + fileName
        guard let text = try SettingsFile.text(of: path) else { return DaybookSettings(path: path) }
        return try DaybookSettings(parsing: text, path: path)
    }

    /// Reads settings from their text; `path` is for the errors.
    package init(parsing text: String, path: String) throws(DaybookError) {
        self.init(path: path)
        var reader = SettingsReader(path: path)
        if let root = reader.root(of: text) {
            let members = reader.members(
                of: root,
                known: [
                    "books", "masking", "policies", "vault", "clock", "notices", "server", "access",
                    "sources", "approvers",
                ])
            if let place = members["books"] { books = reader.books(place, defaults: books) }
            if let place = members["masking"] { masking = reader.masking(place) }
            if let place = members["vault"] { keyProvider = reader.vault(place) }
            if let place = members["policies"] { policies = reader.policies(place) }
            if let place = members["approvers"] { approvers = reader.approvers(place) }
            if let place = members["clock"] { clock = reader.clock(place) }
            if let place = members["server"] { server = reader.server(place) }
            if let place = members["sources"] { sources = reader.sources(place) }
            if let place = members["notices"] { notices = reader.notices(place) }
            if let place = members["access"] { access = reader.access(place) }
        }
        guard reader.problems.isEmpty else {
            throw DaybookError(.setting, reader.problems.joined(separator: "\n"))
        }
    }

    /// What is chosen for a book, whether the file names it or not.
    ///
    /// - Throws: `setting` when the name cannot be a book's.
    package func choice(for book: String) throws(DaybookError) -> BookChoice {
        if let choice = books[book] { return choice }
        guard Self.isBookName(book) else {
            throw DaybookError(.setting, "\"\(book)\" cannot be a book: \(Self.bookNameRule).")
        }
        return Self.standard(book)
    }

    /// Makes another name that of a book's live file, as `configureLogging(fileName:)` does.
    ///
    /// - Throws: `setting` when the name cannot be a live file's, or another book has it.
    package mutating func setFile(_ name: String, of book: String) throws(DaybookError) {
        var choice = try choice(for: book)
        if let problem = Self.problem(withFile: name) {
            throw DaybookError(.setting, "\"\(name)\" cannot be a book's file: \(problem).")
        }
        let isTaken = books.contains { key, value in
            key == name || (key != book && value.settings.liveName == name)
        }
        guard !isTaken else {
            throw DaybookError(.setting, "\"\(name)\" is another book's already.")
        }
        choice.settings.liveName = name
        books[book] = choice
    }

    /// A masker for the rules.
    ///
    /// - Throws: `setting` naming the rule that is not one.
    package func masker() throws(DaybookError) -> Masker {
        do throws(MaskingRulesError) {
            return try Masker(rules: masking)
        } catch {
            throw DaybookError(.setting, "\(path): masking.\(error.place): \(error.message)")
        }
    }

    // MARK: - Names

    static let bookNameRule =
        "a book's name is small letters, digits, _ and -, and begins with a letter"

    static func isBookName(_ name: String) -> Bool {
        guard let first = name.utf8.first, first &- UInt8(ascii: "a") < 26 else { return false }
        return name.utf8.count <= DaybookLimits.bookNameBytes
            && name.utf8.allSatisfy { byte in
                byte &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10
                    || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
            }
    }

    /// Why a name cannot be a live file's; nil when it can.
    static func problem(withFile name: String) -> String? {
        if name.isEmpty || name.utf8.count > DaybookLimits.fileNameBytes {
            return "it needs 1 to \(DaybookLimits.fileNameBytes) bytes"
        }
        if name.utf8.contains(where: { $0 == UInt8(ascii: "/") || $0 < 0x20 || $0 == 0x7F }) {
            return "it is a name in the directory of the books, without a path"
        }
        if name.hasPrefix(".") { return "it begins with a dot" }
        if name == fileName { return "the settings have that name" }
        return nil
    }

    static func standard(_ book: String) -> BookChoice {
        var settings = BookSettings(liveName: "\(book).log")
        if book == "chat" { settings.seal = .all(elseUnder: SystemUser.account) }
        return BookChoice(settings: settings, durability: .written)
    }
}
