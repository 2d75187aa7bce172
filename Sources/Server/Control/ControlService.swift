// SPDX-License-Identifier: Apache-2.0

import Book
import CDaybook
import Desk
import Logging
import ServiceLifecycle
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Lets other users of this machine run commands over these books, as far as their roles go.
///
/// A thread accepts, and one serves each command, since both only wait.
struct ControlService: Service {
    let core: DaemonCore
    /// The path of the socket; its mode is 0666, and who connects is told by the kernel.
    let path: String
    /// `daybook`, beside this program.
    let program: String
    /// Who a user of this machine is here; nil for whoever has no role.
    let principal: @Sendable (UInt32) -> Principal?

    /// `daybook`, which lies beside this program.
    static func program() throws -> String {
        #if os(Linux)
            let link = "/proc/self/exe"
        #else
            let link = CommandLine.arguments[0]
        #endif
        guard let resolved = realpath(link, nil) else {
            throw DeskFailure(.unavailable, "cannot tell where this program lies")
        }
        defer { free(resolved) }
        let own = String(cString: resolved)
        return own.split(separator: "/", omittingEmptySubsequences: false).dropLast()
            .joined(separator: "/") + "/daybook"
    }

    func run() async throws {
        let listener = daybook_unix_listen(path)
        guard listener >= 0, chmod(path, 0o666) == 0 else {
            throw DeskFailure(
                .settings,
                "cannot listen at \(path): \(String(cString: strerror(errno))). `server.control` in "
                    + "daybook.yaml names another place.")
        }
        let open = Mutex<(connections: Set<Int32>, isEnding: Bool)>(([], false))
        let accepting = Worker("control") { [self] in
            accept(listener) { descriptor in
                open.withLock { state in
                    guard !state.isEnding, state.connections.count < ServerLimits.controlConnections
                    else { return false }
                    state.connections.insert(descriptor)
                    return true
                }
            } done: { descriptor in
                _ = open.withLock { $0.connections.remove(descriptor) }
                close(descriptor)
            }
        }
        try? await gracefulShutdown()
        // Whoever waits for an answer is cut off: commands end as on Ctrl-C.
        open.withLock { state in
            state.isEnding = true
            for descriptor in state.connections { daybook_shutdown(descriptor, 2) }
        }
        daybook_shutdown(listener, 2)
        unlink(path)
        try? await core.blocking {
            accepting.join()
            close(listener)
        }
    }

    private func accept(
        _ listener: Int32, begin: @escaping @Sendable (Int32) -> Bool,
        done: @escaping @Sendable (Int32) -> Void
    ) {
        while true {
            let descriptor = daybook_unix_accept(listener)
            guard descriptor >= 0 else {
                if errno == EMFILE || errno == ENFILE {
                    usleep(50_000)
                    continue
                }
                return
            }
            guard begin(descriptor) else {
                close(descriptor)
                continue
            }
            let run = ControlRun(
                core: core, program: program, principal: principal, descriptor: descriptor)
            detach {
                run.serve()
                done(descriptor)
            }
        }
    }

    /// A thread that nobody waits for.
    private func detach(_ body: @escaping @Sendable () -> Void) {
        final class Box: Sendable {
            let body: @Sendable () -> Void
            init(_ body: @escaping @Sendable () -> Void) { self.body = body }
        }
        var thread = pthread_t()
        let box = Unmanaged.passRetained(Box(body))
        let code = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body()
                return nil
            }, box.toOpaque())
        if code == 0 {
            pthread_detach(thread)
        } else {
            box.takeRetainedValue().body()
        }
    }
}
