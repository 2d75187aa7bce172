// SPDX-License-Identifier: Apache-2.0

/// Takes names out of texts: whole words, capital letters aside. What one person is told of their
/// own messages leaves out who else is in them.
package struct NameRedactor: Sendable {
    /// What stands in the place of a name unless something else is asked for.
    package static let mark = "[someone]"

    private let mark: String

    /// Names by their first letter, the longest first.
    private let names: [String: [[String]]]

    /// The names' bytes; nil when one of them has more than ASCII.
    private let plain: [[UInt8]]?

    /// - Parameters:
    ///   - names: of those to take out; one of a single letter is no name.
    ///   - spared: of the person who is told.
    ///   - mark: what stands in the place of a name.
    package init(_ names: [String], sparing spared: [String], mark: String = Self.mark) {
        self.mark = mark
        let own = Set(spared.map { $0.lowercased() })
        let folded = Set(names.map { $0.lowercased() }).subtracting(own)
        let letters = folded.map(Self.letters).filter { $0.count > 1 }
        self.names = Dictionary(grouping: letters) { $0[0] }
            .mapValues { $0.sorted { $0.count > $1.count } }
        let bytes = letters.map { $0.flatMap { Array($0.utf8) } }
        plain = bytes.allSatisfy { $0.allSatisfy { $0 < 0x80 } } ? bytes : nil
    }

    /// Whether none of the names can stand in any text of this JSON. Far cheaper than to look for
    /// them letter by letter, which is then not needed; false says nothing.
    ///
    /// A letter that is no ASCII can still be the same as one that is, such as the sign for kelvin:
    /// of JSON that may have one, or an escape, this says nothing.
    func isAbsent(from json: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let plain else { return false }
        for (place, byte) in json.enumerated() {
            switch byte {
            // The Greek question mark and the Greek grave accent begin with the last two.
            case UInt8(ascii: "\\"), 0xCD, 0xE1: return false
            // Kelvin and its neighbours; quotes and dashes have another second byte.
            case 0xE2 where place + 1 < json.count && json[place + 1] == 0x84: return false
            default: break
            }
        }
        return !plain.contains { Self.stands($0, in: json) }
    }

    /// - Parameter name: in lower case, at least a letter.
    private static func stands(_ name: [UInt8], in json: UnsafeBufferPointer<UInt8>) -> Bool {
        guard name.count <= json.count else { return false }
        return name.withUnsafeBufferPointer { name in
            for start in 0...(json.count - name.count) where lower(json[start]) == name[0] {
                var count = 1
                while count < name.count, lower(json[start + count]) == name[count] { count += 1 }
                if count == name.count { return true }
            }
            return false
        }
    }

    private static func lower(_ byte: UInt8) -> UInt8 {
        byte &- 0x41 < 26 ? byte | 0x20 : byte
    }

    private static func letters(_ text: String) -> [String] { text.map { $0.lowercased() } }

    /// O(letters × names with the same first letter).
    package func callAsFunction(_ text: String) -> String {
        guard !names.isEmpty, !text.isEmpty else { return text }
        let original = Array(text)
        let folded = original.map { $0.lowercased() }
        var result = ""
        var place = 0
        while place < original.count {
            let isStart = place == 0 || !Self.isWord(original[place - 1])
            let name =
                isStart
                ? names[folded[place]]?.first { name in
                    let end = place + name.count
                    return end <= folded.count && folded[place..<end].elementsEqual(name)
                        && (end == folded.count || !Self.isWord(original[end]))
                } : nil
            if let name {
                result += mark
                place += name.count
            } else {
                result.append(original[place])
                place += 1
            }
        }
        return result
    }

    private static func isWord(_ letter: Character) -> Bool {
        letter.isLetter || letter.isNumber || letter == "_"
    }
}
