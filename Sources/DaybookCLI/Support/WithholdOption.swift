// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Desk
import Records

/// Until when a read is not told to the people whose records were read: for investigations. It is
/// recorded like any other at once.
struct WithholdOption: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Do not tell the people concerned of this look before the date.", valueName: "date"))
    var withholdUntil: String?

    func instant() throws -> Timestamp? {
        try withholdUntil.map { try ScopeForm.instant($0, "--withhold-until") }
    }
}
