// SPDX-License-Identifier: Apache-2.0

/// What a way through all envelopes knows of their groups, each asked once. A group's number is random,
/// so it is its own hash: a look costs a few nanoseconds, and there is one for each envelope.
struct GroupTable {
    struct Group {
        var isWanted: Bool
        /// nil when it was punctured.
        var key: Bytes32?
    }

    private var slots: [(number: UInt64, group: Group)?] = Array(repeating: nil, count: 1024)
    private var count = 0

    /// - Complexity: O(1) for random numbers.
    func group(_ number: UInt64) -> Group? {
        var place = Int(truncatingIfNeeded: number) & (slots.count - 1)
        while let slot = slots[place] {
            if slot.number == number { return slot.group }
            place = (place + 1) & (slots.count - 1)
        }
        return nil
    }

    /// - Parameter number: one that is not in the table yet.
    mutating func insert(_ group: Group, _ number: UInt64) {
        // At most half full: a search then ends after two places or so.
        if count * 2 >= slots.count {
            let old = slots
            slots = Array(repeating: nil, count: old.count * 2)
            for case let slot? in old { put(slot) }
        }
        put((number, group))
        count += 1
    }

    private mutating func put(_ slot: (number: UInt64, group: Group)) {
        var place = Int(truncatingIfNeeded: slot.number) & (slots.count - 1)
        while slots[place] != nil { place = (place + 1) & (slots.count - 1) }
        slots[place] = slot
    }
}
