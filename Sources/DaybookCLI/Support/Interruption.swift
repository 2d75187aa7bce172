// SPDX-License-Identifier: Apache-2.0

import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Ctrl-C and SIGTERM as a request to come to an end, instead of an end.
enum Interruption {
    /// The signal that asked, 0 while none did. Relaxed: it carries no other data.
    private static let signalNumber = Atomic<Int32>(0)

    /// Whoever starts us from a thread of a pool may have left these blocked; we can be stopped.
    static func unblock() {
        var set = sigset_t()
        sigemptyset(&set)
        for number in [SIGINT, SIGTERM, SIGHUP, SIGQUIT] { sigaddset(&set, number) }
        pthread_sigmask(SIG_UNBLOCK, &set, nil)
    }

    /// From now on the first SIGINT, SIGTERM or SIGHUP only asks; the second one kills as usual.
    static func listen() {
        for number in [SIGINT, SIGTERM, SIGHUP] {
            var action = sigaction()
            // No SA_RESTART: a blocking read returns, so that the request is seen.
            action.sa_flags = Int32(bitPattern: UInt32(SA_RESETHAND))
            action.__sigaction_handler.sa_handler = { number in
                Interruption.signalNumber.store(number, ordering: .relaxed)
            }
            sigaction(number, &action, nil)
        }
    }

    static var isRequested: Bool { signalNumber.load(ordering: .relaxed) != 0 }

    /// The exit code of a program that ended because of the signal; nil when none came.
    static var exitCode: Int32? {
        let number = signalNumber.load(ordering: .relaxed)
        return number == 0 ? nil : 128 + number
    }
}
