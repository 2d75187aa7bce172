// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Looks for a regular expression in the lines of a file, compressed (gzip, zstd) or not.
struct FileText {
    /// Bytes of a line that are looked at together; a longer one is cut there.
    private static let lineBytes = 1 << 20
    private static let chunkBytes = 1 << 16

    private let regex: Regex<AnyRegexOutput>

    /// - Throws: `usage` for what is no regular expression.
    init(_ pattern: String) throws(ClearingError) {
        do {
            regex = try Regex(pattern)
        } catch {
            throw ClearingError(
                .usage,
                "\"\(pattern)\" is no regular expression: \(error). A dot, bracket or star "
                    + "that is meant as such needs a \\ before it.")
        }
    }

    /// Whether some line has it. Reads up to there.
    ///
    /// - Parameter descriptor: of the file, at its start.
    /// - Throws: `damaged` when it cannot be read to its end.
    func occurs(in descriptor: Int32) throws(ClearingError) -> Bool {
        var magic: [UInt8] = [0, 0, 0, 0]
        let count = pread(descriptor, &magic, 4, 0)
        if count >= 2, magic.starts(with: [0x1F, 0x8B]) {
            return try occurs(through: "gzip", descriptor)
        }
        if count == 4, magic == [0x28, 0xB5, 0x2F, 0xFD] {
            return try occurs(through: "zstd", descriptor)
        }
        return try search(descriptor)
    }

    private func search(_ descriptor: Int32) throws(ClearingError) -> Bool {
        var chunk = [UInt8](repeating: 0, count: Self.chunkBytes)
        var line: [UInt8] = []
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw ClearingError(.damaged, systemText(errno)) }
            if count == 0 { return !line.isEmpty && matches(line) }
            var rest = chunk[..<count]
            while let feed = rest.firstIndex(of: 0x0A) {
                line += rest[..<feed]
                rest = rest[(feed + 1)...]
                if matches(line) { return true }
                line.removeAll(keepingCapacity: true)
            }
            line += rest
            if line.count >= Self.lineBytes {
                if matches(line) { return true }
                line.removeAll(keepingCapacity: true)
            }
        }
    }

    private func matches(_ line: [UInt8]) -> Bool {
        (try? regex.firstMatch(in: String(decoding: line, as: UTF8.self))) != nil
    }

    private func occurs(through program: String, _ descriptor: Int32) throws(ClearingError) -> Bool
    {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw ClearingError(.busy, systemText(errno)) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, descriptor, 0)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        var arguments = [strdup(program), strdup("-dc"), nil]
        defer { for argument in arguments { free(argument) } }
        var process = pid_t()
        let code = posix_spawnp(&process, program, &actions, nil, &arguments, environ)
        close(ends[1])
        guard code == 0 else {
            close(ends[0])
            throw ClearingError(
                .damaged, "it is compressed, and the program \(program) is not here")
        }
        let found = Result { () throws(ClearingError) in try search(ends[0]) }
        close(ends[0])
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        let occurs = try found.get()
        // One that we left early may have died of the closed pipe.
        guard occurs || status == 0 else {
            throw ClearingError(.damaged, "the archive is damaged or cut off")
        }
        return occurs
    }
}
