// SPDX-License-Identifier: Apache-2.0

package import Book
import Daybook
package import Desk
package import Intake

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What is followed.
package struct TailChoice: Sendable {
    /// Absolute paths; `*`, `?` and `[…]` within names.
    package let patterns: [String]
    package let excluded: [String]
    /// Whether files that are there when the source runs for the first time are not read.
    package let startsAtEnd: Bool
    package let zone: Intake.Zone

    /// - Parameter zone: an IANA name; nil for the machine's own.
    /// - Throws: `usage` for a zone that does not exist.
    package init(
        patterns: [String], excluded: [String] = [], startsAtEnd: Bool = false, zone: String? = nil
    ) throws {
        self.patterns = patterns
        self.excluded = excluded
        self.startsAtEnd = startsAtEnd
        guard let zone else {
            let local = try LocalZone(named: nil)
            self.zone = { local.utc(fromLocal: $0) }
            return
        }
        guard let calendar = ZoneCalendar(zone: zone) else {
            throw DeskFailure(
                .usage,
                "there is no time zone '\(zone)' here. Use an IANA name such as America/New_York.")
        }
        self.zone = { calendar.utc(fromLocal: $0) }
    }
}

/// Follows log files through rotation and restarts.
package final class TailSource: Source {
    package let name: String
    private let choice: TailChoice
    private let notePath: String
    private let isSynced: Bool
    private let endsWhenRead: Bool
    private let ours: @Sendable (String) -> Bool

    /// - Parameters:
    ///   - ground: whose files are never followed.
    ///   - endsWhenRead: whether it ends when all that is there was read.
    package init(
        _ choice: TailChoice, name: String, _ ground: Ground, durability: Durability? = nil,
        endsWhenRead: Bool = false
    ) throws {
        self.name = name
        self.choice = choice
        self.endsWhenRead = endsWhenRead
        notePath = "\(ground.logs)/sources/\(name).cuts"
        isSynced = try ground.durability(durability, of: "chat") == .synced
        ours = try Self.ours(ground)
    }

    package func run(into sink: any SourceSink, until stop: StopSignal, _ report: SourceReport)
        throws
    {
        Self.raiseDescriptorLimit()
        let clock = SystemClock()
        let watch = DirectoryWatch()
        let engine = TailEngine(
            choice, name: name, sink: sink, note: CutNote(notePath, isSynced: isSynced),
            report: report, watch: watch, isOurs: ours)
        try engine.start(clock.monotonic())
        report.set(.running)
        var quiet = 0
        while !stop.isStopped {
            let now = clock.monotonic()
            if try engine.step(now) {
                quiet = 0
                continue
            }
            quiet += 1
            // Twice: the first look may have found a file whose turn comes with the next.
            if endsWhenRead, quiet > 2, report.status.lagBytes == 0 || quiet > 20 { break }
            let pause = endsWhenRead ? 1_000_000 : engine.pause(now)
            guard watch.isOpen else {
                if stop.wait(nanoseconds: pause) { break }
                continue
            }
            if watch.wait(nanoseconds: min(pause, SourceLimits.stopNanoseconds)) {
                _ = stop.wait(nanoseconds: SourceLimits.gatherNanoseconds)
            }
        }
        try engine.stop(clock.monotonic())
    }

    /// As many open files as the system lets this process have: every log that grows needs one.
    private static func raiseDescriptorLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0,
            limit.rlim_cur < limit.rlim_max
        else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    /// Live files, closed days and everything else that Daybook itself writes.
    private static func ours(_ ground: Ground) throws -> @Sendable (String) -> Bool {
        let logs = Paths.real(ground.logs)
        let names = try ground.bookNames.map {
            try ground.settings.choice(for: $0).settings.liveName
        }
        let directories = (ground.bookNames + ["vault", "sources", "server"]).map {
            logs + "/" + $0
        }
        return { path in
            let directory = Paths.real(path.directoryPart)
            if directory == logs {
                let name = path.namePart
                return name == DaybookSettings.fileName
                    || names.contains { name == $0 || name.hasPrefix($0 + ".") }
            }
            return directories.contains { directory == $0 || directory.hasPrefix($0 + "/") }
        }
    }
}
