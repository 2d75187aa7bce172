// SPDX-License-Identifier: Apache-2.0

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
