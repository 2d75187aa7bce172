// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// Keys under other guards, restricted records in exports, a clock that jumped, notices to real
/// receivers, and processes that die while others seal: by the built command.
@Suite(.timeLimit(.minutes(5))) struct GuardTests {
    private func shell(_ sandbox: Sandbox, _ script: String) throws -> Sandbox.Result {
        let result = try sandbox.shell("set -euo pipefail\n" + script)
        #expect(result.code == 0, "\(result.output) \(result.errors)")
        return result
    }

    /// A place whose keys are kept in some other way than in a file.
    private func keeping(_ provider: String) throws -> Sandbox {
        let sandbox = try Sandbox()
        try FileManager.default.createDirectory(
            at: sandbox.logs, withIntermediateDirectories: true)
        try sandbox.write("vault: {keys: \(provider)}\n", to: "logs/daybook.yaml")
        return sandbox
    }

    private func background(_ sandbox: Sandbox, _ script: String) throws -> Process {
        let process = sandbox.process(URL(filePath: "/bin/bash"), ["-c", script])
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }

    @Test func `a systemd credential guards the keys, and nothing else opens them`() throws {
        let sandbox = try keeping("credential")
        let found = try shell(
            sandbox,
            """
            mkdir credentials && head -c 32 /dev/urandom > credentials/daybook-vault
            export CREDENTIALS_DIRECTORY=$PWD/credentials
            daybook run -- sh -c 'echo hello one'
            daybook cat --book chat --open
            daybook keys rotate
            daybook cat --book chat --open
            """)
        #expect(found.output.components(separatedBy: "hello one").count == 4)
        let without = try sandbox.daybook("cat", "--book", "chat", "--open")
        #expect(!without.output.contains("hello one"))
        #expect(without.errors.contains("CREDENTIALS_DIRECTORY"))
        let other = try sandbox.shell(
            """
            head -c 32 /dev/urandom > credentials/daybook-vault
            CREDENTIALS_DIRECTORY=$PWD/credentials daybook cat --book chat --open
            """)
        #expect(!other.output.contains("hello one"))
    }

    @Test func `a passphrase guards the keys; a copy for it brings lost ones back`() throws {
        let sandbox = try keeping("passphrase")
        let found = try shell(
            sandbox,
            """
            printf 'correct horse' > word
            export DAYBOOK_PASSPHRASE_FD=9
            daybook run -- sh -c 'echo hello one' 9< word
            daybook keys backup copy --expires 30d 9< word
            rm -r keys/vault-*
            ! daybook cat --book chat --open 9< word > lost
            daybook keys restore copy 9< word
            daybook cat --book chat --open 9< word
            """)
        #expect(found.output.contains("hello one"))
        let wrong = try sandbox.shell(
            "printf wrong > w; DAYBOOK_PASSPHRASE_FD=9 daybook cat --book chat --open 9< w")
        #expect(!wrong.output.contains("hello one") && wrong.code != 0)
    }

    @Test func `restricted records are in an export only for a reason; receipts list it`() throws {
        let sandbox = try RequestTests.desk()
        let request = try RequestTests.open(sandbox, "bob", "restriction")
        #expect(try sandbox.daybook("request", "answer", request).code == 0)
        let plain = try sandbox.daybook("export", "--book", "chat", "--open", "plain/")
        #expect(plain.code == 0, "\(plain.errors)")
        let all = try sandbox.daybook(
            "export", "--book", "chat", "--open", "--include-restricted", "case 7", "--given-to",
            "BaFin", "--expires", "2031-01-31", "all/")
        #expect(all.code == 0, "\(all.errors)")
        for (name, count) in [("plain", 3), ("all", 6)] {
            let opened = try String(
                contentsOf: sandbox.directory.appending(path: "\(name)/opened.jsonl"),
                encoding: .utf8)
            #expect(opened.components(separatedBy: "word").count - 1 == count, "\(name)")
            let stored = try String(
                contentsOf: sandbox.directory.appending(path: "\(name)/records.jsonl"),
                encoding: .utf8)
            #expect(stored.split(separator: "\n").count == count && !stored.contains("word"))
        }
        #expect(try sandbox.daybook("clear", "--person", "alice", "--apply").code == 0)
        let folder = sandbox.logs.appending(path: "receipts")
        let file = try #require(
            try FileManager.default.contentsOfDirectory(atPath: folder.path()).first)
        let receipt = try sandbox.daybook("receipt", "show", "logs/receipts/\(file)").output
        #expect(receipt.contains("2031-0"), "\(receipt)")
    }

    @Test(.enabled(if: RetainTests.hasCompiler, "the clock is moved by a library that cc makes"))
    func `a plan by age is not applied while the clock cannot be trusted`() throws {
        let sandbox = try RequestTests.desk()
        // What is steady from here on is believed; a jump is not.
        #expect(try sandbox.daybook("clock", "confirm").code == 0)
        #expect(
            try sandbox.daybook("clear", "--older-than", "30d", "--plan", "plan.json").code == 0)
        let ahead = try RetainTests.ahead(3, sandbox)
        let early = try sandbox.shell(ahead + "clear --plan plan.json --apply")
        #expect(early.code != 0 && early.errors.contains("daybook clock confirm"), "\(early)")
        let opened = try sandbox.daybook("cat", "--book", "chat", "--open").output
        #expect(opened.contains("word1"))
        #expect(try sandbox.shell(ahead + "clock confirm").code == 0)
        let late = try sandbox.shell(ahead + "clear --plan plan.json --apply")
        #expect(late.code == 0, "\(late.errors)")
    }

    @Test(.enabled(if: RetainTests.hasCompiler, "the clock is moved by a library that cc makes"))
    func `notices reach a web server and a mail program`() throws {
        let sandbox = try RequestTests.desk("keep: 30d, grace: 0d, notice: 7d")
        try sandbox.write(
            """
            import http.server, sys
            class Hook(http.server.BaseHTTPRequestHandler):
                def do_POST(self):
                    body = self.rfile.read(int(self.headers["Content-Length"]))
                    open("hooked", "ab").write(self.headers["Content-Type"].encode() + b" " + body)
                    self.send_response(204)
                    self.end_headers()
                def log_message(self, *words): pass
            server = http.server.HTTPServer(("127.0.0.1", 0), Hook)
            open("port.new", "w").write(str(server.server_port))
            import os; os.rename("port.new", "port")
            server.serve_forever()

            """, to: "hook.py")
        try sandbox.write("#!/bin/sh\necho \"to: $*\" >> mailed; cat >> mailed\n", to: "sendmail")
        let settings = try String(
            contentsOf: sandbox.logs.appending(path: "daybook.yaml"), encoding: .utf8)
        let ahead = try RetainTests.ahead(31, sandbox)
        let server = try background(sandbox, "exec python3 hook.py")
        // A test's thread blocks the signals that end politely, and what it starts inherits that.
        defer { kill(server.processIdentifier, SIGKILL) }
        let told = try shell(
            sandbox,
            """
            chmod +x sendmail
            for _ in $(seq 200); do [ -e port ] && break; sleep 0.05; done
            cat > logs/daybook.yaml <<END
            \(settings)
            notices: {webhook: "http://127.0.0.1:$(cat port)/hook", mail: [records@example.com],
              sendmail: $PWD/sendmail}
            END
            \(ahead) clock confirm
            \(ahead) retain run --json
            cat hooked mailed
            """)
        #expect(told.output.contains("application/json {"), "\(told.output)")
        #expect(told.output.contains("records@example.com"))
        #expect(try sandbox.daybook("verify").code == 0)
    }

    @Test func `several seal while one of them is killed: no line is without its envelope`() throws
    {
        let sandbox = try Sandbox()
        let script = """
            import json, sys, time
            for n in range(400):
                print(json.dumps({"event_type": "chat_message", "platform": "irc",
                    "conversation": "#d", "sender": sys.argv[1], "text": f"{sys.argv[1]} says {n}",
                    "timestamp": "2026-01-01T10:00:00Z"}), flush=True)
                time.sleep(0.002)

            """
        try sandbox.write(script, to: "talk.py")
        let others = try background(
            sandbox,
            "for name in ada ben cy; do python3 talk.py $name | daybook record --book chat & done; wait"
        )
        for _ in 0..<5 {
            try sandbox.shell("rm -f lines; mkfifo lines")
            // Not from a shell that is waited for: what it leaves behind, it is waited for, too.
            let talk = try background(sandbox, "exec python3 talk.py victim > lines 2> gone")
            let victim = sandbox.process(Sandbox.binary, ["record", "--book", "chat"])
            victim.standardInput = try FileHandle(
                forReadingFrom: sandbox.directory.appending(path: "lines"))
            victim.standardOutput = FileHandle.nullDevice
            victim.standardError = FileHandle.nullDevice
            try victim.run()
            usleep(UInt32.random(in: 50_000..<500_000))
            kill(victim.processIdentifier, SIGKILL)
            victim.waitUntilExit()
            kill(talk.processIdentifier, SIGKILL)
            talk.waitUntilExit()
        }
        others.waitUntilExit()
        #expect(others.terminationStatus == 0)
        let verdict = try sandbox.daybook("verify")
        #expect(verdict.code == 0, "\(verdict.output)")
        let opened = try sandbox.daybook("cat", "--book", "chat", "--open").output
        for name in ["ada", "ben", "cy"] {
            let said = opened.split(separator: "\n").filter { $0.contains("\(name) says ") }
            #expect(said.count == 400)
        }
        #expect(!opened.contains(#""envelope":"#))
    }
}
