// SPDX-License-Identifier: Apache-2.0

/// Shortens long bounds, so that they stay bounds.
enum Truncation {
    /// A prefix is never greater than the whole. Text is cut between characters.
    static func lower(_ bytes: [UInt8], to limit: Int, isText: Bool) -> [UInt8] {
        guard bytes.count > limit else { return bytes }
        return Array(bytes[..<cut(bytes, limit, isText: isText)])
    }

    /// A prefix whose end is counted up, so that it is greater than all that begins with it; nil
    /// where no such prefix exists.
    static func upper(_ bytes: [UInt8], to limit: Int, isText: Bool) -> [UInt8]? {
        guard bytes.count > limit else { return bytes }
        var prefix = Array(bytes[..<cut(bytes, limit, isText: isText)])
        if isText, let text = String(validating: prefix, as: UTF8.self) {
            var scalars = Array(text.unicodeScalars)
            while let last = scalars.popLast() {
                guard let next = successor(of: last) else { continue }
                scalars.append(next)
                return scalars.flatMap { Array(UTF8.encode($0) ?? .init()) }
            }
            return nil
        }
        while let last = prefix.popLast() {
            guard last < 0xFF else { continue }
            prefix.append(last + 1)
            return prefix
        }
        return nil
    }

    /// Where to cut: for text, before a character that the limit would tear apart.
    private static func cut(_ bytes: [UInt8], _ limit: Int, isText: Bool) -> Int {
        guard isText else { return limit }
        var end = limit
        // A character has 4 bytes at most; more continuations are no text.
        while end > limit - 4, end > 0, bytes[end] & 0xC0 == 0x80 { end -= 1 }
        return bytes[end] & 0xC0 == 0x80 ? limit : end
    }

    /// The next character in the order of bytes, which is that of code points; nil after the last.
    private static func successor(of scalar: Unicode.Scalar) -> Unicode.Scalar? {
        scalar.value == 0xD7FF ? Unicode.Scalar(0xE000) : Unicode.Scalar(scalar.value + 1)
    }
}
