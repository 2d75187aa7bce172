// SPDX-License-Identifier: Apache-2.0

import Desk
import Records
import Retention
import Vault

extension Examination {
    /// Whether what people said can be opened tomorrow, too.
    mutating func examineVault(_ ground: Ground) {
        let status: KeyStatus
        do {
            guard let vault = try ground.houseVault() else { return }
            status = try vault.status()
        } catch {
            return wrong(
                "vault", DeskFailure(known: error)?.message ?? "\(error)",
                "`daybook keys status` says the same; docs/guides/keys.md says how to restore keys")
        }
        ok(
            "vault",
            "\(Words.count(status.envelopes, "envelope")), keys of epoch \(status.epoch) "
                + "guarded by \(status.provider)")
        let remedy =
            "`daybook keys backup FILE --expires 30d`, and keep the file away from this machine"
        guard let copy = status.newestCopy(at: ground.now) else {
            return warn(
                "vault keys",
                status.copies.isEmpty
                    ? "no copy of them is known: losing them is losing all that people said"
                    : "every known copy of them has expired", remedy)
        }
        let soon = KeepPeriod.days(7).end(of: ground.now) ?? .max
        if copy.expires < soon {
            warn("vault keys", "their last copy expires on \(copy.expires)", remedy)
        } else {
            ok(
                "vault keys",
                "a copy of \(copy.made) is known, to be destroyed by \(copy.expires); keys made "
                    + "since are not in it")
        }
    }
}
