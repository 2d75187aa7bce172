// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Book
import Daybook
import Desk
import Records
import Retention
import Vault

/// `daybook keys`: the keys of the vault. `daybook key` is another thing: a book's verifier key.
struct KeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "Look after the keys that open what people said: copy, restore, renew.",
        discussion: """
            What is personal is encrypted, and only these keys open it: who loses them has lost the \
            content. A copy in one file is made by `backup`; it has a date on which it will have \
            been destroyed, and until then every receipt names it, for it still opens what was \
            erased after it was made. docs/guides/keys.md says more.

            Examples:
              daybook keys
              daybook keys backup /media/usb/daybook-keys --expires 30d --passphrase-fd 3 3<FILE
              daybook keys backup keys.age --expires 30d --recipient age1…
              daybook keys restore keys.age --identity FILE
              daybook keys rotate
            """,
        subcommands: [
            KeysStatus.self, KeysBackup.self, KeysRestore.self, KeysRotate.self,
        ],
        defaultSubcommand: KeysStatus.self)
}

struct KeysStatus: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Where the keys are, who guards them, and which copies are known. The default.")

    @OptionGroup var place: PlaceOptions

    @Flag(name: .long, help: "Print one JSON object.")
    var json = false

    mutating func run() throws {
        let ground = try Ground(place)
        let status = try ground.vaultThere().status()
        if json { return Terminal.say(json: status.json) }
        Terminal.say("vault \(status.vault), keys in \(status.directory)")
        Terminal.say(
            "  epoch \(status.epoch), guarded by \(status.provider); "
                + "\(Words.count(status.groups, "key")) of a person and day"
                + (status.survivors > 0
                    ? ", \(Words.count(status.survivors, "key")) of single envelopes" : ""))
        Terminal.say(
            "  \(Words.count(status.envelopes, "envelope")) of "
                + "\(Words.count(status.people, "person", "people")), "
                + "\(Words.grouped(status.erased)) erased; \(Words.bytes(status.bytes))")
        let now = ground.now
        let valid = status.copies.filter { $0.expires > now }
        for copy in valid {
            Terminal.say(
                "  copy \(copy.place): made \(copy.made), epoch \(copy.epoch), to be destroyed by "
                    + "\(copy.expires)")
        }
        if valid.isEmpty {
            Terminal.say("  no copy: if these files are lost, so is all that people said")
        }
        if let name = status.unfinished {
            Terminal.say("  the erasure \(name) is not finished; the next command finishes it")
        }
    }
}

extension Words {
    /// The same for nouns that do not take an s.
    fileprivate static func count(_ number: Int, _ one: String, _ many: String) -> String {
        "\(grouped(number)) \(number == 1 ? one : many)"
    }
}

extension KeyStatus {
    fileprivate var json: JSONObject {
        [
            "vault": .string(vault), "directory": .string(directory),
            "provider": .string(provider), "epoch": .number(String(epoch)),
            "groups": .number(String(groups)), "survivors": .number(String(survivors)),
            "people": .number(String(people)), "envelopes": .number(String(envelopes)),
            "erased": .number(String(erased)), "bytes": .number(String(bytes)),
            "unfinished": unfinished.map { .string($0) } ?? .null,
            "copies": .array(
                copies.map { copy in
                    .object([
                        "place": .string(copy.place), "epoch": .number(String(copy.epoch)),
                        "made": .string(copy.made.description),
                        "expires": .string(copy.expires.description),
                    ])
                }),
        ]
    }
}

struct KeysBackup: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Write a copy of the keys to one file.")

    @OptionGroup var place: PlaceOptions

    @Argument(help: "The file; it may not exist.", completion: .file())
    var file: String

    @Option(
        name: .long,
        help: "How long the copy lives, such as 30d: then you destroy it.")
    var expires: KeepPeriod

    @Option(
        name: .customLong("passphrase-fd"),
        help: "Encrypt under the passphrase that this descriptor holds.")
    var passphrase: Int32?

    @Option(name: .long, help: "Encrypt to an age recipient; more than once for more of them.")
    var recipient: [String] = []

    @Option(name: .long, help: "Where the copy is kept, for receipts. (default: the file's path)")
    var keptAt: String?

    func validate() throws {
        guard passphrase == nil || recipient.isEmpty else {
            throw ValidationError("give a passphrase or recipients, not both")
        }
        guard expires != .forever else {
            throw ValidationError(
                "a copy that lives for ever keeps everything that is erased: give a time")
        }
    }

    mutating func run() throws {
        let ground = try Ground(place)
        let vault = try ground.vaultThere()
        let secret: BackupSecret
        if let passphrase {
            secret = .passphrase(descriptor: passphrase)
        } else if recipient.isEmpty {
            secret = .none
        } else {
            secret = .recipients(
                try recipient.map { text throws(VaultError) in try AgeRecipient(text) })
        }
        guard let until = expires.end(of: ground.now) else { return }
        let copy = try vault.backUpKeys(
            to: file, expires: until, secret: secret, place: keptAt)
        try ground.keepHouse(
            .keysBackedUp,
            [
                "epoch": .number(String(copy.epoch)), "expires": .string(copy.expires.description),
                "place": .string(copy.place), "made_by": .string(ground.userName),
            ], sealing: ["place", "made_by"])
        Terminal.say(
            "\(file): the keys of epoch \(copy.epoch); destroy it by \(copy.expires)")
        if case .none = secret {
            Terminal.note(
                "the file is not encrypted: whoever has it and the books reads everything. "
                    + "--passphrase-fd or --recipient encrypts it")
        }
    }
}

