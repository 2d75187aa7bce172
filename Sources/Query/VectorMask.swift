// SPDX-License-Identifier: Apache-2.0

/// One bit a row of a row group: which rows are chosen.
///
/// Bits from `count` on are always 0, so that words can be counted and compared as they are.
struct VectorMask: Sendable, Equatable {
    private(set) var words: [UInt64]
    let count: Int

    /// A mask that chooses all rows, or none.
    init(count: Int, all: Bool = false) {
        self.count = count
        words = [UInt64](repeating: all ? ~0 : 0, count: (count + 63) / 64)
        if all { trim() }
    }

    /// A mask of the rows whose byte is 1; the others' is 0.
    init(nonzero bytes: [UInt8]) {
        self.init(count: bytes.count)
        bytes.withUnsafeBytes { bytes in
            fill { row, length in
                var word: UInt64 = 0
                var bit = 0
                while bit + 8 <= length {
                    // Eight bytes of 0 or 1 become eight bits.
                    let eight = UInt64(
                        littleEndian: bytes.loadUnaligned(
                            fromByteOffset: row + bit, as: UInt64.self))
                    let spread = (eight & 0x0101_0101_0101_0101) &* 0x0102_0408_1020_4080
                    let bits = spread &>> 56
                    word |= bits &<< UInt64(bit)
                    bit += 8
                }
                while bit < length {
                    if bytes[row + bit] != 0 { word |= 1 &<< UInt64(bit) }
                    bit += 1
                }
                return word
            }
        }
    }

    private mutating func trim() {
        guard count % 64 != 0, !words.isEmpty else { return }
        words[words.count - 1] &= (1 << UInt64(count % 64)) - 1
    }

    /// Sets each word from `body`, which gets the word's first row and how many rows it has, and
    /// answers with no bits beyond them.
    @inline(__always)
    mutating func fill(_ body: (_ row: Int, _ length: Int) -> UInt64) {
        let count = count
        words.withUnsafeMutableBufferPointer { words in
            for index in words.indices {
                words[index] = body(index * 64, min(64, count - index * 64))
            }
        }
    }

    var isEmpty: Bool { !words.contains { $0 != 0 } }
    var isFull: Bool { chosen == count }

    /// How many rows are chosen.
    var chosen: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

    subscript(row: Int) -> Bool {
        get { words[row >> 6] >> UInt64(row & 63) & 1 == 1 }
        set {
            let bit: UInt64 = 1 << UInt64(row & 63)
            if newValue { words[row >> 6] |= bit } else { words[row >> 6] &= ~bit }
        }
    }

    /// A word with `count` bits from `first` on; 64 at most.
    private static func bits(_ first: Int, _ count: Int) -> UInt64 {
        let low: UInt64 = count == 64 ? ~0 : (1 << UInt64(count)) - 1
        return low << UInt64(first)
    }

    /// Whether all chosen rows are chosen there too.
    func isSubset(of other: Self) -> Bool {
        for index in words.indices where words[index] & ~other.words[index] != 0 { return false }
        return true
    }

    /// Chooses or drops a run of rows.
    mutating func set(_ rows: Range<Int>, to value: Bool) {
        var row = rows.lowerBound
        while row < rows.upperBound {
            let end = min(rows.upperBound, (row & ~63) + 64)
            let bits = Self.bits(row & 63, end - row)
            if value { words[row >> 6] |= bits } else { words[row >> 6] &= ~bits }
            row = end
        }
    }

    /// Chooses the rows of a run whose byte is not 0; the first row's byte stands at `from`.
    mutating func set(_ rows: Range<Int>, nonzero bytes: [UInt8], from: Int) {
        bytes.withUnsafeBufferPointer { bytes in
            for row in rows where bytes[from + row - rows.lowerBound] != 0 {
                words[row >> 6] |= 1 << UInt64(row & 63)
            }
        }
    }

