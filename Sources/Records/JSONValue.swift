// SPDX-License-Identifier: Apache-2.0

/// A JSON value as a tree, for the paths where convenience counts more than speed.
///
/// A number keeps its source text: nothing here ever turns it into a binary float.
package enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case number(String)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)

    /// The text of a string value.
    package var stringValue: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The object, when it is one.
    package var objectValue: JSONObject? {
        if case .object(let object) = self { object } else { nil }
    }

    /// The elements, when it is an array.
    package var arrayValue: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// Parses one strict JSON text; what was repaired on the way is dropped.
    package init(parsing text: String) throws(JSONError) {
        self = try Self.parse(Array(text.utf8)).get()
    }

    private static func parse(_ text: [UInt8]) -> Result<JSONValue, JSONError> {
        text.withUnsafeBufferPointer { bytes in
            var tape = JSONTape()
            do throws(JSONError) {
                try tape.parse(bytes)
                return .success(tape.value())
            } catch {
                return .failure(error)
            }
        }
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral,
    ExpressibleByNilLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(integerLiteral value: Int64) { self = .number(String(value)) }
    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(JSONObject(elements))
    }
    package init(nilLiteral: ()) { self = .null }
}

extension JSONValue: CustomStringConvertible {
    /// The canonical JSON text.
    package var description: String {
        var buffer = ByteBuffer()
        CanonicalJSON.encode(self, into: &buffer)
        return buffer.string
    }
}
