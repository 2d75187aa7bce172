// SPDX-License-Identifier: Apache-2.0

import Masking
import Records
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A fresh session's answer to one text.
func masked(_ text: String, _ masker: Masker = .standard) -> String {
    var session = MaskingSession(masker)
    return session.maskText(text)
}

/// A fresh session's answer to one line of JSON, without what Daybook adds at the end.
func maskedLine(_ json: String, _ masker: Masker = .standard) throws -> String {
    let line = try recordedLines(json, masker)[0]
    let tail = ",\"source\":\"test\"}"
    return line.hasSuffix(tail) ? String(line.dropLast(tail.count)) + "}" : line
}

/// All lines that one line of JSON becomes.
func recordedLines(_ json: String, _ masker: Masker = .standard) throws -> [String] {
    var session = MaskingSession(masker)
    var records = MaskedRecords()
    try append(json, to: &records, &session)
    return records.lines
}

func append(
    _ json: String, to records: inout MaskedRecords, _ session: inout MaskingSession,
    from provenance: Provenance = Provenance(source: "test")
) throws {
    let bytes = Array(json.utf8)
    let error = bytes.withUnsafeBufferPointer { bytes -> JSONError? in
        do throws(JSONError) {
            try session.append(jsonLine: bytes, from: provenance, to: &records)
            return nil
        } catch {
            return error
        }
    }
    if let error { throw error }
}

/// Takes a line as another process of Daybook sends it.
func appendMasked(
    _ line: String, to records: inout MaskedRecords, _ session: inout MaskingSession
) throws {
    let bytes = Array(line.utf8)
    let error = bytes.withUnsafeBufferPointer { bytes -> JSONError? in
        do throws(JSONError) {
            try session.append(
                maskedLine: bytes, from: Provenance(source: "socket", trusted: true), to: &records)
            return nil
        } catch {
            return error
        }
    }
    if let error { throw error }
}

extension MaskedRecords {
    var lines: [String] { (0..<count).map { line($0) } }
}

/// The samples of real output, and which literals each must lose.
struct Sample: CustomStringConvertible, Sendable {
    let file: String
    let literals: [String]
    var description: String { file }

    static let directory = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Fixtures/samples")

    func text() throws -> String {
        let data = try Data(contentsOf: Self.directory.appending(path: file))
        return String(decoding: data, as: UTF8.self)
    }

    static let all: [Sample] = {
        let url = directory.appending(path: "must_not_survive.tsv")
        guard let data = try? Data(contentsOf: url) else { return [] }
        var byFile: [String: [String]] = [:]
        for row in String(decoding: data, as: UTF8.self).split(separator: "\n").dropFirst() {
            let cells = row.split(separator: "\t").map(String.init)
            guard cells.count == 3, cells[0] != "personal" else { continue }
            for file in cells[2].split(separator: ",") {
                byFile[String(file), default: []].append(cells[1])
            }
        }
        return byFile.map { Sample(file: $0.key, literals: $0.value) }
            .sorted { $0.file < $1.file }
    }()

    func survivors(in text: String) -> [String] {
        literals.filter { text.contains($0) }
    }
}
