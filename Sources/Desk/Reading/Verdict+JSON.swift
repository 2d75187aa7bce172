// SPDX-License-Identifier: Apache-2.0

package import Book
package import Clearing
package import Records

extension Verdict {
    /// Nothing is wrong, and nothing says who signed it.
    package var isUnproven: Bool { size > 0 && !isSignatureChecked }

    /// The verdict for programs.
    package func json(_ envelopes: EnvelopeCheck.Report?) -> JSONObject {
        func number(_ value: some BinaryInteger) -> JSONValue { .number(String(value)) }
        var object: JSONObject = [
            "book": .string(book), "sound": .bool(isSound),
            "signature_checked": .bool(isSignatureChecked), "origin": .string(origin),
            "records": number(size), "bytes": number(bytes), "root": .string(root),
            "signed_records": number(checkpointSize), "unsigned_records": number(uncovered),
            "findings": .array(
                findings.map { finding in
                    var object: JSONObject = ["file": .string(finding.file)]
                    if let records = finding.records {
                        object["first_record"] = number(records.lowerBound)
                        object["last_record"] = number(records.upperBound)
                    }
                    object["what"] = .string(finding.what)
                    object["remedy"] = .string(finding.remedy)
                    return .object(object)
                }),
            "notes": .array(notes.map { .string($0) }),
        ]
        if let envelopes { object["envelopes"] = .object(envelopes.json) }
        return object
    }
}
