// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Threads that live as long as one call.
package struct Workers {
    private var threads: [pthread_t] = []

    /// Runs `body` with 0..<count, each number on a thread of its own, the last on the caller's;
    /// returns when all are done. Where the system gives no thread, the caller does that work too.
    package static func run(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
        var workers = Workers()
        for number in 0..<max(0, count - 1) where !workers.start({ body(number) }) {
            body(number)
        }
        if count > 0 { body(count - 1) }
        workers.join()
    }

    /// Starts `body` with 0..<count, each number on a thread of its own; nil where the system gives
    /// no thread: those that were started run on, and whoever started them tells them to end.
    static func start(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) -> Workers? {
        var workers = Workers()
        for number in 0..<count where !workers.start({ body(number) }) { return nil }
        return workers
    }

    /// Waits for the end of all.
    func join() {
        for thread in threads { pthread_join(thread, nil) }
    }

    private final class Job: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    private mutating func start(_ body: @escaping @Sendable () -> Void) -> Bool {
        let box = Unmanaged.passRetained(Job(body))
        #if canImport(Darwin)
            var thread: pthread_t?
            let code = pthread_create(
                &thread, nil,
                {
                    Unmanaged<Job>.fromOpaque($0).takeRetainedValue().body()
                    return nil
                }, box.toOpaque())
            if code == 0, let thread { threads.append(thread) }
        #else
            var thread = pthread_t()
            let code = pthread_create(
                &thread, nil,
                {
                    if let box = $0 { Unmanaged<Job>.fromOpaque(box).takeRetainedValue().body() }
                    return nil
                }, box.toOpaque())
            if code == 0 { threads.append(thread) }
        #endif
        if code != 0 { box.release() }
        return code == 0
    }
}
