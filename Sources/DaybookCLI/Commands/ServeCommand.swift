// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Desk

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// `daybook serve`: becomes the daemon.
struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run the daemon: takes records over HTTP, keeps the books, shows them.",
        discussion: """
            It runs until Ctrl-C or SIGTERM, and then syncs and signs what it took.

            Examples:
              daybook serve
              daybook serve --listen 127.0.0.1:9000
            """)

    @OptionGroup var place: PlaceOptions

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Where to listen. (default: 127.0.0.1:7370)", valueName: "host:port"))
    var listen: String?

    mutating func run() throws {
        let program = try Self.daemonPath()
        var arguments = [program, "--dir", place.logsPath, "--keys", place.keysPath]
        if let listen { arguments += ["--listen", listen] }
        var pointers = arguments.map { strdup($0) } + [nil]
        execv(program, &pointers)
        throw DeskFailure(
            .unavailable, "cannot start \(program): \(String(cString: strerror(errno)))")
    }

    /// `daybookd`, beside this program.
    private static func daemonPath() throws -> String {
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
        let directory = own.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        let path = directory.joined(separator: "/") + "/daybookd"
        guard access(path, X_OK) == 0 else {
            throw DeskFailure(
                .unavailable,
                "\(path) is not there: the daemon is a program of its own and lies beside this one. "
                    + "`make install` installs both.")
        }
        return path
    }
}
