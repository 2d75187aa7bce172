// SPDX-License-Identifier: Apache-2.0

/// Which rule masked where and how often. Never holds a value.
package struct MaskingReport: Sendable {
    /// One rule at one place.
    package struct Finding: Sendable, Hashable {
        /// The rule: `name`, `bearer`, `high-entropy`, `user-name:desk_pin`, `user:badge`.
        package let rule: String
        /// The path of keys to the value: `config.api_key`, `headers[]`; for text that is no
        /// member of a record, `text`.
        package let place: String
        /// How many values.
        package var count: Int
        /// The first records in which it happened, counted from 0 within the session.
        package var records: [Int]
    }

    struct Key: Hashable {
        let rule: RuleNumber
        let place: String
    }

    private var counts: [Key: Finding] = [:]

    /// Values masked in all.
    package private(set) var total = 0

    package init() {}

    /// The findings, most frequent first.
    package var findings: [Finding] {
        counts.values.sorted {
            ($1.count, $0.rule, $0.place) < ($0.count, $1.rule, $1.place)
        }
    }

    package var isEmpty: Bool { total == 0 }

    mutating func note(_ rule: RuleNumber, name: String, place: String, record: Int) {
        total += 1
        var key = Key(rule: rule, place: place)
        if counts[key] == nil, counts.count >= MaskingLimits.reportPlaces {
            key = Key(rule: rule, place: "…")
        }
        var finding =
            counts[key] ?? Finding(rule: name, place: key.place, count: 0, records: [])
        finding.count += 1
        if finding.records.count < MaskingLimits.reportOrdinals, finding.records.last != record {
            finding.records.append(record)
        }
        counts[key] = finding
    }

    /// Adds another session's report.
    package mutating func merge(_ other: MaskingReport) {
        total += other.total
        for (key, finding) in other.counts {
            guard var mine = counts[key] else {
                counts[key] = finding
                continue
            }
            mine.count += finding.count
            counts[key] = mine
        }
    }

    /// Adds the report of the records that came right after those of this one, as if one session
    /// had taken all.
    ///
    /// - Parameter first: which record the other's first one is, counted as in this report.
    package mutating func append(_ other: MaskingReport, from first: Int) {
        total += other.total
        // By name, so that which places are beyond the limit does not hang on a hash's seed.
        for (key, theirs) in other.counts.sorted(by: { $0.value.place < $1.value.place }) {
            var key = key
            if counts[key] == nil, counts.count >= MaskingLimits.reportPlaces {
                key = Key(rule: key.rule, place: "…")
            }
            var mine =
                counts[key] ?? Finding(rule: theirs.rule, place: key.place, count: 0, records: [])
            mine.count += theirs.count
            let room = MaskingLimits.reportOrdinals - mine.records.count
            mine.records += theirs.records.prefix(max(0, room)).map { first + $0 }
            counts[key] = mine
        }
    }
}
