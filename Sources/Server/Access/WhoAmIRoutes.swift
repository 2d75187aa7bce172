// SPDX-License-Identifier: Apache-2.0

import Desk
import HTTPTypes
import Hummingbird
import Records

/// Whom the daemon takes the caller for.
package struct WhoAmIRoutes: RouteGroup {
    package init(_ core: DaemonCore) {}

    package var routes: [Route] {
        [
            Route(
                .get, "/v1/whoami", access: .known,
                operation: Operation(
                    "whoAmI", "Whom the daemon takes the caller for, and what they may.",
                    answers: [(200, "Name, roles, and how it is known.", "application/json")])
            ) { _, context in
                let caller = try context.caller
                return Response(
                    status: .ok,
                    headers: [.contentType: "application/json", .cacheControl: "no-store"],
                    body: .init(
                        byteBuffer: .init(
                            string: JSONValue.object(caller.json).description + "\n")))
            }
        ]
    }
}

extension Principal {
    private var way: String {
        switch origin {
        case .token: "token"
        case .session: "session"
        case .signed: "signed token"
        case .peer: "local user"
        }
    }

    fileprivate var json: JSONObject {
        var object: JSONObject = [
            "name": .string(name),
            "roles": .array(roles.map(\.rawValue).sorted().map { .string($0) }),
            "known_by": .string(way),
        ]
        object["account"] = account.map { .string($0) }
        if !strategies.isEmpty {
            object["strategies"] = .array(strategies.sorted().map { .string($0) })
        }
        return object
    }
}
