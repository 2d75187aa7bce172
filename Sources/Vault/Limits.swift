// SPDX-License-Identifier: Apache-2.0

internal import Masking

/// Every limit of the vault, with its unit and its reason.
enum Limits {
    /// Bytes of the smallest padded plaintext: short messages look alike.
    static let smallestBucket = 64
    /// Bytes of the largest: a line's personal members, their length, rounded up.
    static let largestBucket = 128 << 10
    /// Bytes of entries in one frame of a key file, when many are written at once.
    static let frameBytes = 64 << 10
    /// Bytes that a frame may claim: beyond it the file is damaged, and nothing is allocated.
    static let largestFrame = 1 << 20
    /// Survivors in one entry of a punctured group; more make more entries.
    static let survivorsInEntry = 1000
    /// Bytes of a name of a person or an account.
    static let nameBytes = Account.nameBytesMax
    /// Names of one person.
    static let names = 255
    /// Milliseconds to wait for another process that has the keys: a shred of millions of keys
    /// takes seconds.
    static let lockWait = 120_000
    /// Seconds to wait for another process that writes the database.
    static let databaseWait = 60.0
    /// Bytes of a key-encryption key's file: wrapped ones are small JSON objects.
    static let kekFileBytes = 4096
    /// Envelopes of some people that are always worth finding by their keys: a few MB of commitments.
    static let candidates = 16_384
    /// More than this part of all envelopes are not: then a scan in their order is cheaper.
    static let candidatesPart = 8
    /// Envelopes that took the place of another one after the other: more is a loop.
    static let substitutions = 64
    /// Kilobytes of pages that are kept by who reads each row once, in their order: none is asked for
    /// again, and few stay in the processor's cache.
    static let scanKilobytes = 512
}
