// SPDX-License-Identifier: Apache-2.0

internal import Records
internal import TransparencyLog

/// Reads the records that a book writes about its own files.
///
/// Nobody else writes them: kinds of record-keeping that come from outside become `claimed_event`.
enum UpkeepRecord {
    private static let sealed = Array(#"{"event":"segment_sealed","#.utf8)
    private static let pruned = Array(#"{"event":"records_pruned","#.utf8)

    static func isOne(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
        starts(line, sealed) || starts(line, pruned)
    }

    /// Looked at for every line of a book: one comparison of bytes for those that are none.
    private static func starts(_ line: UnsafeBufferPointer<UInt8>, _ prefix: [UInt8]) -> Bool {
        guard line.count > prefix.count, line[10] == prefix[10] else { return false }
        return UnsafeBufferPointer(rebasing: line.prefix(prefix.count)).elementsEqual(prefix)
    }

    /// What a `segment_sealed` record says.
    struct Sealed: Sendable, Equatable {
        var file: String
        var first: UInt64
        var records: UInt64
        var bytes: UInt64
        var sha256: Digest
    }

    static func sealed(_ line: UnsafeBufferPointer<UInt8>) -> Sealed? {
        guard starts(line, sealed),
            case .object(let object)? = try? JSONValue(
                parsing: String(decoding: line, as: UTF8.self)),
            let file = object.text("file"), let first = object.unsigned("first_index"),
            let records = object.unsigned("record_count"),
            let bytes = object.unsigned("size_bytes"), let text = object.text("digest"),
            let digest = Digest(hex: text)
        else { return nil }
        return Sealed(file: file, first: first, records: records, bytes: bytes, sha256: digest)
    }

    /// What a `records_pruned` record says.
    struct Pruned: Sendable, Equatable {
        /// Index of the first record that stays.
        var until: UInt64
        var rule: String
        var root: String
    }

    static func pruned(_ line: UnsafeBufferPointer<UInt8>) -> Pruned? {
        guard starts(line, pruned),
            case .object(let object)? = try? JSONValue(
                parsing: String(decoding: line, as: UTF8.self)),
            let first = object.unsigned("first_index"),
            let records = object.unsigned("record_count"), let rule = object.text("rule"),
            let root = object.text("root"), records <= UInt64.max - first
        else { return nil }
        return Pruned(until: first + records, rule: rule, root: root)
    }
}
