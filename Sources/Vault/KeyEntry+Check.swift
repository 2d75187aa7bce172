// SPDX-License-Identifier: Apache-2.0

extension KeyEntry {
    /// Whether a frame's entries, written again, are read as the same; nil when the bytes have not
    /// the form of entries. For the fuzz target, which has no key to make a real frame with.
    static func isStable(_ bytes: UnsafeRawBufferPointer) -> Bool? {
        var entries: [KeyEntry] = []
        guard decode(bytes, { entries.append($0) }) else { return nil }
        var written: [UInt8] = []
        for entry in entries { entry.encode(to: &written) }
        var again: [KeyEntry] = []
        let isRead = written.withUnsafeBytes { decode($0) { again.append($0) } }
        return isRead && again == entries
    }
}

/// What the fuzz target of key files calls.
package enum KeyEntries {
    /// See `KeyEntry.isStable`.
    package static func isStable(_ bytes: UnsafeRawBufferPointer) -> Bool? {
        KeyEntry.isStable(bytes)
    }
}
