// SPDX-License-Identifier: Apache-2.0

package import Book
internal import CDaybook
package import Records

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension ClockFacts {
    /// What this machine says now.
    package static func current(at now: Timestamp) -> ClockFacts {
        var time = timespec()
        #if os(Linux)
            clock_gettime(CLOCK_BOOTTIME, &time)
        #else
            clock_gettime(CLOCK_MONOTONIC, &time)
        #endif
        let answer = daybook_clock_is_synchronised()
        return ClockFacts(
            now: now, boot: bootName(), uptimeSeconds: Int64(time.tv_sec),
            isSynchronised: answer < 0 ? nil : answer == 1)
    }

    private static func bootName() -> String? {
        let descriptor = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        // The first eight digits of a random number: enough to tell two starts apart.
        var bytes = [UInt8](repeating: 0, count: 8)
        guard read(descriptor, &bytes, bytes.count) == bytes.count else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The members of a record of them.
    package var members: JSONObject {
        var members: JSONObject = [
            "clock": .string(now.description), "uptime_seconds": .number(String(uptimeSeconds)),
        ]
        members["boot"] = boot.map { .string($0) }
        members["is_synchronised"] = isSynchronised.map { .bool($0) }
        return members
    }

    init?(members: JSONObject) {
        guard case .string(let clock)? = members["clock"], let now = Timestamp(clock),
            case .number(let uptime)? = members["uptime_seconds"], let seconds = Int64(uptime)
        else { return nil }
        self.init(now: now, boot: nil, uptimeSeconds: seconds, isSynchronised: nil)
        if case .string(let boot)? = members["boot"] { self.boot = boot }
        if case .bool(let flag)? = members["is_synchronised"] { isSynchronised = flag }
    }
}

extension ClockMark {
    /// The newest look in the book `audit` at which the clock was right, or was said to be.
    ///
    /// - Throws: `damaged` when the book cannot be read.
    package static func newest(in snapshot: BookSnapshot) throws(ClearingError) -> ClockMark? {
        let entries = try LedgerReader.entries(
            of: [.clockChecked, .clockConfirmed], in: snapshot, opener: nil)
        for entry in entries.reversed() {
            guard let facts = ClockFacts(members: entry.object) else { continue }
            if entry.kind == .clockConfirmed {
                return ClockMark(facts: facts, isConfirmation: true)
            }
            if case .bool(true)? = entry.object["is_right"] {
                return ClockMark(facts: facts, isConfirmation: false)
            }
        }
        return nil
    }
}

extension BookSnapshot {
    /// When the newest record was recorded; nil for an empty book.
    package func newestRecorded() throws(BookError) -> Timestamp? {
        guard let line = try lastLines(1).first,
            case .object(let object)? = try? JSONValue(
                parsing: String(decoding: line, as: UTF8.self))
        else { return nil }
        if case .string(let text)? = object["recorded"] { return Timestamp(text) }
        if case .string(let text)? = object["timestamp"] { return Timestamp(text) }
        return nil
    }
}
