// SPDX-License-Identifier: Apache-2.0

/// Figures under one name, in the text form of Prometheus (version 0.0.4).
struct MetricFamily {
    enum Kind: String { case counter, gauge, histogram, summary }

    struct Sample {
        /// Behind the name: `_bucket`, `_sum`; mostly empty.
        let suffix: String
        let labels: [(String, String)]
        let value: String

        init(
            _ value: some CustomStringConvertible, _ labels: [(String, String)] = [],
            suffix: String = ""
        ) {
            self.suffix = suffix
            self.labels = labels
            self.value = value.description
        }
    }

    let name: String
    let kind: Kind
    let help: String
    var samples: [Sample]

    init(_ name: String, _ kind: Kind, _ help: String, _ samples: [Sample] = []) {
        self.name = Self.clean(name)
        self.kind = kind
        self.help = help
        self.samples = samples
    }

    func write(into text: inout String) {
        guard !samples.isEmpty else { return }
        text +=
            "# HELP \(name) \(help.replacing("\\", with: "\\\\").replacing("\n", with: "\\n"))\n"
        text += "# TYPE \(name) \(kind.rawValue)\n"
        for sample in samples {
            text += name + sample.suffix
            if !sample.labels.isEmpty {
                let labels = sample.labels.map { "\(Self.clean($0.0))=\"\(Self.escape($0.1))\"" }
                text += "{\(labels.joined(separator: ","))}"
            }
            text += " \(sample.value)\n"
        }
    }

    /// A name of letters, digits and `_`.
    static func clean(_ name: String) -> String {
        var cleaned = ""
        for byte in name.utf8 {
            let isPlain =
                byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 || byte == UInt8(ascii: "_")
            cleaned.unicodeScalars.append(Unicode.Scalar(isPlain ? byte : UInt8(ascii: "_")))
        }
        if let first = cleaned.utf8.first, first &- 0x30 < 10 { cleaned = "_" + cleaned }
        return cleaned
    }

    private static func escape(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            .replacing("\n", with: "\\n")
    }
}
