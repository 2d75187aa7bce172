// SPDX-License-Identifier: Apache-2.0

import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Passes signals on to the program under `run`.
///
/// The program stays in our process group, so that Ctrl-C, Ctrl-\ and a hang-up of the terminal
/// reach it from the kernel, once, as they would without us. What somebody sends to us alone, with
/// `kill`, we send on. The two are told apart by who sent them: `si_code`.
///
/// Once the program is gone, a signal is for us: it ends what recording is left.
final class SignalRelay: Sendable {
    private let isOver = Atomic<Bool>(false)
    private static let relayed = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2]

    /// Keeps the relayed signals from killing us, in this thread and those it starts. Call it
    /// before there are others.
    init() {
        var set = Self.set
        pthread_sigmask(SIG_BLOCK, &set, nil)
        signal(SIGPIPE, SIG_IGN)
    }

    private static var set: sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for number in relayed { sigaddset(&set, number) }
        return set
    }

    /// The program has ended.
    func programEnded() { isOver.store(true, ordering: .relaxed) }

    /// Sends on what comes, for ever; on a thread of its own.
    func serve(_ child: pid_t) {
        var set = Self.set
        while true {
            var info = siginfo_t()
            let number = sigwaitinfo(&set, &info)
            guard number > 0 else { continue }
            if isOver.load(ordering: .relaxed) {
                Terminal.complain("stopped before all output was recorded")
                exit(128 + number)
            }
            // Positive codes are the kernel's own: the terminal told the whole group.
            if info.si_code > 0 { continue }
            kill(child, number)
        }
    }
}
