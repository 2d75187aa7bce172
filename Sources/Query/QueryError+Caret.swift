// SPDX-License-Identifier: Apache-2.0

extension QueryError {
    /// The error for people: the message, and under the query a caret at the place it is about.
    ///
    /// A long query is cut to what stands around the place; blanks of any kind become spaces, so
    /// that the caret stands where it should.
    package func explained(in query: String) -> String {
        guard let offset else { return message }
        let bytes = Array(query.utf8)
        let at = min(max(0, offset), bytes.count)
        let before = Self.characters(bytes[..<at])
        let after = Self.characters(bytes[at...])
        let isCutBefore = before.count > Self.around
        let isCutAfter = after.count > Self.around
        let lead = (isCutBefore ? "…" : "") + String(before.suffix(Self.around))
        let line = lead + String(after.prefix(Self.around)) + (isCutAfter ? "…" : "")
        let padding = String(repeating: " ", count: lead.count)
        return "\(message)\n  \(line)\n  \(padding)^"
    }

    /// Characters shown on each side of the place.
    private static let around = 60

    private static func characters(_ bytes: ArraySlice<UInt8>) -> [Character] {
        String(decoding: bytes, as: UTF8.self).map { character in
            character.isWhitespace || (character.asciiValue ?? 0x20) < 0x20 ? " " : character
        }
    }
}
