// SPDX-License-Identifier: Apache-2.0

/// The value of a field of an event.
///
/// There is no binary float: prices, sizes and fees are `decimal` and become strings in a line.
public enum FieldValue: Sendable, Hashable {
    /// Text.
    case string(String)
    /// An exact number; a string in the line.
    case decimal(Decimal)
    /// A count; a JSON number in the line.
    case integer(Int64)
    /// Yes or no.
    case bool(Bool)
    /// An instant; its canonical text in the line.
    case timestamp(Timestamp)
    /// A list of texts.
    case strings([String])
    /// A list of anything.
    case array([FieldValue])
    /// Fields inside a field, in order.
    case object([Field])
    /// Known to be absent, which is not the same as not said.
    case null
}

/// A named value of an event.
public struct Field: Sendable, Hashable {
    /// The key in the line; snake_case by custom.
    public var name: String
    /// What it holds.
    public var value: FieldValue
    /// Whether the vocabulary gave the name, so that no rule has to look at it.
    package var isVocabulary = false

    /// A field.
    public init(_ name: String, _ value: FieldValue) {
        self.name = name
        self.value = value
    }

    init(vocabulary name: String, _ value: FieldValue) {
        self.init(name, value)
        isVocabulary = true
    }
}

/// Fields in order, as a literal shows them: `["desk": "equities", "retries": 3]`.
public struct Fields: Sendable, Hashable, ExpressibleByDictionaryLiteral,
    ExpressibleByArrayLiteral
{
    /// The fields in order. Of equal names the later one counts, once they are in an event.
    public var list: [Field]

    /// The fields of a list.
    public init(_ list: [Field]) { self.list = list }

    /// The fields of a dictionary literal, in its order.
    public init(dictionaryLiteral elements: (String, FieldValue)...) {
        list = elements.map { Field($0.0, $0.1) }
    }

    /// The fields of an array literal.
    public init(arrayLiteral elements: Field...) { list = elements }
}

extension FieldValue: ExpressibleByStringLiteral, ExpressibleByStringInterpolation,
    ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral,
    ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    /// Text.
    public init(stringLiteral value: String) { self = .string(value) }
    /// A count.
    public init(integerLiteral value: Int64) { self = .integer(value) }
    /// Yes or no.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// A list.
    public init(arrayLiteral elements: FieldValue...) { self = .array(elements) }
    /// Fields inside a field; of equal names the later one counts.
    public init(dictionaryLiteral elements: (String, FieldValue)...) {
        self = .object(elements.map { Field($0.0, $0.1) })
    }
    /// Known to be absent.
    public init(nilLiteral: ()) { self = .null }
}

extension FieldValue {
    /// The value as JSON; of fields with equal names the later one stays.
    package var json: JSONValue {
        switch self {
        case .string(let text): .string(text)
        case .decimal(let number): .string(number.description)
        case .integer(let count): .number(String(count))
        case .bool(let flag): .bool(flag)
        case .timestamp(let instant): .string(instant.description)
        case .strings(let texts): .array(texts.map { .string($0) })
        case .array(let values): .array(values.map(\.json))
        case .object(let fields): .object(JSONObject(fields.map { ($0.name, $0.value.json) }))
        case .null: .null
        }
    }

    /// Appends the value as canonical JSON.
    package func write(into buffer: inout ByteBuffer) {
        switch self {
        case .string(let text): CanonicalJSON.string(text, into: &buffer)
        case .decimal(let number):
            buffer.append(UInt8(ascii: "\""))
            buffer.advance(by: number.write(to: buffer.tail(Decimal.textCountMax)))
            buffer.append(UInt8(ascii: "\""))
        case .integer(let count): buffer.append(integer: count)
        case .bool(let flag): buffer.append(flag ? "true" : "false")
        case .timestamp(let instant): buffer.append(quoted: instant)
        case .strings(let texts):
            buffer.append(UInt8(ascii: "["))
            for (position, text) in texts.enumerated() {
                if position > 0 { buffer.append(UInt8(ascii: ",")) }
                CanonicalJSON.string(text, into: &buffer)
            }
            buffer.append(UInt8(ascii: "]"))
        case .array, .object: CanonicalJSON.encode(json, into: &buffer)
        case .null: buffer.append("null")
        }
    }
}

extension ByteBuffer {
    /// Appends an integer in decimal.
    package mutating func append(integer: Int64) {
        if integer < 0 { append(UInt8(ascii: "-")) }
        var rest = integer.magnitude
        let digits = tail(20)
        var at = 20
        repeat {
            at -= 1
            digits[at] = 0x30 &+ UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
        digits.update(from: digits + at, count: 20 - at)
        advance(by: 20 - at)
    }

    /// Appends an instant as a JSON string.
    package mutating func append(quoted instant: Timestamp) {
        let text = tail(Timestamp.textCount + 2)
        text[0] = UInt8(ascii: "\"")
        instant.write(to: text + 1)
        text[Timestamp.textCount + 1] = UInt8(ascii: "\"")
        advance(by: Timestamp.textCount + 2)
    }
}
