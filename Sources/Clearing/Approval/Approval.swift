// SPDX-License-Identifier: Apache-2.0

import Book
package import Records
package import TransparencyLog

/// That somebody agreed to a plan: a signature of theirs over its digest, as `ssh-keygen` writes and
/// checks it.
package struct Approval: Sendable, Hashable {
    /// What the signatures are good for; `ssh-keygen -Y … -n daybook-plan`.
    package static let namespace = "daybook-plan"

    /// The plan.
    package let plan: Digest
    package let signature: SSHSignature

    /// - Throws: `refused` when the signature is not over this plan.
    package init(_ plan: Digest, _ signature: SSHSignature) throws(ClearingError) {
        guard signature.verifies(Self.message(plan), Self.namespace) else {
            throw ClearingError(
                .refused,
                "the signature is not one over this plan. `jq -r .digest PLAN | ssh-keygen -Y sign "
                    + "-n \(Self.namespace) -f KEY` makes one.")
        }
        self.plan = plan
        self.signature = signature
    }

    /// The bytes that are signed: the plan's digest in hexadecimal and a line feed, so that
    /// `jq -r .digest` gives them.
    package static func message(_ plan: Digest) -> [UInt8] { Array("\(plan.hex)\n".utf8) }

    package var key: SSHPublicKey { signature.key }
}

extension Approval {
    /// The members of its record, `clear_approved`, that concern the plan. Hexadecimal, since text
    /// that looks like a key would be masked.
    package var json: JSONObject {
        [
            "plan_digest": .string(plan.hex), "sshsig": .string(signature.hex),
            "key_fingerprint": .string(key.fingerprint),
        ]
    }

    /// Reads an approval from its record and checks it; nil when there is none, or it is not good.
    package init?(_ object: JSONObject) {
        guard let plan = object.text("plan_digest").flatMap({ Digest(hex: $0) }),
            let signature = object.text("sshsig").flatMap({ SSHSignature(hex: $0) }),
            let made = try? Approval(plan, signature)
        else { return nil }
        self = made
    }
}
