// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import NIOCore

/// The fields of a form of a page of acts, decoded.
struct ActForm: Sendable {
    private var fields: [String: String] = [:]

    /// - Throws: 413 for more than an act may bring, 400 for what is no form.
    init(_ request: Request) async throws {
        let type = request.headers[.contentType] ?? ""
        guard type.hasPrefix("application/x-www-form-urlencoded") else {
            throw HTTPFailure(.badRequest, "expected the fields of a form")
        }
        var request = request
        let body = try await request.collectBody(upTo: ServerLimits.actBodyBytes)
        for pair in String(buffer: body).split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decoded(parts[0]),
                let value = parts.count > 1 ? Self.decoded(parts[1]) : ""
            else { throw HTTPFailure(.badRequest, "the form is not percent-encoded UTF-8") }
            fields[name] = value
        }
    }

    /// Blanks of a form are plus signs.
    private static func decoded(_ text: Substring) -> String? {
        Asked.decoded(text.replacing("+", with: " "))
    }

    /// A field without blanks around it; nil when it is missing or empty.
    subscript(name: String) -> String? {
        var text = (fields[name] ?? "")[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text.isEmpty ? nil : String(text)
    }
}
