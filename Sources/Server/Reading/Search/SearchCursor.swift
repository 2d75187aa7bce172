// SPDX-License-Identifier: Apache-2.0

import Crypto
import Records
import TransparencyLog

/// Where a search goes on: positions in the books as they were when it began, so that what is
/// appended meanwhile moves nothing.
///
/// It is no secret and grants nothing: rights are looked at again with every request.
struct SearchCursor: Sendable, Equatable {
    /// For each book the index to go on at, and the size it had.
    var books: [(name: String, next: UInt64, size: UInt64)]
    /// Rows given so far, for `limit` in the query.
    var given: UInt64
    /// The stretch of time, as it was at the begin: `from=1h` does not wander.
    var from: Int64?
    var to: Int64?
    /// Digest of the query that it goes on with.
    let query: String

    static func == (left: Self, right: Self) -> Bool { left.text == right.text }

    static func digest(of query: String) -> String {
        let bytes = SHA256.hash(data: Array(query.utf8)).prefix(9)
        return Base64.encode(Array(bytes))
    }

    init(
        books: [(name: String, next: UInt64, size: UInt64)], given: UInt64, from: Int64?,
        to: Int64?, query: String
    ) {
        self.books = books
        self.given = given
        self.from = from
        self.to = to
        self.query = query
    }

    /// Base64 for URLs, of JSON.
    var text: String {
        func number(_ value: some BinaryInteger) -> JSONValue { .number(String(value)) }
        var object: JSONObject = [
            "q": .string(query), "n": number(given),
            "b": .array(
                books.map { .array([.string($0.name), number($0.next), number($0.size)]) }),
        ]
        object["f"] = from.map { number($0) }
        object["t"] = to.map { number($0) }
        let encoded = Base64.encode(Array(JSONValue.object(object).description.utf8))
        return encoded.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    /// Nil for a text that is no cursor.
    init?(_ text: String) {
        guard text.utf8.count <= ServerLimits.cursorBytes else { return nil }
        var padded = text.replacing("-", with: "+").replacing("_", with: "/")
        while padded.utf8.count % 4 != 0 { padded += "=" }
        guard let bytes = Base64.decode(Array(padded.utf8)),
            let object = (try? JSONValue(parsing: String(decoding: bytes, as: UTF8.self)))?
                .objectValue,
            let query = object["q"]?.stringValue, let given = object["n"].flatMap(Self.unsigned),
            let parts = object["b"]?.arrayValue
        else { return nil }
        var books: [(name: String, next: UInt64, size: UInt64)] = []
        for part in parts {
            guard let values = part.arrayValue, values.count == 3,
                let name = values[0].stringValue, let next = Self.unsigned(values[1]),
                let size = Self.unsigned(values[2]), next <= size
            else { return nil }
            books.append((name, next, size))
        }
        self.init(
            books: books, given: given, from: object["f"].flatMap(Self.signed),
            to: object["t"].flatMap(Self.signed), query: query)
    }

    private static func unsigned(_ value: JSONValue) -> UInt64? {
        if case .number(let text) = value { UInt64(text) } else { nil }
    }

    private static func signed(_ value: JSONValue) -> Int64? {
        if case .number(let text) = value { Int64(text) } else { nil }
    }
}
