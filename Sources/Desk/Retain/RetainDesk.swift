// SPDX-License-Identifier: Apache-2.0

import Book
package import Clearing
import Daybook
import Records
import Retention
import Vault

/// Passes over the policies, as the command line runs them.
package struct RetainDesk {
    package let ground: Ground

    package init(_ ground: Ground) { self.ground = ground }

    /// - Returns: none when nothing was ever sealed here.
    package func pass(only: Set<String>?, cause: String) throws -> [RetainPass.Report] {
        guard let vault = try ground.houseVault() else { return [] }
        try ground.requireRightClock()
        let desk = try ClearGround(ground)
        var pass = RetainPass(
            desk, books: ground.existingBooks,
            sender: NoticeSender(ground.settings.notices), threads: machineThreads())
        pass.only = only
        pass.cause = cause
        pass.redact = { person in
            guard let known = try vault.people.person(person) else { return [] }
            return try desk.redactions(of: known)
        }
        let reports = try pass.run()
        try ground.storePins(try ground.ledger())
        return reports
    }
}
