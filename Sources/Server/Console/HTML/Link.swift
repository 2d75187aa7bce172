// SPDX-License-Identifier: Apache-2.0

/// An address within the console: a path and what is asked of it, percent-encoded.
///
/// `Link("/search", ["q": "asset:AAPL", "from": "2026-11-20"])`
package struct Link: Sendable, Hashable {
    package let text: String

    /// - Parameters:
    ///   - path: begins with `/`; its parts are encoded, the slashes stay.
    ///   - query: those with an empty value are left out.
    package init(_ path: String, _ query: KeyValuePairs<String, String> = [:]) {
        self.init(path, query.map { ($0.key, $0.value) })
    }

    package init(_ path: String, _ query: [(String, String)]) {
        var text = Self.encode(path, keeping: "/")
        if !text.hasPrefix("/") || text.hasPrefix("//") { text = "/" }
        let pairs = query.filter { !$0.1.isEmpty }.map {
            Self.encode($0.0) + "=" + Self.encode($0.1)
        }
        self.text = pairs.isEmpty ? text : text + "?" + pairs.joined(separator: "&")
    }

    /// A path as it is, when it leads nowhere else; `/` otherwise. `javascript:` and addresses of
    /// other hosts get nowhere.
    static func safe(_ path: String) -> String {
        if path.hasPrefix("#") || path.hasPrefix("?") { return path }
        let isOurs =
            path.hasPrefix("/") && !path.hasPrefix("//") && !path.hasPrefix("/\\")
            && path.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7f }
        return isOurs ? path : "/"
    }

    /// Percent-encodes all but the unreserved characters of RFC 3986.
    package static func encode(_ text: String, keeping kept: String = "") -> String {
        let digits = Array("0123456789ABCDEF")
        var encoded = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"):
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            case _ where kept.utf8.contains(byte):
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                encoded += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            }
        }
        return encoded
    }
}
