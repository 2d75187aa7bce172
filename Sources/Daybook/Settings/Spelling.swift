// SPDX-License-Identifier: Apache-2.0

/// Finds what somebody meant who wrote a name almost right.
enum Spelling {
    /// The candidate closest to `word`, or nil when none is close.
    static func nearest(_ word: String, among candidates: some Sequence<String>) -> String? {
        let typed = Array(plain(word))
        // A third of the word may be wrong, and at least one letter.
        let allowed = max(1, typed.count / 3)
        var best: (name: String, distance: Int)?
        for candidate in candidates {
            let letters = Array(plain(candidate))
            // Half a word, or one with an ending too many, counts as one letter wrong.
            let isPart =
                min(typed.count, letters.count) >= 3
                && (letters.starts(with: typed) || typed.starts(with: letters))
            let distance =
                isPart
                ? min(1, abs(typed.count - letters.count))
                : distance(typed, letters, atMost: allowed)
            guard let distance, distance < (best?.distance ?? .max) else { continue }
            best = (candidate, distance)
        }
        return best?.name
    }

    /// Case and separators are what people get wrong first, so they do not count.
    private static func plain(_ word: String) -> [UInt8] {
        word.lowercased().utf8.filter {
            $0 != UInt8(ascii: "_") && $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: " ")
        }
    }

    /// How many letters to add, drop, change or swap with their neighbour; nil when more than
    /// `limit`. Time grows with the product of the lengths.
    private static func distance(_ left: [UInt8], _ right: [UInt8], atMost limit: Int) -> Int? {
        guard abs(left.count - right.count) <= limit else { return nil }
        guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
        var before = [Int](repeating: 0, count: right.count + 1)
        var last = Array(0...right.count)
        for row in 1...left.count {
            var current = [row] + [Int](repeating: 0, count: right.count)
            for column in 1...right.count {
                let isSame = left[row - 1] == right[column - 1]
                current[column] = min(
                    last[column] + 1, current[column - 1] + 1, last[column - 1] + (isSame ? 0 : 1))
                if row > 1, column > 1, left[row - 1] == right[column - 2],
                    left[row - 2] == right[column - 1]
                {
                    current[column] = min(current[column], before[column - 2] + 1)
                }
            }
            before = last
            last = current
        }
        return last[right.count] <= limit ? last[right.count] : nil
    }
}
