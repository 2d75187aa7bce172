// SPDX-License-Identifier: Apache-2.0

internal import Records
internal import TransparencyLog

/// Reads the entry of a closed file in the one form that `Manifest.encoded` gives it, without making
/// a tree of values: a book of seven years has thousands, and every command reads them all.
///
/// What is in any other form gives nil, and goes the general way.
struct ManifestLine {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var place = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    static func closedFile(_ line: UnsafeBufferPointer<UInt8>) -> Manifest.ClosedFile? {
        var reader = ManifestLine(line)
        return reader.closedFile()
    }

    private mutating func closedFile() -> Manifest.ClosedFile? {
        guard take("{\"file\":"), let name = fileName(), take(",\"date\":"), let date = text(),
            take(",\"first\":"), let first = number(), take(",\"records\":"),
            let records = number(), first <= UInt64(Int64.max),
            records <= UInt64(Int64.max) - first, take(",\"bytes\":"),
            let size = number().flatMap({ Int(exactly: $0) }), take(",\"root\":"),
            let root = plainText().flatMap({ Digest(base64Bytes: $0) })
        else { return nil }
        var file = Manifest.ClosedFile(
            name: name, date: date, first: first, records: records, bytes: size, root: root)
        if take(",\"trim\":true") { file.mayNeedTrim = true }
        if take(",\"from\":") {
            guard let from = instant(), take(",\"to\":"), let to = instant(), from <= to else {
                return nil
            }
            file.recorded = from...to
        }
        if take(",\"lines\":false") { file.hasLines = false }
        if take(",\"segment\":") {
            guard let segment = segment() else { return nil }
            file.segment = segment
        }
        guard take("}"), place == bytes.count, file.hasLines || file.segment != nil else {
            return nil
        }
        return file
    }

    private mutating func segment() -> Manifest.SegmentFile? {
        guard let name = fileName(), take(",\"segment_bytes\":"),
            let size = number().flatMap({ Int(exactly: $0) }), take(",\"sha256\":"),
            let hex = plainText(), !hex.contains(where: { $0 &- 0x41 < 26 }),
            let digest = Digest(hexBytes: hex)
        else { return nil }
        var segment = Manifest.SegmentFile(name: name, bytes: size, sha256: digest)
        if take(",\"encrypted\":true") { segment.isEncrypted = true }
        if take(",\"sealed_by\":") {
            guard let record = number() else { return nil }
            segment.record = record
        }
        return segment
    }

    // MARK: - Bytes

    private mutating func take(_ literal: StaticString) -> Bool {
        let count = literal.utf8CodeUnitCount
        guard bytes.count - place >= count else { return false }
        for offset in 0..<count where bytes[place + offset] != literal.utf8Start[offset] {
            return false
        }
        place += count
        return true
    }

    private mutating func text() -> String? {
        plainText().map { String(decoding: $0, as: UTF8.self) }
    }

    /// A string of printable ASCII without escapes.
    private mutating func plainText() -> UnsafeBufferPointer<UInt8>? {
        guard take("\"") else { return nil }
        let start = place
        while place < bytes.count, bytes[place] != UInt8(ascii: "\"") {
            guard bytes[place] >= 0x20, bytes[place] < 0x7F, bytes[place] != UInt8(ascii: "\\")
            else { return nil }
            place += 1
        }
        let text = UnsafeBufferPointer(rebasing: bytes[start..<place])
        return take("\"") ? text : nil
    }

    private mutating func fileName() -> String? {
        guard let name = text(), !name.isEmpty, name != ".", name != "..",
            !name.utf8.contains(UInt8(ascii: "/"))
        else { return nil }
        return name
    }

    private mutating func number() -> UInt64? {
        let start = place
        var value: UInt64 = 0
        while place < bytes.count, bytes[place] &- 0x30 < 10 {
            let (product, isOver) = value.multipliedReportingOverflow(by: 10)
            let (sum, isOverToo) = product.addingReportingOverflow(UInt64(bytes[place] &- 0x30))
            guard !isOver, !isOverToo else { return nil }
            value = sum
            place += 1
        }
        let count = place - start
        guard count > 0, count == 1 || bytes[start] != UInt8(ascii: "0") else { return nil }
        return value
    }

    private mutating func instant() -> Timestamp? {
        guard take("\"") else { return nil }
        let end = place + Timestamp.textCount
        guard end < bytes.count else { return nil }
        let text = UnsafeBufferPointer(rebasing: bytes[place..<end])
        guard let (instant, isCanonical) = Timestamp.parse(text), isCanonical else { return nil }
        place = end
        return take("\"") ? instant : nil
    }
}
