// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Clearing
import Desk

/// How somebody signs: with a key file, by ssh-agent, or with a signature made elsewhere.
struct SigningOptions: ParsableArguments {
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

    func validate() throws {
        guard key == nil || signature == nil else {
            throw ValidationError("--key signs, --signature brings a signature: give one.")
        }
    }

    /// Whether one of them was named.
    var isGiven: Bool { key != nil || signature != nil }

    /// A signature for one purpose; one that was brought may be over something else.
    func sign(_ message: [UInt8], _ namespace: String) throws -> SSHSignature {
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
        guard let key else { return try signByAgent(message, namespace, nil) }
        let bytes = try SmallFile.read(key)
        if let wanted = SSHPublicKey(text: String(decoding: bytes, as: UTF8.self)) {
            return try signByAgent(message, namespace, wanted)
        }
        return try SSHSignature(signing: message, namespace, with: SSHKeyFile(bytes, path: key))
    }

    private func signByAgent(
        _ message: [UInt8], _ namespace: String, _ wanted: SSHPublicKey?
    ) throws -> SSHSignature {
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
        return try SSHSignature(signing: message, namespace, with: key, of: agent)
    }
}
