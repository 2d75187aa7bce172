// SPDX-License-Identifier: Apache-2.0
//
// Text from anywhere: whatever comes in, nothing traps; what comes out is canonical JSON and
// a fixed point; and a secret that stands on a line of its own is gone, whatever is around it.

import Masking
import Records

nonisolated(unsafe) private var session = MaskingSession()
private let provenance = Provenance(source: "fuzz")
private let secret = "Pl4nt3dSecretValu3"

/// The entry that libFuzzer calls.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = UnsafeBufferPointer(start: start, count: count)
    let text = String(decoding: bytes, as: UTF8.self)

    let masked = session.maskText(text)
    precondition(session.maskText(masked) == masked, "a masked text is masked again")

    var records = MaskedRecords()
    let parsed = (try? session.append(jsonLine: bytes, from: provenance, to: &records)) != nil
    precondition(parsed || records.isEmpty, "a refused line left something")
    session.append(object: ["text": .string(text)], from: provenance, to: &records)
    check(records)

    let cut = String(decoding: bytes.prefix(count / 2), as: UTF8.self)
    let rest = String(decoding: bytes.dropFirst(count / 2), as: UTF8.self)
    let planted = session.maskText("\(cut)\napi_key=\(secret)\n\(rest)")
    precondition(!planted.contains(secret), "a planted secret survives")
    return 0
}

/// Every line is canonical, fits, and stays what it is when it is masked again.
private func check(_ records: MaskedRecords) {
    for index in 0..<records.count {
        let line = records.line(index)
        precondition(line.utf8.count <= 65_535 - 64 && line.hasSuffix("}"))
        guard let value = try? JSONValue(parsing: line) else {
            preconditionFailure("a line is no JSON")
        }
        precondition(value.description == line, "a line is not canonical")
        var again = MaskedRecords()
        var copy = Array(line.utf8)
        copy.withUnsafeMutableBufferPointer {
            _ = try? session.append(
                maskedLine: UnsafeBufferPointer($0), from: provenance, to: &again)
        }
        precondition(again.count == 1 && again.line(0) == line, "a line is masked again")
    }
}
