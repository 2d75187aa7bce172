// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Runs another program to its end: what we tell it, and what it says.
package struct Program {
    /// What came of it.
    package struct Result: Sendable {
        /// Its exit code; 128 and more after a signal, 127 when it is not here.
        package let code: Int32
        /// What it wrote to both outputs, the first 64 KiB of it.
        package let output: String

        package var isFine: Bool { code == 0 }
        /// The first line that says something.
        package var line: String {
            output.split(whereSeparator: \.isNewline).first.map(String.init) ?? "exit code \(code)"
        }
    }

    /// Bytes that we tell or hear: what a pipe holds, so that neither side waits for the other.
    package static let mostBytes = 1 << 16

    /// - Parameters:
    ///   - name: looked for in PATH unless it has a slash.
    ///   - input: at most `mostBytes`; it never shows in a list of processes.
    package static func run(_ name: String, _ arguments: [String], input: String = "") -> Result {
        var input = Array(input.utf8)
        guard input.count < mostBytes else { return Result(code: 65, output: "too much to tell") }
        var toProgram: [Int32] = [0, 0]
        var fromProgram: [Int32] = [0, 0]
        guard pipe(&toProgram) == 0, pipe(&fromProgram) == 0 else {
            return Result(code: 71, output: systemText(errno))
        }
        for end in toProgram + fromProgram { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let code = start(name, arguments, toProgram[0], fromProgram[1])
        close(toProgram[0])
        close(fromProgram[1])
        defer { close(fromProgram[0]) }
        guard case .success(let process) = code else {
            close(toProgram[1])
            return Result(code: 127, output: "the program \(name) is not here")
        }
        let old = signal(SIGPIPE, SIG_IGN)
        if !input.isEmpty { _ = write(toProgram[1], &input, input.count) }
        signal(SIGPIPE, old)
        close(toProgram[1])
        let output = hear(fromProgram[0])
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        let exit = status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + status & 0x7F
        return Result(code: exit, output: output)
    }

    private enum NotHere: Error { case notHere }

    private static func start(
        _ name: String, _ arguments: [String], _ input: Int32, _ output: Int32
    ) -> Swift.Result<pid_t, NotHere> {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_adddup2(&actions, output, 2)
        var words = ([name] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var process = pid_t()
        return posix_spawnp(&process, name, &actions, nil, &words, environ) == 0
            ? .success(process) : .failure(.notHere)
    }

    private static func hear(_ descriptor: Int32) -> String {
        var heard: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            if count <= 0 { break }
            if heard.count < mostBytes { heard += chunk[..<count] }
        }
        return String(decoding: heard, as: UTF8.self)
    }
}
