// SPDX-License-Identifier: Apache-2.0

import Records

/// What a command line and the daemon say to each other over the control socket.
///
/// The command line sends its arguments and, with the first byte, its standard input, output and
/// error; the daemon runs the command with them, as its own user, and answers with one message when
/// it has ended. Each message is four bytes of length, the highest first, and a JSON object.
package struct ControlMessage: Sendable, Hashable {
    /// Bytes of a message: a command line, with a long query in it.
    package static let bytesMax = 1 << 18

    /// The words of the command, without the program's name.
    package var arguments: [String]
    /// Of the caller's environment, what decides how something is shown.
    package var environment: [String: String]

    private static let format = "daybook/control/1"
    /// The variables that go along: none of them names a file.
    package static let variables = ["TZ", "NO_COLOR", "COLUMNS", "TERM", "LANG", "LC_ALL"]

    package init(arguments: [String], environment: [String: String]) {
        self.arguments = arguments
        self.environment = environment
    }

    /// - Parameter bytes: of the object, without the length.
    /// - Returns: nil for bytes that are none.
    package init?(_ bytes: [UInt8]) {
        guard
            let object = (try? JSONValue(parsing: String(decoding: bytes, as: UTF8.self)))?
                .objectValue, object["control"]?.stringValue == Self.format,
            let words = object["arguments"]?.arrayValue
        else { return nil }
        arguments = words.compactMap(\.stringValue)
        guard arguments.count == words.count,
            arguments.allSatisfy({ !$0.utf8.contains(0) })
        else { return nil }
        environment = [:]
        for name in Self.variables {
            guard let value = object["environment"]?.objectValue?[name]?.stringValue,
                !value.utf8.contains(0)
            else { continue }
            environment[name] = value
        }
    }

    /// With its length in front.
    package var bytes: [UInt8] {
        Self.framed([
            "control": .string(Self.format),
            "arguments": .array(arguments.map { .string($0) }),
            "environment": .object(
                JSONObject(
                    environment.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })),
        ])
    }

    static func framed(_ object: JSONObject) -> [UInt8] {
        let text = Array(JSONValue.object(object).description.utf8)
        let count = UInt32(text.count)
        return (0..<4).map { UInt8(truncatingIfNeeded: count >> (24 - 8 * $0)) } + text
    }

    /// The length that four bytes say; nil when it is more than a message may have.
    package static func length(_ bytes: [UInt8]) -> Int? {
        let count = bytes.prefix(4).reduce(0) { $0 << 8 | Int($1) }
        return bytes.count >= 4 && count <= bytesMax ? count : nil
    }
}

/// How it ended.
package enum ControlAnswer: Sendable, Hashable {
    /// With this exit code.
    case ended(Int32)
    /// It was not begun: what to say, and the exit code.
    case refused(String, Int32)

    package init?(_ bytes: [UInt8]) {
        guard
            let object = (try? JSONValue(parsing: String(decoding: bytes, as: UTF8.self)))?
                .objectValue, case .number(let text)? = object["exit"], let code = Int32(text)
        else { return nil }
        if let reason = object["refused"]?.stringValue {
            self = .refused(reason, code)
        } else {
            self = .ended(code)
        }
    }

    /// With its length in front.
    package var bytes: [UInt8] {
        switch self {
        case .ended(let code): ControlMessage.framed(["exit": .number(String(code))])
        case .refused(let reason, let code):
            ControlMessage.framed(["exit": .number(String(code)), "refused": .string(reason)])
        }
    }
}
