// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Closes what is still open when the process exits normally: at the end of `main`, or in `exit`.
///
/// A process that is killed, or ends by `_exit` or a trap, loses what is `queued` and nothing else.
enum ExitGuard {
    private struct Watched: Sendable {
        weak var daybook: Daybook?
    }

    private static let watched = Mutex<[Watched]>([])

    /// Registered with the system once, when the first Daybook is opened.
    private static let registered: Bool = atexit { ExitGuard.closeAll() } == 0

    static func watch(_ daybook: Daybook) {
        _ = registered
        _ = process
        watched.withLock { watched in
            watched.removeAll { $0.daybook == nil }
            watched.append(Watched(daybook: daybook))
        }
    }

    /// The process that opened them. In a child of it the threads that would close them do not exist,
    /// and what is queued is the parent's.
    private static let process = getpid()

    private static func closeAll() {
        guard getpid() == process else { return }
        let open = watched.withLock { $0.compactMap(\.daybook) }
        for daybook in open { try? daybook.close() }
    }
}
