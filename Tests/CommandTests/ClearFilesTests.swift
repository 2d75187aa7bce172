// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@Suite(.timeLimit(.minutes(5))) struct ClearFilesTests {
    /// Ten old and two young logs of a chat program, and a file that is no log.
    private func sandbox() throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.shell(
            """
            mkdir -p chat/deep
            for n in 1 2 3 4 5 6 7 8 9 10; do
                echo "2026-01-01 10:00:00 <alice> hello $n" > chat/deep/$n.log
                touch -d '30 days ago' chat/deep/$n.log
            done
            echo young > chat/young.log; echo young > chat/young.txt
            echo code > chat/bot.py; touch -d '30 days ago' chat/bot.py
            """)
        return sandbox
    }

    @Test func `the plan changes nothing, applying it clears and records each file`() throws {
        let sandbox = try sandbox()
        let plan = try sandbox.daybook("clear", "--files", "chat", "--older-than", "7d")
        #expect(plan.code == 0, "\(plan.errors)")
        #expect(plan.output.contains("would delete 10 files"))
        #expect(plan.output.contains("Add --apply"))
        #expect(try sandbox.shell("find chat -type f | wc -l").output == "13\n")

        let done = try sandbox.daybook(
            "clear", "--files", "chat", "--older-than", "7d", "--apply", "--json")
        #expect(done.code == 0, "\(done.errors)")
        let report = try done.json()
        #expect((report["cleared"] as? [Any])?.count == 10)
        #expect(
            try sandbox.shell("cd chat; find . -type f | sort | tr '\\n' ' '").output
                == "./bot.py ./young.log ./young.txt ")
        let records = try sandbox.records("audit").filter {
            $0["event"] as? String == "file_cleared"
        }
        #expect(records.count == 10)
        #expect(records.allSatisfy { $0["outcome"] as? String == "deleted" })
        #expect(try sandbox.daybook("verify").code == 0)

        let again = try sandbox.daybook("clear", "--files", "chat", "--older-than", "7d", "--apply")
        #expect(again.code == 0)
        #expect(again.output.contains("deleted 0 files"))
    }

    @Test func `what is protected stays and makes the exit code 1`() throws {
        let sandbox = try sandbox()
        try sandbox.shell("ln chat/deep/3.log chat/deep/3.again.log")
        let done = try sandbox.daybook("clear", "--files", "chat", "--older-than", "7d", "--apply")
        #expect(done.code == 1)
        #expect(done.output.contains("stays: deep/3.log: it has 2 names"))
        #expect(done.output.contains("deleted 9 files of 9"))
        try sandbox.daybook("hold", "open", "--matter", "2026-1")
        try sandbox.shell("touch -d '30 days ago' chat/young.log")
        let held = try sandbox.daybook("clear", "--files", "chat", "--older-than", "7d", "--apply")
        #expect(held.code == 1)
        #expect(held.output.contains("stays: young.log: under hold h-"))
    }

    @Test func `an import first brings the lines into the books`() throws {
        let sandbox = try sandbox()
        let done = try sandbox.daybook(
            "clear", "--files", "chat", "--older-than", "7d", "--import-first", "--apply")
        #expect(done.code == 0, "\(done.output) \(done.errors)")
        #expect(try sandbox.shell("ls chat/deep | wc -l").output == "0\n")
        #expect(try sandbox.daybook("search", "--json", "hello").lines.count >= 10)
    }

    @Test func `what is meant for nobody is refused`() throws {
        let sandbox = try sandbox()
        try sandbox.write("{\"event\":\"tick\"}\n", to: "in")
        try sandbox.shell("daybook record < in")
        for words in [
            ["--files", "/", "--older-than", "7d"], ["--files", "logs", "--older-than", "7d"],
            ["--files", "keys", "--older-than", "7d"], ["--files", "logs/audit", "--down-to", "0"],
        ] {
            #expect(try sandbox.daybook(["clear"] + words + ["--apply"]).code == 77, "\(words)")
        }
        for words in [
            ["--files", "chat"], ["--files", "chat", "--older-than", "soon"],
            ["--files", "chat", "--down-to", "much"], ["--files", "nowhere", "--down-to", "0"],
            ["--files", "chat", "--match", "*", "--then", "encrypt"],
        ] {
            #expect(try sandbox.daybook(["clear"] + words).code == 64, "\(words)")
        }
        #expect(try sandbox.shell("find chat -type f | wc -l").output == "13\n")
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/age")))
    func `the age program opens what was encrypted`() throws {
        let sandbox = try sandbox()
        let done = try sandbox.shell(
            """
            age-keygen -o key.txt 2> /dev/null
            daybook clear --files chat --older-than 7d --then encrypt \
                --recipient "$(age-keygen -y key.txt)" --apply
            """)
        #expect(done.code == 0, "\(done.output) \(done.errors)")
        #expect(
            try sandbox.shell("age -d -i key.txt chat/deep/4.log.age").output
                == "2026-01-01 10:00:00 <alice> hello 4\n")
        #expect(try sandbox.shell("ls chat/deep/*.log").code != 0)
    }
}

