// SPDX-License-Identifier: Apache-2.0

/// Every bound of the daemon, with its unit and reason.
enum ServerLimits {
    /// Threads for what blocks. Appends wait for a disk and not for a core, so there are more of
    /// them than cores; each costs a stack of memory only while it is used.
    static let blockingThreads = 16

    /// Seconds in which the daemon ends once it is asked to: connections get this long to finish.
    static let shutdownSeconds = 10

    /// Seconds from the start until policies run for the first time: what was due while nothing ran
    /// does not wait for the next pass, and the start is not slowed by it.
    static let firstPassSeconds = 20

    /// Milliseconds between two looks for records that trigger a policy: soon for whoever waits, and
    /// a snapshot each costs nothing beside it.
    static let triggerMilliseconds = 1_000

    /// Bytes of all headers of a request: room for long tokens, none for nonsense.
    static let headerBytes = 32 << 10

    /// Header fields of a request.
    static let headerFields = 100

    /// Seconds without a byte after which a connection is closed.
    static let idleSeconds: Int64 = 75
}
