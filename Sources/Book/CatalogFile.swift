// SPDX-License-Identifier: Apache-2.0

package import Segments
internal import TransparencyLog

/// The catalog of a book's segments, on disk (docs/format/catalog.md).
///
/// A cache: it may be missing, old or damaged, and then it is made again or left aside. Nothing
/// that goes wrong with it is an error.
package struct CatalogFile: Sendable {
    private let place: BookPlace

    package init(_ place: BookPlace) {
        self.place = place
    }

    package var path: String { "\(place.directory)/catalog" }

    /// The catalog, if there is one that can be read.
    package func read() -> CatalogReader? { bytes().flatMap { CatalogReader($0) } }

    private func bytes() -> [UInt8]? {
        (try? place.disk.contents(of: path, limit: Limits.catalogBytes)) ?? nil
    }

    /// Makes the catalog say what the manifest's segments hold, and puts it in place. What it knows
    /// already is taken over; only new segments are opened.
    ///
    /// - Returns: the new catalog, even where it could not be written.
    @discardableResult
    package func refresh(_ manifest: Manifest) -> CatalogReader? {
        let old = read()
        let records = self.records(manifest, old)
        let encoded = Catalog.encode(records.compactMap(\.record))
        if records.contains(where: \.isNew) || records.count != old?.count { write(encoded) }
        return CatalogReader(encoded)
    }

    /// The first segment of which the catalog on disk says something else than the segment itself
    /// gives; nil when there is none. Opens every segment that the catalog knows.
    func firstContradiction(_ manifest: Manifest) -> Manifest.ClosedFile? {
        guard let reader = read() else { return nil }
        return manifest.closed.first { file in
            guard let segment = file.segment, let row = reader.row(of: segment, file) else {
                return false
            }
            guard let said = reader.record(of: row) else { return false }
            return make(segment, file, manifest) != said
        }
    }

    private func records(
        _ manifest: Manifest, _ old: CatalogReader?
    ) -> [(record: CatalogRecord?, isNew: Bool)] {
        manifest.closed.compactMap { file in
            guard let segment = file.segment, !segment.isEncrypted else { return nil }
            if let row = old?.row(of: segment, file), let known = old?.record(of: row) {
                return (known, false)
            }
            return (make(segment, file, manifest), true)
        }
    }

    private func make(
        _ segment: Manifest.SegmentFile, _ file: Manifest.ClosedFile, _ manifest: Manifest
    ) -> CatalogRecord? {
        guard !segment.isEncrypted,
            let reader = try? place.openColumns(
                place.segmentPath(segment.name), origin: manifest.origin, file.range),
            let entry = try? CatalogEntry(
                of: reader, name: segment.name, bytes: UInt64(clamping: segment.bytes),
                sha256: segment.sha256.bytes)
        else { return nil }
        return CatalogRecord(entry)
    }

    /// Whole or not at all; not synced, since a lost catalog is made again.
    private func write(_ bytes: [UInt8]) {
        // Two that write at once spoil each other's file; its checksums tell.
        let temporary = path + ".tmp"
        do throws(DiskError) {
            let file = try place.disk.open(temporary, .replacing, mode: 0o600)
            defer { place.disk.close(file) }
            try place.disk.write(bytes, to: file, at: 0)
            try place.disk.rename(temporary, to: path)
        } catch {
            try? place.disk.remove(temporary)
        }
    }
}

extension CatalogReader {
    /// What it knows of a segment of the manifest.
    package func row(of segment: Manifest.SegmentFile, _ file: Manifest.ClosedFile) -> Row? {
        row(
            name: segment.name, first: file.first, records: file.records,
            sha256: segment.sha256.bytes)
    }
}
