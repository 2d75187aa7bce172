// SPDX-License-Identifier: Apache-2.0

/// The limits of this room, each with its unit and its reason.
package enum Limits {
    /// Lines in a row group. Large enough for statistics, dictionaries and compression to pay,
    /// small enough that a group is built and read in tens of megabytes.
    package static let rowGroupLinesMax = 131_072

    /// Bytes of lines in a row group, whichever limit comes first.
    package static let rowGroupBytesMax = 64 << 20

    /// Bytes of lines beyond which a row group is refused: places in a column have 32 bits.
    static let encodedBytesMax = 1 << 30

    /// Key sequences an encoder remembers, counted in members, before it calls its row group full.
    /// Ordinary days need a few hundred; the limit bounds memory where every line has other keys.
    static let shapeNodesMax = 1 << 18

    /// Columns a day may have for fields outside the vocabulary, fields of the vocabulary that it
    /// has counted in. Every column costs every row group of the day some 200 bytes.
    package static let fieldColumnsMax = 512

    /// Bytes of a key that becomes a column. Longer ones are data in the place of a name.
    package static let columnNameBytesMax = 255

    /// Distinct values a text column collects before it is asked whether a dictionary pays.
    static let dictionaryProbe = 4096

    /// Lines rebuilt before they are handed over: a batch stays within the processor's cache.
    package static let batchLinesMax = 4096

    /// Rows whose columns are in memory at once while lines are rebuilt one after the other.
    static let sliceRowsMax = 65_536

    /// Bytes of rebuilt lines after which a batch is handed over early.
    static let batchBytesMax = 4 << 20

    /// Bytes of slack behind every buffer of this room, so that copies and comparisons may use
    /// whole words.
    static let slackBytes = 64

    /// Bytes of a line that rebuilding will produce. Lines of a book have at most 65,535 bytes;
    /// this room takes longer ones, but a damaged file must not make one without end.
    static let lineBytesMax = 128 << 20

    /// Columns of a segment that the catalog knows: ids, other texts and what a search must know to
    /// be empty; more would make it as large as the footers it stands for.
    static let catalogColumnsMax = 64

    /// Bytes of a lowest or highest value in the catalog: ids and UUIDs whole, texts by their begin.
    static let catalogValueBytesMax = 40

    /// Different values of a chunk that the catalog keeps a filter of, 8 KiB at most: more have one in the
    /// segment, or an order that their range tells.
    static let catalogFilterValuesMax = 4096
    /// Bytes of such a value on average: longer texts are searched, not looked up.
    static let catalogFilterMeanBytesMax = 64
    /// Part of the lookups of absent values that such a filter answers wrongly: of seven years of
    /// days 25 are then opened in vain.
    static let catalogFilterErrors = 0.01
    /// Bytes that the catalog keeps of one segment: 1,000 row groups of 64 columns.
    static let catalogBlockBytesMax = 8 << 20
}