    /// The first chosen row.
    var first: Int? {
        words.firstIndex { $0 != 0 }.map { $0 * 64 + words[$0].trailingZeroBitCount }
    }

    /// The last chosen row.
    var last: Int? {
        words.lastIndex { $0 != 0 }.map { $0 * 64 + 63 - words[$0].leadingZeroBitCount }
    }

    /// Runs that cover all chosen rows; those that are less than `gap` rows apart are one.
    func runs(gap: Int) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        forEach { row in
            if let last = runs.last, row - last.upperBound < gap {
                runs[runs.count - 1] = last.lowerBound..<(row + 1)
            } else {
                runs.append(row..<(row + 1))
            }
        }
        return runs
    }

    /// Whether any row of a run is chosen.
    func hasAny(in rows: Range<Int>) -> Bool {
        var row = rows.lowerBound
        while row < rows.upperBound {
            let end = min(rows.upperBound, (row & ~63) + 64)
            let bits = Self.bits(row & 63, end - row)
            if words[row >> 6] & bits != 0 { return true }
            row = end
        }
        return false
    }

    static func &= (left: inout Self, right: Self) {
        left.combine(right) { $0 & $1 }
    }

    static func |= (left: inout Self, right: Self) {
        left.combine(right) { $0 | $1 }
    }

    mutating func subtract(_ other: Self) {
        combine(other) { $0 & ~$1 }
    }

    mutating func invert() {
        for index in words.indices { words[index] = ~words[index] }
        trim()
    }

    @inline(__always)
    private mutating func combine(_ other: Self, _ body: (UInt64, UInt64) -> UInt64) {
        for index in 0..<min(words.count, other.words.count) {
            words[index] = body(words[index], other.words[index])
        }
    }

    /// Calls `body` with each chosen row, in order.
    @inline(__always)
    func forEach<Failure: Error>(_ body: (Int) throws(Failure) -> Void) throws(Failure) {
        for index in words.indices {
            var word = words[index]
            while word != 0 {
                try body(index &* 64 &+ word.trailingZeroBitCount)
                word &= word &- 1
            }
        }
    }

    /// The chosen rows.
    var rows: [Int] {
        var rows: [Int] = []
        rows.reserveCapacity(chosen)
        forEach { rows.append($0) }
        return rows
    }
}

/// What columns can say about a filter: the rows that match for certain, and those that may. A row
/// that may is looked at as a line. All of `certain` is in `possible`.
struct VectorVerdict: Sendable {
    var certain: VectorMask
    var possible: VectorMask

    init(certain: VectorMask, possible: VectorMask) {
        self.certain = certain
        self.possible = possible
    }

    /// A verdict without doubt.
    init(_ mask: VectorMask) {
        self.init(certain: mask, possible: mask)
    }

    static func none(_ count: Int) -> Self { Self(VectorMask(count: count)) }
    static func all(_ count: Int) -> Self { Self(VectorMask(count: count, all: true)) }

    /// Every row has to be looked at.
    static func unknown(_ count: Int) -> Self {
        Self(
            certain: VectorMask(count: count), possible: VectorMask(count: count, all: true))
    }

    /// No row has to be looked at.
    var isSettled: Bool { certain == possible }

    static func &= (left: inout Self, right: Self) {
        left.certain &= right.certain
        left.possible &= right.possible
    }

    static func |= (left: inout Self, right: Self) {
        left.certain |= right.certain
        left.possible |= right.possible
    }

    mutating func negate() {
        swap(&certain, &possible)
        certain.invert()
        possible.invert()
    }

    /// These rows have to be looked at.
    static func maybe(_ rows: VectorMask) -> Self {
        Self(certain: VectorMask(count: rows.count), possible: rows)
    }

    /// Takes the certainty from rows.
    mutating func doubt(_ rows: VectorMask) {
        certain.subtract(rows)
        possible |= rows
    }
}
