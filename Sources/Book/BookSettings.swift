// SPDX-License-Identifier: Apache-2.0

package import Masking

/// How far an append has come when it returns (design: promise 1).
package enum Durability: UInt8, Sendable, Comparable, CaseIterable {
    /// In the queue: a crash of this process may lose it.
    case queued
    /// Handed to the operating system: survives the death of this process.
    case written
    /// On stable storage: survives loss of power.
    case synced

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    package init?(name: String) {
        guard let found = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = found
    }

    package var name: String {
        switch self {
        case .queued: "queued"
        case .written: "written"
        case .synced: "synced"
        }
    }
}

/// What an append does when the queue is full or the disk refuses.
package enum StuckPolicy: String, Sendable {
    /// Waits until there is room again.
    case wait
    /// Throws; nothing of that append is kept.
    case fail
}

/// What is chosen for one book.
package struct BookSettings: Sendable {
    /// Name of the live file in the directory above the book's own, such as "audit.log".
    package var liveName: String
    /// Mode of the live file; 0640 lets a shipper of the group in.
    package var mode: UInt32 = 0o600
    /// Group of the live and closed files; nil keeps the process's.
    package var group: UInt32?
    /// Size in bytes at which the live file is closed, beside the daily rotation.
    package var rotateBytes: Int?
    package var calendar: any TradingCalendar = UTCCalendar()
    /// The book's name in its checkpoints; chosen at creation when nil.
    package var origin: String?
    package var whenStuck: StuckPolicy = .wait
    /// How long a closed day's lines stay beside its segment, counted from the recording time of
    /// the last one, so that whoever tails them can finish.
    package var plainKeep: Duration = .seconds(7 * 86_400)
    /// Parts and segments are encrypted with a key of the book's own in the key directory. Lines
    /// of closed days go as soon as their segment is sealed, whatever `plainKeep` says.
    package var encryptSegments = false
    package var sealing = SealSettings()
    /// Which members of this book's records are personal: whoever masks records for it says so to
    /// the session, and nothing else gets in over the socket.
    package var seal = SealRule.none
    /// Seals what is personal before it is appended; nil where nothing is.
    package var sealer: (any EnvelopeSealing)?
    /// Says what is to be pruned, when the book is opened and after each rotation.
    package var retention: (any RetentionRule)?
    /// Hears of sealed and pruned segments.
    package var sealed: (any SealObserver)?

    package init(liveName: String) {
        self.liveName = liveName
    }
}

/// When lines become parts and segments.
package struct SealSettings: Sendable {
    /// Whether a writer seals by itself. `Book.seal()` does in any case.
    package var isAutomatic = true
    /// Synced lines that make a part: a row group.
    package var partRecords = Limits.partRecords
    /// Bytes of synced lines that make a part.
    package var partBytes = Limits.partBytes
    /// Nanoseconds from opening until the writer begins: a command that appends a record and goes
    /// does not begin what it will not finish.
    package var delayNanoseconds: UInt64 = 1_000_000_000

    package init() {}
}

/// Where a book is, and what it works with.
package struct BookPlace: Sendable {
    /// The directory of all books, "logs".
    package let logs: String
    /// The book's name, "audit".
    package let name: String
    package let keys: KeyDirectory
    package let disk: any Disk
    package let clock: any BookClock
    package let entropy: any Entropy
    package let masker: Masker

    package init(
        logs: String, name: String, keys: String, masker: Masker,
        disk: any Disk = PosixDisk(), clock: any BookClock = SystemClock(),
        entropy: any Entropy = SystemEntropy()
    ) {
        self.logs = logs
        self.name = name
        self.keys = KeyDirectory(root: keys, disk: disk)
        self.masker = masker
        self.disk = disk
        self.clock = clock
        self.entropy = entropy
    }

    package var directory: String { "\(logs)/\(name)" }
    package var manifestPath: String { "\(directory)/manifest" }
    package var checkpointPath: String { "\(directory)/checkpoint" }
    package var treeDirectory: String { "\(directory)/tree" }
    package var lockPath: String { "\(directory)/lock" }
    package var socketPath: String { "\(directory)/sock" }
    /// Where the parts of the open day are.
    package var partsDirectory: String { "\(directory)/parts" }
    package func partPath(_ name: String) -> String { "\(partsDirectory)/\(name)" }
    package func segmentPath(_ name: String) -> String { "\(directory)/\(name)" }
    package func treePath(level: Int) -> String { "\(treeDirectory)/\(level)" }
    package func path(_ file: String) -> String { "\(logs)/\(file)" }
}
