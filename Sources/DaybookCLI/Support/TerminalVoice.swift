// SPDX-License-Identifier: Apache-2.0

import Desk
import Synchronization

/// Words to standard error, and progress there when it is a terminal.
final class TerminalVoice: Voice {
    private let state = Mutex<(step: String, line: Progress)>(("", Progress("")))

    func note(_ text: String) { Terminal.note(text) }
    func complain(_ text: String) { Terminal.complain(text) }

    func progress(_ step: String, _ done: UInt64, of total: UInt64?, _ noun: String) {
        state.withLock { state in
            if state.step != step {
                state.line.end()
                state = (step, Progress(step))
            }
            state.line.report(done, of: total, noun)
        }
    }

    func endProgress() {
        state.withLock { state in
            state.line.end()
            state = ("", Progress(""))
        }
    }
}
