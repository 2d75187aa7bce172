// SPDX-License-Identifier: Apache-2.0

internal import Crypto
internal import Masking

/// The groups that have keys, as one hash: whoever kept the sorted list can show from two receipts
/// that a group is in the one and not in the other (docs/format/keys.md).
enum Roster {
    /// The RFC 6962 root over one leaf for each group, in ascending order: its id (8 bytes,
    /// big-endian), then 0 when its key is there and 1 when only survivors' keys are.
    static func root(_ keys: Keys) -> Bytes32 {
        let leaves =
            keys.groups.keys.map { ($0, UInt8(0)) } + keys.punctured.keys.map { ($0, UInt8(1)) }
        var stack: [(size: Int, hash: Bytes32)] = []
        for (id, kind) in leaves.sorted(by: { $0.0 < $1.0 }) {
            var bytes: [UInt8] = [0]
            withUnsafeBytes(of: id.bigEndian) { bytes.append(contentsOf: $0) }
            bytes.append(kind)
            stack.append((1, Bytes32(SHA256.hash(data: bytes))))
            while stack.count > 1, stack[stack.count - 2].size == stack[stack.count - 1].size {
                join(&stack)
            }
        }
        guard !stack.isEmpty else { return Bytes32(SHA256.hash(data: [UInt8]())) }
        while stack.count > 1 { join(&stack) }
        return stack[0].hash
    }

    private static func join(_ stack: inout [(size: Int, hash: Bytes32)]) {
        let right = stack.removeLast()
        let left = stack.removeLast()
        var hash = SHA256()
        hash.update(data: [1])
        left.hash.withUnsafeBytes { hash.update(bufferPointer: $0) }
        right.hash.withUnsafeBytes { hash.update(bufferPointer: $0) }
        stack.append((left.size + right.size, Bytes32(hash.finalize())))
    }
}

/// SHA-256 over commitments in ascending order: what a receipt says of what it erased.
enum CommitmentDigest {
    static func digest(_ commitments: [Commitment]) -> Bytes32 {
        var hash = SHA256()
        for commitment in commitments.sorted() {
            Bytes32(commitment).withUnsafeBytes { hash.update(bufferPointer: $0) }
        }
        return Bytes32(hash.finalize())
    }
}
