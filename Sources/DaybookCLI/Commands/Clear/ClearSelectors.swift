// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Clearing
import Daybook
import Desk
import Masking
import Records
import Retention
import Vault

/// Which records a clear is about.
struct ClearSelectors: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Only what is older, by the message's own time: 90d, 12w, 6mo, 2y.",
            valueName: "period"))
    var olderThan: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The oldest go, until the envelopes that are left take so much: 500MB.",
            valueName: "size"))
    var downTo: String?

    @Option(name: .long, help: ArgumentHelp("All but the newest so many.", valueName: "count"))
    var keepLast: Int?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Only what this person wrote, by name or platform:account; more than once for more "
                + "people.", valueName: "person"))
    var person: [String] = []

    @Option(name: .long, help: "Only this conversation; more than once for more.")
    var conversation: [String] = []

    @Option(name: .long, help: "Only this platform, such as telegram; more than once for more.")
    var platform: [String] = []

    @Option(
        name: .long, help: "Only this kind of event, such as chat_message; more than once for more."
    )
    var kind: [String] = []

    @Option(
        name: .long, help: ArgumentHelp("Only what passes this filter.", valueName: "query"))
    var matching: String?

    @Option(
        name: .long,
        help: ArgumentHelp("Only this record; more than once for more.", valueName: "index"))
    var record: [UInt64] = []

    @Option(
        name: .long,
        help: ArgumentHelp("Only what this policy in force says is due.", valueName: "name"))
    var policy: String?

    @Option(name: .long, help: "The book.")
    var book = "chat"

    func validate() throws {
        if let keepLast, keepLast < 0 {
            throw ValidationError("--keep-last counts records: 0 or more.")
        }
        if let olderThan, period == nil {
            throw ValidationError("--older-than \(olderThan) is no period; 90d, 12w, 6mo, 2y are.")
        }
        if let downTo, ByteSize.parse(downTo) == nil {
            throw ValidationError("--down-to \(downTo) is no size; 500MB and 1GiB are.")
        }
    }

    private var period: KeepPeriod? {
        olderThan.flatMap { KeepPeriod($0) }.flatMap { $0 == .forever ? nil : $0 }
    }

    /// The selectors with their people looked up.
    ///
    /// - Throws: when nothing was chosen, and for people whom nobody or several answer to.
    func selectors(_ ground: Ground) throws -> Selectors {
        var scope = Scope()
        scope.platforms = platform.map { $0.lowercased() }
        scope.conversations = conversation
        scope.kinds = kind
        scope.matching = matching
        scope.personIDs = try person.map { try ground.onePerson($0).id.rawValue }
        var selectors = Selectors(scope: scope)
        selectors.olderThan = period
        selectors.downTo = downTo.flatMap { ByteSize.parse($0) }
        selectors.keepLast = keepLast
        selectors.indexes = Array(Set(record)).sorted()
        selectors.policy = policy
        guard !selectors.isEmpty else {
            throw DeskFailure(
                .usage,
                "nothing was chosen, and everything would be too much. --older-than, --person and "
                    + "others choose; --keep-last 0 means all.")
        }
        return selectors
    }

    /// Whether any of it was given: a plan file brings its own.
    var isGiven: Bool { olderThan != nil || downTo != nil || isGivenForRecordsAlone }

    /// Whether something was given that files do not have.
    var isGivenForRecordsAlone: Bool {
        keepLast != nil || !person.isEmpty
            || !conversation.isEmpty || !platform.isEmpty || !kind.isEmpty || matching != nil
            || !record.isEmpty || policy != nil
    }
}
