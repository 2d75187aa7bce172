// SPDX-License-Identifier: Apache-2.0

/// Every bound of this room, with its unit and reason. daybook.h states them; the layout of a field
/// there is asserted in CLibdaybook.c.
enum LibraryLimits {
    /// Fields of one event: more than any kind of the vocabulary has by far; a count that a caller
    /// did not set is found by it.
    static let fields = 1_024

    /// Bytes of the name of a field or a kind.
    static let nameBytes = 1_024

    /// Bytes of one text: as much as one line of `daybook record` may have. What does not fit in a
    /// line of a book is split there.
    static let textBytes = 16 << 20

    /// Bytes of a path.
    static let pathBytes = 4_096
}
