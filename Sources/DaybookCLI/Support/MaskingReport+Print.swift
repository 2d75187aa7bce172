// SPDX-License-Identifier: Apache-2.0

import Desk
import Masking
import Records

extension MaskingReport {
    /// The report as lines for people: which rule fired where, never a value.
    var lines: [String] {
        guard !isEmpty else { return ["masking: nothing had to be masked"] }
        let head = "masking: \(Words.count(total, "value")) replaced"
        return [head]
            + findings.map { finding in
                let places = finding.records.prefix(3).map { "#\($0)" }.joined(separator: " ")
                return "  \(Words.grouped(finding.count))  \(finding.rule)  in "
                    + "\(finding.place)  (records \(places)\(finding.count > 3 ? " …" : ""))"
            }
    }

    /// The same for programs.
    var json: JSONValue {
        .object([
            "values": .number(String(total)),
            "findings": .array(
                findings.map { finding in
                    .object([
                        "rule": .string(finding.rule), "place": .string(finding.place),
                        "count": .number(String(finding.count)),
                        "records": .array(finding.records.map { .number(String($0)) }),
                    ])
                }),
        ])
    }
}
