// SPDX-License-Identifier: Apache-2.0

internal import CLibdaybook
internal import Records

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The fields of an event as a caller in C gives them: looked at first, all of them, so that an event is
/// taken whole or not at all, and then copied into the queue. Neither allocates.
struct Fields {
    private let fields: UnsafeBufferPointer<daybook_field>
    /// When it happened, if a field says so.
    private(set) var instant: Timestamp?

    /// - Throws: `DAYBOOK_INVALID`, naming the field by its number.
    @inline(__always)
    init(_ start: UnsafePointer<daybook_field>?, _ count: Int) throws(Failure) {
        guard count >= 0, count <= LibraryLimits.fields, count == 0 || start != nil else {
            throw Self.refusal(count)
        }
        fields = UnsafeBufferPointer(start: start, count: count)
        for number in 0..<count {
            guard let fault = check(fields[number]) else { continue }
            throw .invalid(fault.text(number))
        }
    }

    @inline(never)
    private static func refusal(_ count: Int) -> Failure {
        guard count >= 0, count <= LibraryLimits.fields else {
            return .invalid(
                "\(UInt(bitPattern: count)) fields: an event has at most \(LibraryLimits.fields).")
        }
        return .invalid("The fields are NULL.")
    }

    private enum Fault {
        case noName, emptyName, longName, noText, longText, unknownTag(UInt32)

        func text(_ number: Int) -> String {
            switch self {
            case .noName: "Field \(number) has no name."
            case .emptyName: "The name of field \(number) is empty."
            case .longName:
                "The name of field \(number) has more than \(LibraryLimits.nameBytes) bytes."
            case .noText: "The text of field \(number) is NULL."
            case .longText:
                "The text of field \(number) has more than \(LibraryLimits.textBytes) bytes."
            case .unknownTag(let tag):
                "Field \(number) has the tag \(tag), which this version does not know."
            }
        }
    }

    /// What is wrong with a field; nil when nothing is.
    @inline(__always)
    private mutating func check(_ field: daybook_field) -> Fault? {
        guard let name = field.name else { return .noName }
        let count = bytes(name, field.name_length, LibraryLimits.nameBytes).count
        guard count > 0 else { return .emptyName }
        guard count <= LibraryLimits.nameBytes else { return .longName }
        switch Int(field.tag) {
        case DAYBOOK_TEXT, DAYBOOK_DECIMAL:
            let text = field.value.text
            guard let start = text.bytes else { return text.length == 0 ? nil : .noText }
            let count = bytes(start, text.length, LibraryLimits.textBytes).count
            return count <= LibraryLimits.textBytes ? nil : .longText
        case DAYBOOK_TIMESTAMP:
            if isInstant(field) { instant = Timestamp(flooringNanoseconds: field.value.integer) }
            return nil
        case DAYBOOK_NULL, DAYBOOK_INTEGER, DAYBOOK_BOOL:
            return nil
        default:
            return .unknownTag(field.tag)
        }
    }

    /// Whether a field of an instant is the event's own.
    private func isInstant(_ field: daybook_field) -> Bool {
        guard let name = field.name else { return false }
        return "timestamp".utf8.elementsEqual(
            bytes(name, field.name_length, LibraryLimits.nameBytes))
    }

    /// Copies all fields.
    @inline(__always)
    func put(into writer: inout EventWriter) {
        for field in fields {
            guard let start = field.name else { continue }
            let name = bytes(start, field.name_length, LibraryLimits.nameBytes)
            switch Int(field.tag) {
            case DAYBOOK_TEXT:
                writer.put(nameBytes: name, textBytes: text(of: field))
            case DAYBOOK_DECIMAL:
                let digits = text(of: field)
                if let number = Decimal(parsing: digits.assumingMemoryBound(to: UInt8.self)) {
                    writer.put(nameBytes: name, .decimal(number))
                } else {
                    writer.put(nameBytes: name, textBytes: digits)
                }
            case DAYBOOK_INTEGER: writer.put(nameBytes: name, .integer(field.value.integer))
            case DAYBOOK_BOOL: writer.put(nameBytes: name, .bool(field.value.integer != 0))
            case DAYBOOK_TIMESTAMP:
                guard !isInstant(field) else { continue }
                writer.put(
                    nameBytes: name,
                    .timestamp(Timestamp(flooringNanoseconds: field.value.integer)))
            default: writer.put(nameBytes: name, .null)
            }
        }
    }

    @inline(__always)
    private func text(of field: daybook_field) -> UnsafeRawBufferPointer {
        let text = field.value.text
        guard let start = text.bytes else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        return bytes(start, text.length, LibraryLimits.textBytes)
    }
}

/// A text of given length, or up to its NUL; one that is longer than `limit` is cut behind it.
@inline(__always)
func bytes(
    _ start: UnsafePointer<CChar>, _ length: Int, _ limit: Int
) -> UnsafeRawBufferPointer {
    // DAYBOOK_TO_NUL is -1 here; every other length that is negative is too long.
    let count =
        length == -1 ? strnlen(start, limit + 1) : length < 0 ? limit + 1 : min(length, limit + 1)
    return UnsafeRawBufferPointer(start: start, count: count)
}

extension Timestamp {
    /// Nanoseconds since 1970, down to the microsecond.
    fileprivate init(flooringNanoseconds nanoseconds: Int64) {
        let (whole, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000)
        self.init(microseconds: rest < 0 ? whole - 1 : whole)
    }
}
