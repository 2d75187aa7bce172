// SPDX-License-Identifier: Apache-2.0

import Desk
import Testing

@testable import Server

@Suite struct HealthTests {
    @Test("whoever asks whether it lives and takes records is told, without a token")
    func health() async throws {
        try await ServerSandbox.run { daemon in
            let health = try await daemon.get("/healthz")
            #expect(health.status == 200)
            #expect(health.text == "ok\n")
            let ready = try await daemon.get("/readyz")
            #expect(ready.text == "ready\n")
        }
    }

    @Test("a path that is nothing here answers 404, and the daemon goes on")
    func nothing() async throws {
        try await ServerSandbox.run { daemon in
            let nothing = try await daemon.get("/nothing/here", as: .admin)
            #expect(nothing.status == 404)
            let health = try await daemon.get("/healthz")
            #expect(health.status == 200)
        }
    }
}
