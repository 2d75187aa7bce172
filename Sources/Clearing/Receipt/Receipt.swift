// SPDX-License-Identifier: Apache-2.0

import Book
import Crypto
package import Records
package import TransparencyLog

/// What a clear did, in a form that a stranger can check without the book: the record that says so,
/// the proof that this record is in the book `audit`, and the book's key (docs/format/receipt.md).
///
/// Has no personal data: the person concerned is named by a random code.
package struct Receipt: Sendable, Hashable {
    package static let format = "daybook/receipt/v1"

    /// The record's bytes.
    package let line: [UInt8]
    package let proof: TLogProof
    /// The key of the book; whoever checks compares it with one that they trust.
    package let key: VerifierKey
    /// The record, parsed.
    package let record: JSONObject

    package init(line: [UInt8], proof: TLogProof, key: VerifierKey) throws(ClearingError) {
        guard let text = String(validating: line, as: UTF8.self),
            let record = (try? JSONValue(parsing: text))?.objectValue
        else { throw Self.unreadable }
        self.line = line
        self.proof = proof
        self.key = key
        self.record = record
    }

    private static let unreadable = ClearingError(
        .usage, "this is no receipt. `daybook clear … --apply` writes one.")

    // MARK: - The file

    /// Reads a receipt file. Says nothing about the proof; `verify` does.
    package init(parsing bytes: [UInt8]) throws(ClearingError) {
        guard let text = String(validating: bytes, as: UTF8.self),
            let object = (try? JSONValue(parsing: text))?.objectValue,
            object.text("receipt") == Self.format, let line = object.text("line"),
            let proof = object.text("proof"), let key = object.text("key")
        else { throw Self.unreadable }
        do throws(TransparencyLogError) {
            self.proof = try TLogProof(parsing: Array(proof.utf8))
            self.key = try VerifierKey(key)
        } catch {
            throw ClearingError(.damaged, "the receipt is damaged: \(error.message).")
        }
        guard let record = (try? JSONValue(parsing: line))?.objectValue else {
            throw Self.unreadable
        }
        self.line = Array(line.utf8)
        self.record = record
    }

    /// The bytes of the file: one JSON object, a member a line.
    package var fileBytes: [UInt8] {
        let members: [(String, String)] = [
            ("receipt", Self.format), ("line", String(decoding: line, as: UTF8.self)),
            ("proof", proof.description), ("key", key.description),
        ]
        let lines = members.map { name, value in
            "\(JSONValue.string(name)):\(JSONValue.string(value))"
        }
        return Array("{\n\(lines.joined(separator: ",\n"))\n}\n".utf8)
    }

    /// SHA-256 over the record's line, which does not change when the file is made again.
    package var digest: TransparencyLog.Digest {
        TransparencyLog.Digest(Array(SHA256.hash(data: line))) ?? TransparencyLog.Digest()
    }

    // MARK: - Checking

    /// Why the receipt is not to be believed; empty when it is.
    ///
    /// - Parameter trusted: the book's key from a source that the receipt's bearer has no hand in;
    ///   nil takes the one in the file, which proves only that the file fits itself.
    package func reasons(trusting trusted: VerifierKey?) -> [String] {
        var reasons: [String] = []
        if let trusted, trusted != key {
            reasons.append("the receipt names another key than the one that is trusted")
        }
        reasons += proof.verify(line: line, key: trusted ?? key).reasons
        if record.text("event") != EventKind.clearRun.rawValue
            || record.text("source") != "daybook"
        {
            reasons.append("the record is no receipt of Daybook's")
        }
        return reasons
    }

    // MARK: - What it says

    /// Name of the erasure: a random code.
    package var erasure: String? { record.text("erasure") }
    package var index: Int { proof.inclusion.index }

    package func count(_ name: String) -> Int? {
        record.unsigned(name).flatMap { Int(exactly: $0) }
    }
}
