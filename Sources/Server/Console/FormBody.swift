// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import NIOCore

/// The fields of a form that a page sent, decoded.
struct FormBody: Sendable {
    private var fields: [String: String] = [:]

    /// Reads the body of a request.
    ///
    /// - Throws: 413 for more bytes, 400 for more fields and for what is no form.
    init(_ request: Request, upTo bytes: Int = ServerLimits.consoleFormBytes) async throws {
        guard FormFields.isForm(request) else {
            throw HTTPFailure(.badRequest, "expected the fields of a form")
        }
        var request = request
        let pairs = String(buffer: try await request.collectBody(upTo: bytes)).split(separator: "&")
        guard pairs.count <= ServerLimits.consoleFormFields else {
            throw HTTPFailure(
                .badRequest, "a form has at most \(ServerLimits.consoleFormFields) fields")
        }
        for pair in pairs {
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
