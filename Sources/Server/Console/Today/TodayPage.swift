// SPDX-License-Identifier: Apache-2.0

import Desk
import Hummingbird
import Records

/// The desk's day: figures, charts, latencies, and the blotter as it comes.
struct TodayPage: RouteGroup {
    private let core: DaemonCore
    private let watch: DayWatch

    init(_ core: DaemonCore) {
        self.core = core
        watch = DayWatch(core)
    }

    var routes: [Route] {
        [
            Route(.get, Area.today.path, access: .known) { [core, watch] request, context in
                let caller = try context.caller
                // Whoever has no Today begins where they may.
                guard caller.has(Area.today.roles) else {
                    return Console.redirect(to: Link(Area.first(for: caller.roles).path))
                }
                let seen = Self.strategies(of: caller)
                let view = try await core.blocking { try watch.view(of: seen) }
                return Console.answer(
                    TodayView(view, now: core.ground.now, strategies: seen).page, to: request,
                    context)
            }
        ]
    }

    /// The strategies whose records somebody may read; nil for all.
    static func strategies(of caller: Principal) -> Set<String>? {
        caller.has([.compliance, .auditor]) ? nil : caller.strategies
    }
}
