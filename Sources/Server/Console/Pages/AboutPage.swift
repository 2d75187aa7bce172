// SPDX-License-Identifier: Apache-2.0

import Book
import Clearing
import Desk
import Hummingbird
import Records

/// What this is, which books it holds, and how others check them.
struct AboutPage: RouteGroup {
    let core: DaemonCore

    struct BookFacts: Sendable {
        let name: String
        let origin: String
        let records: UInt64
        let newest: Timestamp?
        let bytes: Int
    }

    var routes: [Route] {
        [
            Route(.get, Area.about.path, access: Area.about.access) { [core] request, context in
                let books = try await core.blocking { try Self.books(core.ground) }
                return Console.answer(Self.page(books, core), to: request, context)
            }
        ]
    }

    private static func books(_ ground: Ground) throws -> [BookFacts] {
        try ground.existingBooks.map { name in
            let snapshot = try ground.snapshot(name)
            return BookFacts(
                name: name, origin: snapshot.manifest.origin, records: snapshot.size,
                newest: try snapshot.newestRecorded(),
                bytes: snapshot.files.reduce(0) { $0 + $1.bytes })
        }
    }

    private static func page(_ books: [BookFacts], _ core: DaemonCore) -> Page {
        Page(
            "About", in: .about,
            lead: "Daybook keeps the records of algorithmic trading: masked before they are "
                + "written, signed, searchable, and cleared provably."
        ) {
            Part.card("Books", isFlush: true) { table(books) }
            Tag.div(.class("grid")) {
                Part.card("This daemon", classes: "half") {
                    Part.facts([
                        ("Books in", Tag.code { core.ground.logs }),
                        ("Up since", Figures.time(started)),
                        ("Licence", "Apache 2.0"),
                    ])
                }
                Part.card("For programs", classes: "half") {
                    Part.facts([
                        (
                            "Interface",
                            Tag.a(.href("/openapi.json")) { "OpenAPI 3.1, /openapi.json" }
                        ),
                        ("Health", Tag.a(.href("/healthz")) { "/healthz" }),
                        ("Ready", Tag.a(.href("/readyz")) { "/readyz" }),
                        ("Metrics", Tag.code { "/metrics" }),
                    ])
                }
            }
        }
    }

    /// When this process began to serve: near enough to its start.
    static let started = SystemClock().now()

    private static func table(_ books: [BookFacts]) -> HTML {
        guard !books.isEmpty else {
            return Part.empty(
                .inbox, "No book yet", "The first record makes one: `daybook run -- python bot.py`."
            )
        }
        return Table(
            "Books",
            [
                .init("Book"), .init("Origin", wideOnly: true), .init("Records", .number),
                .init("Bytes of lines", .number), .init("Newest record"),
                .init("Checkpoint", wideOnly: true),
            ],
            books.map { book in
                .init([
                    Tag.b { book.name }, Tag.code { book.origin },
                    .text(Figures.count(book.records)), .text(Figures.bytes(book.bytes)),
                    book.newest.map { Figures.time($0) } ?? "none",
                    Tag.a(.href(Link("/log/\(book.name)/checkpoint"))) { "signed tree head" },
                ])
            }
        ).html
    }
}
