// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Records

/// The body of an act: one JSON object. Members that nobody asked for are errors, as keys of the
/// settings are: a word spelt wrong must not widen what is cleared.
struct JSONBody: Sendable {
    private let object: JSONObject

    /// - Parameter type: what `Content-Type` says. A page of another origin can send forms and plain
    ///   text without being asked, so only JSON is taken.
    init(_ bytes: [UInt8], type: String?) throws(HTTPFailure) {
        guard !bytes.isEmpty else {
            object = JSONObject()
            return
        }
        let media = type?.split(separator: ";").first?.lowercased()
        guard media?.trimmed == "application/json" else {
            throw HTTPFailure(
                .unsupportedMediaType, "the body is JSON: say Content-Type: application/json")
        }
        guard let text = String(validating: bytes, as: UTF8.self),
            let object = (try? JSONValue(parsing: text))?.objectValue
        else { throw HTTPFailure(.badRequest, "the body is not one JSON object") }
        self.object = object
    }

    /// Refuses members other than these.
    func only(_ names: String...) throws(HTTPFailure) {
        for member in object where !names.contains(member.key) {
            throw HTTPFailure(
                .badRequest,
                names.isEmpty
                    ? "this takes no members"
                    : "there is a member that is not known here; known: "
                        + names.joined(separator: ", "))
        }
    }

    /// A text that may be missing.
    func text(_ name: String) throws(HTTPFailure) -> String? {
        guard let value = object[name], !value.isNull else { return nil }
        guard let text = value.stringValue, !text.isEmpty,
            text.utf8.count <= ServerLimits.actTextBytes
        else { throw HTTPFailure(.badRequest, "\(name): expected a text") }
        return text
    }

    /// A text that has to be there.
    func need(_ name: String) throws(HTTPFailure) -> String {
        guard let text = try text(name) else {
            throw HTTPFailure(.badRequest, "\(name) is missing")
        }
        return text
    }

    /// A list of texts, or one text; none when it is missing.
    func texts(_ name: String) throws(HTTPFailure) -> [String] {
        guard let value = object[name], !value.isNull else { return [] }
        if let text = value.stringValue, !text.isEmpty { return [text] }
        let texts = value.arrayValue?.compactMap(\.stringValue)
        guard let texts, texts.count == value.arrayValue?.count, !texts.contains(""),
            texts.count <= ServerLimits.actListCount
        else { throw HTTPFailure(.badRequest, "\(name): expected a list of texts") }
        return texts
    }

    /// A flag; false when it is missing.
    func flag(_ name: String) throws(HTTPFailure) -> Bool {
        guard let value = object[name], !value.isNull else { return false }
        guard case .bool(let flag) = value else {
            throw HTTPFailure(.badRequest, "\(name): expected true or false")
        }
        return flag
    }

    /// A count that may be missing.
    func count(_ name: String) throws(HTTPFailure) -> Int? {
        guard let value = object[name], !value.isNull else { return nil }
        guard case .number(let text) = value, let count = Int(text), count >= 0 else {
            throw HTTPFailure(.badRequest, "\(name): expected a whole number, 0 or more")
        }
        return count
    }

    /// A list of indexes; none when it is missing.
    func indexes(_ name: String) throws(HTTPFailure) -> [UInt64] {
        guard let value = object[name], !value.isNull else { return [] }
        let indexes = value.arrayValue?.compactMap { value -> UInt64? in
            guard case .number(let text) = value else { return nil }
            return UInt64(text)
        }
        guard let indexes, indexes.count == value.arrayValue?.count,
            indexes.count <= ServerLimits.actIndexCount
        else { throw HTTPFailure(.badRequest, "\(name): expected a list of whole numbers") }
        return indexes
    }
}

extension JSONValue {
    fileprivate var isNull: Bool { if case .null = self { true } else { false } }
}

extension String {
    fileprivate var trimmed: String {
        var text = self[...]
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
