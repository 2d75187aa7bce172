// SPDX-License-Identifier: Apache-2.0

import Clearing
import Foundation
import Testing
import TransparencyLog

/// Signatures of approvers, judged by the programs of OpenSSH where they are installed.
@Suite("Approvals")
struct ApprovalTests {
    private let folder: URL
    private static let plan = Digest((0..<32).map { UInt8($0) }) ?? Digest()
    private static let hasPrograms = ["ssh-keygen", "ssh-agent", "ssh-add"].allSatisfy {
        FileManager.default.isExecutableFile(atPath: "/usr/bin/\($0)")
    }

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    @discardableResult
    private func shell(_ script: String) throws -> String {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: "/bin/bash")
        process.arguments = ["-euc", script]
        process.currentDirectoryURL = folder
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let text = String(
            decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "\(script): \(text)")
        return text
    }

    private func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: folder.appending(path: name)))
    }

    @Test("what a key file signs, ssh-keygen verifies", .enabled(if: hasPrograms))
    func verifiedOutside() throws {
        try shell("ssh-keygen -q -t ed25519 -N '' -C 'bob of compliance' -f key")
        let key = try SSHKeyFile(bytes("key"), path: "key")
        #expect(key.key.comment == "bob of compliance")
        #expect(try shell("ssh-keygen -l -f key.pub").contains(key.key.fingerprint))
        #expect(
            try SSHPublicKey(text: String(decoding: bytes("key.pub"), as: UTF8.self)) == key.key)
        let signature = try SSHSignature(
            signing: Approval.message(Self.plan), Approval.namespace, with: key)
        try Data(signature.armored.utf8).write(to: folder.appending(path: "plan.sig"))
        try Data(Approval.message(Self.plan)).write(to: folder.appending(path: "digest"))
        try shell("(echo -n 'bob '; cat key.pub) > allowed")
        let said = try shell(
            "ssh-keygen -Y verify -f allowed -I bob -n \(Approval.namespace) -s plan.sig < digest")
        #expect(said.contains("Good"))
        #expect(try Approval(Self.plan, signature).key == key.key)
    }

    @Test("what ssh-keygen signs is an approval of that plan alone", .enabled(if: hasPrograms))
    func signedOutside() throws {
        try shell("ssh-keygen -q -t ed25519 -N '' -f key")
        try Data(Approval.message(Self.plan)).write(to: folder.appending(path: "digest"))
        try shell("ssh-keygen -q -Y sign -n \(Approval.namespace) -f key digest")
        let text = String(decoding: try bytes("digest.sig"), as: UTF8.self)
        let signature = try #require(SSHSignature(armored: text))
        let approval = try Approval(Self.plan, signature)
        #expect(Approval(approval.json) == approval)
        let other = Digest((1...32).map { UInt8($0) }) ?? Digest()
        #expect(throws: ClearingError.self) { try Approval(other, signature) }
        // For another purpose it is none.
        try shell("ssh-keygen -q -Y sign -n file -f key - < digest > other.sig")
        let file = try #require(
            SSHSignature(armored: String(decoding: try bytes("other.sig"), as: UTF8.self)))
        #expect(throws: ClearingError.self) { try Approval(Self.plan, file) }
    }

    @Test("ssh-agent signs with the key that it has", .enabled(if: hasPrograms))
    func agent() throws {
        try shell("ssh-keygen -q -t ed25519 -N '' -C one -f key")
        // It goes on after the shell, so it must not hold what Foundation waits on.
        let number = try shell(
            """
            for file in /proc/self/fd/*; do
              number=${file##*/}; [ "$number" -le 2 ] || eval "exec $number>&-" || true
            done
            ssh-agent -D -a "$PWD/agent" > /dev/null 2>&1 < /dev/null & echo $!
            for try in $(seq 100); do [ -S agent ] && break; sleep 0.05; done
            """)
        defer { _ = try? shell("kill \(number)") }
        try shell("SSH_AUTH_SOCK=\"$PWD/agent\" ssh-add -q key")
        let agent = try SSHAgent(socket: folder.appending(path: "agent").path())
        let keys = try agent.keys()
        #expect(keys.count == 1)
        let key = try #require(keys.first)
        #expect(key.comment == "one")
        let signature = try SSHSignature(
            signing: Approval.message(Self.plan), Approval.namespace, with: key, of: agent)
        #expect(try Approval(Self.plan, signature).key == key)
    }

    @Test(
        "a key with a passphrase, another kind of key and any damage are refused in words",
        .enabled(if: hasPrograms))
    func refused() throws {
        try shell("ssh-keygen -q -t ed25519 -N secret -f locked")
        try shell("ssh-keygen -q -t ecdsa -N '' -f other")
        try shell("ssh-keygen -q -t ed25519 -N '' -f key")
        for (name, words) in [("locked", "ssh-add"), ("other", "Ed25519"), ("key.pub", "private")] {
            let found = try bytes(name)
            do throws(ClearingError) {
                _ = try SSHKeyFile(found, path: name)
                Issue.record("\(name) was taken")
            } catch {
                #expect(error.code == .usage && error.message.contains(words))
            }
        }
        let good = try bytes("key")
        for place in stride(from: 40, to: good.count - 40, by: 7) {
            var bad = good
            bad[place] = bad[place] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            // A flipped bit in the comment or its padding may go unnoticed; never a trap.
            _ = try? SSHKeyFile(bad, path: "key")
            _ = try? SSHKeyFile(Array(good[..<place]), path: "key")
        }
    }
}