extension KeepPeriod: ExpressibleByArgument {
    package init?(argument: String) { self.init(argument) }
}

struct KeysRestore: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Put the keys of a copy in force. What was erased since stays erased.")

    @OptionGroup var place: PlaceOptions

    @Argument(help: "The copy.", completion: .file())
    var file: String

    @Option(
        name: .customLong("passphrase-fd"), help: "The descriptor that holds its passphrase.")
    var passphrase: Int32?

    @Option(name: .long, help: "The file with the age identity that it is encrypted to.")
    var identity: String?

    @Flag(name: .long, help: "Also when the keys are there and open: keys made since are lost.")
    var force = false

    mutating func run() throws {
        let ground = try Ground(place)
        let opening: BackupOpening
        if let passphrase {
            opening = .passphrase(descriptor: passphrase)
        } else if let identity {
            opening = .identity(try Self.identity(in: identity))
        } else {
            opening = .none
        }
        let done = try Vault.restoreKeys(
            from: file, logs: ground.logs, keys: ground.keys, opening: opening,
            provider: ground.settings.keyProvider, force: force)
        try ground.keepHouse(
            .keysRestored,
            [
                "epoch_from": .number(String(done.epochOfCopy)),
                "epoch_to": .number(String(done.epoch)), "key_count": .number(String(done.keys)),
                "restored_by": .string(ground.userName),
            ], sealing: ["restored_by"])
        Terminal.say(
            "\(Words.count(done.keys, "key")) of \(done.made) are in force, as epoch "
                + "\(done.epoch)")
        if done.erasuresSince > 0 {
            Terminal.say(
                "  \(Words.count(done.erasuresSince, "erasure")) after the copy was made: what "
                    + "they took stays closed")
        }
        if done.envelopesWithoutKey > 0 {
            Terminal.say(
                "  \(Words.count(done.envelopesWithoutKey, "envelope")) were sealed under later "
                    + "keys, and do not open any more")
        }
    }

    private static func identity(in path: String) throws -> AgeIdentity {
        guard
            let bytes = try PosixDisk().contents(of: path, limit: CommandLimits.smallFileBytes)
        else { throw DeskFailure(.noInput, "\(path) is not there") }
        let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
        guard let line = lines.first(where: { $0.hasPrefix("AGE-SECRET-KEY-") }) else {
            throw DeskFailure(.badInput, "\(path) holds no age identity (AGE-SECRET-KEY-1…)")
        }
        return try AgeIdentity(line)
    }
}

struct KeysRotate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Put the keys under a new key-encryption key, and destroy the old one.",
        discussion: """
            Every clear and erasure does it anyway. By itself it is for a key directory that was \
            read by somebody, or to change who guards the keys (`vault: {keys: …}` in \
            daybook.yaml). Holds are untouched: no key that opens anything goes.
            """)

    @OptionGroup var place: PlaceOptions

    mutating func run() throws {
        let ground = try Ground(place)
        let vault = try ground.vaultThere()
        let wanted = ground.settings.keyProvider
        let isOther = try vault.status().provider != wanted.name
        let done = try vault.rotateKeys(provider: isOther ? wanted : nil)
        try ground.keepHouse(
            .keysRotated,
            [
                "epoch_from": .number(String(done.from)), "epoch_to": .number(String(done.to)),
                "key_count": .number(String(done.keys)),
                "rotated_by": .string(ground.userName),
            ], sealing: ["rotated_by"])
        Terminal.say(
            "\(Words.count(done.keys, "key")) are under epoch \(done.to), guarded by "
                + "\(try vault.status().provider); epoch \(done.from) is destroyed")
    }
}
