// SPDX-License-Identifier: Apache-2.0

/// Values that a rule masked, remembered for the time of a session, so that the same value is
/// masked where nothing announces it: a leaked key that someone searches for, an echo, a locals
/// dump.
///
/// Only values that look like keys are remembered (a password `momentum1` must not take a
/// strategy's name out of all records), only as keyed hashes of 64 bits, and only the newest
/// ``MaskingLimits/rememberedValues`` or fewer: a slot is overwritten by what falls into it.
struct ValueMemory: Equatable {
    private var slots: [UInt64] = []
    private let seed = HashSeed.value ^ 0x5BD1_E995_9E37_79B9

    /// Whether anything was learned.
    private(set) var isAwake = false

    mutating func learn(_ value: Text, by rule: RuleNumber) {
        // What is only random-looking may be an id: it teaches nothing.
        guard rule.standard != .remembered, rule.standard != .highEntropy, mayBeKnown(value),
            value.isKeyLike
        else { return }
        if slots.isEmpty { slots = Array(repeating: 0, count: MaskingLimits.rememberedValues) }
        isAwake = true
        let hash = keyedHash(value.buffer, seed: seed) | 1
        slots[Int(truncatingIfNeeded: hash >> 16) & (slots.count - 1)] = hash
    }

    func knows(_ value: Text) -> Bool {
        guard isAwake, mayBeKnown(value) else { return false }
        let hash = keyedHash(value.buffer, seed: seed) | 1
        return slots[Int(truncatingIfNeeded: hash >> 16) & (slots.count - 1)] == hash
    }

    /// One word of a key's length: what the scanner asks about.
    private func mayBeKnown(_ value: Text) -> Bool {
        guard value.count >= 8, value.count <= 256 else { return false }
        for index in 0..<value.count where value.kind(index) & ByteClass.word == 0 { return false }
        return true
    }

    /// Whether a single word of these classes and this length could be a remembered value.
    @inline(__always)
    func mayHold(_ classes: UInt8, _ count: Int) -> Bool {
        isAwake && count >= 8 && classes & ByteClass.digit != 0
            && (classes & ByteClass.letter == ByteClass.letter || count >= 24)
    }
}
