// SPDX-License-Identifier: Apache-2.0

/// What an encoder knows about a key.
struct Field: BitwiseCopyable {
    enum Place: UInt8 {
        /// Nothing but null has been seen, so there is no column yet.
        case undecided
        case column
        case rest
    }

    /// How the field's own column stores values.
    enum Kind: UInt8 {
        case text, decimal, instant, integer
    }

    /// The key as a line has it: `"key":`.
    var key: UnsafeMutablePointer<UInt8>
    var keyCount: Int
    var kind: Kind
    var place = Place.undecided
    /// Positions among the text or number columns, the wide columns and the text columns; -1 for
    /// none.
    var own: Int32 = -1
    var wide: Int32 = -1
    var text: Int32 = -1
    /// The last look at a line that checked its keys for being distinct and met this one.
    var stamp: Int = -1
}

/// The fields of a row group, found by their keys.
struct FieldTable: ~Copyable {
    var fields = Memory<Field>(capacity: 128)
    private(set) var count = 0
    /// The names, decoded.
    private(set) var names: [[UInt8]] = []
    private var table = Memory<Int32>(capacity: 512)
    private var mask = 511
    private let seed: UInt64

    init(seed: UInt64) {
        self.seed = seed
        table.base.update(repeating: -1, count: 512)
    }

    deinit {
        for index in 0..<count { fields.base[index].key.deallocate() }
        fields.free()
        table.free()
    }

    private func slot(of key: UnsafePointer<UInt8>, _ keyCount: Int) -> Int {
        var slot = Int(Words.hash(key, keyCount, seed: seed)) & mask
        while table.base[slot] >= 0 {
            let field = fields.base + Int(table.base[slot])
            if field.pointee.keyCount == keyCount,
                Words.equal(field.pointee.key, key, keyCount)
            {
                break
            }
            slot = (slot + 1) & mask
        }
        return slot
    }

    /// The field of the key `"key":` at `key`, or -1.
    func index(of key: UnsafePointer<UInt8>, _ keyCount: Int) -> Int32 {
        table.base[slot(of: key, keyCount)]
    }

    /// Adds a field whose key is new.
    mutating func add(key: UnsafePointer<UInt8>, _ keyCount: Int, name: [UInt8]) -> Int32 {
        if count * 2 > mask { growTable() }
        let kept = UnsafeMutablePointer<UInt8>.allocate(capacity: keyCount + Limits.slackBytes)
        kept.initialize(repeating: 0, count: keyCount + Limits.slackBytes)
        kept.update(from: key, count: keyCount)
        let kind: Field.Kind =
            switch SegmentVocabulary.type(of: String(decoding: name, as: UTF8.self)) {
            case .text: .text
            case .decimal: .decimal
            case .instant: .instant
            case .integer: .integer
            }
        let index = Int32(truncatingIfNeeded: count)
        table.base[slot(of: key, keyCount)] = index
        fields.reserve(count + 1, keeping: count)
        (fields.base + count).initialize(to: Field(key: kept, keyCount: keyCount, kind: kind))
        names.append(name)
        count += 1
        return index
    }

    private mutating func growTable() {
        let size = (mask + 1) * 4
        table.reserve(size, keeping: 0)
        table.base.update(repeating: -1, count: size)
        mask = size - 1
        for index in 0..<count {
            let field = fields.base[index]
            table.base[slot(of: field.key, field.keyCount)] = Int32(truncatingIfNeeded: index)
        }
    }
}
