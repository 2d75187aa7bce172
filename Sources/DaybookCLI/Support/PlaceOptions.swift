// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Book
import Daybook
import Desk
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

extension Ground {
    init(_ options: PlaceOptions) throws {
        try self.init(logs: options.logsPath, keys: options.keysPath, voice: TerminalVoice())
        if let caller = Self.caller { userName = caller }
    }
}
