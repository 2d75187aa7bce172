// SPDX-License-Identifier: Apache-2.0

internal import CLibdaybook
internal import Daybook
internal import Records

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// An event as a caller in C describes it, checked and copied.
struct EventReader {
    /// Texts had bytes that are no UTF-8.
    private var isRepaired = false

    /// Reads an event; nothing of the caller's memory is kept.
    ///
    /// - Throws: `DAYBOOK_INVALID`, naming the field by its number.
    static func event(
        _ kind: UnsafePointer<CChar>?, _ level: Int32, _ fields: UnsafePointer<daybook_field>?,
        _ count: Int
    ) throws(Failure) -> Event {
        var reader = EventReader()
        return try reader.read(kind, level, fields, count)
    }

    private mutating func read(
        _ kind: UnsafePointer<CChar>?, _ level: Int32, _ fields: UnsafePointer<daybook_field>?,
        _ count: Int
    ) throws(Failure) -> Event {
        guard let kind else {
            throw .invalid("The kind is NULL: it is a name such as order_filled.")
        }
        let name = try text(kind, Self.toNul, LibraryLimits.nameBytes) { "The kind" }
        guard !name.isEmpty else { throw .invalid("The kind is empty.") }
        guard count >= 0, count <= LibraryLimits.fields else {
            throw .invalid(
                "\(UInt(bitPattern: count)) fields: an event has at most \(LibraryLimits.fields).")
        }
        guard count == 0 || fields != nil else { throw .invalid("The fields are NULL.") }
        var event = Event(EventKind(rawValue: name), level: try self.level(level))
        if let fields {
            for number in 0..<count { try add(fields[number], number, to: &event) }
        }
        if isRepaired { event.note(.invalidUTF8) }
        return event
    }

    private func level(_ level: Int32) throws(Failure) -> Level? {
        if level == Int32(DAYBOOK_LEVEL_OF_KIND) { return nil }
        guard let raw = UInt8(exactly: level), let level = Level(rawValue: raw) else {
            throw .invalid("\(level) is no level: they go from DAYBOOK_DEBUG to DAYBOOK_CRITICAL.")
        }
        return level
    }

    private mutating func add(
        _ field: daybook_field, _ number: Int, to event: inout Event
    ) throws(Failure) {
        guard let start = field.name else { throw .invalid("Field \(number) has no name.") }
        let name = try text(start, field.name_length, LibraryLimits.nameBytes) {
            "The name of field \(number)"
        }
        guard !name.isEmpty else { throw .invalid("The name of field \(number) is empty.") }
        switch Int(field.tag) {
        case DAYBOOK_NULL: event.set(name, .null)
        case DAYBOOK_TEXT: event.set(name, .string(try text(of: field, number)))
        case DAYBOOK_DECIMAL:
            let digits = try text(of: field, number)
            event.set(name, Event.Decimal(digits).map { .decimal($0) } ?? .string(digits))
        case DAYBOOK_INTEGER: event.set(name, .integer(field.value.integer))
        case DAYBOOK_BOOL: event.set(name, .bool(field.value.integer != 0))
        case DAYBOOK_TIMESTAMP:
            let instant = Timestamp(flooringNanoseconds: field.value.integer)
            if name == "timestamp" {
                event.timestamp = instant
            } else {
                event.set(name, .timestamp(instant))
            }
        default:
            throw .invalid(
                "Field \(number) has the tag \(field.tag), which this version does not know.")
        }
    }

    private mutating func text(of field: daybook_field, _ number: Int) throws(Failure) -> String {
        let value = field.value.text
        guard let bytes = value.bytes else {
            guard value.length == 0 else { throw .invalid("The text of field \(number) is NULL.") }
            return ""
        }
        return try text(bytes, value.length, LibraryLimits.textBytes) {
            "The text of field \(number)"
        }
    }

    /// DAYBOOK_TO_NUL.
    private static let toNul = Int(bitPattern: UInt.max)

    /// A copy of a text of given length, or up to its NUL.
    private mutating func text(
        _ start: UnsafePointer<CChar>, _ length: Int, _ limit: Int, _ what: () -> String
    ) throws(Failure) -> String {
        let count = length == Self.toNul ? strnlen(start, limit + 1) : length
        guard count >= 0, count <= limit else {
            throw .invalid("\(what()) has more than \(limit) bytes.")
        }
        let bytes = UnsafeBufferPointer(
            start: UnsafeRawPointer(start).assumingMemoryBound(to: UInt8.self), count: count)
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        isRepaired = true
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension Timestamp {
    /// Nanoseconds since 1970, down to the microsecond.
    fileprivate init(flooringNanoseconds nanoseconds: Int64) {
        let (whole, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000)
        self.init(microseconds: rest < 0 ? whole - 1 : whole)
    }
}