@Suite(.timeLimit(.minutes(5))) struct ScheduleCommandTests {
    /// A `crontab` of our own, since the real one is the machine's.
    private func sandbox() throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.write(
            """
            #!/bin/sh
            file="\(sandbox.directory.path())/tab"
            if [ "$1" = -l ]; then cat "$file" 2> /dev/null || exit 1; else cat > "$file"; fi

            """, to: "crontab")
        try sandbox.shell("chmod +x crontab; echo '0 1 * * * backup' > tab")
        return sandbox
    }

    @Test(
        .enabled(
            if: !FileManager.default.fileExists(atPath: "/run/systemd/system"),
            "systemd runs here, and would be used"))
    func `without systemd the crontab gets one line, and loses it again`() throws {
        let sandbox = try sandbox()
        let path = "export PATH=\"$PWD:$PATH\" XDG_RUNTIME_DIR=; "
        #expect(try sandbox.shell(path + "daybook schedule").output.contains("nothing runs"))
        let done = try sandbox.shell(path + "daybook schedule install --daily 4:30")
        #expect(done.code == 0, "\(done.errors)")
        try sandbox.shell(path + "daybook schedule install --hourly")
        let tab = try sandbox.shell("cat tab").lines
        try #require(tab.count == 2)
        #expect(tab[0] == "0 1 * * * backup")
        #expect(tab[1].hasPrefix("17 * * * * ") && tab[1].contains(" retain run --dir "))
        #expect(try sandbox.shell(path + "daybook schedule show").output.contains(tab[1]))
        try sandbox.shell(path + "daybook schedule remove")
        #expect(try sandbox.shell("cat tab").output == "0 1 * * * backup\n")
        let records = try sandbox.records("audit").filter {
            $0["event"] as? String == "schedule_changed"
        }
        #expect(records.map { $0["action"] as? String } == ["installed", "installed", "removed"])
    }

    @Test(
        .enabled(
            if: FileManager.default.isExecutableFile(atPath: "/usr/bin/systemd-analyze"),
            "systemd's own program judges the units"))
    func `systemd finds nothing wrong with the timer, and what it would start runs`() throws {
        let sandbox = try sandbox()
        let place = #"--dir "$PWD/my logs 100%" --keys "$PWD/k\$y""#
        let done = try sandbox.shell(
            """
            set -euo pipefail
            echo '{"event":"chat_message","sender":"ada"}' | daybook record --book chat \(place)
            mkdir units
            for pace in --hourly '--daily 03:05'; do
                daybook schedule show --for systemd $pace \(place) > shown
                awk '/^# .*[.](service|timer)$/ { file = "units/" $2; next } { print > file }' shown
                systemd-analyze verify --man=no units/*.timer units/*.service
            done
            # As systemd reads it: quotes taken off, %% and $$ single.
            sed -n 's/^ExecStart=//p' units/*.service | sed 's/%%/%/g; s/\\$\\$/\\\\$/g' > start
            bash start
            daybook cat \(place)
            """)
        #expect(done.code == 0, "\(done.output) \(done.errors)")
        #expect(!done.errors.contains("units/"), "\(done.errors)")
        #expect(done.output.contains(#""event":"retain_run""#))
    }

    @Test func `the clock is right in a new place, and confirming it is a record`() throws {
        let sandbox = try sandbox()
        #expect(try sandbox.daybook("clock").code == 0)
        #expect(try sandbox.daybook("clock", "confirm").code == 0)
        #expect(
            try sandbox.records("audit").last?["event"] as? String == "clock_confirmed")
    }
}
