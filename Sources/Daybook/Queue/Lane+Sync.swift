// SPDX-License-Identifier: Apache-2.0

internal import Book
internal import Masking

// Waiting for stable storage, on a thread of its own.
extension Lane {
    /// Whether it makes sense to try again.
    static func mayPass(_ error: BookError) -> Bool {
        switch error.code {
        case .disk, .noSpace, .queueFull, .held, .connection: true
        default: false
        }
    }

    /// Answers tickets once everything up to their records is on stable storage.
    func sync(_ tickets: [BatchTicket]) {
        syncs.withLock { syncs in
            syncs.waiting += tickets
            if syncs.worker == nil { syncs.worker = Worker("await-\(name)") { self.runSyncs() } }
        }
        syncs.broadcast()
    }

    private func runSyncs() {
        while true {
            let tickets = syncs.wait { syncs -> [BatchTicket]? in
                guard !syncs.waiting.isEmpty else { return syncs.isClosing ? [] : nil }
                defer { syncs.waiting = [] }
                return syncs.waiting
            }
            if tickets.isEmpty { return }
            let failure = awaitStorage()
            for ticket in tickets {
                if let failure {
                    ticket.complete(.synced, .failure(failure))
                } else {
                    ticket.completeSynced()
                }
            }
        }
    }

    /// Waits until all that the book has is on stable storage. Returns why it cannot be.
    private func awaitStorage() -> DaybookError? {
        while true {
            do throws(BookError) {
                try port.append(MaskedRecords(), .synced)
                return nil
            } catch {
                guard policy == .wait, Self.mayPass(error) else { return DaybookError(error) }
                pause(nanoseconds: DaybookLimits.retryNanoseconds)
            }
        }
    }
}
