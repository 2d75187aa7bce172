// SPDX-License-Identifier: Apache-2.0

import Book
import Parquet
import Records
import Segments

/// The pieces of a snapshot that may have matches, as far as the catalog tells without a segment
/// being opened.
struct SegmentPruning {
    private let filter: Filter
    private let time: TimeRange
    private let snapshot: BookSnapshot

    init(_ scan: Scan) {
        filter = scan.filter
        time = scan.time
        snapshot = scan.snapshot
    }

    var pieces: [Piece] {
        let all = snapshot.pieces
        let segments = all.count { $0.kind == .segment }
        guard segments > 0, !time.isAll || Self.asksForTexts(filter),
            let catalog = catalog(for: segments)
        else { return all }
        let known = snapshot.manifest.closed.filter { $0.segment != nil }
        var next = 0
        return all.filter { piece in
            guard piece.kind == .segment, next < known.count else { return true }
            // Pieces that are segments follow the order of the manifest's.
            while next < known.count, known[next].first < piece.range.lowerBound { next += 1 }
            guard next < known.count, known[next].range == piece.range,
                let segment = known[next].segment,
                let row = catalog.row(of: segment, known[next])
            else { return true }
            return mayMatch(row, catalog, piece)
        }
    }

    /// The catalog; made again when it does not know enough to be worth asking.
    private func catalog(for segments: Int) -> CatalogReader? {
        let file = CatalogFile(snapshot.place)
        let found = file.read()
        guard segments - (found?.count ?? 0) > Limits.catalogGap else { return found }
        return file.refresh(snapshot.manifest)
    }

    /// Whether some part of a filter is about exact texts, the only thing that the catalog can say
    /// no to.
    private static func asksForTexts(_ filter: Filter) -> Bool {
        switch filter {
        case .field(let field): VectorTest(field).exactTexts != nil
        case .and(let parts), .or(let parts): parts.contains { asksForTexts($0) }
        case .all, .not, .word: false
        }
    }

    private func mayMatch(
        _ row: CatalogReader.Row, _ catalog: CatalogReader, _ piece: Piece
    ) -> Bool {
        if let from = time.from, row.times.upperBound < from.microseconds { return false }
        if let to = time.to, row.times.lowerBound >= to.microseconds { return false }
        guard Self.asksForTexts(filter), let block = catalog.block(of: row) else { return true }
        let file = LazyFile(snapshot, piece)
        let columns = Columns(block)
        return (0..<block.rowGroups).contains { rowGroup in
            mayMatch(filter, columns, rowGroup, file)
        }
    }

    private func mayMatch(
        _ filter: Filter, _ columns: Columns, _ rowGroup: Int, _ file: LazyFile
    ) -> Bool {
        switch filter {
        case .all, .not, .word: return true
        case .and(let parts):
            return parts.allSatisfy { mayMatch($0, columns, rowGroup, file) }
        case .or(let parts): return parts.contains { mayMatch($0, columns, rowGroup, file) }
        case .field(let field):
            guard field.path.isPlain, let texts = VectorTest(field).exactTexts,
                SegmentVocabulary.type(of: field.path.name) == .text,
                columns.isEmpty(SegmentVocabulary.rest, rowGroup),
                columns.isEmpty(SegmentVocabulary.line, rowGroup),
                let chunk = columns.chunk(field.path.bytes, rowGroup)
            else { return true }
            if chunk.isEmpty { return false }
            if chunk.mayHaveContainers { return true }
            return texts.contains { text in
                text.withUnsafeBytes { chunk.mayHold(string: $0) && file.mayHold($0, chunk) }
            }
        }
    }

    /// Columns of a segment as the catalog has them, each looked up once.
    private final class Columns {
        private let block: CatalogBlock
        private var known: [[UInt8]: [CatalogEntry.Chunk]?] = [:]

        init(_ block: CatalogBlock) { self.block = block }

        func chunk(_ name: [UInt8], _ rowGroup: Int) -> CatalogEntry.Chunk? {
            if known[name] == nil { known[name] = .some(block.chunks(of: name)) }
            guard let chunks = known[name] ?? nil, rowGroup < chunks.count else { return nil }
            return chunks[rowGroup]
        }

        func isEmpty(_ name: String, _ rowGroup: Int) -> Bool {
            chunk(Array(name.utf8), rowGroup)?.isEmpty == true
        }
    }

    /// A segment whose bloom filters are asked, opened at the first question.
    private final class LazyFile {
        private let snapshot: BookSnapshot
        private let piece: Piece
        private var file: OpenFile?

        init(_ snapshot: BookSnapshot, _ piece: Piece) {
            self.snapshot = snapshot
            self.piece = piece
        }

        deinit {
            if let file { snapshot.place.disk.close(file) }
        }

        /// Reads one block of 32 bytes. Whatever goes wrong, the segment itself is asked later.
        func mayHold(_ text: UnsafeRawBufferPointer, _ chunk: CatalogEntry.Chunk) -> Bool {
            guard chunk.bloomBlocks > 0 else { return true }
            let probe = BloomProbe(text, blocks: Int(chunk.bloomBlocks))
            guard let start = Int(exactly: chunk.bloomOffset),
                start < Int.max - probe.offset - BloomProbe.blockBytes
            else { return true }
            if file == nil {
                let path = snapshot.place.path(piece.name)
                file = try? snapshot.place.disk.open(path, .reading, mode: 0)
            }
            guard let file else { return true }
            return withUnsafeTemporaryAllocation(
                byteCount: BloomProbe.blockBytes, alignment: 32
            ) { block in
                let got = try? snapshot.place.disk.read(
                    into: block, from: file, at: start + probe.offset)
                guard got == block.count else { return true }
                return probe.isIn(UnsafeRawBufferPointer(block))
            }
        }
    }
}
