// SPDX-License-Identifier: Apache-2.0

import Records
import Sources

/// The figures of what is followed, for `/metrics`.
enum SourceFigures {
    static func families(_ statuses: [SourceStatus]) -> [MetricFamily] {
        func family(
            _ name: String, _ kind: MetricFamily.Kind, _ help: String,
            _ value: (SourceStatus) -> (any CustomStringConvertible)?
        ) -> MetricFamily {
            MetricFamily(
                "daybook_source_" + name, kind, help,
                statuses.compactMap { status in
                    value(status).map { .init($0.description, [("source", status.name)]) }
                })
        }
        return [
            family("up", .gauge, "1 while the source is read.") { $0.state == .running ? 1 : 0 },
            family("records_total", .counter, "Records taken since the source was started.") {
                $0.records
            },
            family("bytes_total", .counter, "Bytes read since the source was started.") {
                $0.bytes
            },
            family("lag_bytes", .gauge, "Bytes that are there and not read yet.") { $0.lagBytes },
            family("files", .gauge, "Logs that are followed.") { $0.streams },
            family("losses_total", .counter, "Files that were gone or cut before they were read.") {
                $0.losses
            },
            family(
                "last_record_timestamp_seconds", .gauge, "When the last record came, since 1970."
            ) { $0.lastRecord.map { Double($0.microseconds) / 1e6 } },
            family(
                "last_error_timestamp_seconds", .gauge,
                "When something last went wrong, since 1970."
            ) { $0.lastErrorAt.map { Double($0.microseconds) / 1e6 } },
        ]
    }
}
