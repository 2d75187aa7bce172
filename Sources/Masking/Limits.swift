// SPDX-License-Identifier: Apache-2.0

/// The named limits of this room: each with its unit and its reason.
package enum MaskingLimits {
    /// Bytes of a line, the most a book takes (a tile entry has a 16-bit length).
    package static let lineBytes = 65_535

    /// Bytes kept free at the end of a line for the stamp that the writer adds
    /// (`,"recorded":"<27 bytes>"` is 41 bytes).
    package static let stampBytes = 64

    /// Bytes kept free in a line for what stands for its envelope
    /// (`,"sealed":"v1.<43 bytes>"` is 58 bytes).
    package static let envelopeBytes = 64

    /// Bytes of the masked line that one piece of a split record carries before escaping: escaping
    /// makes a byte at most six, and the piece's own members need about 400.
    package static let pieceTextBytes = 60_000

    /// Distinct (rule, place) pairs a report keeps; more are counted under the place `…`, so that
    /// a hostile stream of new key names cannot grow it without bound.
    package static let reportPlaces = 1_024

    /// Record ordinals a report keeps per (rule, place): enough to find an example.
    package static let reportOrdinals = 4

    /// Bytes of a place in a report.
    package static let placeBytes = 160

    /// Slots of a session's cache of key names: a stream has far fewer distinct names.
    package static let nameSlots = 1_024

    /// Bytes of a key name that are looked at as a name; longer ones are scanned as text.
    package static let nameBytes = 128

    /// User names, patterns and exceptions together: a verdict has eight bits for a user's rule.
    package static let userRules = 200

    /// Bytes of one user pattern's source.
    package static let patternBytes = 4_096

    /// Bytes of one string that user patterns look at; they are backtracking expressions, and
    /// a longer text is scanned by them in windows.
    package static let patternWindowBytes = 16_384

    /// Times that a record in which a rule fired is looked at again: a mask changes what stands
    /// beside it. Two are enough for real records; one that does not settle is masked whole.
    package static let rounds = 8

    /// Bytes of a call's arguments in brackets that belong to a value without quotes
    /// (`secret=SecretStr('…')`).
    package static let callBytes = 4_096

    /// Bytes of a URL's password with a slash in it.
    package static let passwordBytes = 512

    /// Texts after the beginning of a private key in which its lines are still expected. A key of
    /// 4,096 bits has 51 lines.
    package static let openBlockTexts = 64

    /// Values a session remembers (as keyed hashes) after a rule masked them. A power of two.
    package static let rememberedValues = 512

    /// Members of an outside record's own `daybook_notes`.
    package static let notes = 8
}
