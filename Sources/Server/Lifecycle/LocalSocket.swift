// SPDX-License-Identifier: Apache-2.0

import Book
import CDaybook
import Daybook
import Desk
import ServiceLifecycle

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// `daybook.sock` in the directory of the books: how the command line and programs of this machine
/// reach the daemon without a token.
///
/// Its mode is 0600, or 0660 with the group of `access.socket_group`. That only keeps strangers from
/// knocking: who may what is decided by the credentials of the process at the other end.
struct LocalSocket: Sendable {
    static let name = "daybook.sock"

    /// Where it lies.
    let path: String
    /// The same place, short enough for an address of a socket.
    let boundPath: String
    private let group: UInt32?
    private let disk: any Disk

    init(_ ground: Ground) throws {
        path = "\(ground.logs)/\(Self.name)"
        group = ground.settings.access.socketGroup
        disk = ground.place("audit").disk
        guard path.utf8.count >= Self.pathBytesMax else {
            boundPath = path
            return
        }
        // Through the directory's descriptor, which stays open for as long as the process lives.
        let descriptor = open(ground.logs, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw DeskFailure(.inputOutput, "cannot open the directory \(ground.logs)")
        }
        boundPath = "/proc/self/fd/\(descriptor)/\(Self.name)"
    }

    /// Bytes of `sun_path` of the smallest system we run on, with the zero at its end.
    private static let pathBytesMax = 104

    /// Refuses when another daemon answers there; a socket that a killed one left is no matter.
    func check() throws {
        let descriptor = daybook_unix_connect(path)
        guard descriptor >= 0 else { return }
        close(descriptor)
        throw DeskFailure(
            .temporary,
            "another daemon runs over these books: it answers at \(path). Stop it first.")
    }

    func setMode() throws {
        do throws(DiskError) {
            try disk.setMode(path, mode: group == nil ? 0o600 : 0o660, group: group)
        } catch {
            throw DeskFailure(
                .settings,
                "the group of \(path) cannot be set: the user of the daemon has to be a member of "
                    + "access.socket_group. \(error.description)")
        }
    }

    func remove() { try? disk.remove(path) }
}

/// Answers at the local socket, and takes it away at the end.
struct LocalSocketService: Service {
    let core: DaemonCore
    let socket: LocalSocket
    let application: any Service

    func run() async throws {
        try await core.blocking { [socket] in try socket.check() }
        do {
            try await application.run()
        } catch {
            socket.remove()
            throw error
        }
        socket.remove()
    }
}
