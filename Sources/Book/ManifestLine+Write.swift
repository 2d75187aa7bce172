// SPDX-License-Identifier: Apache-2.0

internal import Records
internal import TransparencyLog

extension Manifest.ClosedFile {
    /// Appends the entry as it stands in a manifest, without the line feed: what `ManifestLine`
    /// reads. Written without a tree of values, since every seal of a day writes those of all days.
    func write(to buffer: inout ByteBuffer) {
        buffer.append("{\"file\":")
        CanonicalJSON.string(name, into: &buffer)
        buffer.append(",\"date\":")
        CanonicalJSON.string(date, into: &buffer)
        buffer.append(",\"first\":")
        buffer.append(text: String(first))
        buffer.append(",\"records\":")
        buffer.append(text: String(records))
        buffer.append(",\"bytes\":")
        buffer.append(text: String(bytes))
        buffer.append(",\"root\":\"")
        buffer.append(text: root.base64)
        buffer.append(UInt8(ascii: "\""))
        if mayNeedTrim { buffer.append(",\"trim\":true") }
        if let recorded {
            buffer.append(",\"from\":\"")
            buffer.append(recorded.lowerBound)
            buffer.append("\",\"to\":\"")
            buffer.append(recorded.upperBound)
            buffer.append(UInt8(ascii: "\""))
        }
        if !hasLines { buffer.append(",\"lines\":false") }
        segment?.write(to: &buffer)
        buffer.append(UInt8(ascii: "}"))
    }
}

extension Manifest.SegmentFile {
    fileprivate func write(to buffer: inout ByteBuffer) {
        buffer.append(",\"segment\":")
        CanonicalJSON.string(name, into: &buffer)
        buffer.append(",\"segment_bytes\":")
        buffer.append(text: String(bytes))
        buffer.append(",\"sha256\":\"")
        buffer.append(text: sha256.hex)
        buffer.append(UInt8(ascii: "\""))
        if isEncrypted { buffer.append(",\"encrypted\":true") }
        if let record {
            buffer.append(",\"sealed_by\":")
            buffer.append(text: String(record))
        }
    }
}

extension ByteBuffer {
    fileprivate mutating func append(_ instant: Timestamp) {
        instant.write(to: tail(Timestamp.textCount))
        advance(by: Timestamp.textCount)
    }
}
