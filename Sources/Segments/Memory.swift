// SPDX-License-Identifier: Apache-2.0

/// Growable memory for the hot loops: no reference count, no zeroing, no bounds check; its owner
/// frees it. `Limits.slackBytes` bytes behind the capacity may be read and written.
struct Memory<Element: BitwiseCopyable>: BitwiseCopyable {
    private(set) var base: UnsafeMutablePointer<Element>
    private(set) var capacity: Int

    init(capacity: Int) {
        self.capacity = max(capacity, 16)
        base = Self.allocate(self.capacity)
    }

    /// Makes room for `total` elements, of which the first `count` are kept.
    @inline(__always)
    mutating func reserve(_ total: Int, keeping count: Int) {
        if total > capacity { grow(total, keeping: count) }
    }

    @inline(never)
    private mutating func grow(_ total: Int, keeping count: Int) {
        let wider = max(total, capacity * 2)
        let moved = Self.allocate(wider)
        moved.update(from: base, count: count)
        base.deallocate()
        base = moved
        capacity = wider
    }

    func free() { base.deallocate() }

    private static func allocate(_ count: Int) -> UnsafeMutablePointer<Element> {
        let slack = Limits.slackBytes / MemoryLayout<Element>.stride + 1
        let made = UnsafeMutablePointer<Element>.allocate(capacity: count + slack)
        // What whole words touch beyond the contents is at least always the same.
        UnsafeMutableRawPointer(made + count).initializeMemory(
            as: UInt8.self, repeating: 0, count: slack * MemoryLayout<Element>.stride)
        return made
    }

    /// A copy of the first `count` elements.
    func array(_ count: Int) -> [Element] {
        Array(UnsafeBufferPointer(start: base, count: count))
    }
}

/// Copies and comparisons that may touch `Limits.slackBytes` bytes behind both ends.
enum Words {
    /// Copies `count` bytes, 16 at a time.
    @inline(__always)
    static func copy(
        _ source: UnsafePointer<UInt8>, _ count: Int, to target: UnsafeMutablePointer<UInt8>
    ) {
        if count > 64 {
            target.update(from: source, count: count)
            return
        }
        let (from, to) = (UnsafeRawPointer(source), UnsafeMutableRawPointer(target))
        var offset = 0
        repeat {
            to.storeBytes(
                of: from.loadUnaligned(fromByteOffset: offset, as: SIMD16<UInt8>.self),
                toByteOffset: offset, as: SIMD16<UInt8>.self)
            offset &+= 16
        } while offset < count
    }

    /// Whether `count` bytes are the same.
    @inline(__always)
    static func equal(
        _ left: UnsafePointer<UInt8>, _ right: UnsafePointer<UInt8>, _ count: Int
    ) -> Bool {
        let (a, b) = (UnsafeRawPointer(left), UnsafeRawPointer(right))
        var offset = 0
        while offset &+ 8 <= count {
            if a.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                != b.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            {
                return false
            }
            offset &+= 8
        }
        let left = count &- offset
        guard left > 0 else { return true }
        let differing =
            UInt64(littleEndian: a.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            ^ UInt64(littleEndian: b.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        return differing &<< UInt64(truncatingIfNeeded: 64 &- 8 &* left) == 0
    }

    /// A hash of `count` bytes that nobody can foresee without the seed.
    @inline(__always)
    static func hash(_ bytes: UnsafePointer<UInt8>, _ count: Int, seed: UInt64) -> UInt32 {
        let raw = UnsafeRawPointer(bytes)
        var state = seed ^ UInt64(truncatingIfNeeded: count) &* 0x9E37_79B9_7F4A_7C15
        var offset = 0
        while offset &+ 8 < count {
            let word = raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            state = fold(word ^ 0xA076_1D64_78BD_642F, state ^ 0xE703_7ED1_A0B4_28DB)
            offset &+= 8
        }
        let unused = UInt64(truncatingIfNeeded: 64 &- 8 &* (count &- offset))
        let last = UInt64(
            littleEndian: raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        let kept = count == offset ? 0 : last &<< unused
        state = fold(kept ^ 0x5899_65CC_7537_4CC3, state ^ 0x1D8E_4E27_C47D_124F)
        return UInt32(truncatingIfNeeded: state ^ state &>> 32)
    }

    @inline(__always)
    private static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }
}
