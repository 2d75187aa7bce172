// SPDX-License-Identifier: Apache-2.0

/// The ways out.
enum ReadingRoutes {
    static func groups(_ core: DaemonCore) -> [any RouteGroup] {
        let verify = VerifyDesk(core)
        let gate = SearchGate()
        return [
            SearchRoutes(core, gate), FieldsRoutes(core), RecordRoutes(core, gate),
            TailRoutes(core), LogRoutes(core), VerifyRoutes(core, verify), MetricsRoutes(core),
            SearchPages(core, gate), RecordPages(core, gate), IntegrityPages(core, verify),
        ]
    }

    /// A table with its own description in it.
    static func described(_ table: RouteTable) -> RouteTable {
        RouteTable(table.routes + OpenAPIRoutes(table).routes)
    }
}
