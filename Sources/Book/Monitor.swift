// SPDX-License-Identifier: Apache-2.0

internal import CDaybook

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A value behind a lock, with a condition to wait for: what `Mutex` has no means for.
///
/// The lock is for short state only and never held over I/O.
package final class Monitor<State>: @unchecked Sendable {
    // Sendable, because `state` is only reached with `mutex` held.
    private var state: State
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>

    package init(_ state: sending State) {
        self.state = state
        mutex = .allocate(capacity: 1)
        condition = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        #if !canImport(Darwin)
            // So that a stepped wall clock neither shortens nor stretches a wait.
            pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        #endif
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Runs `body` with the lock held.
    package func withLock<Value, Failure: Error>(
        _ body: (inout State) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body(&state)
    }

    /// Waits, with the lock given up meanwhile, until `body` returns a value.
    package func wait<Value, Failure: Error>(
        until body: (inout State) throws(Failure) -> Value?
    ) throws(Failure) -> Value {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while true {
            if let value = try body(&state) { return value }
            pthread_cond_wait(condition, mutex)
        }
    }

    /// Waits as `wait(until:)` does, but no longer than `nanoseconds` in all; nil when over.
    package func wait<Value, Failure: Error>(
        nanoseconds: UInt64, until body: (inout State) throws(Failure) -> Value?
    ) throws(Failure) -> Value? {
        let deadline = Self.now() + nanoseconds
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while true {
            if let value = try body(&state) { return value }
            let now = Self.now()
            guard now < deadline else { return nil }
            #if canImport(Darwin)
                var rest = timespec(
                    tv_sec: Int((deadline - now) / 1_000_000_000),
                    tv_nsec: Int((deadline - now) % 1_000_000_000))
                pthread_cond_timedwait_relative_np(condition, mutex, &rest)
            #else
                var until = timespec(
                    tv_sec: Int(deadline / 1_000_000_000), tv_nsec: Int(deadline % 1_000_000_000))
                pthread_cond_timedwait(condition, mutex, &until)
            #endif
        }
    }

    /// Wakes all who wait.
    package func broadcast() {
        pthread_cond_broadcast(condition)
    }

    private static func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}

/// A thread of the system's, for work that blocks: the shared pool of Swift's tasks must not.
package struct Worker: Sendable {
    private let finished = Monitor(false)

    /// Starts `body` on a thread of its own.
    package init(_ name: String, _ body: @escaping @Sendable () -> Void) {
        let finished = finished
        let start = Start(name: name) {
            body()
            finished.withLock { $0 = true }
            finished.broadcast()
        }
        let argument = Unmanaged.passRetained(start).toOpaque()
        #if canImport(Darwin)
            var thread: pthread_t?
            let code = pthread_create(
                &thread, nil,
                { argument in
                    let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                    daybook_name_thread(start.name)
                    start.body()
                    return nil
                }, argument)
            if code == 0, let thread { pthread_detach(thread) }
        #else
            var thread = pthread_t()
            let code = pthread_create(
                &thread, nil,
                { argument in
                    guard let argument else { return nil }
                    let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                    daybook_name_thread(start.name)
                    start.body()
                    return nil
                }, argument)
            if code == 0 { pthread_detach(thread) }
        #endif
        // No thread, no writer: there is nothing sensible to go on with.
        precondition(code == 0, "the system gave no thread (error \(code)); raise `ulimit -u`")
    }

    /// Waits until the thread's body returned.
    package func join() {
        _ = finished.wait { $0 ? true : nil }
    }
}

private final class Start {
    let name: String
    let body: @Sendable () -> Void

    init(name: String, body: @escaping @Sendable () -> Void) {
        self.name = name
        self.body = body
    }
}

/// Blocks this thread for a while.
package func pause(nanoseconds: UInt64) {
    var time = timespec(
        tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
    nanosleep(&time, nil)
}
