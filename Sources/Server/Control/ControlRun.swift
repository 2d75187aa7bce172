// SPDX-License-Identifier: Apache-2.0

import CDaybook
import Desk
import Records

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// One command that another user of this machine asked for.
struct ControlRun: Sendable {
    let core: DaemonCore
    let program: String
    let principal: @Sendable (UInt32) -> Principal?
    let descriptor: Int32

    /// Receives it, runs it, answers. Blocks until it has ended.
    func serve() {
        var first: UInt8 = 0
        var files = [Int32](repeating: -1, count: Int(DAYBOOK_FILES_MAX))
        let count = daybook_receive_files(descriptor, &first, &files)
        defer { for file in files.prefix(max(0, Int(count))) { close(file) } }
        guard count == DAYBOOK_FILES_MAX, let message = receive(first) else { return }
        let answer: ControlAnswer
        do {
            answer = .ended(try run(message, files))
        } catch {
            let failure = DeskFailure(known: error)
            answer = .refused(
                failure?.message ?? "the command could not be started",
                (failure?.code ?? .unavailable).rawValue)
        }
        let bytes = answer.bytes
        _ = daybook_send_all(descriptor, bytes, bytes.count)
    }

    private func receive(_ first: UInt8) -> ControlMessage? {
        var head = [first, 0, 0, 0]
        let rest = head.withUnsafeMutableBytes { bytes in
            daybook_receive_all(descriptor, bytes.baseAddress.map { $0 + 1 }, 3)
        }
        guard rest == 1, let length = ControlMessage.length(head) else { return nil }
        var bytes = [UInt8](repeating: 0, count: length)
        guard length > 0, daybook_receive_all(descriptor, &bytes, length) == 1 else { return nil }
        return ControlMessage(bytes)
    }

    private func run(_ message: ControlMessage, _ files: [Int32]) throws -> Int32 {
        let user = daybook_peer_user(descriptor)
        guard user >= 0, let caller = principal(UInt32(user)) else {
            try keep(message, nil, isRefused: true)
            throw DeskFailure(
                .permission,
                "the user \(user) of this machine has no role here. An admin gives one under "
                    + "`access.local_users` of daybook.yaml.")
        }
        let arguments: [String]
        do throws(DeskFailure) {
            arguments = try ControlRules.check(message.arguments, for: caller)
        } catch {
            try keep(message, caller, isRefused: true)
            throw error
        }
        try keep(message, caller, isRefused: false)
        let child = try start(arguments, message.environment, caller, files)
        return wait(for: child)
    }

    /// The record that says who had what run; what was asked goes under the house's key.
    private func keep(_ message: ControlMessage, _ caller: Principal?, isRefused: Bool) throws {
        let ground = caller.map { core.ground(of: $0) } ?? core.ground
        let name = message.arguments.first.flatMap { ControlRules.table[$0] == nil ? nil : $0 }
        try ground.keepHouse(
            .commandRun,
            [
                "command_name": .string(name ?? "other"), "refused": .bool(isRefused),
                "run_by": .string(caller?.name ?? "unknown"),
                "words": .string(message.arguments.joined(separator: " ")),
            ], sealing: ["run_by", "words"])
    }

    private func start(
        _ arguments: [String], _ environment: [String: String], _ caller: Principal,
        _ files: [Int32]
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (number, file) in files.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, file, Int32(number))
        }
        // Signals as a shell would give them: ours are blocked for the threads that take them.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        var defaults = sigset_t()
        sigemptyset(&defaults)
        for signal in [SIGPIPE, SIGINT, SIGTERM, SIGHUP] { sigaddset(&defaults, signal) }
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF))
        let ground = core.ground
        var variables = environment
        variables["DAYBOOK_DIR"] = ground.logs
        variables["DAYBOOK_KEYS"] = ground.keys
        variables[Ground.callerVariable] = caller.name
        for name in ["PATH", "HOME", "DAYBOOK_PASSPHRASE_FD", "CREDENTIALS_DIRECTORY"] {
            if let value = getenv(name) { variables[name] = String(cString: value) }
        }
        var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) }
        var settings: [UnsafeMutablePointer<CChar>?] =
            variables.map { strdup("\($0.key)=\($0.value)") }
        words.append(nil)
        settings.append(nil)
        defer { for text in words + settings { free(text) } }
        var child = pid_t()
        let code = posix_spawn(&child, program, &actions, &attributes, words, settings)
        guard code == 0 else {
            throw DeskFailure(
                .unavailable, "cannot start \(program): \(String(cString: strerror(code)))")
        }
        return child
    }

    /// Waits until it has ended; asks it to, when the caller has gone.
    private func wait(for child: pid_t) -> Int32 {
        var status: Int32 = 0
        var asked = 0
        while true {
            let ended = waitpid(child, &status, WNOHANG)
            if ended == child || (ended < 0 && errno != EINTR) { break }
            var events = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let hasWord = poll(&events, 1, ServerLimits.controlPollMilliseconds) > 0
            guard hasWord else { continue }
            // The caller says nothing more, so this is its end.
            kill(child, asked == 0 ? SIGINT : SIGKILL)
            asked += 1
            usleep(ServerLimits.controlGraceMicroseconds)
        }
        let number = status & 0x7F
        return number == 0 ? (status >> 8) & 0xFF : 128 + number
    }
}
