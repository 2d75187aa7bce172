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

/// The service in the tree of another machine, such as an image that is being made: files alone. That
/// machine makes the user and the directories when it starts (sysusers.d, tmpfiles.d).
struct ServiceImage {
    let root: String

    private static let wants =
        "/etc/systemd/system/multi-user.target.wants/\(ServiceUnit.name).service"
    private static let users = "/usr/lib/sysusers.d/\(ServiceUnit.name).conf"
    private static let directories = "/usr/lib/tmpfiles.d/\(ServiceUnit.name).conf"

    /// - Throws: `cannotCreate` naming the file.
    func install(_ unit: ServiceUnit) throws {
        let places = [unit.logs, unit.keys].map { path in
            "d \(Schedule.systemd(path)) 0700 \(unit.user) \(unit.user) -\n"
        }
        let user =
            "u \(unit.user) - \"Daybook\" \(Schedule.systemd(unit.logs)) /usr/sbin/nologin\n"
        for (path, text) in [
            (ServiceDesk.unitPath, unit.text), (Self.users, user),
            (Self.directories, places.joined()),
        ] {
            try makeDirectories(above: path)
            try SmallFile.write(Array(text.utf8), to: root + path)
        }
        try makeDirectories(above: Self.wants)
        unlink(root + Self.wants)
        guard symlink("../\(ServiceUnit.name).service", root + Self.wants) == 0 else {
            throw refusal(Self.wants)
        }
    }

    /// - Returns: false when nothing was installed there.
    func remove() throws -> Bool {
        guard access(root + ServiceDesk.unitPath, F_OK) == 0 else { return false }
        for path in [Self.wants, Self.users, Self.directories, ServiceDesk.unitPath] {
            guard unlink(root + path) == 0 || errno == ENOENT else { throw refusal(path) }
        }
        return true
    }

    private func makeDirectories(above path: String) throws {
        var place = root
        for part in path.split(separator: "/").dropLast() {
            place += "/" + part
            guard mkdir(place, 0o755) == 0 || errno == EEXIST else { throw refusal(path) }
        }
    }

    private func refusal(_ path: String) -> DeskFailure {
        DeskFailure(
            .cannotCreate, "cannot write \(root)\(path): \(String(cString: strerror(errno))).")
    }
}
