// SPDX-License-Identifier: Apache-2.0

/// The pages of the console that belong to no other group.
package struct ConsolePages: RouteGroup {
    private let core: DaemonCore

    package init(_ core: DaemonCore) {
        self.core = core
        // Asked for now, so that it is the instant of the start.
        _ = AboutPage.started
    }

    package var routes: [Route] {
        let groups: [any RouteGroup] = [
            TodayPage(core), ChatPage(core), MyDataPage(core), SourcesPage(core: core),
            SettingsPage(core: core), AboutPage(core: core),
        ]
        return ConsoleAssets().routes + groups.flatMap(\.routes)
    }
}
