// SPDX-License-Identifier: Apache-2.0

import Intake
import Records

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// An item that outlives the call it was yielded in.
enum Item: Hashable, CustomStringConvertible {
    case jsonLine(String, IntakeBook)
    case object(JSONObject, IntakeBook)

    var book: IntakeBook {
        switch self {
        case .jsonLine(_, let book), .object(_, let book): book
        }
    }

    var object: JSONObject? { if case .object(let object, _) = self { object } else { nil } }

    var event: String? { self["event"] }

    /// All names and values as they are read, one a line.
    var texts: String {
        func collect(_ value: JSONValue) -> [String] {
            switch value {
            case .null: ["None"]
            case .bool(let value): [value ? "True" : "False"]
            case .number(let text), .string(let text): [text]
            case .array(let values): values.flatMap(collect)
            case .object(let object): object.flatMap { [$0.key] + collect($0.value) }
            }
        }
        return switch self {
        case .jsonLine(let text, _): text
        case .object(let object, _): collect(.object(object)).joined(separator: "\n")
        }
    }

    /// A scalar of the record as text.
    subscript(name: String) -> String? {
        switch object?[name] {
        case .string(let text), .number(let text): text
        case .bool(let value): String(value)
        default: nil
        }
    }

    var description: String {
        switch self {
        case .jsonLine(let text, let book): "\(book.rawValue) LINE \(text)"
        case .object(let object, let book):
            "\(book.rawValue) \(JSONValue.object(object).description)"
        }
    }
}

/// An intake whose items are kept.
struct Reader {
    var intake: Intake
    var items: [Item] = []

    /// Local time is UTC unless said otherwise.
    init(_ stream: Intake.Stream = .stdout, zone: @escaping Intake.Zone = { $0 }) {
        intake = Intake(stream: stream, zone: zone)
    }

    mutating func feed(_ bytes: some Sequence<UInt8>) {
        var found: [Item] = []
        intake.feed(Array(bytes)) { found.append(Item($0)) }
        items += found
    }

    mutating func feed(_ text: String) { feed(text.utf8) }

    mutating func flush() {
        var found: [Item] = []
        intake.flush { found.append(Item($0)) }
        items += found
    }

    mutating func finish() -> [Item] {
        var found: [Item] = []
        intake.finish { found.append(Item($0)) }
        items += found
        return items
    }

    /// All items of `bytes`, fed in chunks of `size`, or whole.
    static func read(
        _ bytes: [UInt8], chunk size: Int? = nil, _ stream: Intake.Stream = .stdout
    ) -> [Item] {
        var reader = Reader(stream)
        guard let size else {
            reader.feed(bytes)
            return reader.finish()
        }
        var at = 0
        while at < bytes.count {
            reader.feed(bytes[at..<min(at + size, bytes.count)])
            at += size
        }
        return reader.finish()
    }

    static func read(_ text: String, _ stream: Intake.Stream = .stdout) -> [Item] {
        read(Array(text.utf8), stream)
    }
}

extension Item {
    init(_ item: IntakeItem) {
        switch item {
        case .jsonLine(let bytes, let book):
            self = .jsonLine(String(decoding: bytes, as: UTF8.self), book)
        case .object(let object, let book): self = .object(object, book)
        }
    }
}

/// A sample of real output, by its path under Tests/Fixtures/samples.
func sample(_ path: String) throws -> [UInt8] {
    let here = "\(#filePath)"
    let root = here.split(separator: "/").dropLast(2).joined(separator: "/")
    let full = "/\(root)/Fixtures/samples/\(path)"
    guard let file = fopen(full, "r") else { throw MissingSample(path: full) }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
        let count = fread(&buffer, 1, buffer.count, file)
        guard count > 0 else { return bytes }
        bytes += buffer[..<count]
    }
}

struct MissingSample: Error { let path: String }

/// A small generator, so that a failing test can be run again with its seed.
struct Random: RandomNumberGenerator {
    var state: UInt64
    init(seed: UInt64) { state = seed &+ 0x9E37_79B9_7F4A_7C15 }

    mutating func next() -> UInt64 {
        state = state &+ 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

let samplePaths = [
    "ccxt/binance_lastresort_tracebacks_stderr.txt", "ccxt/binance_logging_debug.log",
    "ccxt/binance_verbose_stdout.txt", "ccxt/kraken_logging_debug.log",
    "ccxt/kraken_verbose_stdout.txt", "ccxt/okx_logging_debug.log",
    "ccxt/okx_verbose_stdout.txt", "flask_socketio/chat_server.py.txt",
    "flask_socketio/limits_oversize_malformed.txt", "flask_socketio/python_client_polling.log",
    "flask_socketio/python_client_upgrade.log", "flask_socketio/server_log_logger_on.log",
    "flask_socketio/wire_eventlet.txt", "ibapi/ibapi_debug.log", "ibapi/ibapi_info.log",
    "ibapi/tws_wire_repr.txt", "oandapyV20/oanda_debug.log",
    "oandapyV20/oanda_http_client_debuglevel1.log",
    "python_logging/stdlib_asctime-name-level.log",
    "python_logging/stdlib_basicConfig-default.log", "python_logging/stdlib_brackets.log",
    "python_logging/stdlib_json-formatter.log", "python_logging/stdlib_message-only.log",
    "python_logging/stdlib_pipes.log", "python_logging/stdlib_thread-line.log",
    "rabbitmq/confirm_hello.c.txt", "rustybt/day_2026-11-20.rustybt.log.jsonl",
    "rustybt/default_console_unconfigured.log", "rustybt/defects_reproduced_output.txt",
    "rustybt/live_event_catalogue.tsv", "rustybt/midnight_rollover.txt",
    "structlog/structlog_console_color.log", "structlog/structlog_console_plain.log",
    "structlog/structlog_json.log", "structlog/structlog_json_dict_tracebacks.log",
    "structlog/structlog_json_epoch_sorted.log", "structlog/structlog_keyvalue.log",
    "synapse/api_transcript_and_residue.txt", "synapse/homeserver_log_extract.log",
    "synapse/homeserver_yaml.txt",
]
