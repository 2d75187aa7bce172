// SPDX-License-Identifier: Apache-2.0

import Desk
import Records
import Testing

@testable import Server

@Suite struct OpenAPITests {
    @Test("every route with an operation is described once, with its roles")
    func description() async throws {
        try await ServerSandbox.run { daemon in
            let answer1 = try await daemon.get("/openapi.json")
            #expect(answer1.status == 401)
            let document = try await daemon.get("/openapi.json", as: .writer).json()
            #expect(document["openapi"] == "3.1.0")
            let paths = try #require(document["paths"]?.objectValue)
            var ids: [String] = []
            for path in paths {
                for method in path.value.objectValue ?? [:] {
                    ids.append(method.value.objectValue?["operationId"]?.stringValue ?? "")
                }
            }
            #expect(Set(ids).count == ids.count)
            #expect(paths.contains("/v1/records/{index}") && !paths.contains("/v1/records/{book}"))
            for id in ["search", "record", "tail", "openapi", "health"] {
                #expect(ids.contains(id))
            }
            let search = paths["/v1/search"]?.objectValue?["get"]?.objectValue
            #expect(search?["x-roles"]?.arrayValue?.contains("trader") == true)
            #expect(search?["responses"]?.objectValue?.contains("401") == true)
        }
    }
}
