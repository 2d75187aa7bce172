// SPDX-License-Identifier: Apache-2.0

internal import CLibdaybook
internal import Records

/// The vocabulary by the bytes of its names: what an event's level is and which book it goes into, found
/// without making a String, which for most names would allocate.
///
/// Sendable, because nothing is written after it was made; its memory lives as long as the process.
struct Kinds: @unchecked Sendable {
    /// What the vocabulary says of a kind; of others the same as of a custom one.
    struct Entry {
        var level: Level = .info
        /// Whether such events go into `chat`.
        var isChat = false
    }

    private struct Slot {
        var name: UnsafeRawBufferPointer
        var entry: Entry
    }

    static let all = Kinds()

    /// Open addressing; a power of two, at least twice the names.
    private let slots: UnsafeMutableBufferPointer<Slot?>

    private init() {
        let vocabulary = EventKind.vocabulary
        var size = 64
        while size < vocabulary.count * 4 { size *= 2 }
        slots = .allocate(capacity: size)
        slots.initialize(repeating: nil)
        for kind in vocabulary {
            let name = UnsafeMutableRawBufferPointer.allocate(
                byteCount: kind.rawValue.utf8.count, alignment: 1)
            name.copyBytes(from: kind.rawValue.utf8)
            var place = Self.hash(UnsafeRawBufferPointer(name)) & (size - 1)
            while slots[place] != nil { place = (place + 1) & (size - 1) }
            slots[place] = Slot(
                name: UnsafeRawBufferPointer(name),
                entry: Entry(level: kind.level, isChat: kind.book == .chat))
            if kind.book == .audit {
                libdaybook_add_kind(
                    name.baseAddress?.assumingMemoryBound(to: CChar.self), name.count,
                    kind.level.rawValue)
            }
        }
    }

    func entry(of name: UnsafeRawBufferPointer) -> Entry {
        var place = Self.hash(name) & (slots.count - 1)
        while let slot = slots[place] {
            if slot.name.count == name.count, slot.name.elementsEqual(name) { return slot.entry }
            place = (place + 1) & (slots.count - 1)
        }
        return Entry()
    }

    /// Of both ends and the length, which tell the names of the vocabulary apart well enough.
    private static func hash(_ name: UnsafeRawBufferPointer) -> Int {
        var word: UInt64 = 0
        if name.count >= 8 {
            word = name.loadUnaligned(as: UInt64.self) &* 0x9E37_79B9_7F4A_7C15
            word ^= name.loadUnaligned(fromByteOffset: name.count - 8, as: UInt64.self)
        } else {
            for byte in name { word = word << 8 | UInt64(byte) }
        }
        word = (word ^ UInt64(name.count)) &* 0xD6E8_FEB8_6659_FD93
        return Int(truncatingIfNeeded: word >> 40)
    }
}
