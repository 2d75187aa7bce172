// SPDX-License-Identifier: Apache-2.0

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
            var hash = PlainHash()
            hash.update(0)
            withUnsafeBytes(of: id.bigEndian) { hash.update($0) }
            hash.update(kind)
            stack.append((1, hash.finish()))
            while stack.count > 1, stack[stack.count - 2].size == stack[stack.count - 1].size {
                join(&stack)
            }
        }
        guard !stack.isEmpty else { return PlainHash().finish() }
        while stack.count > 1 { join(&stack) }
        return stack[0].hash
    }

    private static func join(_ stack: inout [(size: Int, hash: Bytes32)]) {
        let right = stack.removeLast()
        let left = stack.removeLast()
        var hash = PlainHash()
        hash.update(1)
        hash.update(left.hash)
        hash.update(right.hash)
        stack.append((left.size + right.size, hash.finish()))
    }
}

/// SHA-256 over commitments in ascending order: what a receipt says of what it erased.
enum CommitmentDigest {
    static func digest(_ commitments: [Commitment]) -> Bytes32 {
        var hash = PlainHash()
        for commitment in commitments.sorted() { hash.update(Bytes32(commitment)) }
        return hash.finish()
    }
}
