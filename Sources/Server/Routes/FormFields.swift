// SPDX-License-Identifier: Apache-2.0

package import Hummingbird
import HTTPTypes
import NIOCore

/// The fields of a form that was sent: `application/x-www-form-urlencoded`.
package struct FormFields: Sendable {
    private let values: [String: [String]]

    /// - Parameter text: `a=1&b=two+words`, or the query of an address.
    package init(_ text: some StringProtocol) {
        var values: [String: [String]] = [:]
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = parts.count > 1 ? Self.decoded(parts[1]) : ""
            values[Self.decoded(parts[0]), default: []].append(value)
        }
        self.values = values
    }

    /// Reads the body of a request, which can be read again by whoever handles it.
    ///
    /// - Throws: an `HTTPError` 413 beyond a megabyte.
    package init(_ request: inout Request) async throws {
        let bytes = try await request.collectBody(upTo: ServerLimits.formBytes)
        self.init(String(decoding: bytes.readableBytesView, as: UTF8.self))
    }

    /// Whether a request is a form of this kind.
    package static func isForm(_ request: Request) -> Bool {
        let type = request.headers[.contentType]?.lowercased() ?? ""
        return type.hasPrefix("application/x-www-form-urlencoded")
    }

    /// The first value of a field; nil where it is missing.
    package subscript(_ name: String) -> String? { values[name]?.first }

    /// All values of a field.
    package func all(_ name: String) -> [String] { values[name] ?? [] }

    private static func decoded(_ text: some StringProtocol) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let high = digit(rest[rest.startIndex]), let low = digit(rest[rest.startIndex + 1])
            {
                bytes.append(high << 4 | low)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }
}
