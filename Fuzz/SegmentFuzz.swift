// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as lines: encoded, rebuilt, written, read, they are the same bytes again. Any bytes as a
// file: refused or read, without a trap. A real file of the lines with bytes altered as the input
// says, its checksums off: lines, or an error.

import Parquet
import Segments

/// The entry that libFuzzer calls.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    read(bytes, lines: nil)
    // What stands before the first NUL are lines, what follows alters the file of them.
    let end = bytes.firstIndex(of: 0) ?? bytes.count
    let text = bytes[..<end]
    var lines = text.split(separator: 10, omittingEmptySubsequences: false).map(Array.init)
    if bytes.count > 7 { lines += lines }
    let file = write(lines)
    read(file, lines: lines)
    alter(file, Array(bytes[end...]))
    return 0
}

private func write(_ lines: [[UInt8]]) -> [UInt8] {
    let encoder = SegmentEncoder(day: DayColumns())
    for line in lines { line.withUnsafeBufferPointer { encoder.append(line: $0) } }
    let header = SegmentHeader(
        origin: "o", date: "2026-11-20", first: 5, records: UInt64(lines.count))
    do throws(SegmentError) {
        let group = try encoder.finish()
        let sink = try SegmentFiles.writePart(group, header: header, to: MemorySink())
        return sink.bytes
    } catch {
        preconditionFailure("lines were refused: \(error)")
    }
}

/// Reads a file; when its lines are known, these must come.
private func read(_ file: [UInt8], lines: [[UInt8]]?) {
    do throws(SegmentError) {
        let reader = try SegmentReader(MemorySource(file))
        var position = 0
        try reader.forEachBatch(in: reader.range) { batch in
            for row in 0..<batch.count {
                if let lines {
                    precondition(batch.line(row).elementsEqual(lines[position]), "another line")
                }
                position += 1
            }
            return true
        }
        if let lines { precondition(position == lines.count, "lines are missing") }
        var batch = LineBatch()
        if let rows = reader.file.rowGroups.first?.rowCount, rows > 2 {
            try reader.rebuild(rowGroup: 0, rows: [0, rows / 2, rows - 1], into: &batch)
        }
    } catch {
        precondition(lines == nil, "our own file is refused: \(error)")
    }
}

/// Three bytes each: where, in 65,536ths of the file, and what to combine with the byte there.
private func alter(_ file: [UInt8], _ changes: [UInt8]) {
    guard changes.count >= 4 else { return }
    var altered = file
    for change in stride(from: 1, to: changes.count - 2, by: 3) {
        let place = (Int(changes[change]) << 8 | Int(changes[change + 1])) * file.count >> 16
        altered[place] ^= changes[change + 2]
    }
    read(altered, lines: nil)
}
