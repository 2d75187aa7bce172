// SPDX-License-Identifier: Apache-2.0

/// Counts equal messages that have no id: the second "ok" of a minute is another one than the first.
struct ChatCopies {
    private var counts: [[UInt8]: Int] = [:]
    private var bytes = 0

    /// How many equal ones came before.
    ///
    /// - Parameter identity: what equal ones have in common.
    mutating func next(_ identity: [UInt8]) -> Int {
        // Equal messages are neighbours in time, hence in the file: the oldest may be forgotten.
        if bytes > CommandLimits.chatCopiesBytes {
            counts.removeAll(keepingCapacity: true)
            bytes = 0
        }
        let before = counts.updateValue((counts[identity] ?? 0) + 1, forKey: identity)
        if before == nil { bytes += identity.count + 64 }
        return before ?? 0
    }
}
