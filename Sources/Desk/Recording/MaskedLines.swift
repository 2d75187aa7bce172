// SPDX-License-Identifier: Apache-2.0

package import Masking
import Records

/// What was made of a run of lines: masked records for each book, and counts.
package struct MaskedLines: Sendable {
    /// One for each book of the recorder.
    package var lanes: [MaskedRecords]
    package var tally = LineTally()
    /// Which rule masked what; the records of the run counted from 0.
    var report = MaskingReport()
    /// Records of the run, as the report counts them.
    var records = 0

    init(books: Int) { lanes = Array(repeating: MaskedRecords(), count: books) }

    /// Forgets what it holds; keeps the room.
    mutating func removeAll() {
        for lane in lanes.indices { lanes[lane].removeAll() }
        tally = LineTally()
        report = MaskingReport()
        records = 0
    }
}

/// Counts of lines.
package struct LineTally: Sendable, Equatable {
    package var lines: UInt64 = 0
    /// Of them no JSON objects, kept as text.
    package var asText: UInt64 = 0
    package var empty: UInt64 = 0

    package init() {}

    package static func += (left: inout Self, right: Self) {
        left.lines += right.lines
        left.asText += right.asText
        left.empty += right.empty
    }
}

/// One thread's way from JSON Lines to masked records: a line that is no JSON object is kept as text
/// that says why.
struct LinesMasker: ~Copyable {
    var session: MaskingSession
    private let provenance: Provenance
    /// What is personal, by book: structured records go into the first, text into the last.
    private let rules: [SealRule]

    init(_ masker: Masker, _ provenance: Provenance, _ rules: [SealRule]) {
        session = MaskingSession(masker)
        self.provenance = provenance
        self.rules = rules
    }

    /// Masks the lines of a run, the last of which may do without its line feed.
    mutating func mask(_ run: UnsafeBufferPointer<UInt8>, into result: inout MaskedLines) {
        var rest = run[...]
        while !rest.isEmpty {
            let feed = rest.firstIndex(ofByte: 0x0A) ?? rest.endIndex
            mask(line: UnsafeBufferPointer(rebasing: rest[..<feed]), into: &result)
            rest = rest[min(feed + 1, rest.endIndex)...]
        }
        let (report, records) = session.takeReport()
        result.report = report
        result.records = records
    }

    private mutating func mask(
        line: UnsafeBufferPointer<UInt8>, into result: inout MaskedLines
    ) {
        result.tally.lines += 1
        guard let first = line.first(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) else {
            result.tally.empty += 1
            return
        }
        var reason = "not a JSON object"
        if first == UInt8(ascii: "{") {
            do throws(JSONError) {
                return try session.append(
                    jsonLine: line, from: provenance, sealing: rules[0], to: &result.lanes[0])
            } catch {
                reason = "not a JSON object: \(error)"
            }
        }
        result.tally.asText += 1
        let last = rules.count - 1
        session.append(
            object: .refusedLine(line, because: reason), from: provenance, sealing: rules[last],
            to: &result.lanes[last])
    }
}
