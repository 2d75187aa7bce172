// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// Policies that a second person approves by signing them, judged by the built command and by
/// OpenSSH's own program.
@Suite(
    .timeLimit(.minutes(10)),
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/ssh-keygen")))
struct PolicyApprovalTests {
    private func shell(_ sandbox: Sandbox, _ script: String) throws -> Sandbox.Result {
        let result = try sandbox.shell("set -euo pipefail\nunset SSH_AUTH_SOCK\n" + script)
        #expect(result.code == 0, "\(result.output) \(result.errors)")
        return result
    }

    /// A place where bob's signature approves; `propose KEEP NAME` writes another proposal.
    private func desk() throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.write(
            """
            mkdir -p logs
            cat > logs/daybook.yaml <<END
            policies: [{name: desk, select: {book: chat}, keep: $1, grace: 0d, approval: true}]
            approvers: [{name: $2, key: "$(cut -d ' ' -f 1,2 $2.pub)"}]
            END

            """, to: "propose")
        _ = try shell(
            sandbox,
            """
            for name in bob eve; do ssh-keygen -q -t ed25519 -N '' -C $name -f $name; done
            bash propose 5y bob
            daybook policy accept
            daybook run -- sh -c 'echo hello'
            bash propose 30d bob
            daybook policy accept --json > accepted
            """)
        return sandbox
    }

    private func code(_ sandbox: Sandbox) throws -> String {
        let data = try Data(contentsOf: sandbox.directory.appending(path: "accepted"))
        let object = try #require(
            try JSONSerialization.jsonObject(with: data) as? [String: Any])
        return try #require(object["policy_set"] as? String)
    }

    @Test func `only a permitted key approves what shortens, also by a signature made elsewhere`()
        throws
    {
        let sandbox = try desk()
        let code = try code(sandbox)
        let keyless = try sandbox.shell("unset SSH_AUTH_SOCK; daybook policy approve \(code)")
        #expect(keyless.code != 0 && keyless.errors.contains("--key"), "\(keyless.errors)")
        let wrong = try sandbox.daybook("policy", "approve", code, "--key", "eve")
        #expect(wrong.code != 0 && wrong.errors.contains("not one of the approvers in force: bob"))
        let other = try sandbox.shell(
            """
            echo something else | ssh-keygen -Y sign -n daybook-policy -f bob > other.sig
            daybook policy approve \(code) --signature other.sig
            """)
        #expect(other.code != 0 && other.errors.contains("not one over \(code)"))
        #expect(try sandbox.daybook("policy").output.contains("\(code) waits"))
        let done = try shell(
            sandbox,
            """
            daybook policy --json | python3 -c '
            import json, sys
            print(json.load(sys.stdin)["waiting"][-1]["digest"])' > digest
            ssh-keygen -Y sign -n daybook-policy -f bob < digest > policy.sig
            daybook policy approve \(code) --signature policy.sig
            daybook policy
            """)
        #expect(done.output.contains("is approved") && !done.output.contains("waits"))
        #expect(done.output.contains("30d") && done.output.contains("approvers: bob"))
        #expect(try sandbox.daybook("verify").code == 0)
    }

    @Test func `whoever changes the approvers does not choose who approves the change`() throws {
        let sandbox = try desk()
        let first = try code(sandbox)
        _ = try shell(
            sandbox,
            """
            daybook policy approve \(first) --key bob
            bash propose 30d eve
            daybook policy accept --json > accepted
            """)
        let code = try code(sandbox)
        #expect(code != first)
        #expect(try sandbox.daybook("policy", "approve", code, "--key", "eve").code != 0)
        let done = try shell(
            sandbox, "daybook policy approve \(code) --key bob; daybook policy")
        #expect(done.output.contains("approvers: eve"), "\(done.output)")
        // The same keys sign plans.
        _ = try shell(sandbox, "daybook clear --person nobody --plan plan.json || true")
        _ = try sandbox.shell("daybook clear --older-than 0d --plan plan.json")
        if FileManager.default.fileExists(
            atPath: sandbox.directory.appending(path: "plan.json").path())
        {
            let refused = try sandbox.daybook("approve", "plan.json", "--key", "bob")
            #expect(refused.code != 0 && refused.errors.contains("approvers in force: eve"))
            #expect(try sandbox.daybook("approve", "plan.json", "--key", "eve").code == 0)
        }
    }

    @Test func `an approver without a name or a key is a problem of the settings`() throws {
        let sandbox = try Sandbox()
        try sandbox.write("approvers: [{name: bob}, {name: eve, key: ssh-rsa AAAA}]\n", to: "y")
        let found = try sandbox.shell("mkdir -p logs; cp y logs/daybook.yaml; daybook policy")
        #expect(found.code != 0)
        #expect(found.errors.contains("an approver needs") && found.errors.contains("Ed25519"))
    }
}
