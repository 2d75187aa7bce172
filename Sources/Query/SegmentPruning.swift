// SPDX-License-Identifier: Apache-2.0

import Book
import Parquet
import Records
import Segments

/// The pieces of a snapshot that may have matches, as far as the catalog tells without a segment
/// being opened.
struct SegmentPruning {
    private let question: Question
    /// What is asked of sealed records, which are opened: their envelopes' fields are in no column.
    /// Nil when records are taken as they stand.
    private let outside: Question?
    private let time: TimeRange
    private let snapshot: BookSnapshot

    init(_ scan: Scan) {
        question = Question(scan.filter)
        outside = scan.sealed == nil ? nil : Question(scan.filter.outsideEnvelopes)
        time = scan.time
        snapshot = scan.snapshot
    }

    var pieces: [Piece] {
        let all = snapshot.pieces
        let segments = all.count { $0.kind == .segment }
        guard segments > 0, !time.isAll || question.isAsking,
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

    private func mayMatch(
        _ row: CatalogReader.Row, _ catalog: CatalogReader, _ piece: Piece
    ) -> Bool {
        if let from = time.from, row.times.upperBound < from.microseconds { return false }
        if let to = time.to, row.times.lowerBound >= to.microseconds { return false }
        guard question.isAsking, let block = catalog.block(of: row) else { return true }
        let file = LazyFile(snapshot, piece)
        var first = 0
        while first < block.rowGroups {
            if question.possible(block, from: first, file) != 0 { return true }
            if let outside {
                let sealed = block.mayHaveValues(Self.sealed, from: first)
                if sealed != 0, sealed & outside.possible(block, from: first, file) != 0 {
                    return true
                }
            }
            first += CatalogBlock.rowGroupsAtOnce
        }
        return false
    }

    private static let sealed = Array("sealed".utf8)

    /// A filter as far as the catalog can answer it: exact texts are the only thing that it can say
    /// no to.
    private indirect enum Question {
        case unknown
        case texts(CatalogTexts)
        case all([Question])
        case any([Question])

        init(_ filter: Filter) {
            switch filter {
            case .all, .not, .word: self = .unknown
            case .and(let parts): self = .all(parts.map { Question($0) }.filter(\.isAsking))
            case .or(let parts):
                let questions = parts.map { Question($0) }
                self = questions.allSatisfy(\.isAsking) ? .any(questions) : .unknown
            case .field(let field):
                guard field.path.isPlain, let texts = VectorTest(field).exactTexts,
                    SegmentVocabulary.type(of: field.path.name) == .text
                else {
                    self = .unknown
                    return
                }
                self = .texts(CatalogTexts(column: field.path.bytes, texts: texts))
            }
        }

        var isAsking: Bool {
            switch self {
            case .unknown: false
            case .texts: true
            case .all(let parts), .any(let parts): !parts.isEmpty
            }
        }

        private static let rest = Array(SegmentVocabulary.rest.utf8)
        private static let line = Array(SegmentVocabulary.line.utf8)

        /// The row groups from `first` on that may have a match.
        func possible(_ block: CatalogBlock, from first: Int, _ file: LazyFile) -> CatalogRowGroups
        {
            let left = block.rowGroups - first
            let asked: CatalogRowGroups =
                left < CatalogBlock.rowGroupsAtOnce ? 1 << CatalogRowGroups(left) - 1 : .max
            // What is in no column of its own can be anything.
            let open =
                block.mayHaveValues(Self.rest, from: first)
                | block.mayHaveValues(Self.line, from: first)
            return asked & (open | answer(block, from: first, file))
        }

        private func answer(
            _ block: CatalogBlock, from first: Int, _ file: LazyFile
        ) -> CatalogRowGroups {
            switch self {
            case .unknown: .max
            case .texts(let texts):
                block.mayHold(texts, from: first) { place, text in file.mayHold(text, place) }
            case .all(let parts):
                parts.reduce(.max) { $0 == 0 ? 0 : $0 & $1.answer(block, from: first, file) }
            case .any(let parts):
                parts.reduce(0) { $0 | $1.answer(block, from: first, file) }
            }
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
        func mayHold(
            _ text: UnsafeRawBufferPointer, _ place: CatalogTexts.FilterInFile
        ) -> Bool {
            let probe = BloomProbe(text, blocks: Int(place.blocks))
            guard let start = Int(exactly: place.offset),
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
