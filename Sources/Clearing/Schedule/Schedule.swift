// SPDX-License-Identifier: Apache-2.0

/// When `daybook retain run` runs by itself, in the words of each system's own timer.
package struct Schedule: Sendable, Hashable {
    package enum Pace: Sendable, Hashable {
        case hourly
        /// Hour and minute.
        case daily(hour: Int, minute: Int)
    }

    /// The built program, the books and the keys: whole paths.
    package var program: String
    package var logs: String
    package var keys: String
    package var pace: Pace

    package init(program: String, logs: String, keys: String, pace: Pace) {
        self.program = program
        self.logs = logs
        self.keys = keys
        self.pace = pace
    }

    private var words: [String] { [program, "retain", "run", "--dir", logs, "--keys", keys] }

    package var paceText: String {
        switch pace {
        case .hourly: "every hour"
        case .daily(let hour, let minute): "every day at \(Self.two(hour)):\(Self.two(minute))"
        }
    }

    private static func two(_ number: Int) -> String {
        number < 10 ? "0\(number)" : String(number)
    }

    /// What tells the schedules of different directories apart: FNV-1a of the path.
    package var name: String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in logs.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        return "daybook-retain-" + String(hash, radix: 36)
    }

    // MARK: - systemd

    package var service: String {
        """
        [Unit]
        Description=Daybook: policies of \(Self.systemd(logs, isQuoted: false))

        [Service]
        Type=oneshot
        ExecStart=\(words.map { Self.systemd($0) }.joined(separator: " "))
        Nice=10

        """
    }

    package var timer: String {
        let when =
            switch pace {
            case .hourly: "hourly"
            case .daily(let hour, let minute): "*-*-* \(Self.two(hour)):\(Self.two(minute)):00"
            }
        return """
            [Unit]
            Description=Daybook: policies of \(Self.systemd(logs, isQuoted: false))

            [Timer]
            OnCalendar=\(when)
            Persistent=true
            RandomizedDelaySec=60

            [Install]
            WantedBy=timers.target

            """
    }

    /// A word of a unit file: specifiers and variables are doubled, the rest is quoted.
    package static func systemd(_ word: String, isQuoted: Bool = true) -> String {
        var text = ""
        for character in word {
            switch character {
            case "%": text += "%%"
            case "$" where isQuoted: text += "$$"
            case "\"" where isQuoted: text += "\\\""
            case "\\" where isQuoted: text += "\\\\"
            case "\n": text += " "
            default: text.append(character)
            }
        }
        return isQuoted ? "\"\(text)\"" : text
    }

    // MARK: - cron

    /// What ends our line in a crontab.
    package var cronMark: String { "# \(name)" }

    package var cronLine: String {
        let when =
            switch pace {
            case .hourly: "17 * * * *"
            case .daily(let hour, let minute): "\(minute) \(hour) * * *"
            }
        let command = words.map(Self.shell).joined(separator: " ").map {
            $0 == "%" ? "\\%" : String($0)
        }.joined()
        return "\(when) \(command) \(cronMark)"
    }

    /// A crontab with our line in it, and no other of ours.
    package func crontab(adding isAdding: Bool, to old: String) -> String {
        var lines = old.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last == "" { lines.removeLast() }
        lines.removeAll { $0.hasSuffix(cronMark) }
        if isAdding { lines.append(cronLine) }
        return lines.map { $0 + "\n" }.joined()
    }

    private static func shell(_ word: String) -> String {
        let plain = word.utf8.allSatisfy { byte in
            byte | 0x20 &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10
                || "/-_.".utf8.contains(byte)
        }
        return plain && !word.isEmpty
            ? word
            : "'"
                + word.split(separator: "'", omittingEmptySubsequences: false).joined(
                    separator: "'\\''") + "'"
    }

    // MARK: - Other systems

    /// A property list for ~/Library/LaunchAgents.
    package var launchd: String {
        let when =
            switch pace {
            case .hourly: "<key>Minute</key><integer>17</integer>"
            case .daily(let hour, let minute):
                "<key>Hour</key><integer>\(hour)</integer>"
                    + "<key>Minute</key><integer>\(minute)</integer>"
            }
        let arguments = words.map { "        <string>\(Self.xml($0))</string>\n" }.joined()
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" \
            "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
            <plist version="1.0">
            <dict>
                <key>Label</key><string>\(name)</string>
                <key>ProgramArguments</key>
                <array>
            \(arguments)    </array>
                <key>StartCalendarInterval</key>
                <dict>\(when)</dict>
            </dict>
            </plist>

            """
    }

    private static func xml(_ text: String) -> String {
        text.map { character in
            switch character {
            case "&": "&amp;"
            case "<": "&lt;"
            case ">": "&gt;"
            default: String(character)
            }
        }.joined()
    }

    /// The command that makes a task.
    package var windows: String {
        let when =
            switch pace {
            case .hourly: "/SC HOURLY"
            case .daily(let hour, let minute):
                "/SC DAILY /ST \(Self.two(hour)):\(Self.two(minute))"
            }
        let command = words.map { $0.contains(" ") ? "\\\"\($0)\\\"" : $0 }.joined(separator: " ")
        return "schtasks /Create /TN \(name) \(when) /TR \"\(command)\"\n"
    }
}
