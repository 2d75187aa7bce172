// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Numbered pieces of work that several threads do, a bounded way ahead of whoever takes what comes of
/// them in order.
final class WorkAhead<Part: Sendable>: Sendable {
    private let count: Int
    private let body: @Sendable (Int) -> Result<Part, BookError>
    /// With one, everything is done by whoever asks.
    private let threads: Int
    private let state: Monitor<State>

    private struct State {
        /// The next piece that nobody works on, and the next one that is wanted.
        var next = 0
        var wanted = 0
        var results: [Int: Result<Part, BookError>] = [:]
        var workers: [Worker] = []
        var isStopped = false
    }

    /// - Parameters:
    ///   - count: pieces, numbered from 0.
    ///   - threads: nil for as many as the machine has processors. They begin with the first `take`.
    init(
        _ count: Int, threads: Int?,
        _ body: @escaping @Sendable (Int) throws(BookError) -> Part
    ) {
        self.count = count
        let processors = min(Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))), Limits.verifyThreads)
        self.threads = min(threads ?? max(1, processors), max(1, count))
        self.body = { number in
            do throws(BookError) {
                return .success(try body(number))
            } catch {
                return .failure(error)
            }
        }
        state = Monitor(State())
    }

    /// What came of a piece. Numbers ascend; those that are passed over are done or not.
    func take(_ number: Int) throws(BookError) -> Part {
        guard threads > 1 else { return try body(number).get() }
        state.withLock { state in
            // What was passed over leaves results that nobody takes.
            state.wanted = number
            state.next = max(state.next, number)
            state.results = state.results.filter { $0.key >= number }
            if state.workers.isEmpty {
                state.workers = (0..<threads).map { _ in Worker("verify") { self.work() } }
            }
        }
        state.broadcast()
        let result = state.wait { $0.results.removeValue(forKey: number) }
        state.withLock { $0.wanted = number + 1 }
        state.broadcast()
        return try result.get()
    }

    /// Lets the threads end. Nothing more can be asked for.
    func stop() {
        let workers = state.withLock { state in
            state.isStopped = true
            return state.workers
        }
        state.broadcast()
        for worker in workers { worker.join() }
    }

    private func work() {
        while true {
            let number = state.wait { state -> Int?? in
                if state.isStopped || state.next >= self.count { return .some(nil) }
                guard state.next < state.wanted + Limits.verifyAhead else { return nil }
                defer { state.next += 1 }
                return .some(state.next)
            }
            guard let number else { return }
            let result = body(number)
            state.withLock { $0.results[number] = result }
            state.broadcast()
        }
    }
}
