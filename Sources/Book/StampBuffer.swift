// SPDX-License-Identifier: Apache-2.0

internal import Masking
internal import Records
internal import TransparencyLog

/// Lines as they go to the file: masked records with their recording time put in.
///
/// Kept and reused by the writer, so that steady appends allocate nothing here.
struct StampBuffer {
    private(set) var bytes: [UInt8] = []
    /// Offset of each line, and its length without the line feed.
    private(set) var starts: [Int] = []
    private(set) var counts: [Int] = []
    /// Leaf hashes of the batch, reused.
    private var leaves: [Digest] = []
    private(set) var lastRecorded = Timestamp(microseconds: .min)
    private var now = Timestamp(microseconds: 0)
    /// `2026-11-20T14:31:12.123456Z`, rendered once for the batch.
    private var nowText = [UInt8](repeating: 0, count: Timestamp.textCount)

    private static let recorded = Array(#","recorded":""#.utf8)
    private static let timestamp = Array(#","timestamp":""#.utf8)

    var count: Int { starts.count }
    var byteCount: Int { bytes.count }

    /// Empties the buffer and sets the recording time of what is added next.
    mutating func begin(at now: Timestamp, after last: Timestamp) {
        bytes.removeAll(keepingCapacity: true)
        starts.removeAll(keepingCapacity: true)
        counts.removeAll(keepingCapacity: true)
        self.now = now
        lastRecorded = last
        nowText.withUnsafeMutableBufferPointer { buffer in
            if let base = buffer.baseAddress { now.write(to: base) }
        }
    }

    mutating func add(_ batch: borrowing MaskedRecords) {
        let extra = Self.timestamp.count + Timestamp.textCount + 3
        bytes.reserveCapacity(bytes.count + batch.byteCount + batch.count * extra)
        batch.withUnsafeBytes { source in
            for entry in batch.entries {
                let line = source[entry.start..<(entry.start + entry.count)]
                add(UnsafeBufferPointer(rebasing: line), entry.stamp)
            }
        }
    }

    private mutating func add(
        _ line: UnsafeBufferPointer<UInt8>, _ stamp: MaskedRecords.Stamp
    ) {
        let start = bytes.count
        switch stamp {
        case .own(let own) where own >= lastRecorded:
            bytes.append(contentsOf: line)
            lastRecorded = own
        case .own, .recorded:
            add(line, Self.recorded)
        case .timestamp:
            add(line, Self.timestamp)
        }
        starts.append(start)
        counts.append(bytes.count - start)
        bytes.append(UInt8(ascii: "\n"))
    }

    /// Adds a line with a member for the recording time before its closing brace.
    private mutating func add(_ line: UnsafeBufferPointer<UInt8>, _ key: [UInt8]) {
        bytes.append(contentsOf: UnsafeBufferPointer(rebasing: line.dropLast()))
        bytes.append(contentsOf: key)
        if lastRecorded > now {
            // A typed event of this batch carries a later instant than the batch's own.
            var text = [UInt8](repeating: 0, count: Timestamp.textCount)
            text.withUnsafeMutableBufferPointer { buffer in
                if let base = buffer.baseAddress { lastRecorded.write(to: base) }
            }
            bytes.append(contentsOf: text)
        } else {
            bytes.append(contentsOf: nowText)
            lastRecorded = now
        }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: "}"))
    }

    func withBytes<Value, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        var failure: Failure?
        let value: Value? = bytes.withUnsafeBytes { buffer in
            do throws(Failure) {
                return try body(buffer)
            } catch {
                failure = error
                return nil
            }
        }
        if let failure { throw failure }
        guard let value else { preconditionFailure("body neither returned nor threw") }
        return value
    }

    /// Hashes the lines, many at a time, and puts them into the tree.
    mutating func appendLeaves(to tree: inout BookTree) {
        while leaves.count < count { leaves.append(Digest()) }
        let count = count
        leaves.withUnsafeMutableBufferPointer { leaves in
            bytes.withUnsafeBytes { bytes in
                starts.withUnsafeBufferPointer { starts in
                    counts.withUnsafeBufferPointer { counts in
                        LeafHasher.hashLines(
                            in: bytes, starts: starts, counts: counts, into: leaves)
                    }
                }
            }
            tree.append(contentsOf: UnsafeBufferPointer(rebasing: leaves[..<count]))
        }
    }

    func copyBytes() -> [UInt8] {
        // A copy on purpose: `bytes` keeps its capacity for the next batch.
        bytes.withUnsafeBytes { Array($0) }
    }
}
