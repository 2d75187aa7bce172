// SPDX-License-Identifier: Apache-2.0

import Book
import Desk
import HTTPTypes
import Hummingbird
import Records
import Sources

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// `GET /metrics`: figures of the moment for Prometheus and whoever reads its text.
package struct MetricsRoutes: RouteGroup {
    private let core: DaemonCore
    private let started: Timestamp

    package init(_ core: DaemonCore) {
        self.core = core
        started = core.ground.now
        _ = MetricsRegistry.shared
    }

    package var routes: [Route] {
        [
            Route(
                .get, "/metrics", access: .roles([.admin, .auditor, .compliance]),
                operation: Operation(
                    "metrics", "Figures of the moment, in the text form of Prometheus.",
                    answers: [(200, "Version 0.0.4 of it.", "text/plain")])
            ) { [self] _, _ in
                let text = try await core.blocking { self.text() }
                return Response(
                    status: .ok,
                    headers: [
                        .contentType: "text/plain; version=0.0.4; charset=utf-8",
                        .cacheControl: "no-store",
                    ], body: .init(byteBuffer: .init(string: text)))
            }
        ]
    }

    private func text() -> String {
        var text = ""
        let sources = SourceFigures.families(core.sources.statuses)
        for family in books + sources + process + MetricsRegistry.shared.families {
            family.write(into: &text)
        }
        return text
    }

    // MARK: - Books

    private var books: [MetricFamily] {
        func family(_ name: String, _ kind: MetricFamily.Kind, _ help: String) -> MetricFamily {
            MetricFamily("daybook_book_" + name, kind, help)
        }
        var records = family("records_total", .counter, "Records in the book.")
        var synced = family("synced_records", .gauge, "Records on stable storage.")
        var signed = family("signed_records", .gauge, "Records that the checkpoint covers.")
        var bytes = family("bytes", .gauge, "Bytes of the files that have the book's records.")
        var files = family("files", .gauge, "Files that have the book's records.")
        var queued = family("queued_bytes", .gauge, "Bytes that wait to be written.")
        var syncs = family("sync_seconds", .summary, "Time that syncs of the disk took.")
        var trouble = family("trouble", .gauge, "1 while the disk keeps the book waiting.")
        for name in core.ground.existingBooks {
            let labels = [("book", name)]
            if let snapshot = try? core.ground.snapshot(name) {
                let pieces = snapshot.pieces
                bytes.samples.append(.init(pieces.reduce(0) { $0 + $1.bytes }, labels))
                files.samples.append(.init(snapshot.files.count, labels))
            }
            guard let book = try? core.books.book(name), let status = book.status else { continue }
            records.samples.append(.init(status.size, labels))
            synced.samples.append(.init(status.syncedSize, labels))
            signed.samples.append(.init(status.checkpointed, labels))
            queued.samples.append(.init(status.queuedBytes, labels))
            trouble.samples.append(.init(status.trouble == nil ? 0 : 1, labels))
            syncs.samples.append(
                .init(Double(status.syncNanoseconds) / 1e9, labels, suffix: "_sum"))
            syncs.samples.append(.init(status.syncs, labels, suffix: "_count"))
        }
        return [records, synced, signed, bytes, files, queued, syncs, trouble]
    }

    // MARK: - The process

    private var process: [MetricFamily] {
        [
            MetricFamily(
                "process_cpu_seconds_total", .counter, "Time that the processors gave.",
                // POSIX counts it in microseconds. Not in a `timespec`: which module that is of depends on
                // which of NIO's was built first.
                [.init(Double(clock()) / 1e6)]),
            MetricFamily(
                "process_resident_memory_bytes", .gauge, "Bytes of memory in use.",
                [.init(Self.residentBytes)]),
            MetricFamily(
                "process_start_time_seconds", .gauge, "When the daemon started, since 1970.",
                [.init(Double(started.microseconds) / 1e6)]),
        ]
    }

    private static var residentBytes: Int {
        guard let file = fopen("/proc/self/statm", "r") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        guard fgets(&line, 256, file) != nil else { return 0 }
        let text = String(
            decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
    }
}
