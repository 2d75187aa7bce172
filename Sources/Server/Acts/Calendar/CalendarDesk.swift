// SPDX-License-Identifier: Apache-2.0

import Desk
import NIOPosix
import Records
import Synchronization

/// Keeps the calendar of what goes when: to count it takes a look at every sealed record, so it is
/// counted once, in the background, and again when something that binds has changed or it is old.
final class CalendarDesk: Sendable {
    private struct State {
        var calendar: RetentionCalendar?
        var key = ""
        /// What is being counted; nil when nothing is.
        var counting: String?
        var failure: String?
    }

    private let core: DaemonCore
    private let state = Mutex(State())

    init(_ core: DaemonCore) { self.core = core }

    enum Answer {
        case there(RetentionCalendar)
        case counting
        case failed(String)
    }

    /// The calendar, if it is counted within `ServerLimits.calendarWait`; otherwise whoever asks asks
    /// again.
    func calendar() async throws -> Answer {
        let ground = core.ground
        let key = try await core.blocking { try RetentionCalendar.key(ground) }
        let end = ContinuousClock.now + ServerLimits.calendarWait
        begin(key, ground)
        while true {
            if let answer = answer(key) { return answer }
            guard ContinuousClock.now < end else { return .counting }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private func answer(_ key: String) -> Answer? {
        state.withLock { state in
            // One that is old stays while it is counted anew: it says when it was counted, and the key
            // has the day and all that binds.
            if let calendar = state.calendar, state.key == key { return .there(calendar) }
            guard state.counting != key, let failure = state.failure else { return nil }
            return .failed(failure)
        }
    }

    private func begin(_ key: String, _ ground: Ground) {
        let isNeeded = state.withLock { state in
            guard state.counting == nil else { return false }
            if let calendar = state.calendar, state.key == key,
                ground.now.microseconds - calendar.made.microseconds
                    < ServerLimits.calendarMicroseconds
            {
                return false
            }
            state.counting = key
            state.failure = nil
            return true
        }
        guard isNeeded else { return }
        core.threads.submit { [self] poolState in
            guard case .active = poolState else { return }
            let made = Result { try RetentionCalendar(ground) }
            state.withLock { state in
                state.counting = nil
                switch made {
                case .success(let calendar):
                    state.calendar = calendar
                    state.key = key
                case .failure(let error): state.failure = HTTPFailure(error).message
                }
            }
        }
    }
}
