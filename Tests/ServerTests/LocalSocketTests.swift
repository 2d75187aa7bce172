// SPDX-License-Identifier: Apache-2.0

import Daybook
import Desk
import Foundation
import HTTPTypes
import Logging
import NIOPosix
import Synchronization
import Testing

@testable import Server

@Suite struct LocalSocketTests {
    @Test("the daemon's own user is known at the local socket without a token, as an operator")
    func ownUser() async throws {
        try await ServerSandbox.run { daemon in
            let me = try await daemon.askLocally(.get, "/v1/whoami")
            #expect(me.status == 200)
            let answer = try me.json()
            #expect(answer["name"]?.stringValue == SystemUser.name)
            #expect(
                answer["roles"]?.arrayValue?.compactMap(\.stringValue)
                    == ["admin", "auditor", "compliance", "writer"])
            #expect(answer["known_by"]?.stringValue == "local user")
        }
    }

    @Test(
        "the socket is for its owner alone, lies in the directory of the books, and goes with the daemon"
    )
    func mode() async throws {
        let path = Mutex("")
        try await ServerSandbox.run { daemon in
            let socket = daemon.logs + "/daybook.sock"
            let attributes = try FileManager.default.attributesOfItem(atPath: socket)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
            #expect(attributes[.type] as? FileAttributeType == .typeSocket)
            path.withLock { $0 = socket }
            // Whoever is in the way of the second daemon is told.
            #expect {
                try LocalSocket(daemon.ground).check()
            } throws: { error in
                (error as? DeskFailure)?.message.contains("another daemon runs") == true
            }
            // It goes on answering.
            let health = try await daemon.askLocally(.get, "/healthz")
            #expect(health.status == 200)
        }
        #expect(!FileManager.default.fileExists(atPath: path.withLock { $0 }))
    }

    @Test("a token that is said at the local socket counts, not the user who says it")
    func tokenFirst() async throws {
        try await ServerSandbox.run { daemon in
            let writer = try await daemon.askLocally(.get, "/v1/whoami", as: .writer)
            #expect(try writer.json()["name"]?.stringValue == "the-writer")
            let wrong = try await daemon.askLocally(
                .get, "/v1/whoami", headers: ["authorization": "Bearer dbk_0_0"])
            #expect(wrong.status == 401)
        }
    }

    @Test("another user of the machine has the roles that daybook.yaml gives, or none")
    func otherUsers() async throws {
        let settings = """
            access:
              local_users:
                nobody: {roles: [trader], account: "slack:U1", strategies: [alpha]}
                "54321": {roles: [writer]}
            """
        try await ServerSandbox.run(settings: settings) { daemon in
            let core = DaemonCore(daemon.ground, logger: .init(label: "test"))
            core.threads.start()
            let peers = Peers(core)
            let nobody = try await peers.principal(of: 65_534)
            #expect(nobody.roles == [.trader] && nobody.account == "slack:U1")
            #expect(nobody.strategies == ["alpha"])
            let number = try await peers.principal(of: 54_321)
            #expect(number.roles == [.writer] && number.name == "uid 54321")
            await #expect(throws: Denial.self) { _ = try await peers.principal(of: 54_322) }
            try await core.threads.shutdownGracefully()
        }
    }
}
