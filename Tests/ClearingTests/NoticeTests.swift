// SPDX-License-Identifier: Apache-2.0

import Daybook
import Foundation
import Records
import Testing

@testable import Clearing

@Suite struct NoticeBoardTests {
    static let day: Int64 = 86_400_000_000
    static let start: Int64 = 1_795_000_000_000_000

    static func at(_ days: Int64) -> Timestamp { Timestamp(microseconds: start + days * day) }

    static func attempt(
        _ at: Int64, until: Int64, number: Int = 1, failure: String? = nil,
        channel: String = "file"
    ) -> NoticeAttempt {
        NoticeAttempt(
            notice: Notice(
                id: "n\(at)", policy: "p", stage: .before, records: 3, until: Self.at(until)),
            channel: channel, at: Self.at(at), number: number, failure: failure)
    }

    @Test func `nothing goes before the notice is over, and then what it was about`() {
        var board = NoticeBoard(attempts: [])
        #expect(board.mayClear("p", noticeDays: 7, at: Self.at(0)) == nil)
        #expect(board.needsNotice("p", noticeDays: 7, at: Self.at(0)) == Self.at(7))
        board.add(Self.attempt(0, until: 7))
        #expect(board.mayClear("p", noticeDays: 7, at: Self.at(6)) == nil)
        #expect(board.mayClear("other", noticeDays: 7, at: Self.at(8)) == nil)
        #expect(board.mayClear("p", noticeDays: 7, at: Self.at(7)) == Self.at(7))
        // What became due later needs a later notice.
        #expect(board.mayClear("p", noticeDays: 7, at: Self.at(30)) == Self.at(7))
        #expect(board.needsNotice("p", noticeDays: 7, at: Self.at(0)) == nil)
        #expect(board.needsNotice("p", noticeDays: 7, at: Self.at(1)) == Self.at(8))
    }

    @Test func `without notice days it goes at once, and nobody is told before`() {
        let board = NoticeBoard(attempts: [])
        #expect(board.mayClear("p", noticeDays: 0, at: Self.at(1)) == Self.at(1))
        #expect(board.needsNotice("p", noticeDays: 0, at: Self.at(1)) == nil)
    }

    @Test func `a notice that failed tells nobody, and is tried again until given up`() {
        var board = NoticeBoard(attempts: [Self.attempt(0, until: 7, failure: "no answer")])
        #expect(board.mayClear("p", noticeDays: 7, at: Self.at(9)) == nil)
        #expect(board.failing.count == 1)
        board.add(Self.attempt(0, until: 7, number: 2))
        #expect(board.failing.isEmpty)
        board.add(Self.attempt(1, until: 8, number: NoticeBoard.mostAttempts, failure: "x"))
        #expect(board.failing.isEmpty && board.givenUp.count == 1)
    }

    @Test func `an attempt is read back from its record`() throws {
        let attempt = Self.attempt(0, until: 7, number: 2, failure: "no answer")
        var object = attempt.members(recipient: "somebody")
        object["recorded"] = .string(attempt.at.description)
        let entry = LedgerEntry(index: 1, kind: .notificationSent, object: object, isOpen: true)
        #expect(NoticeAttempt(entry) == attempt)
    }
}

@Suite struct NoticeSenderTests {
    static let notice = Notice(
        id: "n1", policy: "chat-90d", stage: .before, records: 3,
        until: Timestamp(microseconds: 1_795_000_000_000_000))

