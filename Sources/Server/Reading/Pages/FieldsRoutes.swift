// SPDX-License-Identifier: Apache-2.0

import Book
import Desk
import Hummingbird
import Records
import Segments

/// `GET /v1/fields`: names of fields, and values that the newest records have, for completion.
package struct FieldsRoutes: RouteGroup {
    private let core: DaemonCore

    package init(_ core: DaemonCore) { self.core = core }

    package var routes: [Route] {
        [
            Route(
                .get, "/v1/fields", access: .roles(ReadRights.readers),
                operation: Operation(
                    "fields", "Names of fields, and values of the newest records.",
                    answers: [(200, "Fields with values, the most used first.", "application/json")]
                )
            ) { [core] _, context in
                let principal = try context.caller
                let ground = core.ground(of: principal)
                let fields = try await core.blocking { try Self.fields(principal, ground) }
                return Response(json: fields)
            }
        ]
    }

    /// What is looked at: enough to know what a desk trades, in a millisecond.
    private static let records = 2_000
    /// Values of a field at most; one with more is a name of something, not a kind.
    private static let values = 40

    private static func fields(_ principal: Principal, _ ground: Ground) throws -> JSONObject {
        var found: [String: [String: Int]] = [:]
        var counts: [String: Int] = [:]
        let rights = ReadRights(principal)
        if ground.existingBooks.contains("audit") {
            for line in try ground.snapshot("audit").lastLines(records) where rights.mayRead(line) {
                let text = String(decoding: line, as: UTF8.self)
                for member in (try? JSONValue(parsing: text))?.objectValue ?? [:] {
                    counts[member.key, default: 0] += 1
                    guard let value = member.value.stringValue, value.utf8.count <= 64 else {
                        continue
                    }
                    found[member.key, default: [:]][value, default: 0] += 1
                }
            }
        }
        for name in SegmentVocabulary.coreColumns { counts[name, default: 0] += 0 }
        let names = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
        return [
            "fields": .array(
                names.map { name in
                    let values = found[name] ?? [:]
                    let common =
                        values.count > values.values.reduce(0, +) / 2 && values.count > 20
                        ? []
                        : values.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(
                            Self.values)
                    return .object([
                        "name": .string(name),
                        "values": .array(common.map { .string($0.key) }),
                    ])
                })
        ]
    }
}
