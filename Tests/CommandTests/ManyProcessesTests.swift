// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// Several processes on one book, and the death of the one that holds it.
@Suite(.serialized, .timeLimit(.minutes(5))) struct ManyProcessesTests {
    /// Writers that print a number only after it was recorded: each line is its own `record` of
    /// durability `written`, fed one line at a time, so that what the book has is what was sent.
    @Test("the holder is killed twenty times: nothing is lost or there twice, and in order")
    func killedHolders() throws {
        let sandbox = try Sandbox()
        try sandbox.daybook("record", input: "{\"event\":\"first\"}\n")
        let script = """
            import subprocess, sys, time
            name, count = sys.argv[1], int(sys.argv[2])
            number = 0
            # A client that loses its holder takes over; one that is killed is started again, and
            # sends again what it had not seen in the book.
            while number < count:
                try:
                    child = subprocess.Popen(["daybook", "record", "--source", name],
                        stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
                    while number < count:
                        line = '{"event":"tick","writer":"%s","number":%d}\\n' % (name, number)
                        child.stdin.write(line.encode())
                        child.stdin.flush()
                        number += 1
                        time.sleep(0.002)
                    child.stdin.close()
                    if child.wait() == 0:
                        break
                except BrokenPipeError:
                    pass
                child.wait()
                seen = -1
                for line in open("logs/audit.log"):
                    if line.endswith("\\n") and '"writer":"%s"' % name in line:
                        seen = max(seen, int(line.split('"number":')[1].split(",")[0]))
                number = seen + 1
            """
        try sandbox.write(script, to: "writer.py")
        let count = 3000
        let writers = try ["one", "two", "three"].map { name in
            let process = sandbox.process(
                URL(filePath: "/usr/bin/env"), ["python3", "writer.py", name, String(count)])
            try process.run()
            return process
        }
        var kills = 0
        while kills < 20, writers.contains(where: \.isRunning) {
            Thread.sleep(forTimeInterval: 0.15)
            // Who holds the lock: /proc/locks tells by inode.
            let holder = try sandbox.shell(
                "inode=$(stat -c %i logs/audit/lock); "
                    + "awk -v i=\":$inode\" '$2 != \"->\" && $6 ~ i\"$\" { print $5 }' /proc/locks | head -n 1"
            )
            guard let pid = Int32(holder.output.trimmingCharacters(in: .whitespacesAndNewlines)),
                pid > 1, pid != getpid()
            else { continue }
            if kill(pid, SIGKILL) == 0 { kills += 1 }
        }
        for writer in writers { writer.waitUntilExit() }
        #expect(kills == 20)

        var seen: [String: [Int]] = [:]
        for record in try sandbox.records("audit") {
            guard let writer = record["writer"] as? String else { continue }
            seen[writer, default: []].append(try #require(record["number"] as? Int))
        }
        for writer in ["one", "two", "three"] {
            let numbers = seen[writer] ?? []
            #expect(Set(numbers) == Set(0..<count), "\(writer) lost records")
            #expect(numbers.count == count, "\(writer) has records twice")
            #expect(numbers == numbers.sorted(), "\(writer) is out of order")
        }
        #expect(try sandbox.daybook("verify").code == 0)
    }

    @Test("two runs and a reader share the books")
    func together() throws {
        let sandbox = try Sandbox()
        let runs = try ["one", "two"].map { name in
            let process = sandbox.process(
                Sandbox.binary,
                [
                    "run", "--name", name, "--", "sh", "-c",
                    "for i in $(seq 300); do echo \"{\\\"event\\\":\\\"$i\\\"}\"; done; echo done",
                ])
            process.standardOutput = FileHandle.nullDevice
            try process.run()
            return process
        }
        _ = eventually { (try? sandbox.daybook("cat", "--book", "chat").code) == 0 }
        for run in runs {
            run.waitUntilExit()
            #expect(run.terminationStatus == 0)
        }
        let records = try sandbox.records("audit")
        for name in ["one", "two"] {
            let mine = records.filter { $0["source"] as? String == "run:\(name)" }
            #expect(mine.count == 302)
        }
        #expect(records.contains { $0["event"] as? String == "record_viewed" })
        #expect(try sandbox.daybook("verify").code == 0)
    }
}
