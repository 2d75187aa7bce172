// SPDX-License-Identifier: Apache-2.0

/// What stands between a name and its value.
struct Separator {
    var valueStart: Int
    /// The name's closing quote, so that a mask can be quoted alike.
    var quoteStart = 0
    var quoteCount = 0
    var isColon = false
    var isQuoted: Bool { quoteCount > 0 }
}

extension Text {
    /// The separator after a name that ends at `end`: `=`, `==`, `:`, `:=`, `=>`, `->`, with
    /// a closing quote, a bracket, blanks and colours before it, percent-encoded or not.
    func separator(after end: Int) -> Separator? {
        // Most words are followed by a space and a letter, or by a comma, a dot, a slash.
        switch self[end] {
        case 0x20, 0x09:
            var next = end + 1
            while self[next] == 0x20 || self[next] == 0x09 { next += 1 }
            switch self[next] {
            case 0x3D, 0x3A, 0x2D, 0x25, 0x1B, 0x5C: break
            default: return nil
            }
        case 0x3D, 0x3A, 0x22, 0x27, 0x60, 0x5D, 0x29, 0x5C, 0x1B, 0x25, 0x2D: break
        default: return nil
        }
        var result = Separator(valueStart: 0)
        var index = skipColours(end)
        if let quote = quote(at: index) {
            result.quoteStart = index
            result.quoteCount = quote.slashes + 1
            index = quote.index + 1
        } else if hasExact("%22", at: index) {
            result.quoteStart = index
            result.quoteCount = 3
            index += 3
        }
        // `cfg['api_key'] =`, `get('token') ==`; not `def connect(auth):`.
        if result.isQuoted {
            for _ in 0..<2 where self[index] == 0x5D || self[index] == 0x29 { index += 1 }
        }
        index = skipBlanks(index)
        switch self[index] {
        case 0x3D:
            index += 1
            while self[index] == 0x3D || self[index] == 0x3E || self[index] == 0x7E { index += 1 }
        case 0x3A:
            if self[index + 1] == 0x3A { return nil }
            if self[index + 1] == 0x2F, self[index + 2] == 0x2F { return nil }
            index += 1
            if self[index] == 0x3D { index += 1 }
            result.isColon = true
        case 0x2D where self[index + 1] == 0x3E:
            index += 2
        case 0x25 where has("%3d", at: index) || has("%3a", at: index):
            index += 3
        case 0x5C where has("\\u003d", at: index) || has("\\u003a", at: index):
            index += 6
        default:
            return nil
        }
        result.valueStart = index
        return result
    }
}
