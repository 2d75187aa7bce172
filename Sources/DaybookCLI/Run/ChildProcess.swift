// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A program started with its output in our pipes and everything else as it was.
struct ChildProcess {
    let identifier: pid_t
    /// The reading ends.
    let output: Int32
    let errors: Int32

    /// Why a program did not start.
    struct StartFailure: Error {
        let code: Int32

        /// What a shell would have exited with.
        var exitCode: Int32 { code == ENOENT ? 127 : 126 }
        var text: String { String(cString: strerror(code)) }
    }

    /// How it ended.
    enum End {
        case exited(Int32)
        case killed(Int32)

        /// The exit code that tells a shell the same.
        var exitCode: Int32 {
            switch self {
            case .exited(let code): code
            case .killed(let number): 128 + number
            }
        }
    }

    /// Starts `command`, found in PATH, with `additions` to the environment.
    init(_ command: [String], additions: [String: String]) throws(StartFailure) {
        for (name, value) in additions { setenv(name, value, 0) }
        let (outRead, outWrite) = try Self.pipe()
        let (errRead, errWrite) = try Self.pipe()
        defer {
            close(outWrite)
            close(errWrite)
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, outWrite, 1)
        posix_spawn_file_actions_adddup2(&actions, errWrite, 2)

        // The program starts with the signals as they were before we changed ours.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        var defaults = sigset_t()
        sigemptyset(&defaults)
        sigaddset(&defaults, SIGPIPE)
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF))

        var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) }
        arguments.append(nil)
        defer { for argument in arguments { free(argument) } }
        var child = pid_t()
        let code = posix_spawnp(&child, command[0], &actions, &attributes, arguments, environ)
        guard code == 0 else {
            close(outRead)
            close(errRead)
            throw StartFailure(code: code)
        }
        identifier = child
        output = outRead
        errors = errRead
    }

    private static func pipe() throws(StartFailure) -> (read: Int32, write: Int32) {
        guard let ends = privatePipe() else { throw StartFailure(code: errno) }
        return ends
    }

    /// Waits until it ends.
    func wait() -> End {
        var status: Int32 = 0
        while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
        let number = status & 0x7F
        return number == 0 ? .exited((status >> 8) & 0xFF) : .killed(number)
    }
}
