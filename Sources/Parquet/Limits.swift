// SPDX-License-Identifier: Apache-2.0

/// The limits of this library, each with its unit and reason.
enum Limits {
    /// A block of delta-encoded integers, in values: known writers use 128 to 2,048. A miniblock is
    /// unpacked at a time, so this bounds scratch space.
    static let deltaBlockValues = 1 << 16

    /// A bloom filter, in bytes: what Arrow and parquet-mr take at most.
    static let bloomFilterBytes = 128 << 20
}
