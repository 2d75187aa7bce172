// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Desk

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
        if let problem = choice.problem { throw ValidationError(problem) }
    }

    var choice: ClearChoice {
        var choice = ClearChoice()
        choice.book = book
        choice.olderThan = olderThan
        choice.downTo = downTo
        choice.keepLast = keepLast
        choice.people = person
        choice.conversations = conversation
        choice.platforms = platform
        choice.kinds = kind
        choice.matching = matching
        choice.records = record
        choice.policy = policy
        choice.mark = "--"
        return choice
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
