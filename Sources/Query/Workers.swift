// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Threads that live as long as one call.
package enum Workers {
    /// Runs `body` with 0..<count, each number on a thread of its own, the last on the caller's;
    /// returns when all are done. Where the system gives no thread, the caller does that work too.
    package static func run(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
        var threads: [pthread_t] = []
        for number in 0..<max(0, count - 1) {
            let box = Unmanaged.passRetained(Job { body(number) })
            #if canImport(Darwin)
                var thread: pthread_t?
            #else
                var thread = pthread_t()
            #endif
            let code = pthread_create(&thread, nil, start, box.toOpaque())
            #if canImport(Darwin)
                if code == 0, let thread { threads.append(thread) }
            #else
                if code == 0 { threads.append(thread) }
            #endif
            if code != 0 { box.takeRetainedValue().body() }
        }
        if count > 0 { body(count - 1) }
        for thread in threads { pthread_join(thread, nil) }
    }

    private final class Job: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    #if canImport(Darwin)
        private static let start:
            @convention(c) (UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? = {
                Unmanaged<Job>.fromOpaque($0).takeRetainedValue().body()
                return nil
            }
    #else
        private static let start:
            @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = {
                if let box = $0 { Unmanaged<Job>.fromOpaque(box).takeRetainedValue().body() }
                return nil
            }
    #endif
}
