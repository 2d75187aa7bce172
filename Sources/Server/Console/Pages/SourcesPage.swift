// SPDX-License-Identifier: Apache-2.0

import Hummingbird
import Records
import Sources

/// Where records come from: how fast, how far behind, where in which file, and what went wrong last.
struct SourcesPage: RouteGroup {
    let core: DaemonCore

    /// Milliseconds after which the page looks again.
    private static let refresh = 2_000

    var routes: [Route] {
        [
            Route(.get, Area.sources.path, access: Area.sources.access) {
                [core] request, context in
                // Files lead to their records for those who may search.
                let searches = try context.caller.has(Area.search.roles)
                return Console.answer(
                    Self.page(core.sources.statuses, searches: searches), to: request, context)
            }
        ]
    }

    static func page(_ sources: [SourceStatus], searches: Bool) -> Page {
        Page(
            "Sources", in: .sources,
            lead: "Log files that are followed. What programs send over HTTP or the socket needs "
                + "no source."
        ) {
            if sources.isEmpty {
                Tag.section(.class("card")) {
                    Part.empty(
                        .sources, "No source is configured",
                        "Name files under sources: in daybook.yaml, such as tail: "
                            + "/var/log/bot/*.log; docs/guides/tailing.md shows how.")
                }
            } else {
                Part.tiles(id: "sources-sum", refresh: refresh) { sums(sources) }
                Part.card(
                    "Followed", note: Figures.count(sources.count, "source"), id: "sources",
                    refresh: refresh, isFlush: true
                ) { table(sources) }
                for (place, source) in sources.enumerated() where !source.files.isEmpty {
                    Part.card(
                        "Files of \(source.name)", note: shown(source), id: "files-\(place)",
                        refresh: refresh, isFlush: true
                    ) { files(source, searches: searches) }
                }
            }
        }
    }

    @HTMLBuilder private static func sums(_ sources: [SourceStatus]) -> HTML {
        let failing = sources.count(where: \.isInTrouble)
        Part.tile(
            "Records a second", Figures.short(sources.reduce(0) { $0 + $1.rate }),
            note: "over the last ten seconds")
        Part.tile(
            "Records", Figures.count(sources.reduce(0) { $0 + $1.records }),
            note: "since the start")
        Part.tile(
            "Behind", Figures.bytes(sources.reduce(0) { $0 + $1.lagBytes }), note: "not read yet")
        Part.tile(
            "In trouble", Figures.count(failing), note: failing == 0 ? "all is well" : "see below",
            tone: failing == 0 ? .good : .bad)
    }

    // MARK: - Sources

    private static func table(_ sources: [SourceStatus]) -> HTML {
        Table(
            "Sources",
            [
                .init("Source"), .init("State"), .init("Records/s", .number),
                .init("Records", .number), .init("Behind", .number), .init("Last record"),
                .init("Last error"),
            ],
            sources.map { source in
                .init([
                    Tag.span {
                        source.name
                        Tag.br()
                        Tag.code(.class("faint")) { source.what }
                    },
                    state(source), .text(Figures.short(source.rate)),
                    .text(Figures.count(source.records)), .text(Figures.bytes(source.lagBytes)),
                    source.lastRecord.map { Figures.time($0) } ?? quiet("none yet"),
                    trouble(source),
                ])
            }
        ).html
    }

    private static func state(_ source: SourceStatus) -> HTML {
        switch source.state {
        case .running: Part.badge("running", .good)
        case .starting: Part.badge("starting", .accent)
        case .waiting: Part.badge("tries again", .bad)
        case .stopped: Part.badge("stopped", .warn)
        }
    }

    private static func trouble(_ source: SourceStatus) -> HTML {
        guard let error = source.lastError else { return quiet("none") }
        return Tag.span {
            if source.losses > 0 {
                Part.badge(Figures.count(source.losses, "loss", "losses"), .bad)
                " "
            }
            error
            if let instant = source.lastErrorAt {
                " "
                Tag.span(.class("faint")) { Figures.time(instant) }
            }
        }
    }

    private static func quiet(_ text: String) -> HTML { Tag.span(.class("faint")) { text } }

    // MARK: - Files

    private static func shown(_ source: SourceStatus) -> String {
        let shown = source.files.count
        return shown < source.streams
            ? "\(Figures.count(shown)) of \(Figures.count(source.streams)), furthest behind first"
            : Figures.count(shown, "file")
    }

    private static func files(_ source: SourceStatus, searches: Bool) -> HTML {
        Table(
            "Files of \(source.name)",
            [
                .init("File"), .init("Read", .number), .init("Of", .number),
                .init("Behind", .number), .init("Read last"), .init("State"),
            ],
            source.files.map { file in
                .init([
                    name(file, of: source, searches: searches),
                    .text(Figures.bytes(file.position)), .text(Figures.bytes(file.size)),
                    .text(file.lagBytes == 0 ? "0" : Figures.bytes(file.lagBytes)),
                    file.lastRead.map { Figures.time($0) } ?? quiet("not since the start"),
                    state(file),
                ])
            }
        ).html
    }

    private static func name(_ file: SourceFile, of source: SourceStatus, searches: Bool) -> HTML {
        // The name of the source stands above already.
        let text = String(file.name.dropFirst(source.name.count + 1))
        guard searches else { return Tag.code { text } }
        return Tag.a(.href(Paths.search("source", is: file.name))) { text }
    }

    private static func state(_ file: SourceFile) -> HTML {
        if let trouble = file.trouble { return Part.badge(trouble, .bad) }
        if file.waiting > 0 {
            return Part.badge("\(Figures.count(file.waiting, "file")) after it", .accent)
        }
        return file.lagBytes > 0 ? Part.badge("reading", .accent) : Part.badge("read", .good)
    }
}

extension SourceStatus {
    /// Whether somebody has to look after it.
    fileprivate var isInTrouble: Bool {
        state == .waiting || state == .stopped || losses > 0
            || files.contains { $0.trouble != nil }
    }
}
