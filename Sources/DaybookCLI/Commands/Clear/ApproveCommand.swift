// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Clearing
import Desk
import Records
import TransparencyLog

/// `daybook approve`: a second person agrees to a plan.
struct ApproveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve",
        abstract: "Sign a plan, as the second person that a policy asks for.",
        discussion: """
            Signs the plan's digest with your Ed25519 key, as `ssh-keygen -Y sign -n daybook-plan` \
            does, and records that. Without --key the key comes from ssh-agent. Where you and \
            whoever applies the plan are one user of the operating system, the receipt says "no \
            separation of duties".

            Examples:
              daybook approve plan.json
              daybook approve plan.json --key ~/.ssh/id_ed25519
              jq -r .digest plan.json | ssh-keygen -Y sign -n daybook-plan -f key > plan.sig
              daybook approve plan.json --signature plan.sig
            """)

    @OptionGroup var place: PlaceOptions

    @Argument(help: ArgumentHelp("The plan's file.", valueName: "plan"), completion: .file())
    var plan: String

    @OptionGroup var signing: SigningOptions

    @Flag(name: .long, help: "Print one JSON object.")
    var json = false

    mutating func run() throws {
        let ground = try Ground(place)
        let plan = try Plan(
            parsing: SmallFile.read(self.plan, limit: Clearing.Limits.planBytes))
        if let stale = plan.staleness(at: ground.now) { throw stale }
        let approval = try Approval(
            plan.digest,
            signing.sign(Approval.message(plan.digest), Approval.namespace))
        let index = try ground.keepApproval(approval)
        if json {
            return Terminal.say(json: [
                "plan_digest": .string(plan.digest.hex),
                "key_fingerprint": .string(approval.key.fingerprint),
                "record": .number(String(index)),
            ])
        }
        for line in PlanText(plan).lines { Terminal.say(line) }
        Terminal.say(
            "approved with the key \(approval.key.fingerprint), by record \(Words.grouped(index))"
        )
        if plan.madeBy == ground.userName {
            Terminal.note(
                "the same user of this system made the plan: the receipt will say \"no separation "
                    + "of duties\"")
        }
    }
}
