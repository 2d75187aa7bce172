// SPDX-License-Identifier: Apache-2.0

import Book
import Masking
import Query
import Records

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A process that stays: reads queries from standard input, one a line, runs each over a fresh
/// snapshot, and answers with one line of JSON: milliseconds, rows, bytes of the rows, the first row.
func answerQueries(_ logs: String) {
    let place = BookPlace(logs: logs, name: "audit", keys: "\(logs)/../keys", masker: .standard)
    let threads = max(1, min(Limits.threads, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))))
    while let text = readLine() {
        var answer = Answer()
        do {
            let time = try seconds { answer = try run(text, place, threads) }
            let first: JSONValue = .string(String(decoding: answer.first, as: UTF8.self))
            let object: JSONObject = [
                "milliseconds": .number(String(round(time * 1000, 3))),
                "rows": .number(String(answer.rows)), "bytes": .number(String(answer.bytes)),
                "first": first,
            ]
            answerLine(object)
        } catch {
            answerLine(["error": .string("\(error)")])
        }
    }
}

/// One line, at once.
private func answerLine(_ object: JSONObject) {
    let line = Array((JSONValue.object(object).description + "\n").utf8)
    var done = 0
    while done < line.count {
        let count = line.withUnsafeBytes {
            write(1, $0.baseAddress.map { $0 + done }, $0.count - done)
        }
        if count <= 0 { exit(74) }
        done += count
    }
}

private struct Answer {
    var rows = 0
    var bytes = 0
    var first: [UInt8] = []
    /// Where rows go: memory that is used again, as a buffer of an output is.
    var buffer: [UInt8] = []

    mutating func take(_ line: UnsafeBufferPointer<UInt8>) {
        if rows == 0 { first = Array(line) }
        rows += 1
        bytes += line.count + 1
        if buffer.count > 1 << 20 { buffer.removeAll(keepingCapacity: true) }
        buffer.append(contentsOf: line)
        buffer.append(10)
    }
}

/// A filter with whole records, or one `stats`: what the benchmark asks.
private func run(_ text: String, _ place: BookPlace, _ threads: Int) throws -> Answer {
    let query = try Query(parsing: text)
    let snapshot = try BookSnapshot(place)
    let scan = Scan(snapshot, filter: query.filter, settings: ScanSettings(threads: threads))
    var answer = Answer()
    if case .stats(let figures, let keys)? = query.pipes.first {
        let table = try scan.aggregate(StatsPlan(figures, by: keys))
        let names = table.columnNames
        for row in try table.rows() {
            var object = JSONObject()
            for (name, cell) in zip(names, row) { object[name] = value(cell) }
            let line = Array(JSONValue.object(object).description.utf8)
            line.withUnsafeBufferPointer { answer.take($0) }
        }
    } else {
        try scan.forEachMatch { _, line in
            answer.take(line)
            return true
        }
    }
    return answer
}

private func value(_ cell: Cell) -> JSONValue {
    switch cell {
    case .none: .null
    case .number(let number): .string(number.description)
    case .instant(let instant): .string(instant.description)
    case .text(let bytes): .string(String(decoding: bytes, as: UTF8.self))
    }
}
