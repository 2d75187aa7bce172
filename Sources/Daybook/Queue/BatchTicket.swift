// SPDX-License-Identifier: Apache-2.0

internal import Book

/// The answers to one who waits, a thread or a task.
///
/// There are two answers, one when the records are written and one when they are synced; each is
/// the index of the first of them, or why there is none.
final class BatchTicket: Sendable {
    typealias Answer = Result<UInt64, DaybookError>

    private struct State {
        var written: Answer?
        var synced: Answer?
        var count = 0
        var tasks: [(BookDurability, CheckedContinuation<Answer, Never>)] = []

        func answer(_ durability: BookDurability) -> Answer? {
            durability == .synced ? synced : written
        }
    }

    /// What is waited for.
    let durability: BookDurability
    private let state = Monitor(State())

    init(_ durability: BookDurability) { self.durability = durability }

    /// How many records there are, once they are written.
    var count: Int { state.withLock { $0.count } }

    /// Answers whoever waits for `durability`; the first answer counts.
    func complete(_ durability: BookDurability, _ answer: Answer, count: Int? = nil) {
        let tasks = state.withLock { state in
            state.count = count ?? state.count
            if durability == .synced {
                state.synced = state.synced ?? answer
            } else {
                state.written = state.written ?? answer
            }
            defer { state.tasks.removeAll { $0.0 == durability } }
            return state.tasks.filter { $0.0 == durability }
        }
        state.broadcast()
        for task in tasks { task.1.resume(returning: answer) }
    }

    /// Answers those who wait for stable storage, once it is known that the batch was written.
    func completeSynced() {
        let written = state.withLock { $0.written }
        if let written { complete(.synced, written) }
    }

    /// Tells everybody why nothing came of it.
    func fail(_ error: DaybookError) {
        complete(.written, .failure(error))
        complete(.synced, .failure(error))
    }

    /// Blocks the thread until the answer is there.
    func wait() throws(DaybookError) -> UInt64 {
        try state.wait { $0.answer(durability) }.get()
    }

    /// Suspends the task until the answer is there.
    func wait() async throws(DaybookError) -> UInt64 {
        let answer = await withCheckedContinuation { continuation in
            let ready = state.withLock { state -> Answer? in
                if let ready = state.answer(durability) { return ready }
                state.tasks.append((durability, continuation))
                return nil
            }
            if let ready { continuation.resume(returning: ready) }
        }
        return try answer.get()
    }
}
