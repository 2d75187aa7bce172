// SPDX-License-Identifier: Apache-2.0

import Book
import Clearing
import Daybook
import Desk
import Hummingbird
import Masking
import Records
import Retention

/// The settings in effect, and who changed what binds.
struct SettingsPage: RouteGroup {
    let core: DaemonCore

    /// Daybook's own records of changes to how it is run.
    private static let kinds: [EventKind] = [
        .policyAccepted, .policyApproved, .retentionChanged, .scheduleChanged, .peopleChanged,
        .keysRotated, .keysBackedUp, .keysRestored, .clockConfirmed, .holdOpened, .holdReleased,
        .tokenMade, .tokenRevoked,
    ]

    struct Change: Sendable {
        let index: UInt64
        let instant: Timestamp?
        let what: String
        let who: String
    }

    var routes: [Route] {
        [
            Route(.get, Area.settings.path, access: Area.settings.access) {
                [core] request, context in
                let (text, changes) = try await core.blocking {
                    (Self.text(core.ground), try Self.changes(core.ground))
                }
                return Console.answer(
                    Self.page(
                        core.ground, text, changes,
                        isAdmin: context.principal?.has([.admin]) ?? false), to: request, context)
            }
        ]
    }

    /// The file, masked as records are: a webhook's address can hold a secret.
    private static func text(_ ground: Ground) -> String? {
        let place = ground.place("audit")
        guard let bytes = try? place.disk.contents(of: ground.settings.path, limit: 1 << 20) else {
            return nil
        }
        var session = MaskingSession(ground.masker)
        return session.maskText(String(decoding: bytes, as: UTF8.self))
    }

    private static func changes(_ ground: Ground) throws -> [Change] {
        guard ground.existingBooks.contains("audit") else { return [] }
        let entries = try LedgerReader.entries(
            of: kinds, in: ground.snapshot("audit"), opener: ground.houseOpener)
        return entries.suffix(ServerLimits.changesShown).reversed().map { entry in
            let who = entry.object.first {
                $0.key.hasSuffix("_by") && $0.value.stringValue != nil
            }
            return Change(
                index: entry.index, instant: entry.recorded,
                what: entry.kind.rawValue.replacing("_", with: " "),
                who: who?.value.stringValue ?? "")
        }
    }

    private static func page(
        _ ground: Ground, _ text: String?, _ changes: [Change], isAdmin: Bool
    ) -> Page {
        Page(
            "Settings", in: .settings,
            lead: "Read from daybook.yaml, environment and command line. A change of the file is "
                + "read on SIGHUP; what makes records go earlier binds once it is accepted.",
            actions: isAdmin ? Form.linkButton("Who may", Link(WhoMayPage.path)) : .empty
        ) {
            Part.card("Books", isFlush: true) { books(ground) }
            Tag.div(.class("grid")) {
                Tag.div(.class("half stack")) {
                    Part.card("daybook.yaml", note: text == nil ? nil : "as masked") {
                        if let text {
                            Part.code(text)
                        } else {
                            Part.empty(
                                .settings, "No file, so all is as it comes",
                                "Write \(ground.settings.path); docs/settings.md has every key.")
                        }
                    }
                }
                Tag.div(.class("half stack")) {
                    Part.card("Keeping") {
                        Part.facts([
                            ("Keys guarded by", .text("\(ground.settings.keyProvider)")),
                            (
                                "Clearing believes the clock",
                                .text("\(ground.settings.clock)")
                            ),
                            (
                                "Policies proposed",
                                .text(Figures.count(ground.settings.policies.count))
                            ),
                        ])
                    }
                    Part.card("Changes", note: "newest first", isFlush: true) { table(changes) }
                }
            }
        }
    }

    private static func books(_ ground: Ground) -> HTML {
        Table(
            "Books",
            [
                .init("Book"), .init("An append waits until"), .init("When the disk is stuck"),
                .init("Personal fields"),
            ],
            ground.bookNames.compactMap { name in
                guard let choice = try? ground.settings.choice(for: name) else { return nil }
                return .init([
                    Tag.b { name }, .text("\(choice.durability)"),
                    .text("\(choice.settings.whenStuck)"),
                    choice.settings.seal.isNone
                        ? Part.badge("in the line") : Part.badge("sealed", .good),
                ])
            }
        ).html
    }

    private static func table(_ changes: [Change]) -> HTML {
        guard !changes.isEmpty else {
            return Part.empty(
                .settings, "Nothing was changed yet",
                "Accepted policies, holds, people and keys appear here with who did it.")
        }
        return Table(
            "Changes", [.init("When"), .init("What"), .init("Who")],
            changes.map { change in
                .init([
                    Tag.a(.href(Paths.record("audit", change.index))) {
                        change.instant.map { Figures.time($0) } ?? .text("record \(change.index)")
                    },
                    .text(change.what), .text(change.who),
                ])
            }
        ).html
    }
}
