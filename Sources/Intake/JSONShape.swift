// SPDX-License-Identifier: Apache-2.0

/// Follows the structure of one JSON object, perhaps over several lines, and notes the few
/// top-level keys that decide where it belongs.
///
/// It answers "is this a whole JSON object?" fast; it does not check numbers, escapes or UTF-8. Masking parses the line strictly afterwards, and what it refuses
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
    /// a named event is audit, unless its name is one of communications; an event that is a
    /// sentence is audit when it has level and time, as structlog writes them; an object with
    /// message text and no event is chat; any other data is audit.
    var book: IntakeBook {
        if keys.contains(.communication) { return .chat }
        if keys.contains(.eventName) { return .audit }
        if keys.contains(.eventText) {
            return keys.isSuperset(of: [.level, .time]) ? .audit : .chat
        }
        return keys.contains(.message) ? .chat : .audit
    }

    /// Whether `line` is a whole JSON object, looking at a line that begins with a brace. What is
    /// not plainly one goes through `scan`.
    static func ofLine(_ line: UnsafeBufferPointer<UInt8>) -> (shape: JSONShape, Verdict) {
        var shape = JSONShape()
        if shape.passes(line) { return (shape, .complete) }
        shape = JSONShape()
        let verdict = shape.scan(line)
        return (shape, verdict)
    }

    /// The straight way through an object on one line: no states, and containers inside are skipped
    /// by counting brackets. True only for a whole object.
    private mutating func passes(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let base = line.baseAddress, line.count >= 2, base[0] == .openBrace else {
            return false
        }
        let end = line.count
        var found: Keys = []
        var at = 1
        while true {
            while at < end, base[at] == .space { at &+= 1 }
            guard at < end, base[at] == .quote else { return false }
            let key = at &+ 1
            at = Self.endOfString(base, key, end)
            guard at &+ 1 < end, base[at &+ 1] == .colon else { return false }
            let kind = JSONKey(base + key, at &- key, readable: end &- key)
            at &+= 2
            while at < end, base[at] == .space { at &+= 1 }
            guard at < end else { return false }
            switch base[at] {
            case .quote:
                let value = at &+ 1
                at = Self.endOfString(base, value, end)
                guard at < end else { return false }
                if kind == .event {
                    found.insert(JSONKey.event(base + value, at &- value))
                    if found.contains(.eventName) {
                        // Nothing after it changes the book. Whether the rest is JSON, Masking says.
                        keys = found
                        return Self.endsObject(base, at &+ 1, end)
                    }
                } else {
                    found.formUnion(kind.keys)
                }
                at &+= 1
            case .openBrace, .openBracket:
                found.formUnion(kind.keys)
                at = Self.endOfContainer(base, at, end)
            default:
                found.formUnion(kind.keys)
                let start = at
                while at < end, Self.isScalar(base[at]) { at &+= 1 }
                guard at > start else { return false }
            }
            while at < end, base[at] == .space { at &+= 1 }
            guard at < end else { return false }
            if base[at] == .comma {
                at &+= 1
                continue
            }
            keys = found
            return base[at] == .closeBrace && Self.isBlank(base, at &+ 1, end)
        }
    }

    /// The place after the bracket that closes the one at `start`; `end` when there is none.
    private static func endOfContainer(
        _ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int
    ) -> Int {
        var depth = 0
        var at = start
        while at < end {
            switch base[at] {
            case .quote: at = endOfString(base, at &+ 1, end)
            case .openBrace, .openBracket: depth &+= 1
            case .closeBrace, .closeBracket:
                depth &-= 1
                if depth == 0 { return at &+ 1 }
            default: break
            }
            at &+= 1
        }
        return end
    }

    /// Whether a brace closes the line.
    private static func endsObject(
        _ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int
    ) -> Bool {
        var last = end &- 1
        while last > start, base[last] == .space || base[last] == .tab { last &-= 1 }
        return last >= start && base[last] == .closeBrace
    }

    private static func isBlank(_ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Bool {
        for at in start..<max(start, end) where base[at] != .space && base[at] != .tab {
            return false
        }
        return true
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
                    if depth == 1 { note(base + at + 1, close - at - 1, readable: end - at - 1) }
                    state = .colon
                case .value, .valueOrEnd:
                    guard depth > 0 else { return .notJSON }
                    if eventIsNext, !keys.contains(.eventName) {
                        keys.formUnion(JSONKey.event(base + at + 1, close - at - 1))
                        eventIsNext = false
                    }
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

    /// The place of the quote that closes the string that began right before `start`; `end` when
    /// there is none. Eight bytes at a time, looking for quotes alone: backslashes are counted
    /// backwards, which is rarely needed.
    @inline(__always)
    private static func endOfString(
        _ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int
    ) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let tops: UInt64 = 0x8080_8080_8080_8080
        let quotes: UInt64 = 0x2222_2222_2222_2222
        var at = start
        while end &- at >= 8 {
            let word = UnsafeRawPointer(base + at).loadUnaligned(as: UInt64.self).littleEndian
            let quote = word ^ quotes
            let found = (quote &- ones) & ~quote & tops
            if found == 0 {
                at &+= 8
                continue
            }
            at &+= found.trailingZeroBitCount &>> 3
            if base[at &- 1] != .backslash || !isEscaped(base, start, at) { return at }
            at &+= 1
        }
        while at < end {
            if base[at] == .quote, !isEscaped(base, start, at) { return at }
            at &+= 1
        }
        return end
    }

    /// Whether an odd number of backslashes stands before `at`.
    private static func isEscaped(
        _ base: UnsafePointer<UInt8>, _ start: Int, _ at: Int
    ) -> Bool {
        var slash = at
        while slash > start, base[slash &- 1] == .backslash { slash &-= 1 }
        return (at &- slash) & 1 == 1
    }

    private mutating func note(_ key: UnsafePointer<UInt8>, _ count: Int, readable: Int) {
        let kind = JSONKey(key, count, readable: readable)
        eventIsNext = kind == .event
        keys.formUnion(kind.keys)
    }
}
