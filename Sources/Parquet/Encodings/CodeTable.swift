// SPDX-License-Identifier: Apache-2.0

/// Gives out codes 0, 1, 2, … to values as they are first seen: open addressing, linear probing, at
/// most half full.
struct CodeTable: ~Copyable {
    /// Different in each process: nobody can write records whose values all collide. The codes do
    /// not depend on it.
    static let seed: (UInt64, UInt64) = (
        UInt64.random(in: 1 ... .max), UInt64.random(in: 1 ... .max)
    )

    private struct Entry {
        var words: (UInt64, UInt64)
        var count: Int
    }

    private let limit: DictionaryBuilder.Limit
    private let entryBytes: Int
    private let seed = CodeTable.seed
    /// The upper half of a hash, and a code plus 1; 0 where free.
    private var slots: UnsafeMutablePointer<UInt64>
    private var capacity: Int
    private var entries: UnsafeMutablePointer<Entry>
    private var count = 0
    private var bytes = 0

    /// Each entry is charged `entryBytes` besides its own bytes.
    init(limit: DictionaryBuilder.Limit, entryBytes: Int) {
        self.limit = limit
        self.entryBytes = entryBytes
        capacity = 1024
        slots = .allocate(capacity: capacity)
        slots.initialize(repeating: 0, count: capacity)
        entries = .allocate(capacity: capacity / 2)
    }

    deinit {
        slots.deallocate()
        entries.deallocate()
    }

    /// The product of two words, folded: each bit of the result depends on all bits of both.
    @inline(__always)
    static func mix(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }

    /// The code of a value, a new one if it has not been seen; nil when a limit is reached.
    ///
    /// - Parameters:
    ///   - words: Equal for equal values.
    ///   - count: The value's bytes.
    ///   - seen: Values asked for before.
    ///   - isSame: Whether the value with this code, which has the same words and count, is equal.
    @inline(__always)
    mutating func code(
        of words: (UInt64, UInt64), count bytes: Int, seen: Int, _ isSame: (UInt32) -> Bool
    ) -> UInt32? {
        let hash = Self.mix(words.0 ^ seed.0, words.1 ^ seed.1 ^ UInt64(truncatingIfNeeded: bytes))
        let tag = hash & 0xFFFF_FFFF_0000_0000
        var place = Int(truncatingIfNeeded: hash) & (capacity &- 1)
        while true {
            let slot = slots[place]
            if slot == 0 { break }
            if slot & 0xFFFF_FFFF_0000_0000 == tag {
                let code = UInt32(truncatingIfNeeded: slot) &- 1
                let entry = entries[Int(code)]
                if entry.words == words, entry.count == bytes, isSame(code) { return code }
            }
            place = (place &+ 1) & (capacity &- 1)
        }
        return add(words, bytes, hash: hash, at: place, seen: seen)
    }

    @inline(never)
    private mutating func add(
        _ words: (UInt64, UInt64), _ count: Int, hash: UInt64, at place: Int, seen: Int
    ) -> UInt32? {
        let code = self.count
        bytes += entryBytes + count
        guard code < limit.entries, bytes <= limit.bytes else { return nil }
        slots[place] = hash & 0xFFFF_FFFF_0000_0000 | UInt64(code + 1)
        (entries + code).initialize(to: Entry(words: words, count: count))
        self.count += 1
        if self.count == capacity / 2 {
            guard Double(self.count) <= Double(seen + 1) * limit.newShare || self.count < 16_384
            else { return nil }
            grow()
        }
        return UInt32(code)
    }

    private mutating func grow() {
        slots.deallocate()
        capacity *= 2
        slots = .allocate(capacity: capacity)
        slots.initialize(repeating: 0, count: capacity)
        let more = UnsafeMutablePointer<Entry>.allocate(capacity: capacity / 2)
        more.moveInitialize(from: entries, count: count)
        entries.deallocate()
        entries = more
        for code in 0..<count {
            let entry = entries[code]
            let hash = Self.mix(
                entry.words.0 ^ seed.0,
                entry.words.1 ^ seed.1 ^ UInt64(truncatingIfNeeded: entry.count))
            var place = Int(truncatingIfNeeded: hash) & (capacity - 1)
            while slots[place] != 0 { place = (place + 1) & (capacity - 1) }
            slots[place] = hash & 0xFFFF_FFFF_0000_0000 | UInt64(code + 1)
        }
    }
}
