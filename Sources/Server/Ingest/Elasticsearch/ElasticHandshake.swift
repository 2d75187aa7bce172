// SPDX-License-Identifier: Apache-2.0

import Desk
import HTTPTypes
import Hummingbird
import Records

/// What clients of Elasticsearch ask before they send: who answers, its licence, whether templates and
/// pipelines are there. The answers say yes and change nothing: a book needs none of it.
enum ElasticHandshake {
    /// The version that clients take us for: what they check before they send.
    private static let version = "8.17.0"

    static var routes: [Route] {
        var routes = [
            // A browser that asks for `/` gets the console's page.
            route(.get, "/", "root") { _ in whoAnswers },
            route(.head, "/", "ping") { _ in whoAnswers },
            route(.get, "/_license", "license") { _ in license },
            route(.get, "/_xpack", "features") { _ in features },
            route(.get, "/_cluster/health", "clusterHealth") { _ in
                ["cluster_name": "daybook", "status": "green", "timed_out": false]
            },
        ]
        let kept = [
            ("/_index_template/{name}", "IndexTemplate"), ("/_template/{name}", "Template"),
            ("/_component_template/{name}", "ComponentTemplate"), ("/_ilm/policy/{name}", "Policy"),
            ("/_ingest/pipeline/{name}", "Pipeline"), ("/_data_stream/{name}", "DataStream"),
            ("/_alias/{name}", "Alias"),
        ]
        for (path, name) in kept {
            routes.append(
                route(.get, path, "get\(name)") { name in [name: [:]] })
            routes.append(route(.head, path, "has\(name)") { _ in [:] })
            routes.append(
                route(.put, path, "put\(name)") { _ in ["acknowledged": true] })
        }
        return routes
    }

    private static func route(
        _ method: HTTPRequest.Method, _ path: String, _ name: String,
        _ answer: @escaping @Sendable (String) -> JSONObject
    ) -> Route {
        let isNamed = path.hasSuffix("{name}")
        return Route(
            method, path, access: .roles([.writer]), credentials: .program,
            operation: Operation(
                "elastic\(name.prefix(1).uppercased())\(name.dropFirst())",
                "What clients of Elasticsearch ask before they send.",
                parameters: isNamed ? [.init("name", in: .path, "Any name.")] : [],
                takes: method == .put ? ["application/json"] : [],
                answers: [(200, "As Elasticsearch would.", "application/json")])
        ) { _, context in
            let name = context.parameters.get("name") ?? ""
            return await ElasticRoutes.answering { Response(json: answer(name)) }
        }
    }

    private static var whoAnswers: JSONObject {
        [
            "name": "daybook", "cluster_name": "daybook", "cluster_uuid": "daybook",
            "version": [
                "number": .string(version), "build_flavor": "default", "build_type": "daybook",
                "build_hash": "daybook", "build_date": "2026-01-01T00:00:00.000000Z",
                "build_snapshot": false, "lucene_version": "9.12.0",
                "minimum_wire_compatibility_version": "7.17.0",
                "minimum_index_compatibility_version": "7.0.0",
            ],
            "tagline": "You Know, for Search",
        ]
    }

    private static var license: JSONObject {
        [
            "license": [
                "status": "active", "uid": "daybook", "type": "basic", "mode": "basic",
                "issued_to": "daybook", "issuer": "daybook",
            ]
        ]
    }

    private static var features: JSONObject {
        [
            "license": ["uid": "daybook", "type": "basic", "mode": "basic", "status": "active"],
            "features": ["ilm": ["available": true, "enabled": true]], "tagline": "daybook",
        ]
    }
}
