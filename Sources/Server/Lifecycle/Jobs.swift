// SPDX-License-Identifier: Apache-2.0

package import Desk
import HTTPTypes
package import NIOPosix
package import Records
import Synchronization

/// Work that takes longer than a request should: one at a time of each kind, on a thread of its own.
/// What came of it is kept for an hour, in memory.
package final class Jobs: Sendable {
    /// What is done.
    package enum Kind: String, Sendable, CaseIterable {
        case clear, export, retention, verify
    }

    /// One piece of work as it stands.
    package struct Job: Sendable {
        package enum State: Sendable {
            case running
            case done(JSONObject)
            case failed(status: Int, message: String)
        }

        package let id: String
        package let kind: Kind
        /// Who started it: they alone see it.
        package let startedBy: String
        package let started: Timestamp
        package fileprivate(set) var ended: Timestamp?
        package fileprivate(set) var state = State.running
        /// What it made to be fetched; goes with the job.
        package fileprivate(set) var file: String?
        fileprivate var end: ContinuousClock.Instant?
        fileprivate let voice: JobVoice

        package var isRunning: Bool { if case .running = state { true } else { false } }

        package var json: JSONObject {
            let (progress, notes) = voice.said
            var object: JSONObject = [
                "id": .string(id), "kind": .string(kind.rawValue),
                "started_by": .string(startedBy), "started": .string(started.description),
            ]
            object["ended"] = ended.map { .string($0.description) }
            switch state {
            case .running: object["state"] = "running"
            case .done(let result):
                object["state"] = "done"
                object["result"] = .object(result)
            case .failed(let status, let message):
                object["state"] = "failed"
                object["error"] = [
                    "status": .number(String(status)), "message": .string(message),
                ]
            }
            if isRunning { object["progress"] = progress.map { .object($0) } }
            object["notes"] = .array(notes.map { .string($0) })
            return object
        }
    }

    /// What a piece of work is given.
    package struct Work: Sendable {
        package let voice: any Voice
        /// Asked now and then, from any thread: whether the daemon ends.
        package let isCancelled: @Sendable () -> Bool
        /// The job's code: a name for a file that it makes.
        package let id: String
    }

    /// What a piece of work gives back.
    package struct Made: Sendable {
        package let result: JSONObject
        package let file: String?

        package init(_ result: JSONObject, file: String? = nil) {
            self.result = result
            self.file = file
        }
    }

    private let jobs = Mutex<[String: Job]>([:])
    private let isStopping = Atomic(false)
    private let remove: @Sendable (String) -> Void

    /// - Parameter remove: removes the file of a job that is over.
    package init(remove: @escaping @Sendable (String) -> Void) { self.remove = remove }

    /// Starts a piece of work.
    ///
    /// - Throws: 409 when another of the kind runs; 503 when the daemon ends.
    package func start(
        _ kind: Kind, by name: String, at now: Timestamp, on threads: NIOThreadPool,
        _ work: @escaping @Sendable (Work) throws -> Made
    ) throws(HTTPFailure) -> Job {
        if isStopping.load(ordering: .acquiring) {
            throw HTTPFailure(.serviceUnavailable, "the daemon ends")
        }
        let voice = JobVoice()
        let job = Job(
            id: ShortCode.make("j"), kind: kind, startedBy: name, started: now, voice: voice)
        let running: Job? = jobs.withLock { jobs in
            if let running = jobs.values.first(where: { $0.kind == kind && $0.isRunning }) {
                return running
            }
            jobs[job.id] = job
            return nil
        }
        if let running {
            throw HTTPFailure(
                .conflict,
                "another \(kind.rawValue) has been running since \(running.started): wait until it "
                    + "is done")
        }
        forget()
        let isStopping: @Sendable () -> Bool = { [weak self] in
            self?.isStopping.load(ordering: .acquiring) ?? true
        }
        threads.submit { state in
            guard case .active = state else {
                return self.end(
                    job.id, .failed(status: 503, message: "the daemon ended"), nil, job.started)
            }
            do {
                let made = try work(Work(voice: voice, isCancelled: isStopping, id: job.id))
                self.end(job.id, .done(made.result), made.file, job.started)
            } catch {
                let failure = HTTPFailure(error)
                self.end(
                    job.id,
                    .failed(status: failure.status.code, message: failure.message), nil,
                    job.started)
            }
        }
        return job
    }

    /// A job that somebody started; nil when there is none, or it is another's.
    package func job(_ id: String, of name: String) -> Job? {
        forget()
        return jobs.withLock { $0[id] }.flatMap { $0.startedBy == name ? $0 : nil }
    }

    /// Somebody's jobs, the newest first.
    package func jobs(of name: String) -> [Job] {
        forget()
        return jobs.withLock { $0.values.filter { $0.startedBy == name } }
            .sorted { ($0.started, $0.id) > ($1.started, $1.id) }
    }

    /// Asks what runs to end, and takes no more.
    package func stop() { isStopping.store(true, ordering: .releasing) }

    package var isBusy: Bool { jobs.withLock { $0.values.contains(where: \.isRunning) } }

    private func end(_ id: String, _ state: Job.State, _ file: String?, _ started: Timestamp) {
        let clock = ContinuousClock.now
        jobs.withLock { jobs in
            guard var job = jobs[id] else { return }
            job.state = state
            job.file = file
            job.end = clock
            // The books' clock is asked once, at the start: what went by comes from the monotonic.
            let elapsed = job.voice.began.duration(to: clock).components
            job.ended = Timestamp(
                microseconds: started.microseconds + elapsed.seconds * 1_000_000
                    + elapsed.attoseconds / 1_000_000_000_000)
            jobs[id] = job
        }
    }

    /// Forgets what ended an hour ago, and what is more than is kept.
    private func forget() {
        let now = ContinuousClock.now
        let gone: [String] = jobs.withLock { jobs in
            var ended = jobs.values.filter { $0.end != nil }.sorted {
                ($0.end ?? now) < ($1.end ?? now)
            }
            var gone: [Job] = []
            while let first = ended.first,
                ended.count > ServerLimits.jobsKept
                    || first.end.map({ $0.duration(to: now) > ServerLimits.jobKept }) ?? false
            {
                gone.append(ended.removeFirst())
            }
            for job in gone { jobs[job.id] = nil }
            return gone.compactMap(\.file)
        }
        for file in gone { remove(file) }
    }
}

/// Keeps what a job says.
final class JobVoice: Voice {
    let began = ContinuousClock.now
    private let state = Mutex<(progress: JSONObject?, notes: [String])>((nil, []))

    var said: (progress: JSONObject?, notes: [String]) { state.withLock { $0 } }

    func note(_ text: String) {
        state.withLock { state in
            guard state.notes.count < ServerLimits.jobNotes else { return }
            state.notes.append(text)
        }
    }

    func complain(_ text: String) { note(text) }

    func progress(_ step: String, _ done: UInt64, of total: UInt64?, _ noun: String) {
        state.withLock { state in
            var progress: JSONObject = ["step": .string(step), "done": .number(String(done))]
            progress["of"] = total.map { .number(String($0)) }
            progress["noun"] = .string(noun)
            state.progress = progress
        }
    }

    func endProgress() { state.withLock { $0.progress = nil } }
}
