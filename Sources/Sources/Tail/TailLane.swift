// SPDX-License-Identifier: Apache-2.0

import Intake

/// One log: the file that has its name now, and those that had it before, read one after the other
/// as one stream.
final class TailLane {
    /// Its path, without what rotation adds to names.
    let path: String
    let key: String
    var stream: SourceStream
    var intake: Intake
    /// The file that is read; the others wait for its end.
    var current: TailFile?
    /// Newer files, in the order in which they are read.
    var queue: [TailFile] = []
    /// Files that were read to their ends: they may grow once more.
    var read: [FileIdentity: TailFile] = [:]
    /// When the file that is gone was changed last: what is newer comes after it.
    var lastModified: Int64?
    /// Whether the book knows that `current` is being read: only then is anything taken from it.
    var isMarked = false
    /// Whether something was taken since the last mark.
    var isDirty = false
    /// Where silence ended records in an earlier run, ascending.
    var cuts: [Int] = []
    /// Monotonic nanoseconds when bytes were taken last.
    var fed: UInt64 = 0
    /// Whether it is looked at between two scans.
    var isWarm = false
    /// Why its file cannot be read; nil while it can.
    var problem: Int32?

    init(_ path: String, stream: SourceStream, zone: @escaping Intake.Zone) {
        self.path = path
        key = TailMark.key(of: path)
        self.stream = stream
        intake = Intake(stream: .file, zone: zone)
    }

    var lag: Int { (current?.lag ?? 0) + queue.reduce(0) { $0 + $1.lag } }

    /// Whether the book has to know of `current` now, since it or what comes after it has something.
    var needsMark: Bool {
        guard let current, !isMarked else { return false }
        return current.lag > 0 || !queue.isEmpty
    }

    /// Whether something is going on that a scan is too slow for.
    func isActive(_ now: UInt64) -> Bool {
        guard let current else { return !queue.isEmpty }
        return !queue.isEmpty || intake.hasPending || current.lag > 0
            || now - current.grown < SourceLimits.warmNanoseconds
    }

    /// Where it stands; nil while nothing of it was opened.
    func mark() -> TailMark? {
        guard let current else { return nil }
        func entry(_ file: TailFile, isCurrent: Bool) -> TailMark.File {
            TailMark.File(
                name: file.path.fileName, identity: file.identity, position: file.safe,
                print: file.printAtSafe(), modified: file.modified, isCurrent: isCurrent)
        }
        var files = [entry(current, isCurrent: true)]
        // One that late lines of an older file were put before.
        files += queue.filter { $0.safe > 0 }.map { entry($0, isCurrent: false) }
        // Of those that were read, the newest: a late line may come. Older ones are known by their
        // turn.
        files += read.values.filter(\.isListed).sorted { $0.turn < $1.turn }
            .suffix(SourceLimits.markedReadFiles).map { entry($0, isCurrent: false) }
        return TailMark(path: path, files: files)
    }
}

extension String {
    /// The last component of a path.
    var fileName: String {
        guard let slash = lastIndex(of: "/") else { return self }
        return String(self[index(after: slash)...])
    }
}
