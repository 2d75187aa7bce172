// SPDX-License-Identifier: Apache-2.0

import Clearing
import Desk

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Puts a schedule where this machine's own timer finds it.
struct ScheduleDesk {
    let schedule: Schedule

    init(_ schedule: Schedule) { self.schedule = schedule }

    // MARK: - Places

    /// This program, by a path that works from anywhere.
    static var program: String {
        guard let found = realpath("/proc/self/exe", nil) else {
            return CommandLine.arguments.first ?? "daybook"
        }
        defer { free(found) }
        return String(cString: found)
    }

    static func whole(_ path: String) -> String {
        guard !path.hasPrefix("/"), let directory = getcwd(nil, 0) else { return path }
        defer { free(directory) }
        return String(cString: directory) + "/" + path
    }

    private static var isRoot: Bool { geteuid() == 0 }

    private static func exists(_ path: String) -> Bool {
        var facts = stat()
        return stat(path, &facts) == 0
    }

    /// Whether systemd runs here and takes units from us.
    private static var hasSystemd: Bool {
        if isRoot { return exists("/run/systemd/system") }
        guard let runtime = PlaceOptions.environment("XDG_RUNTIME_DIR") else { return false }
        return exists(runtime + "/systemd/private")
    }

    private var unitDirectory: String {
        if Self.isRoot { return "/etc/systemd/system" }
        let home = PlaceOptions.environment("HOME") ?? "."
        return (PlaceOptions.environment("XDG_CONFIG_HOME") ?? home + "/.config") + "/systemd/user"
    }

    private var timerPath: String { "\(unitDirectory)/\(schedule.name).timer" }
    private var servicePath: String { "\(unitDirectory)/\(schedule.name).service" }

    private func systemctl(_ words: String...) -> Program.Result {
        Program.run("systemctl", (Self.isRoot ? [] : ["--user"]) + words)
    }

    // MARK: - Looking and changing

    /// What is installed, for people.
    var installed: [String] {
        var lines: [String] = []
        if Self.exists(timerPath) {
            let next = systemctl("list-timers", "--no-pager", "\(schedule.name).timer")
            lines.append("systemd: \(timerPath)")
            if next.isFine { lines += next.output.split(separator: "\n").map { "  " + $0 } }
        }
        lines += crontab().split(separator: "\n").filter { $0.hasSuffix(schedule.cronMark) }
            .map { "cron: \($0)" }
        return lines
    }

    /// - Returns: `systemd` or `cron`.
    func install() throws -> String {
        guard Self.hasSystemd else {
            try setCrontab(adding: true)
            return "cron"
        }
        try makeDirectory(unitDirectory)
        try SmallFile.write(Array(schedule.service.utf8), to: servicePath)
        try SmallFile.write(Array(schedule.timer.utf8), to: timerPath)
        for words in [["daemon-reload"], ["enable", "--now", "\(schedule.name).timer"]] {
            let result = Program.run("systemctl", (Self.isRoot ? [] : ["--user"]) + words)
            guard result.isFine else {
                throw DeskFailure(
                    .unavailable,
                    "systemctl \(words[0]) failed: \(result.line). The units are in "
                        + "\(unitDirectory).")
            }
        }
        if !Self.isRoot {
            Terminal.note(
                "it runs while you are logged in; `loginctl enable-linger` lets it run always")
        }
        return "systemd"
    }

    /// - Returns: what was removed.
    func remove() throws -> [String] {
        var kinds: [String] = []
        if Self.exists(timerPath) {
            _ = systemctl("disable", "--now", "\(schedule.name).timer")
            guard unlink(timerPath) == 0 else {
                throw DeskFailure(
                    .permission,
                    "cannot remove \(timerPath): \(String(cString: strerror(errno))).")
            }
            unlink(servicePath)
            _ = systemctl("daemon-reload")
            kinds.append("systemd")
        }
        if crontab().split(separator: "\n").contains(where: { $0.hasSuffix(schedule.cronMark) }) {
            try setCrontab(adding: false)
            kinds.append("cron")
        }
        return kinds
    }

    private func crontab() -> String {
        let result = Program.run("crontab", ["-l"])
        return result.isFine ? result.output : ""
    }

    private func setCrontab(adding: Bool) throws {
        let old = Program.run("crontab", ["-l"])
        // It fails where there is none yet. One that we could not read whole we do not replace.
        guard old.code != 127, old.output.utf8.count < Program.mostBytes else {
            throw DeskFailure(
                .unavailable,
                "there is neither systemd nor a crontab that we can change here. Let "
                    + "`daybook retain run` be run by whatever starts programs on this machine.")
        }
        let text = schedule.crontab(adding: adding, to: old.isFine ? old.output : "")
        let result = Program.run("crontab", ["-"], input: text)
        guard result.isFine else {
            throw DeskFailure(.unavailable, "crontab refused: \(result.line)")
        }
    }

    private func makeDirectory(_ path: String) throws {
        var made = ""
        for part in path.split(separator: "/") {
            made += "/" + part
            guard mkdir(made, 0o755) == 0 || errno == EEXIST else {
                throw DeskFailure(
                    .cannotCreate, "cannot make \(made): \(String(cString: strerror(errno))).")
            }
        }
    }
}
