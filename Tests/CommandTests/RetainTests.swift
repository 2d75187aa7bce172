// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// Policies that run by themselves, by the built command.
@Suite(.timeLimit(.minutes(5))) struct RetainTests {
    private static let due = "keep: 30d, grace: 0d, notice: 0d"

    /// How many records each policy and request of a pass cleared.
    private func cleared(_ result: Sandbox.Result) throws -> Int {
        let reports = try #require(try result.json()["policies"] as? [[String: Any]])
        return reports.reduce(0) { $0 + ($1["cleared"] as? Int ?? 0) }
    }

    /// Words for a shell in which the clock is some days ahead.
    static func ahead(_ days: Int, _ sandbox: Sandbox) throws -> String {
        try sandbox.write(
            """
            #define _GNU_SOURCE
            #include <stdlib.h>
            #include <sys/syscall.h>
            #include <time.h>
            #include <unistd.h>
            int clock_gettime(clockid_t clock, struct timespec *time) {
                int code = syscall(SYS_clock_gettime, clock, time);
                const char *days = getenv("DAYS_AHEAD");
                if (code == 0 && clock == CLOCK_REALTIME && days)
                    time->tv_sec += atol(days) * 86400L;
                return code;
            }

            """, to: "ahead.c")
        let made = try sandbox.shell("cc -shared -fPIC -o ahead.so ahead.c")
        try #require(made.code == 0, "\(made.errors)")
        return "LD_PRELOAD=$PWD/ahead.so DAYS_AHEAD=\(days) daybook "
    }

    static let hasCompiler = FileManager.default.isExecutableFile(atPath: "/usr/bin/cc")

    @Test(.enabled(if: hasCompiler, "the clock is moved by a library that cc makes"))
    func `what is due goes once`() throws {
        let sandbox = try RequestTests.desk(Self.due)
        // Periods count from when a message was recorded.
        let ahead = try Self.ahead(40, sandbox)
        #expect(try sandbox.shell(ahead + "clock confirm").code == 0)
        let first = try sandbox.shell(ahead + "retain run --json")
        #expect(first.code == 0, "\(first.output) \(first.errors)")
        #expect(try cleared(first) == 6)
        #expect(try cleared(sandbox.shell(ahead + "retain run --json")) == 0)
        #expect(try sandbox.daybook("verify").code == 0)
        let opened = try sandbox.daybook("cat", "--book", "chat", "--open").output
        #expect(!opened.contains("word"))
    }

    @Test(.enabled(if: hasCompiler, "the clock is moved by a library that cc makes"))
    func `two passes never run at once, and nothing goes twice`() throws {
        let sandbox = try RequestTests.desk(Self.due)
        let busy = try sandbox.shell("flock logs/vault/retain.lock daybook retain run")
        #expect(busy.code == 75 && busy.errors.contains("running already"), "\(busy.errors)")
        let ahead = try Self.ahead(40, sandbox)
        #expect(try sandbox.shell(ahead + "clock confirm").code == 0)
        try sandbox.shell(
            "for n in 1 2 3; do \(ahead) retain run --json > pass-$n 2> fail-$n & done; wait")
        let texts = try (1...3).map {
            try String(contentsOf: sandbox.directory.appending(path: "pass-\($0)"), encoding: .utf8)
        }
        let sum = try texts.filter { !$0.isEmpty }.reduce(0) {
            $0 + (try cleared(Sandbox.Result(code: 0, output: $1, errors: "")))
        }
        #expect(sum == 6)
        #expect(try sandbox.daybook("verify").code == 0)
    }

    @Test(.enabled(if: hasCompiler, "the clock is moved by a library that cc makes"))
    func `a clock ten years ahead suspends until somebody confirms it`() throws {
        let sandbox = try RequestTests.desk("keep: 5y, grace: 0d, notice: 0d")
        #expect(try cleared(sandbox.daybook("retain", "run", "--json")) == 0)
        let ahead = try Self.ahead(3653, sandbox)
        for _ in 0..<2 {
            let doubtful = try sandbox.shell(ahead + "retain run")
            #expect(doubtful.code == 75 && doubtful.errors.contains("daybook clock confirm"))
        }
        #expect(try sandbox.shell(ahead + "clear --older-than 5y --apply").code == 75)
        #expect(try sandbox.shell(ahead + "clock confirm").code == 0)
        let run = try sandbox.shell(ahead + "retain run --json")
        #expect(run.code == 0, "\(run.errors)")
        #expect(try cleared(run) == 6)
    }

    @Test(.enabled(if: hasCompiler, "the clock is moved by a library that cc makes"))
    func `an erasure before a floor waits for its day, and then takes the name along`() throws {
        let sandbox = try RequestTests.desk(
            "rule: us.sec.17a-4.b, grace: 0d, notice: 0d")
        try sandbox.write(
            "policies: [{name: desk, select: {book: chat, person: bob}, "
                + "rule: us.sec.17a-4.b, grace: 0d, notice: 0d}]", to: "logs/daybook.yaml")
        _ = try sandbox.daybook("policy", "accept")
        let request = try RequestTests.open(sandbox, "bob", "erasure")
        _ = try sandbox.daybook("erase", "bob", "--request", request, "--apply")
        #expect(try sandbox.daybook("request", "answer", request).code == 0)
        #expect(try sandbox.daybook("request").output.contains("restricted until 20"))
        #expect(try cleared(sandbox.daybook("retain", "run", "--json")) == 0)
        let ahead = try Self.ahead(3653, sandbox)
        #expect(try sandbox.shell(ahead + "clock confirm").code == 0)
        let run = try sandbox.shell(ahead + "retain run --json")
        #expect(run.code == 0, "\(run.output) \(run.errors)")
        #expect(try sandbox.daybook("request").output == "no request waits\n")
        let opened = try sandbox.daybook("cat", "--book", "chat", "--open").output
        #expect(!opened.contains("word2") && !opened.contains("bob"), "\(opened)")
        #expect(try sandbox.daybook("verify").code == 0)
    }

    @Test(.enabled(if: hasCompiler, "the clock is moved by a library that cc makes"))
    func `people are told before and after`() throws {
        let sandbox = try RequestTests.desk("keep: 30d, grace: 0d, notice: 7d")
        let file = sandbox.directory.path() + "/told"
        let settings = try String(
            contentsOf: sandbox.logs.appending(path: "daybook.yaml"), encoding: .utf8)
        try sandbox.write(settings + "\nnotices: {file: \(file)}\n", to: "logs/daybook.yaml")
        let early = try Self.ahead(31, sandbox)
        #expect(try sandbox.shell(early + "clock confirm").code == 0)
        #expect(try cleared(sandbox.shell(early + "retain run --json")) == 0)
        #expect(try cleared(sandbox.shell(early + "retain run --json")) == 0)
        #expect(try sandbox.shell("grep -c before told").output == "1\n")
        let ahead = try Self.ahead(39, sandbox)
        #expect(try sandbox.shell(ahead + "clock confirm").code == 0)
        let run = try sandbox.shell(ahead + "retain run --json")
        #expect(try cleared(run) == 6, "\(run.output) \(run.errors)")
        #expect(try sandbox.shell("grep -c after told").output == "1\n")
    }

    @Test(.enabled(if: hasCompiler, "the clock is moved by a library that cc makes"))
    func `the end of a program makes a policy run, with its cause`() throws {
        let sandbox = try RequestTests.desk(
            Self.due + ", on: {event: 'event:system_shutdown', sources: ['run:bot']}")
        let other = try sandbox.daybook("run", "--name", "other", "--", "true")
        #expect(other.code == 0)
        #expect(try sandbox.records("audit").allSatisfy { $0["event"] as? String != "retain_run" })
        let ahead = try Self.ahead(40, sandbox)
        #expect(try sandbox.shell(ahead + "clock confirm").code == 0)
        let done = try sandbox.shell(ahead + "run --name bot -- sh -c 'echo hi; exit 3'")
        #expect(done.code == 3 && done.output == "hi\n", "\(done.output) \(done.errors)")
        let runs = try sandbox.records("audit").filter { $0["event"] as? String == "retain_run" }
        #expect(runs.count == 1)
        #expect((runs.first?["cause"] as? String)?.hasPrefix("record ") == true)
        #expect(runs.first?["cleared_count"] as? Int == 6)
        // Not again so soon.
        try sandbox.shell(ahead + "run --name bot -- true")
        #expect(
            try sandbox.records("audit").filter { $0["event"] as? String == "retain_run" }.count
                == 1)
    }
}
