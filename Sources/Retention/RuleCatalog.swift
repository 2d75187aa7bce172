// SPDX-License-Identifier: Apache-2.0

internal import Records

/// The rules that policies can name.
package struct RuleCatalog: Sendable, Hashable {
    /// In the order of the table.
    package let rules: [Rule]
    private let places: [String: Int]

    package init(_ rules: [Rule]) {
        self.rules = rules
        places = Dictionary(
            rules.enumerated().map { ($0.element.id, $0.offset) }, uniquingKeysWith: { $1 })
    }

    package subscript(id id: String) -> Rule? { places[id].map { rules[$0] } }

    /// The rules that come with Daybook (`RuleTable`).
    package static let standard = RuleCatalog(reading: RuleTable.text)

    /// Reads a table: one JSON object a line. Lines that are no rule are left out; a test holds the
    /// table that comes with Daybook to having none.
    package init(reading text: String) {
        self.init(
            text.split(separator: "\n").compactMap { line in
                guard let value = try? JSONValue(parsing: String(line)),
                    case .object(let object) = value
                else { return nil }
                return Rule(object)
            })
    }
}
