// SPDX-License-Identifier: Apache-2.0

/// A session's memory of the names that it has judged: about five nanoseconds for a known name.
///
/// A slot holds the name's keyed hash, not the name. Two names that share all 64 bits would share
/// a verdict; the key is drawn at random per process, so nobody can choose such a pair.
struct NameCache: ~Copyable {
    private struct Slot {
        var hash: UInt64
        var verdict: NameVerdict
    }

    private let slots: UnsafeMutablePointer<Slot>
    private let seed: UInt64

    init() {
        slots = .allocate(capacity: MaskingLimits.nameSlots)
        slots.initialize(
            repeating: Slot(hash: 0, verdict: .plain), count: MaskingLimits.nameSlots)
        seed = HashSeed.value
    }

    deinit {
        slots.deinitialize(count: MaskingLimits.nameSlots)
        slots.deallocate()
    }

    /// The verdict on a name, from memory or by the masker's rules.
    @inline(__always)
    func verdict(of name: UnsafeBufferPointer<UInt8>, by masker: Masker) -> NameVerdict {
        let hash = keyedHash(name, seed: seed) | 1
        let slot = slots + Int(truncatingIfNeeded: hash >> 8) & (MaskingLimits.nameSlots - 1)
        if slot.pointee.hash == hash { return slot.pointee.verdict }
        return judge(hash: hash, slot: slot) { masker.judge(name: Text(name)) }
    }

    /// Whether a name is one that only Daybook may give a record.
    @inline(__always)
    func isReservedKind(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
        // Bit 0 tells these entries from those of keys.
        let hash = keyedHash(name, seed: seed) & ~1 | 2
        let slot = slots + Int(truncatingIfNeeded: hash >> 8) & (MaskingLimits.nameSlots - 1)
        if slot.pointee.hash == hash { return slot.pointee.verdict.kind == .secret }
        let verdict = judge(hash: hash, slot: slot) {
            NameVerdict(kind: OwnedNames.isReservedKind(name) ? .secret : .plain)
        }
        return verdict.kind == .secret
    }

    @inline(never)
    private func judge(
        hash: UInt64, slot: UnsafeMutablePointer<Slot>, _ decide: () -> NameVerdict
    ) -> NameVerdict {
        let verdict = decide()
        slot.pointee = Slot(hash: hash, verdict: verdict)
        return verdict
    }
}

enum HashSeed {
    static let value: UInt64 = .random(in: .min ... .max)
}

/// A fast keyed 64-bit hash of bytes (folded 64×64 multiplications, as in wyhash): for caches and
/// for recognising a value again; not a digest.
@inline(__always)
func keyedHash(_ bytes: UnsafeBufferPointer<UInt8>, seed: UInt64) -> UInt64 {
    guard let base = bytes.baseAddress else { return fold(seed, 0x9E37_79B9_7F4A_7C15) }
    let raw = UnsafeRawPointer(base)
    let count = bytes.count
    var state = seed ^ 0xA076_1D64_78BD_642F
    var low: UInt64
    var high: UInt64
    if count <= 16 {
        if count >= 8 {
            low = raw.loadUnaligned(as: UInt64.self)
            high = raw.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
        } else if count >= 4 {
            low = UInt64(raw.loadUnaligned(as: UInt32.self))
            high = UInt64(raw.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self))
        } else if count > 0 {
            low =
                UInt64(base[0]) << 16 | UInt64(base[count >> 1]) << 8 | UInt64(base[count - 1])
            high = 0
        } else {
            low = 0
            high = 0
        }
    } else {
        var offset = 0
        while count - offset > 16 {
            state = fold(
                raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self) ^ 0xE703_7ED1_A0B4_28DB,
                raw.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self) ^ state)
            offset += 16
        }
        low = raw.loadUnaligned(fromByteOffset: count - 16, as: UInt64.self)
        high = raw.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
    }
    return fold(
        0xE703_7ED1_A0B4_28DB ^ UInt64(truncatingIfNeeded: count),
        fold(low ^ 0xE703_7ED1_A0B4_28DB, high ^ state))
}

@inline(__always)
private func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = left.multipliedFullWidth(by: right)
    return product.high ^ product.low
}
