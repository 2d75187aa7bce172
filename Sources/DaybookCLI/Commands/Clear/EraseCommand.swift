// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Clearing
import Desk
import Retention
import Vault

/// `daybook erase`: forget a person.
struct EraseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "erase",
        abstract: "Erase what is kept of a person; first a plan, then --apply.",
        discussion: """
            Everything that was sealed for the person goes, in all books, and their name with it. \
            What a rule keeps is restricted instead, until the rule's date: nobody reads or \
            searches it, and it goes on that day. What a legal hold keeps stays. Where others name \
            the person, their messages are kept with the name taken out.

            Exit codes as for `daybook clear`.

            Examples:
              daybook erase alice
              daybook erase telegram:12345 --apply
              daybook erase alice --request q-7k2m9q4x --apply
            """)

    @OptionGroup var place: PlaceOptions

    @Argument(help: "A name, platform:account, or a number as `daybook people list` shows it.")
    var person: String

    @Option(
        name: .long,
        help: ArgumentHelp("The request that it answers.", valueName: "id"))
    var request: String?

    @OptionGroup var form: ClearForm

    mutating func run() throws {
        let ground = try Ground(place)
        let desk = try ClearGround(ground)
        let person = try ground.onePerson(self.person)
        let plan: Plan
        if form.apply, let path = form.plan {
            plan = try Plan(parsing: SmallFile.read(path, limit: Clearing.Limits.planBytes))
            guard plan.forget == [person.id.rawValue] else {
                throw DeskFailure(
                    .usage, "\(path) is not the plan of an erasure of this person.")
            }
        } else {
            plan = try desk.erasurePlan(of: self.person, request: request)
        }
        try form.finish(plan, desk) { try desk.redactions(of: person) }
    }
}
