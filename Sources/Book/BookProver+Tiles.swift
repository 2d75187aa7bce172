// SPDX-License-Identifier: Apache-2.0

internal import TransparencyLog

/// Single tiles and entry bundles of a book, for whoever reads it over a network.
extension BookProver {
    /// The bytes at a path below the log's prefix, as C2SP tlog-tiles has them: `tile/0/x001/067`,
    /// `tile/entries/000.p/8`. Nil where the signed tree has none.
    ///
    /// - Parameter isWanted: asked of each line of an entry bundle; when one is not wanted, there is
    ///   no bundle.
    /// - Complexity: O(width): a tile of level 0 is hashed from its lines.
    /// - Throws: `pruned` for entries, and for leaf hashes, of records that are no longer there.
    package func file(
        _ path: String, isWanted: (UnsafeBufferPointer<UInt8>) -> Bool = { _ in true }
    ) throws(BookError) -> [UInt8]? {
        if let (index, width) = EntryBundle.parse(path: path) {
            return try bundle(index, width, isWanted)
        }
        guard let tile = Tile(path: path),
            let whole = Tile(
                level: tile.level, index: tile.index, inTreeOf: signed.checkpoint.size),
            tile.width <= whole.width
        else { return nil }
        do {
            return Tile.encode(try BookTiles(snapshot: snapshot).hashes(of: tile))
        } catch {
            throw (error as? BookError)
                ?? BookError(
                    .damaged, "The tile \(path) cannot be read. Run `daybook verify`.")
        }
    }

    private func bundle(
        _ index: Int, _ width: Int, _ isWanted: (UnsafeBufferPointer<UInt8>) -> Bool
    ) throws(BookError) -> [UInt8]? {
        guard
            let whole = Tile(level: 0, index: index, inTreeOf: signed.checkpoint.size),
            width <= whole.width
        else { return nil }
        let first = UInt64(index) * Limits.groupRecords
        if let error = snapshot.prunedError(for: first) { throw error }
        var bundle: [UInt8] = []
        var isWhole = true
        try snapshot.forEachLine(in: first..<(first + UInt64(width))) { _, line in
            isWhole =
                isWanted(line)
                && (try? EntryBundle.append(UnsafeRawBufferPointer(line), to: &bundle)) != nil
            return isWhole
        }
        return isWhole ? bundle : nil
    }
}
