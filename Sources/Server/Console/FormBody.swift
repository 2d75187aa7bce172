// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
package import Hummingbird

/// The fields of a form that was sent, decoded.
package struct FormBody: Sendable {
    private var fields: [String: String] = [:]

    /// Reads the body of a request, at most 64 kB.
    ///
    /// - Throws: 413 for more, 400 for what is no form.
    package init(_ request: Request) async throws {
        guard
            request.headers[.contentType]?.hasPrefix("application/x-www-form-urlencoded") ?? false
        else { throw HTTPFailure(.badRequest, "expected the fields of a form") }
        var request = request
        let body = try await request.collectBody(upTo: ServerLimits.consoleFormBytes)
        self.init(parsing: String(buffer: body))
    }

    init(parsing text: String) {
        for pair in text.split(separator: "&").prefix(ServerLimits.consoleFormFields) {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = parts.count > 1 ? String(parts[1]) : ""
            fields[Self.decode(String(parts[0]))] = Self.decode(value)
        }
    }

    /// A field's text without blanks around it; nil when it is missing or empty.
    package subscript(name: String) -> String? {
        guard let value = fields[name] else { return nil }
        let inner = value.drop { $0.isWhitespace }
        guard let last = inner.lastIndex(where: { !$0.isWhitespace }) else { return nil }
        return String(inner[...last])
    }

    /// Decodes `%41` and `+`; bytes that are not UTF-8 are replaced.
    static func decode(_ text: String) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "+") {
                bytes.append(0x20)
            } else if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
