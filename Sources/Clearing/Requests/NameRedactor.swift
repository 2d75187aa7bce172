// SPDX-License-Identifier: Apache-2.0

import Records

/// Takes names out of texts: whole words, capital letters aside. What one person is told of their
/// own messages leaves out who else is in them.
package struct NameRedactor: Sendable {
    /// What stands in the place of a name unless something else is asked for.
    package static let mark = "[someone]"

    private let mark: String

    /// Names by their first letter, the longest first.
    private let names: [String: [[String]]]

    /// Tells most texts that have none of the names.
    private let sieve: NameSieve

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
        sieve = NameSieve(letters)
    }

    /// Whether none of the names can stand in any text of this JSON. Far cheaper than to look for
    /// them letter by letter, which is then not needed; false says nothing.
    func isAbsent(from json: UnsafeBufferPointer<UInt8>) -> Bool { sieve.isAbsent(from: json) }

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
