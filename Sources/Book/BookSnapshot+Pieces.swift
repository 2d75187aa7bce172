// SPDX-License-Identifier: Apache-2.0

package import Segments

/// A run of records that one file has, for a search that reads files of columns where there are any.
package struct Piece: Sendable, Equatable {
    package enum Kind: String, Sendable {
        /// Lines of the live file behind its last part.
        case live
        /// Lines of a closed day that is not sealed yet.
        case lines
        case part
        case segment
    }

    package var range: Range<UInt64>
    /// Trading date, `yyyy-mm-dd`.
    package var date: String
    package var kind: Kind
    /// Path below the directory of all books.
    package var name: String
    /// Bytes of the file, or of those lines.
    package var bytes: Int
}

extension BookSnapshot {
    /// Every record that is still there, in order and without overlap: columns where they are there,
    /// lines for the rest.
    package var pieces: [Piece] {
        var pieces: [Piece] = []
        for file in manifest.closed where file.records > 0 {
            if let segment = file.segment {
                pieces.append(
                    Piece(
                        range: file.range, date: file.date, kind: .segment,
                        name: "\(place.name)/\(segment.name)", bytes: segment.bytes))
            } else {
                add(
                    file.parts, rest: .lines, of: file.name, file.date, file.range, file.bytes,
                    to: &pieces)
            }
        }
        if let last = files.last, last.records > 0 {
            add(
                manifest.live.parts, rest: .live, of: last.name, last.date, last.range, last.bytes,
                to: &pieces)
        }
        return pieces
    }

    /// Opens the file of columns that has a piece's records.
    ///
    /// The file may have more records than the piece: parts are merged into their day's segment
    /// while readers look, and then that is opened. Take those of `piece.range`.
    /// - Throws: `setting` for a piece of lines; `missingFile`, `missingKey`, `damaged`, `pruned`.
    package func segment(_ piece: Piece) throws(BookError) -> SegmentReader {
        guard piece.kind == .part || piece.kind == .segment else {
            throw BookError(.setting, "\(piece.name) has lines, not columns.")
        }
        var name = piece.name
        var known = manifest
        while true {
            do throws(BookError) {
                let reader = try place.openColumns(
                    place.path(name), origin: manifest.origin, piece.range)
                guard reader.range.lowerBound <= piece.range.lowerBound,
                    reader.range.upperBound >= piece.range.upperBound
                else {
                    throw BookError(
                        .damaged,
                        "\(place.path(name)) does not have the records \(piece.range.lowerBound) to "
                            + "\(piece.range.upperBound - 1). `daybook verify` tells more.")
                }
                return reader
            } catch {
                guard error.code == .missingFile, let newest = try newer(than: known) else {
                    throw error
                }
                known = newest
                let first = piece.range.lowerBound
                if let error = newest.prunedError(for: first, book: place.name) { throw error }
                guard let found = newest.columns(for: first, in: place) else { throw error }
                name = found
            }
        }
    }

    private func add(
        _ parts: [Manifest.PartFile], rest: Piece.Kind, of name: String, _ date: String,
        _ range: Range<UInt64>, _ bytes: Int, to pieces: inout [Piece]
    ) {
        for part in parts {
            pieces.append(
                Piece(
                    range: part.range, date: date, kind: .part,
                    name: "\(place.name)/parts/\(part.name)", bytes: part.bytes))
        }
        let first = parts.last?.end ?? range.lowerBound
        guard first < range.upperBound else { return }
        pieces.append(
            Piece(
                range: first..<range.upperBound, date: date, kind: rest, name: name,
                bytes: bytes - (parts.last?.lineEnd ?? 0)))
    }
}

extension Manifest {
    /// The file of columns that has a record, as a path below the directory of all books.
    fileprivate func columns(for index: UInt64, in place: BookPlace) -> String? {
        let file = position(of: index).map { closed[$0] }
        if let segment = file?.segment { return "\(place.name)/\(segment.name)" }
        let part = (file?.parts ?? live.parts).first { $0.range.contains(index) }
        return part.map { "\(place.name)/parts/\($0.name)" }
    }
}
