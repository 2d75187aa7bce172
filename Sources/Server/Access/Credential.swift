// SPDX-License-Identifier: Apache-2.0

import Desk
import HTTPTypes
import TransparencyLog

/// What a program says in `Authorization`, in the forms that clients have.
///
/// - `Bearer <token>`
/// - `Basic base64(user:token)`: the user does not matter.
/// - `ApiKey base64(id:secret)`, as clients of Elasticsearch send it: the two halves of a token, or
///   anything and the whole token; `ApiKey <token>` too.
enum Credential: Sendable, Hashable {
    /// A text that may be one of our tokens.
    case token(String)
    /// A text of three parts with dots: somebody else's signed token.
    case signed(String)
    /// Something that nobody can be.
    case unreadable

    /// Nil where the header is missing.
    init?(_ headers: HTTPFields) {
        let values = headers[values: .authorization]
        guard let value = values.first else { return nil }
        // Two of them: whoever stands between may have looked at the other.
        guard values.count == 1, let space = value.firstIndex(of: " ") else {
            self = .unreadable
            return
        }
        let scheme = value[..<space].lowercased()
        let rest = value[space...].drop { $0 == " " }
        switch scheme {
        case "bearer":
            self =
                rest.utf8.contains(UInt8(ascii: ".")) ? .signed(String(rest)) : .token(String(rest))
        case "basic":
            guard let pair = Self.pair(rest) else { self = .unreadable; return }
            self = .token(pair.after)
        case "apikey":
            guard !rest.hasPrefix("\(Self.prefix)_") else { self = .token(String(rest)); return }
            guard let pair = Self.pair(rest) else { self = .unreadable; return }
            self = .token(
                pair.after.hasPrefix("\(Self.prefix)_")
                    ? pair.after : "\(Self.prefix)_\(pair.before)_\(pair.after)")
        default: self = .unreadable
        }
    }

    private static let prefix = TokenStore.prefix

    private static func pair(_ base64: Substring) -> (before: String, after: String)? {
        // Some clients leave the padding out.
        let padded = base64 + String(repeating: "=", count: (4 - base64.utf8.count % 4) % 4)
        guard let bytes = Base64.decode(padded.utf8),
            let colon = bytes.firstIndex(of: UInt8(ascii: ":"))
        else { return nil }
        return (
            String(decoding: bytes[..<colon], as: UTF8.self),
            String(decoding: bytes[(colon + 1)...], as: UTF8.self)
        )
    }
}
