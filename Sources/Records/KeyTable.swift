// SPDX-License-Identifier: Apache-2.0

/// Finds a key that an object had before, in constant time however many keys there are.
///
/// One open-addressing table serves all objects of a text: the hash covers the object's index.
/// A slot belongs to the current text only when it carries the text's generation, so nothing is
/// cleared between texts. The hash is seeded per table: nobody can craft colliding keys.
struct KeyTable: ~Copyable {
    private struct Slot {
        var generation: UInt32
        var token: UInt32
    }

    private var slots: UnsafeMutablePointer<Slot>
    private var mask: Int
    private var used = 0
    private var generation: UInt32 = 0
    private let seed: UInt64

    init() {
        mask = 255
        slots = .allocate(capacity: 256)
        slots.initialize(repeating: Slot(generation: 0, token: 0), count: 256)
        var random = SystemRandomNumberGenerator()
        seed = random.next()
    }

    deinit {
        slots.deallocate()
    }

    /// Forgets all keys.
    @inline(__always)
    mutating func begin() {
        used = 0
        generation &+= 1
        if generation == 0 { clear() }
    }

    @inline(never)
    private mutating func clear() {
        slots.update(repeating: Slot(generation: 0, token: 0), count: mask + 1)
        generation = 1
    }

    /// What the object at `parent` adds to the hashes of its keys.
    @inline(__always)
    func salt(parent: UInt32) -> UInt64 { seed ^ UInt64(parent) &* 0x9E37_79B9_7F4A_7C15 }

    /// A hash of a key's text in the object with this salt.
    @inline(__always)
    func hash(_ text: UnsafePointer<UInt8>, _ count: Int, salt: UInt64) -> UInt32 {
        let raw = UnsafeRawPointer(text)
        if count > 16 {
            return Self.mix(
                raw.loadUnaligned(as: UInt64.self),
                raw.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self),
                Self.long(raw, count, salt) ^ UInt64(truncatingIfNeeded: count))
        }
        if count > 8 {
            return Self.mix(
                raw.loadUnaligned(as: UInt64.self),
                raw.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self), salt)
        }
        var word: UInt64 = 0
        for offset in 0..<count { word |= UInt64(text[offset]) &<< UInt64(8 &* offset) }
        return Self.mix(word, UInt64(truncatingIfNeeded: count), salt)
    }

    /// The same as `hash` for at most 16 bytes, when 8 bytes can be read whatever `count` is.
    @inline(__always)
    func shortHash(_ text: UnsafePointer<UInt8>, _ count: Int, _ salt: UInt64) -> UInt32 {
        let raw = UnsafeRawPointer(text)
        let word = UInt64(littleEndian: raw.loadUnaligned(as: UInt64.self))
        if count > 8 {
            return Self.mix(
                raw.loadUnaligned(as: UInt64.self),
                raw.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self), salt)
        }
        let unused = UInt64(truncatingIfNeeded: 64 &- 8 &* count)
        let kept = count == 0 ? 0 : (word &<< unused) &>> unused
        return Self.mix(kept, UInt64(truncatingIfNeeded: count), salt)
    }

    @inline(__always)
    private static func mix(_ left: UInt64, _ right: UInt64, _ salt: UInt64) -> UInt32 {
        let mixed = fold(left ^ 0xA076_1D64_78BD_642F ^ salt, right ^ 0xE703_7ED1_A0B4_28DB ^ salt)
        return UInt32(truncatingIfNeeded: mixed ^ mixed >> 32)
    }

    @inline(never)
    private static func long(_ raw: UnsafeRawPointer, _ count: Int, _ start: UInt64) -> UInt64 {
        var state = start
        var offset = 8
        while offset < count &- 8 {
            let word = raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            state = fold(word ^ 0x5899_65CC_7537_4CC3, state ^ 0x1D8E_4E27_C47D_124F)
            offset &+= 8
        }
        return state
    }

    @inline(__always)
    private static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }

    /// Enters the key at token `index`. Returns the token of the same key entered before, if any;
    /// `same` decides between keys of equal hash.
    @inline(__always)
    mutating func insert(
        _ index: Int, hash: UInt32, tokens: UnsafeMutablePointer<JSONToken>,
        same: (_ earlier: Int) -> Bool
    ) -> Int? {
        if used &* 2 > mask { grow(tokens) }
        var slot = Int(hash) & mask
        while true {
            let entry = slots[slot]
            if entry.generation != generation {
                slots[slot] = Slot(
                    generation: generation, token: UInt32(truncatingIfNeeded: index))
                used &+= 1
                return nil
            }
            let earlier = Int(entry.token)
            if tokens[earlier].detail == hash, same(earlier) {
                slots[slot].token = UInt32(truncatingIfNeeded: index)
                return earlier
            }
            slot = (slot &+ 1) & mask
        }
    }

    @inline(never)
    private mutating func grow(_ tokens: UnsafeMutablePointer<JSONToken>) {
        let oldSlots = slots
        let oldCount = mask + 1
        let newCount = oldCount * 4
        slots = .allocate(capacity: newCount)
        slots.initialize(repeating: Slot(generation: 0, token: 0), count: newCount)
        mask = newCount - 1
        for old in 0..<oldCount where oldSlots[old].generation == generation {
            var slot = Int(tokens[Int(oldSlots[old].token)].detail) & mask
            while slots[slot].generation == generation { slot = (slot + 1) & mask }
            slots[slot] = oldSlots[old]
        }
        oldSlots.deallocate()
    }
}
