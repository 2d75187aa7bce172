// SPDX-License-Identifier: Apache-2.0

import Book
import Masking
import Records

/// Parse, mask and append every line of a file: what `daybook record` does, without the pipe.
func ingest(_ path: String, _ directory: String) throws {
    let bytes = contents(path)
    let place = BookPlace(
        logs: "\(directory)/logs", name: "audit", keys: "\(directory)/keys", masker: .standard)
    let book = try Book(place, BookSettings(liveName: "audit.log"))
    var session = MaskingSession(.standard)
    let source = Provenance(source: "bench")
    var batch = MaskedRecords()
    var records = 0
    var appending = 0.0
    let time = try seconds {
        var failure: BookError?
        forEachLine(bytes) { line in
            do throws(JSONError) {
                try session.append(
                    jsonLine: line.assumingMemoryBound(to: UInt8.self), from: source, to: &batch)
            } catch {
                return
            }
            records += 1
            guard batch.byteCount >= 256 << 10 else { return }
            appending += seconds {
                do throws(BookError) {
                    try book.append(batch, .queued)
                } catch {
                    failure = error
                }
            }
            batch = MaskedRecords()
        }
        if let failure { throw failure }
        try book.append(batch, .written)
    }
    report("ingest, written", records: records, bytes: bytes.count, seconds: time)
    print("  of that \(round(appending, 3)) s in append (waiting for a full queue)")
    print("  close: \(round(try seconds { try book.close() }, 3)) s")
    let check = try seconds {
        let verdict = try BookVerifier(place).run()
        print("  sound: \(verdict.isSound), \(verdict.size) records")
    }
    report("verify", records: records, bytes: bytes.count, seconds: check)
}
