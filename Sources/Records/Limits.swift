// SPDX-License-Identifier: Apache-2.0

/// The limits of this room, each with its unit and its reason.
package enum Limits {
    /// Containers inside containers that the parser follows. Real records need less than ten; the
    /// limit keeps every recursive walk over a document within a small stack.
    package static let jsonDepthMax = 128

    /// Bytes of one JSON text. A program's largest dumps (a whole order book, a market list) are
    /// tens of megabytes; offsets are 32 bits wide; a text of this size costs at most 2.4 GB of
    /// tokens, and only when it is nothing but one-digit numbers.
    package static let jsonBytesMax = 100_663_296

    /// Tokens a tape keeps allocated between texts. One giant text must not pin its memory.
    package static let tapeTokensKept = 262_144

    /// Bytes a `ByteBuffer` allocates beyond its capacity, so that short copies may store whole
    /// 16-byte words without a bounds check for each byte.
    package static let bufferSlackBytes = 32

    /// Digits after the point of a `Decimal`. 38 digits are what a 128-bit coefficient holds, and
    /// what the widest decimal column of a segment holds.
    package static let decimalScaleMax = 38

    /// Digits of the fraction of a second that a timestamp may carry. Sources write up to
    /// attoseconds (18); more than six are cut, since a microsecond is the unit of a record.
    package static let timestampFractionDigitsMax = 18
}
