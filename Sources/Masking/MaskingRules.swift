// SPDX-License-Identifier: Apache-2.0

/// What to mask beyond the standard rules, and what to leave: the `masking` part of
/// `daybook.yaml` as values.
package struct MaskingRules: Sendable, Hashable {
    /// A user's pattern. Where the expression has a group, its first group is masked, else the
    /// whole match.
    package struct Pattern: Sendable, Hashable {
        /// The name that the report shows.
        package var name: String
        /// A regular expression in Swift's (and mostly PCRE's) syntax.
        package var source: String

        package init(name: String, source: String) {
            self.name = name
            self.source = source
        }
    }

    /// More secret names. Case and separators do not matter (`desk_pin` is also `deskPin` and
    /// `DESK-PIN`); `*` stands for any characters (`*_pin`). Any value under them is masked.
    package var names: [String]
    /// Expressions over every string and every line of text.
    package var patterns: [Pattern]
    /// What stays: a name (`session_token`, with `*` as above), a name and its value
    /// (`token=internal`), or a pattern between slashes that the whole value matches (`/tk-\d+/`).
    package var exceptions: [String]

    package init(
        names: [String] = [], patterns: [Pattern] = [], exceptions: [String] = []
    ) {
        self.names = names
        self.patterns = patterns
        self.exceptions = exceptions
    }

    /// The standard rules alone.
    package static let standard = MaskingRules()
}

/// Why rules were refused. Holds no event content; a pattern's text is not repeated.
package struct MaskingRulesError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable {
        case badPattern = "bad_pattern"
        case emptyRule = "empty_rule"
        case tooLong = "too_long"
        case tooMany = "too_many"
    }

    package let code: Code
    /// Which rule: `names[0]`, `patterns[2] (desk pin)`, `exceptions[1]`.
    package let place: String
    package let message: String

    package var description: String { "masking rule \(place): \(message)" }
}
