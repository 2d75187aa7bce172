// SPDX-License-Identifier: Apache-2.0

/// What a top-level key of a JSON line says about where the line belongs.
///
/// Keys are compared as whole words of eight bytes: all comparisons fail the same way for the keys
/// that say nothing, which is what a processor predicts well.
enum JSONKey {
    case other, event, message, level, time

    /// The key of `count` bytes, with `readable` bytes there to read.
    @inline(__always)
    init(_ key: UnsafePointer<UInt8>, _ count: Int, readable: Int) {
        self = .other
        guard count >= 2, count <= 10 else { return }
        var whole: UInt64 = 0
        if readable >= 8 {
            whole = UnsafeRawPointer(key).loadUnaligned(as: UInt64.self).littleEndian
        } else {
            for offset in 0..<min(count, 8) { whole |= UInt64(key[offset]) &<< UInt64(offset * 8) }
        }
        let word = count >= 8 ? whole : whole & ((1 &<< UInt64(count &* 8)) &- 1)
        switch (word, count) {
        case (0x74_6E65_7665, 5): self = .event  // event
        case (0x7974_5F74_6E65_7665, 10) where key[8] == 0x70 && key[9] == 0x65:  // event_type
            self = .event
        case (0x6C_6576_656C, 5), (0x6C_766C, 3),  // level, lvl
            (0x7974_6972_6576_6573, 8):  // severity
            self = .level
        case (0x6D61_6E6C_6576_656C, 9) where key[8] == 0x65,  // levelname
            (0x6576_656C_5F67_6F6C, 9) where key[8] == 0x6C:  // log_level
            self = .level
        case (0x6D61_7473_656D_6974, 9) where key[8] == 0x70,  // timestamp
            (0x6174_7365_6D69_7440, 10) where key[8] == 0x6D && key[9] == 0x70:  // @timestamp
            self = .time
        case (0x7374, 2), (0x656D_6974, 4),  // ts, time
            (0x65_6D69_7463_7361, 7), (0x656D_6974_6574_6164, 8):  // asctime, datetime
            self = .time
        case (0x67_736D, 3), (0x67_6F6C, 3), (0x7478_6574, 4),  // msg, log, text
            (0x65_6761_7373_656D, 7):  // message
            self = .message
        default: break
        }
    }

    var keys: JSONShape.Keys {
        switch self {
        case .other, .event: []
        case .message: .message
        case .level: .level
        case .time: .time
        }
    }

    /// What the value of `event` or `event_type` says: a name has no blank in it, a sentence has.
    static func event(_ value: UnsafePointer<UInt8>, _ count: Int) -> JSONShape.Keys {
        if count == 0 { return [] }
        var at = 0
        while at < count {
            if value[at] == .space { return .eventText }
            at &+= 1
        }
        return isCommunication(value, count) ? [.eventName, .communication] : .eventName
    }
}

/// Whether the name is one of the kinds that a person reads; they belong to `chat`.
private func isCommunication(_ name: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    switch count {
    case 11: matches(name, count, "chat_edited") || matches(name, count, "file_shared")
    case 12: matches(name, count, "chat_message") || matches(name, count, "chat_deleted")
    case 15: matches(name, count, "terminal_output")
    case 16: matches(name, count, "terminal_command")
    default: false
    }
}

@inline(__always)
private func matches(_ name: UnsafePointer<UInt8>, _ count: Int, _ literal: StaticString) -> Bool {
    guard literal.utf8CodeUnitCount == count else { return false }
    let start = literal.utf8Start
    for offset in 0..<count where name[offset] != start[offset] { return false }
    return true
}
