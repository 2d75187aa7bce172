// SPDX-License-Identifier: Apache-2.0

internal import Parquet

/// Which rows of a column have a value. Rows come in order; what was not marked has none.
struct Presence: BitwiseCopyable {
    private var marks: Memory<UInt8>
    private var rows = 0
    private(set) var count = 0

    init() { marks = Memory(capacity: 256) }

    func free() { marks.free() }

    @inline(__always)
    mutating func mark(_ row: Int) {
        if row >= marks.capacity { marks.reserve(row &+ 1, keeping: rows) }
        if row > rows {
            (marks.base + rows).update(repeating: 0, count: row &- rows)
        }
        marks.base[row] = 1
        rows = row &+ 1
        count &+= 1
    }

    /// One byte a row; nil when every row has a value.
    func array(rows total: Int) -> [UInt8]? {
        guard count < total else { return nil }
        return Array(unsafeUninitializedCapacity: total) { target, written in
            target.initialize(repeating: 0)
            target.baseAddress?.update(from: marks.base, count: min(rows, total))
            written = total
        }
    }
}

/// A column of numbers that fit 64 bits: decimals, instants, integers.
struct NumberColumn: BitwiseCopyable {
    private var presence = Presence()
    private var values = Memory<Int64>(capacity: 256)

    func free() {
        presence.free()
        values.free()
    }

    @inline(__always)
    mutating func append(_ value: Int64, row: Int) {
        let count = presence.count
        values.reserve(count &+ 1, keeping: count)
        values.base[count] = value
        presence.mark(row)
    }

    func vector(rows: Int) -> ColumnVector {
        ColumnVector(
            count: rows, presence: presence.array(rows: rows),
            values: .int64s(values.array(presence.count)))
    }
}

/// A column of decimals of 38 digits: 16 bytes each, two's complement, the highest byte first.
struct WideColumn {
    private var presence = Presence()
    private var data: [UInt8] = []

    func free() { presence.free() }

    mutating func append(_ value: Int128, row: Int) {
        var bits = UInt128(bitPattern: value).bigEndian
        withUnsafeBytes(of: &bits) { data.append(contentsOf: $0) }
        presence.mark(row)
    }

    func vector(rows: Int) -> ColumnVector {
        ColumnVector(
            count: rows, presence: presence.array(rows: rows),
            values: .fixed(FixedByteStrings(width: 16, data: data)))
    }
}

/// A column of byte strings. Collects a dictionary as long as values repeat, else the values.
struct TextColumn: BitwiseCopyable {
    private var presence = Presence()
    private var data = Memory<UInt8>(capacity: 1024)
    /// Where each distinct value (with a dictionary) or each value begins, and the last one ends.
    private var offsets = Memory<UInt32>(capacity: 64)
    private var used = 0
    private var strings = 0

    // The dictionary: a code for each value, and an open table of codes by hash.
    private var codes = Memory<UInt32>(capacity: 256)
    private var hashes = Memory<UInt32>(capacity: 64)
    private var table = Memory<UInt32>(capacity: 128)
    private var mask = 127
    private var hasDictionary = true
    private let seed: UInt64

    init(seed: UInt64) {
        self.seed = seed
        offsets.base[0] = 0
        table.base.update(repeating: Self.vacant, count: 128)
    }

    private static let vacant = UInt32.max

    func free() {
        presence.free()
        data.free()
        offsets.free()
        codes.free()
        hashes.free()
        table.free()
    }

    /// Appends a value. `Limits.slackBytes` bytes behind it can be read.
    @inline(__always)
    mutating func append(_ bytes: UnsafePointer<UInt8>, _ count: Int, row: Int) {
        if hasDictionary {
            let code = code(of: bytes, count)
            let position = presence.count
            codes.reserve(position &+ 1, keeping: position)
            codes.base[position] = code
            presence.mark(row)
            if Int(code) &+ 1 == strings, strings & (Limits.dictionaryProbe - 1) == 0 {
                judgeDictionary()
            }
        } else {
            store(bytes, count)
            presence.mark(row)
        }
    }

    @inline(__always)
    private mutating func code(of bytes: UnsafePointer<UInt8>, _ count: Int) -> UInt32 {
        let hash = Words.hash(bytes, count, seed: seed)
        var slot = Int(hash) & mask
        while true {
            let code = table.base[slot]
            if code == Self.vacant { break }
            let entry = Int(code)
            if hashes.base[entry] == hash {
                let start = Int(offsets.base[entry])
                if Int(offsets.base[entry &+ 1]) &- start == count,
                    Words.equal(data.base + start, bytes, count)
                {
                    return code
                }
            }
            slot = (slot &+ 1) & mask
        }
        return add(bytes, count, hash, slot)
    }

    @inline(never)
    private mutating func add(
        _ bytes: UnsafePointer<UInt8>, _ count: Int, _ hash: UInt32, _ slot: Int
    ) -> UInt32 {
        let code = strings
        hashes.reserve(code + 1, keeping: code)
        hashes.base[code] = hash
        table.base[slot] = UInt32(truncatingIfNeeded: code)
        store(bytes, count)
        if strings * 2 > mask { growTable() }
        return UInt32(truncatingIfNeeded: code)
    }

    @inline(__always)
    private mutating func store(_ bytes: UnsafePointer<UInt8>, _ count: Int) {
        data.reserve(used &+ count, keeping: used)
        Words.copy(bytes, count, to: data.base + used)
        used &+= count
        strings &+= 1
        offsets.reserve(strings &+ 1, keeping: strings)
        offsets.base[strings] = UInt32(truncatingIfNeeded: used)
    }

    @inline(never)
    private mutating func growTable() {
        let size = (mask + 1) * 4
        table.reserve(size, keeping: 0)
        table.base.update(repeating: Self.vacant, count: size)
        mask = size - 1
        for entry in 0..<strings {
            var slot = Int(hashes.base[entry]) & mask
            while table.base[slot] != Self.vacant { slot = (slot + 1) & mask }
            table.base[slot] = UInt32(truncatingIfNeeded: entry)
        }
    }

    /// Drops the dictionary when more than three of five values were new: each value is then
    /// cheaper where it stands.
    @inline(never)
    private mutating func judgeDictionary() {
        let count = presence.count
        guard strings * 5 > count * 3 else { return }
        let (oldData, oldOffsets) = (data, offsets)
        data = Memory(capacity: used * 2)
        offsets = Memory(capacity: count * 2)
        offsets.base[0] = 0
        (used, strings, hasDictionary) = (0, 0, false)
        for position in 0..<count {
            let entry = Int(codes.base[position])
            let start = Int(oldOffsets.base[entry])
            store(oldData.base + start, Int(oldOffsets.base[entry + 1]) - start)
        }
        oldData.free()
        oldOffsets.free()
    }

    func vector(rows: Int) -> ColumnVector {
        let texts = ByteStrings(data: data.array(used), offsets: offsets.array(strings + 1))
        return ColumnVector(
            count: rows, presence: presence.array(rows: rows),
            values: hasDictionary
                ? .dictionary(codes: codes.array(presence.count), .strings(texts))
                : .strings(texts))
    }
}
