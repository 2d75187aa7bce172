// SPDX-License-Identifier: Apache-2.0

/// Every act of people, as routes and as pages.
enum Acts {
    static func groups(_ core: DaemonCore) -> [any RouteGroup] {
        [
            PolicyRoutes(core), RetentionRoutes(core), HoldRoutes(core), RequestRoutes(core),
            PlanRoutes(core), ReceiptRoutes(core), PersonRoutes(core), ExportRoutes(core),
            ProposalRoutes(core), JobRoutes(core), RetentionPage(core: core),
            PlanPage(core: core), CalendarPage(core), ExportsPage(core: core),
            RequestsPage(core: core),
        ]
    }
}
