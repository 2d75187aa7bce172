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

    @Option(
        name: .long,
        help: ArgumentHelp(
            "An OpenSSH private key file without passphrase, or, with ssh-agent, the .pub file of "
                + "one of its keys.", valueName: "file"),
        completion: .file())
    var key: String?

    @Option(
        name: .long,
        help: ArgumentHelp("What `ssh-keygen -Y sign` wrote.", valueName: "file"),
        completion: .file())
    var signature: String?

    @Flag(name: .long, help: "Print one JSON object.")
    var json = false

    func validate() throws {
        guard key == nil || signature == nil else {
            throw ValidationError("--key signs, --signature brings a signature: give one.")
        }
    }

    mutating func run() throws {
        let ground = try Ground(place)
        let plan = try Plan(
            parsing: SmallFile.read(self.plan, limit: Clearing.Limits.planBytes))
        if let stale = plan.staleness(at: ground.now) { throw stale }
        let approval = try Approval(plan.digest, try sign(plan))
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

    private func sign(_ plan: Plan) throws -> SSHSignature {
        let message = Approval.message(plan.digest)
        if let signature {
            let text = String(decoding: try SmallFile.read(signature), as: UTF8.self)
            guard let found = SSHSignature(armored: text) else {
                throw DeskFailure(
                    .badInput,
                    "\(signature) is no signature of an Ed25519 key as `ssh-keygen -Y sign` writes "
                        + "it.")
            }
            return found
        }
        guard let key else { return try signByAgent(message, nil) }
        let bytes = try SmallFile.read(key)
        if let wanted = SSHPublicKey(text: String(decoding: bytes, as: UTF8.self)) {
            return try signByAgent(message, wanted)
        }
        return try SSHSignature(
            signing: message, Approval.namespace, with: SSHKeyFile(bytes, path: key))
    }

    private func signByAgent(_ message: [UInt8], _ wanted: SSHPublicKey?) throws -> SSHSignature {
        guard let socket = PlaceOptions.environment("SSH_AUTH_SOCK") else {
            throw DeskFailure(
                .usage, "no key: name one with --key, or start ssh-agent and add it (`ssh-add`).")
        }
        let agent = try SSHAgent(socket: socket)
        let keys = try agent.keys()
        let key = wanted.map { wanted in keys.first { $0 == wanted } } ?? keys.first
        guard let key, wanted != nil || keys.count == 1 else {
            let names = keys.map { "  \($0.fingerprint) \($0.comment)" }.joined(separator: "\n")
            throw DeskFailure(
                .usage,
                keys.isEmpty
                    ? "ssh-agent has no Ed25519 key; `ssh-add` adds one."
                    : "say which of ssh-agent's keys, by --key and its .pub file:\n\(names)")
        }
        return try SSHSignature(signing: message, Approval.namespace, with: key, of: agent)
    }
}
