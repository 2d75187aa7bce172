// SPDX-License-Identifier: Apache-2.0

/// The limits of this room, each with its unit and reason.
package enum Limits {
    /// Leaves that a frontier works through at a time, in leaves: 128 KiB of digests stay in the
    /// second-level cache, and the scratch space does not grow with the batch.
    static let frontierBatch = 4096

    /// Messages from which on SIMD lanes beat the library, in messages: a block of all lanes costs
    /// about twice a block of the library, plus one call for all instead of one for each.
    static let leavesForLanes = 2

    /// Nodes from which on SIMD lanes beat the library, in nodes; as above.
    static let nodesForLanes = 2
}
