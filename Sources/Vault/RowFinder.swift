// SPDX-License-Identifier: Apache-2.0

internal import GRDB
internal import Masking
internal import Records

/// Finds rows by commitment. Records that were sealed together lie together, so it looks at the next
/// row before it asks the index.
///
/// Used inside one transaction of one connection.
final class RowFinder {
    private let scan: Statement
    private let index: Statement
    private let restrictions: RestrictionFinder
    private let substituteOf: Statement
    private let erasureOf: Statement
    private var isOnRow = false
    private var erasures: [Int64: String] = [:]

    /// How far to step before the index is asked.
    private static let stride = 4

    enum Contents: String {
        case ciphertext
        /// The size alone: pages that only hold ciphertext are not read.
        case size = "length(ciphertext)"
    }

    init(_ database: Database, _ contents: Contents) throws {
        scan = try Statement(
            database,
            "SELECT id, commitment, grp, r, \(contents.rawValue), erasure, restriction "
                + "FROM envelopes WHERE id >= ? ORDER BY id")
        index = try Statement(database, "SELECT id FROM lookup WHERE prefix = ?")
        restrictions = try RestrictionFinder(database)
        substituteOf = try Statement(
            database, "SELECT substitute FROM derivatives WHERE original = ?")
        erasureOf = try Statement(database, "SELECT name FROM erasures WHERE id = ?")
    }

    /// Ends the look at this state of the file.
    func reset() {
        scan.reset()
        isOnRow = false
        restrictions.reset()
        erasures.removeAll()
    }

    /// Goes to the row of a commitment; false when there is none.
    func find(_ commitment: Commitment) throws -> Bool {
        let wanted = Bytes32(commitment)
        if isOnRow {
            for _ in 0..<Self.stride {
                guard try scan.step() else {
                    isOnRow = false
                    break
                }
                if isOn(wanted) { return true }
            }
        }
        index.bind(1, Int64(bitPattern: commitment.words.0))
        defer { index.reset() }
        while try index.step() {
            scan.reset()
            scan.bind(1, index.int(0))
            isOnRow = try scan.step()
            if isOnRow, isOn(wanted) { return true }
        }
        return false
    }

    private func isOn(_ wanted: Bytes32) -> Bool {
        let found = scan.bytes(1)
        return found.count == Bytes32.count && Bytes32(found) == wanted
    }

    // MARK: - The row

    var id: Int64 { scan.int(0) }
    /// Only where there is a row.
    var commitment: Bytes32 { Bytes32(scan.bytes(1)) }
    /// nil when it was erased.
    var group: UInt64? { scan.isNull(2) ? nil : UInt64(bitPattern: scan.int(2)) }
    /// nil when it was erased, or has not its size.
    var salt: Bytes32? {
        let bytes = scan.bytes(3)
        return bytes.count == Bytes32.count ? Bytes32(bytes) : nil
    }
    /// Valid until the next `find`.
    var ciphertext: UnsafeRawBufferPointer { scan.bytes(4) }
    /// Where `Contents.size` was asked for.
    var size: Int { Int(scan.int(4)) }

    var restriction: Restriction? {
        get throws { try restrictions.restriction(scan, 6) }
    }

    /// The name of the erasure that took the envelope, or is about to.
    var erasedBy: String? {
        get throws {
            if scan.isNull(5) { return nil }
            let id = scan.int(5)
            if let known = erasures[id] { return known }
            erasureOf.bind(1, id)
            defer { erasureOf.reset() }
            let made = try erasureOf.step() ? erasureOf.text(0) : ""
            erasures[id] = made
            return made
        }
    }

    /// The envelope that took this one's place.
    var substitute: Commitment? {
        get throws {
            substituteOf.bind(1, id)
            defer { substituteOf.reset() }
            guard try substituteOf.step() else { return nil }
            let bytes = substituteOf.bytes(0)
            return bytes.count == Bytes32.count ? Bytes32(bytes).commitment : nil
        }
    }

    /// Goes from an erased row to the envelope that stands in its place, if there is one that was
    /// not erased, too; else stays on the last one erased.
    ///
    /// - Returns: whether the row is now another one than before.
    func followSubstitutes() throws -> Bool {
        var moved = false
        for _ in 0..<Limits.substitutions {
            guard try erasedBy != nil, let next = try substitute else { break }
            guard try find(next) else { break }
            moved = true
        }
        return moved
    }
}

/// Reads restrictions, each once. Used inside one transaction of one connection.
final class RestrictionFinder {
    private let byID: Statement
    private var known: [Int64: Restriction] = [:]

    init(_ database: Database) throws {
        byID = try Statement(database, "SELECT until, rule FROM restrictions WHERE id = ?")
    }

    /// Ends the look at this state of the file.
    func reset() { known.removeAll() }

    /// The restriction whose number a row has in a column; nil where it has none.
    func restriction(_ row: Statement, _ column: Int32) throws -> Restriction? {
        if row.isNull(column) { return nil }
        let id = row.int(column)
        if let restriction = known[id] { return restriction }
        byID.bind(1, id)
        defer { byID.reset() }
        let made =
            try byID.step()
            ? Restriction(
                until: byID.isNull(0) ? nil : .init(microseconds: byID.int(0)), rule: byID.text(1))
            : Restriction(until: nil, rule: "")
        known[id] = made
        return made
    }
}
