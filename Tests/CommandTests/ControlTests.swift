// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

#if canImport(Glibc)
    import Glibc
#endif

/// The command line of other users of the machine, as the client of a daemon. Becoming another user takes
/// root and `setpriv`.
@Suite(
    "Commands of other users through the daemon",
    .enabled(if: geteuid() == 0 && FileManager.default.fileExists(atPath: "/usr/bin/setpriv")))
struct ControlTests {
    /// A daemon whose books belong to root, with roles for two numbers of users.
    private final class Desk {
        let sandbox: Sandbox
        let socket: String
        private let daemon: Process

        init() throws {
            sandbox = try Sandbox()
            socket = "/tmp/daybook-control-\(UUID().uuidString.prefix(8))"
            try FileManager.default.createDirectory(
                at: sandbox.logs, withIntermediateDirectories: true)
            let settings = """
                server: {control: \(socket)}
                access:
                  local_users:
                    "54001": {roles: [auditor]}
                    "54002": {roles: [trader], account: "slack:U1"}
                """
            try Data(settings.utf8).write(to: sandbox.logs.appending(path: "daybook.yaml"))
            let made = try sandbox.daybook(
                "record", input: #"{"event":"order_filled","order_id":"o-1"}"# + "\n")
            try #require(made.code == 0, "\(made.errors)")
            daemon = sandbox.process(
                Sandbox.binary.deletingLastPathComponent().appending(path: "daybookd"),
                [
                    "--dir", sandbox.logs.path(), "--keys",
                    sandbox.directory.appending(path: "keys").path(), "--listen", "127.0.0.1:0",
                ])
            daemon.standardError = FileHandle.nullDevice
            daemon.standardOutput = FileHandle.nullDevice
            try daemon.run()
            for _ in 0..<600 where access(socket, W_OK) != 0 {
                try #require(daemon.isRunning)
                usleep(50_000)
            }
        }

        deinit {
            daemon.terminate()
            daemon.waitUntilExit()
            unlink(socket)
        }

        /// Runs a command as another user, of whom the system knows nothing but the number.
        func run(as user: Int, _ words: String) throws -> Sandbox.Result {
            try sandbox.shell(
                "DAYBOOK_CONTROL=\(socket) exec setpriv --reuid \(user) --regid \(user) "
                    + "--clear-groups '\(Sandbox.binary.path())' \(words) --dir "
                    + "'\(sandbox.logs.path())'")
        }
    }

    @Test("an auditor reads the book audit and nothing else; a trader and a stranger read nothing")
    func roles() throws {
        let desk = try Desk()
        let search = try desk.run(as: 54_001, "search 'order_id:\"o-1\"'")
        #expect(search.code == 0 && search.output.contains("o-1"), "\(search.errors)")
        let verify = try desk.run(as: 54_001, "verify")
        #expect(verify.code == 0, "\(verify.errors)")
        for words in ["cat --open", "cat --book chat", "hold list", "token list", "keys status"] {
            let answer = try desk.run(as: 54_001, words)
            #expect(answer.code == 77 && answer.output.isEmpty, "\(words): \(answer)")
        }
        for user in [54_002, 54_003] {
            for words in ["search x", "status", "cat", "token list"] {
                let answer = try desk.run(as: user, words)
                #expect(answer.code == 77 && answer.output.isEmpty, "\(user) \(words): \(answer)")
            }
        }
        // What was run and what was refused are records, of which the words are sealed.
        let kinds = try desk.sandbox.daybook("cat").output
        #expect(kinds.contains(#""event":"command_run""#) && !kinds.contains("54001"))
    }
}
