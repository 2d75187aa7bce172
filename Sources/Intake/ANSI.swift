// SPDX-License-Identifier: Apache-2.0

/// Terminal control sequences (ECMA-48), which colour a line and say nothing.
enum ANSI {
    /// Adds `line` to `output` without its control sequences. An escape byte that begins none of
    /// them goes alone; all other bytes stay.
    static func strip(_ line: UnsafeBufferPointer<UInt8>, into output: inout [UInt8]) {
        var at = 0
        while at < line.count {
            guard line[at] == .escape else {
                output.append(line[at])
                at += 1
                continue
            }
            at = end(of: line, at)
        }
    }

    /// The place after the sequence that begins with the escape byte at `start`.
    private static func end(of line: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int {
        guard start + 1 < line.count else { return start + 1 }
        switch line[start + 1] {
        case .openBracket:  // CSI: parameters, intermediates, one final byte
            var at = start + 2
            while at < line.count, (0x20...0x3F).contains(line[at]) { at += 1 }
            return at < line.count && (0x40...0x7E).contains(line[at]) ? at + 1 : start + 1
        case .closeBracket:  // OSC: a title or a link, ended by BEL or ESC \
            var at = start + 2
            while at < line.count {
                if line[at] == 0x07 { return at + 1 }
                if line[at] == .escape {
                    return at + 1 < line.count && line[at + 1] == .backslash ? at + 2 : start + 1
                }
                at += 1
            }
            return start + 1
        case 0x28, 0x29:  // choice of a character set
            return min(start + 3, line.count)
        case 0x30...0x3F, 0x40...0x5A, 0x5C, 0x5E...0x7E:  // two bytes
            return start + 2
        default:
            return start + 1
        }
    }
}
