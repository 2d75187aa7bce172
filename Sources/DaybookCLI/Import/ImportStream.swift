// SPDX-License-Identifier: Apache-2.0

import Desk

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The bytes of a log file, whether it is compressed or not.
///
/// gzip and zstd run as programs of their own: nothing more to link, a damaged archive can upset
/// nobody but them, and they work on another core. What a file is, its first bytes say.
struct ImportStream: ~Copyable {
    let path: String
    let descriptor: Int32
    /// Bytes of the plain file; nil for a compressed one.
    let plainSize: Int?
    private var program: (name: String, identifier: pid_t)?

    init(_ path: String) throws {
        self.path = path
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            throw DeskFailure(
                .noInput, "cannot read \(path): \(String(cString: strerror(errno))).")
        }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(file)
            throw DeskFailure(
                .noInput, "\(path) is not a file. Name the files themselves: \(path)/*.log*")
        }
        var magic: [UInt8] = [0, 0, 0, 0]
        let count = pread(file, &magic, 4, 0)
        let name: String? =
            if count >= 2, magic[0] == 0x1F, magic[1] == 0x8B {
                "gzip"
            } else if count == 4, magic == [0x28, 0xB5, 0x2F, 0xFD] { "zstd" } else { nil }
        guard let name else {
            descriptor = file
            plainSize = Int(status.st_size)
            program = nil
            return
        }
        let (output, identifier) = try Self.start(name, file, path)
        descriptor = output
        plainSize = nil
        program = (name, identifier)
    }

    deinit {
        close(descriptor)
        if let program {
            var status: Int32 = 0
            while waitpid(program.identifier, &status, 0) < 0, errno == EINTR {}
        }
    }

    private static func start(_ name: String, _ file: Int32, _ path: String) throws -> (
        output: Int32, identifier: pid_t
    ) {
        defer { close(file) }
        guard let ends = privatePipe() else {
            throw DeskFailure(.temporary, "no pipe: \(String(cString: strerror(errno))).")
        }
        defer { close(ends.write) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, file, 0)
        posix_spawn_file_actions_adddup2(&actions, ends.write, 1)
        // What it would say of a pipe that we closed early helps nobody.
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        var arguments = [strdup(name), strdup("-dc"), nil]
        defer { for argument in arguments { free(argument) } }
        var identifier = pid_t()
        let code = posix_spawnp(&identifier, name, &actions, nil, &arguments, environ)
        guard code == 0 else {
            close(ends.read)
            throw DeskFailure(
                .unavailable,
                "\(path) is compressed, and the program \(name) is not here: "
                    + "`sudo apt-get install \(name)`.")
        }
        return (ends.read, identifier)
    }

    /// After the last byte: whether the archive was whole.
    mutating func checkEnd() throws {
        guard let program else { return }
        var status: Int32 = 0
        while waitpid(program.identifier, &status, 0) < 0, errno == EINTR {}
        self.program = nil
        guard status == 0 else {
            throw DeskFailure(
                .badInput,
                "\(path) is damaged or cut off; what \(program.name) could read of it is recorded.")
        }
    }

    /// Passes over bytes that were imported before.
    func skip(_ count: Int) throws {
        if plainSize != nil {
            lseek(descriptor, off_t(count), SEEK_SET)
            return
        }
        var rest = count
        var chunk = [UInt8](repeating: 0, count: CommandLimits.readBytes)
        while rest > 0 {
            let got = read(&chunk, min(rest, chunk.count))
            guard got > 0 else { return }
            rest -= got
        }
    }

    /// Reads up to `count` bytes, fewer only at the end.
    func read(_ chunk: inout [UInt8], _ count: Int) -> Int {
        var done = 0
        while done < count {
            let got = chunk.withUnsafeMutableBytes { buffer in
                systemRead(descriptor, buffer.baseAddress.unsafelyUnwrapped + done, count - done)
            }
            guard got > 0 else { break }
            done += got
        }
        return done
    }
}
