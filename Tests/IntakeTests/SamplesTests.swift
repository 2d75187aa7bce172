// SPDX-License-Identifier: Apache-2.0

import Intake
import Records
import Testing

/// Each sample of real output: how many records it gives, how many of them are whole JSON lines,
/// and how many belong to audit.
@Suite("Samples of real output")
struct SamplesTests {
    static let counts: [String: (records: Int, jsonLines: Int, audit: Int)] = [
        "ccxt/binance_lastresort_tracebacks_stderr.txt": (6, 0, 0),
        "ccxt/binance_logging_debug.log": (30, 0, 17),
        "ccxt/binance_verbose_stdout.txt": (25, 0, 17),
        "ccxt/kraken_logging_debug.log": (27, 0, 15),
        "ccxt/kraken_verbose_stdout.txt": (24, 0, 15),
        "ccxt/okx_logging_debug.log": (21, 0, 11),
        "ccxt/okx_verbose_stdout.txt": (19, 0, 11),
        "flask_socketio/python_client_polling.log": (141, 0, 0),
        "flask_socketio/server_log_logger_on.log": (157, 0, 0),
        "ibapi/ibapi_debug.log": (1744, 0, 101),
        "ibapi/ibapi_info.log": (77, 0, 75),
        "ibapi/tws_wire_repr.txt": (65, 0, 0),
        "oandapyV20/oanda_debug.log": (41, 0, 21),
        "oandapyV20/oanda_http_client_debuglevel1.log": (50, 0, 21),
        "python_logging/stdlib_asctime-name-level.log": (10, 0, 0),
        "python_logging/stdlib_basicConfig-default.log": (10, 0, 0),
        "python_logging/stdlib_brackets.log": (10, 0, 0),
        "python_logging/stdlib_json-formatter.log": (10, 10, 0),
        // The format prints the message alone, so the traceback is a record of its own.
        "python_logging/stdlib_message-only.log": (11, 0, 0),
        "python_logging/stdlib_pipes.log": (10, 0, 0),
        "python_logging/stdlib_thread-line.log": (10, 0, 0),
        "rustybt/day_2026-11-20.rustybt.log.jsonl": (564, 564, 564),
        "rustybt/default_console_unconfigured.log": (7, 0, 7),
        "rustybt/defects_reproduced_output.txt": (47, 17, 19),
        "structlog/structlog_console_color.log": (5, 0, 5),
        "structlog/structlog_console_plain.log": (5, 0, 5),
        "structlog/structlog_json.log": (5, 5, 5),
        "structlog/structlog_json_dict_tracebacks.log": (5, 5, 5),
        "structlog/structlog_json_epoch_sorted.log": (5, 5, 5),
        "structlog/structlog_keyvalue.log": (5, 0, 5),
        "synapse/homeserver_log_extract.log": (140, 0, 0),
    ]

    @Test("give the expected number of records", arguments: counts.keys.sorted())
    func recordCounts(path: String) throws {
        let items = Reader.read(try sample(path))
        let expected = try #require(Self.counts[path])
        #expect(items.count == expected.records)
        let lines = items.count { if case .jsonLine = $0 { true } else { false } }
        #expect(lines == expected.jsonLines)
        #expect(items.count { $0.book == .audit } == expected.audit)
    }

    @Test("give the same records byte by byte", arguments: samplePaths)
    func byteByByte(path: String) throws {
        let bytes = try sample(path)
        let whole = Reader.read(bytes)
        #expect(!whole.isEmpty)
        #expect(Reader.read(bytes, chunk: 1) == whole)
    }

    @Test("give the same records in chunks of random size", arguments: samplePaths)
    func randomChunks(path: String) throws {
        let bytes = try sample(path)
        let whole = Reader.read(bytes)
        for seed in 0..<3 as Range<UInt64> {
            var random = Random(seed: seed)
            var reader = Reader()
            var at = 0
            while at < bytes.count {
                let end = min(at + Int.random(in: 1...700, using: &random), bytes.count)
                reader.feed(bytes[at..<end])
                at = end
            }
            #expect(reader.finish() == whole, "seed \(seed)")
        }
    }

    /// Words that are form, not content: separators of the formats that become field names.
    static let form: Set<String> = [
        "fetch", "Request", "Response", "RequestHeaders", "ResponseHeaders", "RequestBody",
        "ResponseBody", "performing", "request", "failed", "REQUEST", "ANSWER", "SENDING", "ERROR",
        "DEBUG", "WARNING", "CRITICAL", "response", "stream", "combo", "False", "false",
        "timestamp",
        "EvRule", "ModelCode",  // empty fields of ibapi's objects
    ]

    @Test("keep every word of the input", arguments: samplePaths)
    func words(path: String) throws {
        let bytes = try sample(path)
        let output = Reader.read(bytes).map(\.texts).joined(separator: "\n")
        var found = Set<Substring>()
        for word in output.split(whereSeparator: { !$0.isLetter && !$0.isNumber }) {
            found.insert(word)
        }
        let plain = try #require(String(validating: withoutColors(bytes), as: UTF8.self))
        var lost = Set<Substring>()
        for word in plain.split(whereSeparator: { !$0.isLetter && !$0.isNumber })
        where word.utf8.count > 4 && word.allSatisfy(\.isLetter) && !found.contains(word) {
            // Escapes are resolved: `\x00AAPL`, `\tquote`.
            let isEscaped = found.contains { $0.utf8.count > 3 && word.hasSuffix($0) }
            if !Self.form.contains(String(word)), !isEscaped { lost.insert(word) }
        }
        #expect(lost.isEmpty)
    }

    private func withoutColors(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var isInside = false
        for byte in bytes {
            if byte == 0x1B { isInside = true }
            if !isInside { result.append(byte) }
            if isInside, byte == 0x6D { isInside = false }
        }
        return result
    }
}
