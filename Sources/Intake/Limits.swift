// SPDX-License-Identifier: Apache-2.0

/// What bounds the memory and the work of this room. Nothing here drops text: what is over a limit
/// goes on in the next record.
package enum Limits {
    /// Bytes of one line without a line feed that are held, 16 MiB: enough for the largest exchange
    /// answers that ccxt prints, and a program that never prints a line feed stays bounded.
    package static let lineBytesMax = 16 * 1024 * 1024

    /// Lines joined into one record. Deep tracebacks and pretty-printed account dumps stay below.
    package static let joinedLinesMax = 10_000

    /// Bytes joined into one record, 1 MiB. Masking looks at a record as a whole, so this is also
    /// the longest distance between two halves of one secret that is still seen.
    package static let joinedBytesMax = 1024 * 1024

    /// Lines of one word each that are joined, in case they are a seed phrase (at most 24 words,
    /// plus a heading).
    package static let joinedWordsMax = 32

    /// Containers inside each other in a Python repr. Deeper ones stay text.
    package static let reprDepthMax = 64

    /// Bytes of a line in which `key=value` pairs are looked for, 256 KiB. Longer ones stay text.
    package static let pairsBytesMax = 256 * 1024
}
