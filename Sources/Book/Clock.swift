// SPDX-License-Identifier: Apache-2.0

package import Records

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Where a book reads the time. `SystemClock` is the real one; the simulation turns its own by hand.
package protocol BookClock: Sendable {
    /// The instant, in UTC; may step in either direction.
    func now() -> Timestamp
    /// Nanoseconds since some start; never steps back.
    func monotonic() -> UInt64
}

/// Where a book takes random bytes from.
package protocol Entropy: Sendable {
    func bytes(_ count: Int) -> [UInt8]
}

package struct SystemClock: BookClock {
    package init() {}

    package func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }

    package func monotonic() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}

package struct SystemEntropy: Entropy {
    package init() {}

    package func bytes(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }
}
