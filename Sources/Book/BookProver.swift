// SPDX-License-Identifier: Apache-2.0

package import TransparencyLog

/// Makes what a stranger can check: proofs of single records, proof that a book continues an older
/// checkpoint, and the whole book as static tiles.
package struct BookProver {
    package let snapshot: BookSnapshot
    /// The newest checkpoint, which all proofs are against.
    package let signed: SignedCheckpoint

    /// - Throws: `noBook`; `damaged` when the checkpoint cannot be read or covers records that are
    ///   not there.
    package init(_ place: BookPlace) throws(BookError) {
        // The checkpoint first: the lines that it covers were there before it.
        let bytes = try onDisk { () throws(DiskError) in
            try place.disk.contents(of: place.checkpointPath, limit: Limits.checkpointBytes)
        }
        snapshot = try BookSnapshot(place)
        guard let bytes else {
            throw BookError(
                .damaged,
                "\(place.checkpointPath) is not there: nothing was signed yet, or it was removed. "
                    + "A book is signed within a second of its first record.")
        }
        do throws(TransparencyLogError) {
            signed = try SignedCheckpoint(parsing: bytes)
        } catch {
            throw BookError(
                .damaged,
                "\(place.checkpointPath) is damaged (\(error.message)). Run `daybook verify`.")
        }
        guard UInt64(signed.checkpoint.size) <= snapshot.size else {
            throw BookError(
                .rollback,
                "The checkpoint covers \(signed.checkpoint.size) records and only \(snapshot.size) "
                    + "are there. Run `daybook verify`.")
        }
    }

    private var tiles: BookTiles { BookTiles(snapshot: snapshot) }

    /// The proof that a record is in the book, checked before it is given out.
    package func prove(_ index: UInt64) throws(BookError) -> TLogProof {
        let size = signed.checkpoint.size
        guard index < UInt64(size) else {
            let reason =
                index < snapshot.size
                ? "no checkpoint covers it yet; try again in a second"
                : "the book has \(snapshot.size) records, numbered from 0"
            throw BookError(.outOfRange, "Record \(index) cannot be proven: \(reason).")
        }
        if let error = snapshot.prunedError(for: index) { throw error }
        let proof: TLogProof
        do throws(TransparencyLogError) {
            proof = try TLogProof(index: Int(index), in: signed, tiles: tiles)
        } catch {
            throw Self.unreadable(error)
        }
        let leaf = TreeHash.leaf(try snapshot.line(at: index))
        let answer = proof.inclusion.verify(
            leaf: leaf, size: size, root: signed.checkpoint.root)
        guard answer.holds else {
            throw BookError(
                .damaged,
                "Record \(index) does not prove: lines and stored hashes are not those that were "
                    + "signed. Run `daybook verify`, which names the place.")
        }
        return proof
    }

    /// Whether the book continues the tree of an older checkpoint.
    package func extends(_ old: Checkpoint) throws(BookError) -> ExtensionVerdict {
        let new = signed.checkpoint
        guard old.origin == new.origin else {
            return ExtensionVerdict(
                holds: false, proof: [],
                reason: "the older checkpoint is of another book")
        }
        guard old.size <= new.size else {
            return ExtensionVerdict(
                holds: false, proof: [],
                reason: "the older checkpoint covers \(old.size) records, this book's newest "
                    + "\(new.size): the book was cut back")
        }
        let proof: ConsistencyProof
        do throws(TransparencyLogError) {
            proof = try ConsistencyProof(from: old.size, to: new.size, tiles: tiles)
        } catch {
            throw Self.unreadable(error)
        }
        let answer = proof.verify(
            oldSize: old.size, oldRoot: old.root, newSize: new.size, newRoot: new.root)
        return ExtensionVerdict(
            holds: answer.holds, proof: proof.hashes,
            reason: answer.holds
                ? "the first \(old.size) records are still the same"
                : "the first \(old.size) records are not those of the older checkpoint")
    }

    static func unreadable(_ error: TransparencyLogError) -> BookError {
        if let cause = error.underlying as? BookError { return cause }
        return BookError(.damaged, "\(error.message). Run `daybook verify`.")
    }
}

/// Whether a book continues an older state of itself.
package struct ExtensionVerdict: Sendable {
    package let holds: Bool
    /// The consistency proof (RFC 6962, section 2.1.2).
    package let proof: [Digest]
    package let reason: String
}

/// The tiles of a book: level 0 hashed from the lines, the others read from the tree files.
struct BookTiles: TileReader {
    let snapshot: BookSnapshot

    func hashes(of tile: Tile) throws -> [Digest] {
        let first = UInt64(tile.index) * Limits.groupRecords
        guard tile.level > 0 else {
            var leaves: [Digest] = []
            if first < snapshot.firstKept {
                leaves = snapshot.manifest.cut?.leaves ?? []
                guard first + UInt64(leaves.count) == snapshot.firstKept else {
                    throw snapshot.prunedError(for: first) ?? BookError(.pruned, "It was pruned.")
                }
            }
            try snapshot.forEachLine(in: first..<(first + UInt64(tile.width))) { _, line in
                leaves.append(TreeHash.leaf(UnsafeRawBufferPointer(line)))
                return true
            }
            return leaves
        }
        let place = snapshot.place
        let path = place.treePath(level: tile.level)
        let file = try place.disk.open(path, .reading, mode: 0)
        defer { place.disk.close(file) }
        return TreeFiles.digests(
            try place.disk.bytes(
                from: file, at: Int(first) * Digest.byteCount,
                count: tile.width * Digest.byteCount))
    }
}
