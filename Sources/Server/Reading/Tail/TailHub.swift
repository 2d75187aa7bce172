// SPDX-License-Identifier: Apache-2.0

import Book
import Desk
import Query

/// Follows the books for all live tails: one thread, one reader a book, however many look on. It runs
/// while somebody does.
final class TailHub: Sendable {
    private struct Newcomer {
        let key: TailGroup.Key
        let run: QueryRun
        let pipe: BytePipe
        let start: Monitor<[UInt64]?>
    }

    private struct State {
        var newcomers: [Newcomer] = []
        var count = 0
        var isRunning = false
    }

    private let ground: Ground
    private let state = Monitor(State())

    init(_ ground: Ground) { self.ground = ground }

    /// How many look on.
    var count: Int { state.withLock { $0.count } }

    /// Gives what comes from now on to a pipe. Blocks until it does.
    ///
    /// - Returns: for each book of the run the index of the first record that the pipe is about.
    func subscribe(_ key: TailGroup.Key, _ run: QueryRun, _ pipe: BytePipe) -> [UInt64] {
        let start = Monitor<[UInt64]?>(nil)
        let mustStart = state.withLock { state in
            state.newcomers.append(Newcomer(key: key, run: run, pipe: pipe, start: start))
            state.count += 1
            defer { state.isRunning = true }
            return !state.isRunning
        }
        state.broadcast()
        if mustStart { _ = Worker("tail") { [self] in follow() } }
        return start.wait(nanoseconds: 10_000_000_000) { $0 } ?? []
    }

    // MARK: - The thread

    private func follow() {
        var groups: [TailGroup.Key: TailGroup] = [:]
        var followers: [String: BookFollower] = [:]
        var lastBeat = ContinuousClock.now
        // Parses each line once, for all groups.
        var row = RowEvaluator(.all)
        while true {
            take(&groups, &followers)
            var isActive = false
            for (name, follower) in followers {
                let wanting = groups.filter { $0.key.books.contains(name) }.map(\.value)
                let wasActive = try? follower.readLines { index, line in
                    _ = row.load(line)
                    for group in wanting { group.look(at: line, row, index, of: name) }
                }
                isActive = isActive || wasActive ?? false
            }
            if ContinuousClock.now - lastBeat > .seconds(ServerLimits.beatSeconds) {
                lastBeat = .now
                for group in groups.values { group.beat() }
            }
            for (key, group) in groups {
                group.flush()
                if group.failure != nil { group.end() }
                if group.subscribers.allSatisfy(\.isClosed) {
                    group.end()
                    groups[key] = nil
                }
            }
            let wanted = Set(groups.keys.flatMap(\.books))
            followers = followers.filter { wanted.contains($0.key) }
            let count = groups.values.reduce(0) { $0 + $1.subscribers.count }
            guard rest(isActive: isActive, count) else { break }
        }
        for group in groups.values { group.end() }
    }

    /// Takes in who came.
    private func take(
        _ groups: inout [TailGroup.Key: TailGroup], _ followers: inout [String: BookFollower]
    ) {
        let newcomers = state.withLock { state in
            defer { state.newcomers = [] }
            return state.newcomers
        }
        for newcomer in newcomers {
            var positions: [UInt64] = []
            for source in newcomer.run.sources {
                if followers[source.name] == nil {
                    followers[source.name] = try? BookFollower(ground.place(source.name))
                }
                positions.append(followers[source.name]?.next ?? source.snapshot.size)
            }
            let group = groups[newcomer.key] ?? TailGroup(newcomer.run, from: positions)
            groups[newcomer.key] = group
            group.add(newcomer.pipe)
            newcomer.start.withLock { $0 = positions }
            newcomer.start.broadcast()
        }
    }

    /// Waits a little; false when nobody looks on any more.
    private func rest(isActive: Bool, _ count: Int) -> Bool {
        let isOver = state.withLock { state in
            state.count = count + state.newcomers.count
            guard state.count == 0 else { return false }
            state.isRunning = false
            return true
        }
        if isOver { return false }
        if !isActive {
            _ = state.wait(nanoseconds: ServerLimits.tailNanoseconds) { state in
                state.newcomers.isEmpty ? nil : true
            }
        }
        return true
    }
}
