// SPDX-License-Identifier: Apache-2.0

/// The limits of this library, each with its unit and reason.
enum Limits {
    /// A block of delta-encoded integers, in values: known writers use 128 to 2,048. A miniblock is
    /// unpacked at a time, so this bounds scratch space.
    static let deltaBlockValues = 1 << 16
}
