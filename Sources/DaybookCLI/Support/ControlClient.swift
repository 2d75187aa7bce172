// SPDX-License-Identifier: Apache-2.0

import CDaybook
import Desk

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Has the daemon run a command over books that are another user's.
enum ControlClient {
    /// Runs the command there, when the books are another user's and a daemon answers for them.
    ///
    /// - Returns: the exit code; nil when this process does the command itself.
    /// - Throws: `permission` with the daemon's words when it refused.
    static func run(_ arguments: [String]) throws -> Int32? {
        guard let path = socket(logs(arguments)) else { return nil }
        let descriptor = daybook_unix_connect(path)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var environment: [String: String] = [:]
        for name in ControlMessage.variables {
            environment[name] = PlaceOptions.environment(name)
        }
        environment["COLUMNS"] = String(Terminal.width)
        let bytes = ControlMessage(
            arguments: withoutPlaces(arguments), environment: environment
        ).bytes
        guard daybook_send_files(descriptor, bytes, bytes.count, [0, 1, 2], 3) == 0 else {
            throw lost(path)
        }
        var head = [UInt8](repeating: 0, count: 4)
        guard daybook_receive_all(descriptor, &head, 4) == 1,
            let length = ControlMessage.length(head), length > 0
        else { throw lost(path) }
        var body = [UInt8](repeating: 0, count: length)
        guard daybook_receive_all(descriptor, &body, length) == 1, let answer = ControlAnswer(body)
        else { throw lost(path) }
        switch answer {
        case .ended(let code): return code
        case .refused(let reason, let code):
            throw DeskFailure(DeskFailure.Code(rawValue: code) ?? .permission, reason)
        }
    }

    private static func lost(_ path: String) -> DeskFailure {
        DeskFailure(
            .temporary, "the daemon at \(path) went away before the command had ended. Ask again.")
    }

    /// The socket of the daemon that answers for these books; nil when they are this user's own, or
    /// nobody answers.
    private static func socket(_ logs: String) -> String? {
        var facts = stat()
        let isThere = stat(logs, &facts) == 0
        if isThere, facts.st_uid == geteuid() { return nil }
        if !isThere, errno == ENOENT { return nil }
        let path = PlaceOptions.environment("DAYBOOK_CONTROL") ?? standardPath
        return access(path, R_OK | W_OK) == 0 ? path : nil
    }

    /// Where the installed service listens.
    static let standardPath = "/run/daybook/control"

    private static func logs(_ arguments: [String]) -> String {
        for (place, word) in arguments.enumerated() {
            if word == "--dir", place + 1 < arguments.count { return arguments[place + 1] }
            if word.hasPrefix("--dir=") { return String(word.dropFirst("--dir=".count)) }
        }
        return PlaceOptions.environment("DAYBOOK_DIR") ?? "logs"
    }

    /// The daemon has one place for the books and one for the keys.
    private static func withoutPlaces(_ arguments: [String]) -> [String] {
        var kept: [String] = []
        var rest = arguments[...]
        while let word = rest.popFirst() {
            if word == "--dir" || word == "--keys" {
                rest = rest.dropFirst()
            } else if !word.hasPrefix("--dir="), !word.hasPrefix("--keys=") {
                kept.append(word)
            }
        }
        return kept
    }
}
