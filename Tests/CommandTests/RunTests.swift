// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@Suite(.timeLimit(.minutes(5))) struct RunTests {
    @Test(
        "the exit code is the program's; 128 and the signal's number when one ended it",
        arguments: [
            ("exit 0", Int32(0)), ("exit 7", 7), ("kill -TERM $$", 143), ("kill -KILL $$", 137),
        ])
    func exitCodes(script: String, code: Int32) throws {
        #expect(try Sandbox().daybook("run", "--", "sh", "-c", script).code == code)
    }

    @Test("a program that is not there is 127, one that may not be run 126, as in a shell")
    func notThere() throws {
        let sandbox = try Sandbox()
        #expect(try sandbox.daybook("run", "--", "no-such-program-here").code == 127)
        try sandbox.write("no program", to: "file")
        #expect(try sandbox.daybook("run", "--", "./file").code == 126)
        #expect(try sandbox.daybook("run").code == 64)
    }

    @Test("output passes through byte for byte, on the stream it came on")
    func passThrough() throws {
        let sandbox = try Sandbox()
        let script = #"printf 'a\r\n\033[31mred\033[0m\000\377no feed'; printf 'err\n' >&2; cat"#
        try sandbox.write(script, to: "script.sh")
        let plain = try sandbox.shell("printf 'in\\nput' | sh script.sh > o1 2> e1; echo $?")
        let run = try sandbox.shell(
            "printf 'in\\nput' | daybook run -- sh script.sh > o2 2> e2; echo $?")
        #expect(plain.output == run.output)
        #expect(try sandbox.shell("cmp o1 o2 && cmp e1 e2").code == 0)
    }

    @Test("start and end of the program are records, with masked arguments and counts")
    func lifeRecords() throws {
        let sandbox = try Sandbox()
        try sandbox.daybook(
            "run", "--name", "desk", "--", "sh", "-c",
            "echo '{\"event\":\"x\"}'; echo words; exit 3",
            "--password", "hunter2secret")
        let audit = try sandbox.records("audit")
        let first = try #require(audit.first)
        let last = try #require(audit.last)
        #expect(first["event"] as? String == "system_startup")
        #expect(first["source"] as? String == "run:desk")
        #expect((first["command"] as? String)?.contains("hunter2secret") == false)
        #expect(last["event"] as? String == "system_shutdown")
        #expect(last["exit_code"] as? Int == 3)
        #expect(last["level"] as? String == "error")
        #expect(last["records_chat"] as? Int == 1)
        #expect(audit.count == 3)
    }

    @Test("structured output goes to audit, text to chat with level and logger")
    func books() throws {
        let sandbox = try Sandbox()
        let bot = Sandbox.root.appending(path: "examples/bot.py").path()
        let result = try sandbox.daybook(
            "run", "--", "python3", bot, "--ticks", "120", "--delay", "0")
        #expect(result.code == 0)
        let audit = try sandbox.records("audit")
        #expect(audit.contains { $0["event_type"] as? String == "order_submitted" })
        let chat = try sandbox.opened("chat")
        #expect(chat.contains { $0["logger"] as? String == "bot.strategy" })
        for file in try sandbox.allBytes() {
            #expect(file.bytes.range(of: Data("FAKE-demo-key".utf8)) == nil, "\(file.name)")
        }
        #expect(try sandbox.daybook("verify").code == 0)
    }

    @Test("a signal sent to daybook reaches the program, once")
    func signals() throws {
        let sandbox = try Sandbox()
        let script = """
            import signal, sys, time
            count = 0
            def on(number, frame):
                global count
                count += 1
            signal.signal(signal.SIGTERM, on)
            print("ready", flush=True)
            while count == 0:
                time.sleep(0.01)
            time.sleep(0.3)
            sys.exit(40 + count)
            """
        try sandbox.write(script, to: "wait.py")
        let process = sandbox.process(Sandbox.binary, ["run", "--", "python3", "wait.py"])
        let pipe = Sandbox.pipe()
        process.standardOutput = pipe
        try process.run()
        let ready = try pipe.fileHandleForReading.read(upToCount: 6)
        #expect(ready == Data("ready\n".utf8))
        kill(process.processIdentifier, SIGTERM)
        process.waitUntilExit()
        #expect(process.terminationStatus == 41)
    }

    @Test("a record of several lines is complete after silence")
    func silence() throws {
        let sandbox = try Sandbox()
        let process = sandbox.process(
            Sandbox.binary,
            [
                "run", "--", "sh", "-c",
                "echo 'Traceback (most recent call last):'; "
                    + "echo '  File \"x.py\", line 1'; echo 'ValueError: x'; sleep 30",
            ])
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        let isThere = eventually(seconds: 10) { (try? sandbox.records("chat").count) == 1 }
        #expect(isThere)
        kill(process.processIdentifier, SIGTERM)
        process.waitUntilExit()
        #expect(process.terminationStatus == 143)
    }

    @Test("a program whose book cannot be opened is not started, unless --run-anyway says so")
    func unrecorded() throws {
        let sandbox = try Sandbox()
        try sandbox.write("in the way", to: "logs")
        let refused = try sandbox.daybook("run", "--", "sh", "-c", "echo started; exit 5")
        #expect(refused.code >= 73 && refused.code <= 75)
        #expect(refused.output.isEmpty)
        #expect(refused.errors.contains("not started"))
        let started = try sandbox.daybook(
            "run", "--run-anyway", "--", "sh", "-c", "echo started; exit 5")
        #expect(started.code == 5)
        #expect(started.output == "started\n")
        #expect(started.errors.contains("UNRECORDED"))
    }

    @Test("a reader that goes away is a closed pipe for the program, as without us")
    func closedReader() throws {
        let sandbox = try Sandbox()
        let result = try sandbox.shell("daybook run -- yes | head -n 1")
        #expect(result.output == "y\n")
    }
}
