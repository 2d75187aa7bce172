// SPDX-License-Identifier: Apache-2.0

/// Finds what somebody probably meant.
package enum Spelling {
    /// The nearest of the names, when it is near enough to be a typo.
    package static func nearest(to word: String, among names: [String]) -> String? {
        let found = names.map { (name: $0, distance: distance(word, $0)) }
            .min { ($0.distance, $0.name) < ($1.distance, $1.name) }
        if let found, found.distance <= max(2, word.count / 3) { return found.name }
        return names.filter { $0.hasPrefix(word) || word.hasPrefix($0) }.min()
    }

    /// How many letters to add, drop, change or swap with their neighbour.
    package static func distance(_ left: String, _ right: String) -> Int {
        let a = Array(left.lowercased()), b = Array(right.lowercased())
        var beforeLast: [Int] = []
        var last = Array(0...b.count)
        for i in a.indices {
            var row = [i + 1]
            for j in b.indices {
                var best = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                    best = min(best, beforeLast[j - 1] + 1)
                }
                row.append(best)
            }
            beforeLast = last
            last = row
        }
        return last[b.count]
    }
}
