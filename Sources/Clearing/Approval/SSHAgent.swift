// SPDX-License-Identifier: Apache-2.0

import CDaybook

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The agent at `SSH_AUTH_SOCK` (draft-miller-ssh-agent): it holds the approver's key, and asks for
/// its passphrase itself.
package struct SSHAgent: ~Copyable {
    private enum Message {
        static let requestIdentities: UInt8 = 11
        static let identities: UInt8 = 12
        static let signRequest: UInt8 = 13
        static let signature: UInt8 = 14
    }

    private let descriptor: Int32

    /// - Throws: `usage` when nobody listens there.
    package init(socket path: String) throws(ClearingError) {
        descriptor = daybook_unix_connect(path)
        guard descriptor >= 0 else {
            throw ClearingError(
                .usage,
                "no ssh-agent answers at \(path). Start one (`eval $(ssh-agent)`), or name a key "
                    + "file with --key.")
        }
    }

    deinit { close(descriptor) }

    /// The Ed25519 keys that it has.
    package func keys() throws(ClearingError) -> [SSHPublicKey] {
        var reader = SSHReader(try ask([Message.requestIdentities]))
        guard reader.byte() == Message.identities, let count = reader.number() else {
            throw Self.unclear
        }
        var keys: [SSHPublicKey] = []
        for _ in 0..<count {
            guard let blob = reader.string(), let comment = reader.string() else {
                throw Self.unclear
            }
            let text = String(decoding: comment, as: UTF8.self)
            if let key = SSHPublicKey(blob: blob, comment: text) { keys.append(key) }
        }
        return keys
    }

    /// An Ed25519 signature: 64 bytes. Blocks while the agent asks its user.
    func sign(_ message: [UInt8], with key: SSHPublicKey) throws(ClearingError) -> [UInt8] {
        var request = SSHWriter()
        request.raw([Message.signRequest])
        request.string(key.blob)
        request.string(message)
        request.number(0)
        var reader = SSHReader(try ask(request.bytes))
        guard reader.byte() == Message.signature, let blob = reader.string() else {
            throw ClearingError(
                .refused, "the ssh-agent does not sign with \(key.fingerprint). Is it locked?")
        }
        var inner = SSHReader(blob)
        guard inner.text() == SSHPublicKey.kind, let signature = inner.string() else {
            throw Self.unclear
        }
        return Array(signature)
    }

    private static let unclear = ClearingError(
        .usage, "what the ssh-agent answers is not understood. Name a key file with --key.")

    private func ask(_ request: [UInt8]) throws(ClearingError) -> [UInt8] {
        var frame = SSHWriter()
        frame.string(request)
        guard daybook_send_all(descriptor, frame.bytes, frame.bytes.count) == 0 else {
            throw Self.unclear
        }
        var head = [UInt8](repeating: 0, count: 4)
        guard daybook_receive_all(descriptor, &head, 4) == 1 else { throw Self.unclear }
        let count = head.reduce(0) { $0 << 8 | Int($1) }
        guard count > 0, count <= Limits.agentBytes else { throw Self.unclear }
        var answer = [UInt8](repeating: 0, count: count)
        guard daybook_receive_all(descriptor, &answer, count) == 1 else { throw Self.unclear }
        return answer
    }
}
