// SPDX-License-Identifier: Apache-2.0

import Book
import Clearing
import Query
import Records
import TransparencyLog

/// Takes the records of an export as they are found: gathers them into files of a bounded size, and
/// proves each.
struct ExportRecords: QueryOutput {
    private let snapshot: BookSnapshot
    private let prover: BookProver
    /// Whether lines come opened, so that the stored ones are looked up beside.
    private let isOpened: Bool
    private let proofsMax: Int
    private let bundle: BundleFile
    private let columns: ParquetExport
    private var stored = Piece("records")
    private var opened = Piece("opened")
    private var indexes = Piece("indexes", ending: "txt")
    private(set) var count: UInt64 = 0
    private(set) var first: UInt64?
    private(set) var last: UInt64 = 0
    private(set) var proofs = 0
    /// Records that no checkpoint covers, left out.
    private(set) var uncovered: UInt64 = 0
    /// The first few, for the page.
    private(set) var shown: [(index: UInt64, line: String)] = []
    /// Opened records that wait for their stored lines, which are read together.
    private var waiting: [(index: UInt64, line: [UInt8])] = []
    /// Why it stopped, where the reason is not the query's.
    private(set) var failure: (any Error)?

    init(
        _ snapshot: BookSnapshot, _ prover: BookProver, isOpened: Bool, proofsMax: Int,
        memoryBytesMax: Int, into bundle: BundleFile
    ) {
        self.snapshot = snapshot
        self.prover = prover
        self.isOpened = isOpened
        self.proofsMax = proofsMax
        self.bundle = bundle
        columns = ParquetExport(.records, memoryBytesMax: memoryBytesMax)
    }

    /// A file that goes on in another one when it is large.
    private struct Piece {
        let stem: String
        let ending: String
        var bytes: [UInt8] = []
        var number = 1

        init(_ stem: String, ending: String = "jsonl") {
            self.stem = stem
            self.ending = ending
        }

        mutating func append(_ line: UnsafeBufferPointer<UInt8>, _ bundle: BundleFile) throws {
            // Growing by doubling would take twice the room.
            if bytes.capacity < DeskLimits.exportPieceBytes {
                bytes.reserveCapacity(DeskLimits.exportPieceBytes + 65_536)
            }
            bytes.append(contentsOf: line)
            bytes.append(0x0A)
            if bytes.count >= DeskLimits.exportPieceBytes { try close(bundle) }
        }

        /// Writes what was gathered; an empty file only when there is no other.
        mutating func close(_ bundle: BundleFile) throws {
            guard !bytes.isEmpty || number == 1 else { return }
            let name = number == 1 ? "\(stem).\(ending)" : "\(stem)-\(number).\(ending)"
            try bundle.add(name, bytes)
            bytes.removeAll(keepingCapacity: true)
            number += 1
        }

        /// Writes what is left, and gives its room back: the Parquet file comes after it.
        mutating func end(_ bundle: BundleFile) throws {
            try close(bundle)
            bytes = []
        }
    }

    mutating func begin(_ shape: ResultShape, hits: UInt64?) throws(QueryError) {}

    mutating func take(_ row: [RecordValue?]) throws(QueryError) -> Bool { false }

    mutating func take(_ record: FoundRecord) throws(QueryError) -> Bool {
        guard record.index < UInt64(prover.signed.checkpoint.size) else {
            uncovered += 1
            return true
        }
        do {
            try add(record)
            return true
        } catch let error as QueryError {
            throw error
        } catch {
            failure = error
            return false
        }
    }

    private mutating func add(_ record: FoundRecord) throws {
        if isOpened {
            waiting.append((record.index, Array(record.line)))
            if waiting.count >= DeskLimits.exportTogether { try writeWaiting() }
        } else {
            try stored.append(record.line, bundle)
        }
        try columns.take(record)
        try Array(String(record.index).utf8).withUnsafeBufferPointer {
            try indexes.append($0, bundle)
        }
        if proofs < proofsMax {
            let proof = try prover.prove(record.index)
            try bundle.add("proofs/\(record.index).tlog-proof", proof.bytes)
            proofs += 1
        }
        if shown.count < DeskLimits.exportShown {
            shown.append((record.index, String(decoding: record.line, as: UTF8.self)))
        }
        count += 1
        if first == nil { first = record.index }
        last = max(last, record.index)
    }

    /// Writes opened records beside their stored lines. One look into a day decodes whole pages, so it
    /// is one look for many.
    private mutating func writeWaiting() throws {
        var runs = RecordRanges()
        for index in waiting.map(\.index).sorted() { runs.append(index) }
        var lines: [UInt64: [UInt8]] = [:]
        try snapshot.forEachLine(of: runs.ranges, in: 0..<snapshot.size) { index, line in
            lines[index] = Array(line)
            return true
        }
        for (index, readable) in waiting {
            guard let line = lines[index] else {
                throw DeskFailure(
                    .inputOutput, "record \(index) went away while it was exported. Try again.")
            }
            try line.withUnsafeBufferPointer { try stored.append($0, bundle) }
            try readable.withUnsafeBufferPointer { try opened.append($0, bundle) }
        }
        waiting.removeAll(keepingCapacity: true)
    }

    /// Writes what is left.
    mutating func finish() throws {
        try writeWaiting()
        waiting = []
        try stored.end(bundle)
        if isOpened { try opened.end(bundle) }
        try indexes.end(bundle)
        let bytes = try columns.byteCount()
        try bundle.add("records.parquet", bytes: bytes) { put in try columns.finish(to: put) }
    }
}
