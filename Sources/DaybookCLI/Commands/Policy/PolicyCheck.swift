// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Daybook
import Desk
import Query
import Records
import Retention

struct PolicyCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Look at the policies in daybook.yaml; exit 1 when something is wrong.")

    @OptionGroup var place: PlaceOptions

    mutating func run() throws {
        let ground = try Ground(place)
        let policies = ground.settings.policies
        guard !policies.isEmpty else {
            return Terminal.say("\(ground.settings.path) has no `policies`")
        }
        try PolicyProposal.checkFilters(policies)
        let remarks = PolicyRemarks(policies, books: ground.bookNames)
        for remark in remarks.wrong { Terminal.say("wrong    \(remark)") }
        for remark in remarks.notes { Terminal.say("look at  \(remark)") }
        let count = Words.count(policies.count, "policy").replacing("policys", with: "policies")
        Terminal.say(remarks.wrong.isEmpty ? "\(count): fine" : "\(count)")
        if !remarks.wrong.isEmpty { throw verdictIsNo() }
    }
}
