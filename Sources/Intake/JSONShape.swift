// SPDX-License-Identifier: Apache-2.0

/// Follows the structure of one JSON object, perhaps over several lines, and notes the few
/// top-level keys that decide where it belongs.
///
/// It answers "is this a whole JSON object?" at about the speed of memory; it does not check
/// numbers, escapes or UTF-8. Masking parses the line strictly afterwards, and what it refuses
/// comes back as text.
struct JSONShape {
    enum Verdict { case complete, incomplete, notJSON }

    private enum State: UInt8 { case value, valueOrEnd, key, keyOrEnd, colon, commaOrEnd, done }

    /// The top-level keys seen.
    struct Keys: OptionSet {
        let rawValue: UInt8
        /// `event` or `event_type` with a name such as `order_filled`.
        static let eventName = Keys(rawValue: 1)
        /// `event` with a sentence.
        static let eventText = Keys(rawValue: 2)
        /// The name is one of communications: `chat_message`, `terminal_output`, …
        static let communication = Keys(rawValue: 4)
        /// `msg`, `message`, `text` or `log`.
        static let message = Keys(rawValue: 8)
        static let level = Keys(rawValue: 16)
        /// `timestamp`, `time`, `ts`, `@timestamp`, `asctime`, …
        static let time = Keys(rawValue: 32)
    }

    private(set) var keys: Keys = []
    private var state = State.value
    private var depth = 0
    /// One bit a level, the innermost lowest: set for an object, clear for an array.
    private var objects: UInt128 = 0
    /// The next top-level value belongs to `event` or `event_type`.
    private var eventIsNext = false

    /// Audit for what is structured, chat for what is a message to read:
    /// a named event is audit, unless its name is one of communications; an event that is a sentence
    /// is audit when it has level and time, as structlog writes them; an object with message text
    /// and no event is chat; any other data is audit.
    var book: IntakeBook {
        if keys.contains(.communication) { return .chat }
        if keys.contains(.eventName) { return .audit }
        if keys.contains(.eventText) {
            return keys.isSuperset(of: [.level, .time]) ? .audit : .chat
        }
        return keys.contains(.message) ? .chat : .audit
    }

    /// Follows one more line.
    mutating func scan(_ line: UnsafeBufferPointer<UInt8>) -> Verdict {
        guard let base = line.baseAddress else { return state == .done ? .complete : .incomplete }
        let end = line.count
        var at = 0
        while at < end {
            let byte = base[at]
            switch byte {
            case 0x20, 0x09, 0x0A, 0x0D:
                at &+= 1
            case .quote:
                let close = Self.endOfString(base, at &+ 1, end)
                guard close < end else { return .notJSON }  // no string goes over a line end
                switch state {
                case .key, .keyOrEnd:
                    if depth == 1 { noteKey(base + at + 1, close - at - 1) }
                    state = .colon
                case .value, .valueOrEnd:
                    guard depth > 0 else { return .notJSON }
                    if eventIsNext { noteEvent(base + at + 1, close - at - 1) }
                    state = .commaOrEnd
                default: return .notJSON
                }
                at = close &+ 1
            case .colon:
                guard state == .colon else { return .notJSON }
                state = .value
                at &+= 1
            case .comma:
                guard state == .commaOrEnd else { return .notJSON }
                state = objects & 1 == 1 ? .key : .value
                eventIsNext = false
                at &+= 1
            case .openBrace, .openBracket:
                guard state == .value || state == .valueOrEnd, depth < 128 else { return .notJSON }
                guard depth > 0 || byte == .openBrace else { return .notJSON }
                depth &+= 1
                objects = objects &<< 1 | (byte == .openBrace ? 1 : 0)
                state = byte == .openBrace ? .keyOrEnd : .valueOrEnd
                eventIsNext = false
                at &+= 1
            case .closeBrace, .closeBracket:
                let isObject = objects & 1 == 1
                guard isObject == (byte == .closeBrace), depth > 0, state != .done,
                    state == .commaOrEnd || state == (isObject ? .keyOrEnd : .valueOrEnd)
                else { return .notJSON }
                depth &-= 1
                objects = objects &>> 1
                state = depth == 0 ? .done : .commaOrEnd
                at &+= 1
            default:
                // A number or a word.
                guard state == .value || state == .valueOrEnd, depth > 0, Self.isScalar(byte)
                else { return .notJSON }
                repeat { at &+= 1 } while at < end && Self.isScalar(base[at])
                state = .commaOrEnd
            }
        }
        return state == .done ? .complete : .incomplete
    }

    @inline(__always)
    private static func isScalar(_ byte: UInt8) -> Bool {
        byte.isDigit || byte.isLetter || byte == .point || byte == .hyphen || byte == 0x2B
    }

    /// The place of the quote that closes a string, eight bytes at a time; `end` when there is none.
    @inline(__always)
    private static func endOfString(
        _ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int
    ) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let tops: UInt64 = 0x8080_8080_8080_8080
        var at = start
        while at < end {
            while end &- at >= 8 {
                let word = UnsafeRawPointer(base + at).loadUnaligned(as: UInt64.self).littleEndian
                let quotes = word ^ (ones &* UInt64(UInt8.quote))
                let slashes = word ^ (ones &* UInt64(UInt8.backslash))
                let found =
                    ((quotes &- ones) & ~quotes | (slashes &- ones) & ~slashes) & tops
                guard found == 0 else {
                    at &+= found.trailingZeroBitCount &>> 3
                    break
                }
                at &+= 8
            }
            guard at < end else { return end }
            if base[at] == .quote { return at }
            at &+= base[at] == .backslash ? 2 : 1
        }
        return end
    }

    private mutating func noteKey(_ key: UnsafePointer<UInt8>, _ count: Int) {
        eventIsNext = false
        func equals(_ literal: StaticString) -> Bool { matches(key, count, literal) }
        switch count {
        case 2: if equals("ts") { keys.insert(.time) }
        case 3:
            if equals("msg") || equals("log") { keys.insert(.message) }
            if equals("lvl") { keys.insert(.level) }
        case 4:
            if equals("text") { keys.insert(.message) }
            if equals("time") { keys.insert(.time) }
        case 5:
            if equals("event") {
                eventIsNext = true
            } else if equals("level") {
                keys.insert(.level)
            }
        case 7:
            if equals("message") { keys.insert(.message) }
            if equals("asctime") { keys.insert(.time) }
        case 8:
            if equals("severity") { keys.insert(.level) }
            if equals("datetime") { keys.insert(.time) }
        case 9:
            if equals("timestamp") { keys.insert(.time) }
            if equals("levelname") || equals("log_level") { keys.insert(.level) }
        case 10:
            if equals("event_type") { eventIsNext = true }
            if equals("@timestamp") { keys.insert(.time) }
        default: break
        }
    }

    private mutating func noteEvent(_ value: UnsafePointer<UInt8>, _ count: Int) {
        eventIsNext = false
        guard count > 0 else { return }
        for offset in 0..<count {
            let byte = value[offset]
            guard byte.isNameByte || byte == .hyphen || byte == .colon || byte == .slash else {
                keys.insert(.eventText)
                return
            }
        }
        keys.insert(.eventName)
        if isCommunication(value, count) { keys.insert(.communication) }
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
