// SPDX-License-Identifier: Apache-2.0

import Desk
import HTTPTypes
import Hummingbird
package import Records

/// The description of the routes in the form of OpenAPI 3.1. Made from the route table, so it cannot
/// say something else.
package struct OpenAPIDocument {
    private let table: RouteTable

    package init(_ table: RouteTable) { self.table = table }

    package var json: JSONObject {
        var paths: [(String, JSONObject)] = []
        for route in table.routes {
            guard let operation = route.operation else { continue }
            let path = Self.path(operation.path ?? route.path)
            let member = (route.method.rawValue.lowercased(), Self.describe(route, operation))
            if let place = paths.firstIndex(where: { $0.0 == path }) {
                paths[place].1[member.0] = .object(member.1)
            } else {
                paths.append((path, JSONObject([(member.0, .object(member.1))])))
            }
        }
        return [
            "openapi": "3.1.0",
            "info": .object([
                "title": "Daybook", "version": "1",
                "description": .string(
                    "Records of algorithmic trading: append, search, prove, keep and clear. "
                        + "Roles: trader, compliance, auditor, admin, writer."),
                "license": .object(["name": "Apache-2.0", "identifier": "Apache-2.0"]),
            ]),
            "servers": .array([.object(["url": "/"])]),
            "security": .array([
                .object(["token": .array([])]), .object(["session": .array([])]),
            ]),
            "paths": .object(JSONObject(paths.map { ($0.0, .object($0.1)) })),
            "components": .object([
                "securitySchemes": .object([
                    "token": .object(["type": "http", "scheme": "bearer"]),
                    "session": .object([
                        "type": "apiKey", "in": "cookie", "name": "daybook_session",
                    ]),
                ]),
                "schemas": .object(["Error": .object(Self.failure)]),
            ]),
        ]
    }

    /// `{path+}` matches many parts; OpenAPI knows one kind of parameter.
    private static func path(_ path: String) -> String { path.replacing("+}", with: "}") }

    private static func describe(_ route: Route, _ operation: Operation) -> JSONObject {
        var object: JSONObject = [
            "operationId": .string(operation.id), "summary": .string(operation.summary),
        ]
        if !operation.parameters.isEmpty {
            object["parameters"] = .array(operation.parameters.map { .object(describe($0)) })
        }
        if !operation.takes.isEmpty {
            object["requestBody"] = .object([
                "required": true, "content": .object(content(operation.takes)),
            ])
        }
        object["responses"] = .object(answers(route, operation))
        switch route.access {
        case .everybody: object["security"] = .array([])
        case .roles(let roles):
            if route.credentials == .program {
                object["security"] = .array([.object(["token": .array([])])])
            }
            object["x-roles"] = .array(roles.map(\.rawValue).sorted().map { .string($0) })
        }
        return object
    }

    private static func describe(_ parameter: Operation.Parameter) -> JSONObject {
        var schema: JSONObject = ["type": .string(parameter.type)]
        if parameter.type == "integer" { schema["minimum"] = 0 }
        return [
            "name": .string(parameter.name), "in": .string(parameter.place.rawValue),
            "required": .bool(parameter.isRequired), "description": .string(parameter.summary),
            "schema": .object(schema),
        ]
    }

    private static func answers(_ route: Route, _ operation: Operation) -> JSONObject {
        var answers: JSONObject = [:]
        for (status, summary, type) in operation.answers {
            answers[String(status)] = .object(answer(status, summary, type))
        }
        guard case .roles = route.access else { return answers }
        for (status, summary) in [
            (401, "Nobody said who they are, or the token is not known."),
            (403, "The caller has no role that this is for."),
        ] where !answers.contains(String(status)) {
            answers[String(status)] = .object(answer(status, summary, nil))
        }
        return answers
    }

    private static func answer(_ status: Int, _ summary: String, _ type: String?) -> JSONObject {
        var object: JSONObject = ["description": .string(summary)]
        if let type {
            object["content"] = .object(content([type]))
        } else if status >= 400 {
            object["content"] = .object([
                "application/json": .object([
                    "schema": .object(["$ref": "#/components/schemas/Error"])
                ])
            ])
        }
        return object
    }

    private static func content(_ types: [String]) -> JSONObject {
        JSONObject(types.map { ($0, .object(["schema": .object(schema($0))])) })
    }

    private static func schema(_ type: String) -> JSONObject {
        switch type {
        case "application/json": [:]
        case "application/octet-stream", "application/x-protobuf": [:]
        default: ["type": "string"]
        }
    }

    private static let failure: JSONObject = [
        "type": "object", "required": .array(["error"]),
        "properties": .object([
            "error": .object([
                "type": "object", "required": .array(["status", "message"]),
                "properties": .object([
                    "status": .object(["type": "integer"]),
                    "message": .object(["type": "string"]),
                ]),
            ])
        ]),
    ]
}

/// `GET /openapi.json`.
package struct OpenAPIRoutes: RouteGroup {
    private let others: RouteTable

    /// - Parameter others: what is described, besides this route itself.
    package init(_ others: RouteTable) { self.others = others }

    package var routes: [Route] {
        // The description has itself in it, too.
        let table = RouteTable(
            others.routes + [Self.route { _, _ in throw HTTPFailure(.notFound, "not here") }])
        return [Self.route { _, _ in Response(json: OpenAPIDocument(table).json) }]
    }

    private static func route(_ handler: @escaping Route.Handler) -> Route {
        Route(
            .get, "/openapi.json", access: .known,
            operation: Operation(
                "openapi", "This description.",
                answers: [(200, "OpenAPI 3.1.", "application/json")]), handler)
    }
}

extension RouteTable {
    /// A table of these routes.
    package init(_ routes: [Route]) { self.init([RouteList(routes)]) }
}

private struct RouteList: RouteGroup {
    let routes: [Route]
    init(_ routes: [Route]) { self.routes = routes }
}
