// SPDX-License-Identifier: Apache-2.0

internal import CDaybook
internal import Parquet

/// A column while lines are rebuilt: its values in memory that copies may overrun, and how far they
/// were taken. Everything about them is checked when they are loaded. Its owner frees it.
struct ColumnCursor: BitwiseCopyable {
    private(set) var rows = 0
    /// Values there are.
    private(set) var count = 0
    private var presence: Memory<UInt8>?
    /// The next row that was not looked at, and how many values lie before it.
    private var nextRow = 0
    private var taken = 0

    private(set) var numbers = Memory<Int64>(capacity: 0)
    private(set) var text = Memory<UInt8>(capacity: 0)
    private(set) var offsets = Memory<UInt32>(capacity: 0)
    private var codes: Memory<UInt32>?
    /// The texts as the inside of JSON strings, for dictionaries in which they differ.
    private var escaped: Memory<UInt8>?
    private var escapedOffsets: Memory<UInt32>?
    /// Whether some text has to be escaped while it is copied.
    private(set) var needsEscapes = false

    /// A column without rows.
    init() {}

    /// - Throws: `damaged` when the vector contradicts itself.
    mutating func load(
        _ vector: ColumnVector, _ physical: PhysicalType
    ) throws(SegmentError) {
        rows = vector.count
        count = vector.values.count
        try load(presence: vector.presence)
        switch (vector.values, physical) {
        case (.int64s(let values), .int64): load(values)
        case (.strings(let strings), .byteArray): try load(strings, isDictionary: false)
        case (.fixed(let strings), .fixedLenByteArray(16)): try load(strings)
        case (.dictionary(let codes, .int64s(let values)), .int64):
            load(try Self.expand(codes, values.count) { values[$0] })
        case (.dictionary(let codes, .strings(let strings)), .byteArray):
            let entries = UInt32(truncatingIfNeeded: strings.count)
            guard codes.allSatisfy({ $0 < entries }) else { throw Self.damaged }
            self.codes = Self.memory(codes)
            try load(strings, isDictionary: true)
        case (.dictionary(let codes, .fixed(let strings)), .fixedLenByteArray(16)):
            guard strings.width == 16 else { throw Self.damaged }
            let data = try Self.expand(codes, strings.count) { Array(strings[$0]) }
            try load(FixedByteStrings(width: 16, data: data.flatMap { $0 }))
        default: throw Self.damaged
        }
    }

    func free() {
        presence?.free()
        numbers.free()
        text.free()
        offsets.free()
        codes?.free()
        escaped?.free()
        escapedOffsets?.free()
    }

    private static var damaged: SegmentError {
        SegmentError(
            .damaged,
            "A column's values contradict each other; restore the file from a copy.")
    }

    private static func memory<Element>(_ values: [Element]) -> Memory<Element> {
        let made = Memory<Element>(capacity: values.count)
        values.withUnsafeBufferPointer { source in
            if let base = source.baseAddress { made.base.update(from: base, count: source.count) }
        }
        return made
    }

    private static func expand<Element>(
        _ codes: [UInt32], _ count: Int, _ value: (Int) -> Element
    ) throws(SegmentError) -> [Element] {
        var values: [Element] = []
        values.reserveCapacity(codes.count)
        for code in codes {
            guard code < count else { throw damaged }
            values.append(value(Int(code)))
        }
        return values
    }

    private mutating func load(presence marks: [UInt8]?) throws(SegmentError) {
        guard let marks else {
            guard rows == count else { throw Self.damaged }
            return
        }
        var present = 0
        var others: UInt8 = 0
        for mark in marks {
            present &+= Int(mark)
            others |= mark
        }
        guard marks.count == rows, others <= 1, present == count else { throw Self.damaged }
        presence = Self.memory(marks)
    }

    private mutating func load(_ values: [Int64]) {
        numbers.free()
        numbers = Self.memory(values)
    }

    private mutating func load(_ strings: FixedByteStrings) throws(SegmentError) {
        guard strings.width == 16, strings.data.count == 16 * count else { throw Self.damaged }
        text.free()
        text = Self.memory(strings.data)
    }

    private mutating func load(
        _ strings: ByteStrings, isDictionary: Bool
    ) throws(SegmentError) {
        var last: UInt32 = 0
        var isOrdered = !strings.offsets.isEmpty
        for offset in strings.offsets {
            if offset < last { isOrdered = false }
            last = offset
        }
        guard isOrdered, Int(last) <= strings.data.count else { throw Self.damaged }
        text.free()
        text = Self.memory(strings.data)
        offsets.free()
        offsets = Self.memory(strings.offsets)
        let start = Int(offsets.base[0])
        guard JSONText.needsEscapes(text.base + start, Int(last) - start) else { return }
        if isDictionary {
            escape(strings.count)
        } else {
            needsEscapes = true
        }
    }

    /// Prepares each text of a dictionary once.
    private mutating func escape(_ entries: Int) {
        var batch = LineBatch()
        let ends = Memory<UInt32>(capacity: entries + 1)
        ends.base[0] = 0
        for entry in 0..<entries {
            let start = Int(offsets.base[entry])
            batch.appendEscaped(
                text.base + start, Int(offsets.base[entry + 1]) - start)
            ends.base[entry + 1] = UInt32(truncatingIfNeeded: batch.byteCount)
        }
        let kept = Memory<UInt8>(capacity: batch.byteCount)
        if let base = batch.bytes.baseAddress {
            kept.base.update(from: base, count: batch.byteCount)
        }
        escaped = kept
        escapedOffsets = ends
    }

    // MARK: Taking

    /// Whether the row has a value; does not take it.
    @inline(__always)
    func has(_ row: Int) -> Bool {
        guard row < rows else { return false }
        return presence.map { $0.base[row] == 1 } ?? true
    }

    /// The position of the row's value, or nil when it has none. Rows are taken in rising order;
    /// values in between are passed over.
    @inline(__always)
    mutating func take(_ row: Int) -> Int? {
        guard let presence else { return row < rows ? row : nil }
        if row != nextRow {
            guard row > nextRow, row < rows else { return nil }
            skip(to: row, presence)
        } else if row >= rows {
            return nil
        }
        guard presence.base[row] == 1 else { return nil }
        let position = taken
        taken &+= 1
        nextRow = row &+ 1
        return position
    }

    private mutating func skip(to row: Int, _ presence: Memory<UInt8>) {
        var passed = 0
        for index in nextRow..<row { passed &+= Int(presence.base[index]) }
        taken &+= passed
        nextRow = row
    }

    /// The text at a position.
    @inline(__always)
    func plain(_ position: Int) -> (UnsafePointer<UInt8>, Int) {
        let entry = codes.map { Int($0.base[position]) } ?? position
        let start = Int(offsets.base[entry])
        return (UnsafePointer(text.base + start), Int(offsets.base[entry &+ 1]) &- start)
    }

    /// The text at a position as the inside of a JSON string, unless `needsEscapes`.
    @inline(__always)
    func string(_ position: Int) -> (UnsafePointer<UInt8>, Int) {
        guard let escaped, let escapedOffsets else { return plain(position) }
        let entry = codes.map { Int($0.base[position]) } ?? position
        let start = Int(escapedOffsets.base[entry])
        return (
            UnsafePointer(escaped.base + start), Int(escapedOffsets.base[entry &+ 1]) &- start
        )
    }

    /// The code of the value at a position, when there is a dictionary.
    func code(_ position: Int) -> UInt32? { codes.map { $0.base[position] } }
}
