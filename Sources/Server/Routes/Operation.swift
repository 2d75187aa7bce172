// SPDX-License-Identifier: Apache-2.0

/// What OpenAPI 3.1 says of a route.
package struct Operation: Sendable {
    package struct Parameter: Sendable {
        package enum Place: String, Sendable { case query, path, header }

        package let name: String
        package let place: Place
        package let summary: String
        package let isRequired: Bool
        /// JSON Schema type: `string`, `integer`, `boolean`.
        package let type: String

        package init(
            _ name: String, in place: Place = .query, type: String = "string",
            required: Bool = false, _ summary: String
        ) {
            self.name = name
            self.place = place
            self.summary = summary
            self.type = type
            isRequired = required || place == .path
        }
    }

    /// In camel case, unique: `appendRecords`.
    package let id: String
    package let summary: String
    package let parameters: [Parameter]
    /// Media types of the body; none for no body.
    package let takes: [String]
    /// Status and what it means, with the media type of the answer.
    package let answers: [(status: Int, summary: String, type: String?)]
    /// The path as it is described, where the router needs another name in it; nil for the route's.
    package let path: String?

    package init(
        _ id: String, _ summary: String, path: String? = nil, parameters: [Parameter] = [],
        takes: [String] = [],
        answers: [(status: Int, summary: String, type: String?)]
    ) {
        self.id = id
        self.summary = summary
        self.path = path
        self.parameters = parameters
        self.takes = takes
        self.answers = answers
    }
}
