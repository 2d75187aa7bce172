// SPDX-License-Identifier: Apache-2.0

/// What a colour means. Words beside it always say the same: colour alone tells nobody anything.
package enum Tone: String, Sendable {
    case neutral
    /// Went well.
    case good
    /// Wants a look.
    case warn
    /// Did not go well.
    case bad
    /// Chosen, new, or simply the subject.
    case accent
    /// Of less weight than what stands beside it.
    case quiet

    var icon: Icon {
        switch self {
        case .good: .check
        case .warn: .warning
        case .bad: .stop
        case .neutral, .accent, .quiet: .info
        }
    }
}

/// What pages are put together from: `Part.card`, `Part.badge`, `Part.notice`, …
package enum Part {}
