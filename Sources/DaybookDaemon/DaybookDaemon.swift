// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CDaybook
import Desk
import Foundation
import Logging
import Server

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// `daybookd`: what `daybook serve` becomes. A program of its own, so that the command line starts as
/// fast as one without an HTTP server in it.
@main
struct DaybookDaemon: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "daybookd",
        abstract: "The daemon of Daybook; `daybook serve` starts it.")

    @Option(name: .long, help: "The directory of the books.")
    var dir: String

    @Option(name: .long, help: "The directory of the keys.")
    var keys: String

    @Option(name: .long, help: "Where to listen, as host:port.")
    var listen: String?

    mutating func run() async throws {
        do {
            let ground = try Ground(logs: dir, keys: keys, voice: LogVoice())
            let settings = try ServerSettings(
                ground, listen: listen, environment: ProcessInfo.processInfo.environment)
            var logger = Logger(label: "daybookd")
            logger.logLevel = .notice
            try await Daemon(ground, settings, logger: logger).run()
        } catch {
            guard let failure = DeskFailure(known: error) else { throw error }
            LogVoice.say(failure.message)
            throw ExitCode(failure.code.rawValue)
        }
    }
}

/// Words of the daemon to standard error, where journald or a terminal takes them.
struct LogVoice: Voice {
    func note(_ text: String) { Self.say(text) }
    func complain(_ text: String) { Self.say(text) }
    func progress(_ step: String, _ done: UInt64, of total: UInt64?, _ noun: String) {}
    func endProgress() {}

    static func say(_ text: String) {
        var line = "daybookd: \(text)\n"
        line.withUTF8 { _ = write(2, $0.baseAddress, $0.count) }
    }
}
