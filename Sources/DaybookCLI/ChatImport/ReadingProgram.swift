// SPDX-License-Identifier: Apache-2.0

import Desk

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A program whose output we read: `unzip`, as `gzip` and `zstd` are used for compressed files.
struct ReadingProgram: ~Copyable {
    private let name: String
    private let descriptor: Int32
    private let identifier: pid_t
    private var isWaited = false

    init(_ name: String, _ words: [String]) throws {
        let started = try Self.start(name, words)
        self.name = name
        descriptor = started.output
        identifier = started.identifier
    }

    private static func start(_ name: String, _ words: [String]) throws -> (
        output: Int32, identifier: pid_t
    ) {
        guard let ends = privatePipe() else {
            throw DeskFailure(.temporary, "no pipe: \(String(cString: strerror(errno))).")
        }
        defer { close(ends.write) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, ends.write, 1)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        var arguments = ([name] + words).map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var started = pid_t()
        guard posix_spawnp(&started, name, &actions, nil, &arguments, environ) == 0 else {
            close(ends.read)
            throw DeskFailure(
                .unavailable,
                "the program \(name) is needed here and is not there: "
                    + "`sudo apt-get install \(name)`.")
        }
        return (ends.read, started)
    }

    deinit {
        close(descriptor)
        guard !isWaited else { return }
        var status: Int32 = 0
        while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
    }

    /// Reads up to the chunk's size; 0 at the end, and when a signal asked to stop.
    func read(_ chunk: inout [UInt8]) -> Int {
        let got = chunk.withUnsafeMutableBytes { buffer in
            systemRead(descriptor, buffer.baseAddress.unsafelyUnwrapped, buffer.count)
        }
        return max(got, 0)
    }

    /// All of it, up to a limit; nil when there is more, or the program failed.
    mutating func readAll(limit: Int) -> [UInt8]? {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let got = read(&chunk)
            if got == 0 { break }
            bytes += chunk[..<got]
            if bytes.count > limit { return nil }
        }
        return succeeded() ? bytes : nil
    }

    /// After the last byte: whether the program was content.
    mutating func succeeded() -> Bool {
        var status: Int32 = 0
        while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
        isWaited = true
        return status == 0
    }
}