    private func directory() throws -> URL {
        let directory = FileManager.default.temporaryDirectory.appending(path: "notice-\(UUID())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        return directory
    }

    /// Has another process write a program: what this one has open for writing, a child that another test
    /// starts just then has, too, and nobody may run it ("text file busy").
    private func makeProgram(at path: URL, _ text: String) throws {
        let words = ["-c", "printf %s \"$1\" > \"$0\" && chmod 755 \"$0\"", path.path(), text]
        let shell = try Process.run(URL(filePath: "/bin/sh"), arguments: words)
        shell.waitUntilExit()
        #expect(shell.terminationStatus == 0)
    }

    @Test func `a file grows by a line each`() throws {
        let directory = try directory()
        defer { try? FileManager.default.removeItem(at: directory) }
        var choice = NoticeChoice()
        choice.file = directory.appending(path: "notices").path()
        let sender = NoticeSender(choice)
        #expect(sender.channels == ["file"])
        #expect(sender.send(Self.notice, through: "file") == nil)
        #expect(sender.send(Self.notice, through: "file") == nil)
        let text = try String(contentsOfFile: choice.file ?? "", encoding: .utf8)
        let lines = text.split(separator: "\n")
        #expect(lines.count == 2)
        let object = try #require(
            JSONSerialization.jsonObject(with: Data(lines[0].utf8)) as? [String: Any])
        #expect(object["policy"] as? String == "chat-90d")
        choice.file = "/nowhere/at/all"
        #expect(NoticeSender(choice).send(Self.notice, through: "file") != nil)
    }

    @Test func `mail goes to the program, with its letter on standard input`() throws {
        let directory = try directory()
        defer { try? FileManager.default.removeItem(at: directory) }
        let program = directory.appending(path: "sendmail")
        try makeProgram(
            at: program,
            "#!/bin/sh\nprintf '%s\\n' \"$@\" > \(directory.path())/args\ncat > \(directory.path())/mail\n"
        )
        var choice = NoticeChoice()
        choice.mail = ["a@example.com", "b@example.com"]
        choice.sendmail = program.path()
        #expect(NoticeSender(choice).send(Self.notice, through: "mail") == nil)
        let letter = try String(contentsOf: directory.appending(path: "mail"), encoding: .utf8)
        #expect(letter.hasPrefix("To: a@example.com, b@example.com\nSubject: "))
        #expect(letter.contains("\n\nDaybook will clear 3 records under the policy chat-90d"))
        choice.sendmail = "/nowhere/sendmail"
        #expect(NoticeSender(choice).send(Self.notice, through: "mail") != nil)
    }

    @Test func `a webhook that does not answer fails without its address`() {
        var choice = NoticeChoice()
        choice.webhook = "http://127.0.0.1:1/secret-token"
        let sender = NoticeSender(choice)
        let failure = sender.send(Self.notice, through: "webhook")
        #expect(failure != nil)
        #expect(failure?.contains("secret-token") == false)
        #expect(sender.recipient("webhook") == "127.0.0.1:1")
    }
}

@Suite struct ScheduleTests {
    static func schedule(_ logs: String = "/srv/a b/100%/logs") -> Schedule {
        Schedule(
            program: "/usr/bin/daybook", logs: logs, keys: "/k$y/it's",
            pace: .daily(hour: 3, minute: 5))
    }

    @Test func `words are quoted as each timer wants them`() {
        let schedule = Self.schedule()
        #expect(
            schedule.service.contains(
                #"ExecStart="/usr/bin/daybook" "retain" "run" "--dir" "/srv/a b/100%%/logs" "--keys" "/k$$y/it's""#
            ))
        #expect(schedule.timer.contains("OnCalendar=*-*-* 03:05:00\n"))
        #expect(
            schedule.cronLine.hasPrefix(
                #"5 3 * * * /usr/bin/daybook retain run --dir '/srv/a b/100\%/logs' --keys '/k$y/it'\''s' # "#
            ))
        #expect(schedule.windows.contains("/SC DAILY /ST 03:05"))
        #expect(schedule.launchd.contains("<key>Hour</key><integer>3</integer>"))
    }

    @Test func `a crontab keeps the lines of others, and one of ours`() {
        let schedule = Self.schedule()
        let other = "# mine\n0 1 * * * backup\n" + Self.schedule("/other").cronLine + "\n"
        let once = schedule.crontab(adding: true, to: other)
        #expect(once == other + schedule.cronLine + "\n")
        #expect(schedule.crontab(adding: true, to: once) == once)
        #expect(schedule.crontab(adding: false, to: once) == other)
        #expect(schedule.crontab(adding: true, to: "") == schedule.cronLine + "\n")
    }
}
