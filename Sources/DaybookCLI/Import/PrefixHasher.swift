// SPDX-License-Identifier: Apache-2.0

import TransparencyLog

/// The hash of the beginning of a file, for every length on the way: the root of a Merkle tree over
/// its blocks, the last one cut where the beginning ends.
struct PrefixHasher {
    private var blocks = MerkleFrontier()
    private var block: [UInt8] = []
    /// Bytes hashed.
    private(set) var count = 0

    init() { block.reserveCapacity(CommandLimits.importLeafBytes) }

    mutating func update(_ bytes: UnsafeBufferPointer<UInt8>) {
        count += bytes.count
        var rest = bytes[...]
        while !rest.isEmpty {
            let room = CommandLimits.importLeafBytes - block.count
            block.append(contentsOf: rest.prefix(room))
            rest = rest.dropFirst(room)
            if block.count == CommandLimits.importLeafBytes {
                blocks.append(TreeHash.leaf(block))
                block.removeAll(keepingCapacity: true)
            }
        }
    }

    mutating func update(_ bytes: some Collection<UInt8>) {
        Array(bytes).withUnsafeBufferPointer { update($0) }
    }

    var root: Digest {
        guard !block.isEmpty else { return blocks.root }
        var all = blocks
        all.append(TreeHash.leaf(block))
        return all.root
    }

    static func root(_ bytes: some Collection<UInt8>) -> Digest {
        var hasher = PrefixHasher()
        hasher.update(bytes)
        return hasher.root
    }
}
