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

/// Puts the daemon's unit, user and directories on this machine, and takes the unit off again.
struct ServiceDesk {
    let unit: ServiceUnit

    static let unitPath = "/etc/systemd/system/\(ServiceUnit.name).service"

    /// - Throws: `permission` for whoever is not root, `unavailable` without systemd.
    func install() throws {
        try Self.requireRoot("install")
        guard getpwnam(unit.user) != nil || Self.run("useradd", userWords) else {
            throw DeskFailure(.unavailable, "useradd could not make the user \(unit.user).")
        }
        guard let user = getpwnam(unit.user)?.pointee else {
            throw DeskFailure(.unavailable, "there is no user \(unit.user) on this machine.")
        }
        for path in [unit.logs, unit.keys] { try own(path, user.pw_uid, user.pw_gid) }
        try SmallFile.write(Array(unit.text.utf8), to: Self.unitPath)
        for words in [["daemon-reload"], ["enable", "--now", ServiceUnit.name]] {
            let result = Program.run("systemctl", words)
            guard result.isFine else {
                throw DeskFailure(
                    .unavailable,
                    "systemctl \(words[0]) failed: \(result.line). The unit is \(Self.unitPath); "
                        + "`journalctl -u \(ServiceUnit.name)` may say why.")
            }
        }
    }

    /// - Returns: false when nothing was installed.
    static func remove() throws -> Bool {
        try requireRoot("remove")
        guard access(unitPath, F_OK) == 0 else { return false }
        _ = Program.run("systemctl", ["disable", "--now", ServiceUnit.name])
        guard unlink(unitPath) == 0 else {
            throw DeskFailure(
                .permission, "cannot remove \(unitPath): \(String(cString: strerror(errno))).")
        }
        _ = Program.run("systemctl", ["daemon-reload"])
        return true
    }

    private var userWords: [String] {
        [
            "--system", "--home-dir", unit.logs, "--no-create-home", "--shell", "/usr/sbin/nologin",
            "--user-group", unit.user,
        ]
    }

    private static func run(_ program: String, _ words: [String]) -> Bool {
        Program.run(program, words).isFine
    }

    private static func requireRoot(_ verb: String) throws {
        guard geteuid() == 0 else {
            throw DeskFailure(
                .permission,
                "`daybook service \(verb)` changes this machine: run it with sudo. "
                    + "`daybook service show` prints the unit without.")
        }
    }

    /// Makes a directory that only the daemon's user can look into. One that is there has to be
    /// theirs already: what is in it is not ours to give away.
    private func own(_ path: String, _ user: uid_t, _ group: gid_t) throws {
        var facts = stat()
        if lstat(path, &facts) == 0 {
            guard facts.st_mode & S_IFMT == S_IFDIR, facts.st_uid == user else {
                throw DeskFailure(
                    .cannotCreate,
                    "\(path) is there and not a directory of \(unit.user)'s. "
                        + "`chown -R \(unit.user): \(path)` gives it to them, or name another place."
                )
            }
            return
        }
        guard mkdir(path, 0o700) == 0, chown(path, user, group) == 0 else {
            throw DeskFailure(
                .cannotCreate, "cannot make \(path): \(String(cString: strerror(errno))).")
        }
    }
}
