// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Clearing
import Desk
import Vault

/// Which files `daybook clear --files` means, and what becomes of them.
struct ClearFilesOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Clear log files of this directory, instead of records.", valueName: "directory"),
        completion: .directory)
    var files: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "With --files: names like this, such as '*.log' or 'old/*.txt'; may be given again. "
                + "(default: .log .txt .json .jsonl .csv, rotated and compressed ones too)",
            valueName: "glob"))
    var match: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "With --files: only files with a line that has this, compressed ones too.",
            valueName: "regex"))
    var containing: String?

    @Option(
        name: .long,
        help: "With --files: delete them, or encrypt each to NAME.age, which `age` opens.")
    var then: FileAction = .delete

    @Option(
        name: .long,
        help: ArgumentHelp(
            "With --then encrypt: who can open them; may be given again.", valueName: "age1…"))
    var recipient: [String] = []

    @Flag(
        name: .long,
        help: "With --files: import each file first; one that was not imported whole stays.")
    var importFirst = false

    enum FileAction: String, ExpressibleByArgument, CaseIterable {
        case delete, encrypt
    }

    func validate() throws {
        guard files == nil else { return }
        if !match.isEmpty || containing != nil || !recipient.isEmpty || importFirst {
            throw ValidationError(
                "--match, --containing, --recipient and --import-first go with --files DIRECTORY.")
        }
    }

    /// What becomes of the files.
    func action() throws -> FileClear.Action {
        switch then {
        case .delete:
            guard recipient.isEmpty else {
                throw DeskFailure(.usage, "--recipient goes with --then encrypt.")
            }
            return .delete
        case .encrypt:
            guard !recipient.isEmpty else {
                throw DeskFailure(
                    .usage,
                    "encrypted for whom? Add --recipient age1…; `age-keygen -o key.txt` makes one.")
            }
            do throws(VaultError) {
                return .encrypt(
                    to: try recipient.map { text throws(VaultError) in
                        try AgeRecipient(text)
                    })
            } catch {
                throw DeskFailure(.usage, error.message)
            }
        }
    }
}
