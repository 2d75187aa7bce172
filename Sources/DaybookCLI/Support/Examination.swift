// SPDX-License-Identifier: Apache-2.0

import Book
import CDaybook
import Daybook
import Desk
import Records
import TransparencyLog

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The looks of `doctor`, from the outside in: machine, settings, directories, books.
struct Examination {
    private let options: PlaceOptions
    private var logs: String { options.logsPath }
    private var keys: String { options.keysPath }
    private let disk = PosixDisk()
    private var findings: [Finding] = []

    init(_ options: PlaceOptions) { self.options = options }

    func run() -> [Finding] {
        var copy = self
        copy.examineClock()
        copy.examineZones()
        copy.examineDirectory()
        copy.examineKeys()
        if let ground = copy.examineSettings() {
            for name in ground.existingBooks { copy.examineBook(name, ground) }
            copy.examinePolicies(ground)
            copy.examineVault(ground)
            if ground.existingBooks.isEmpty {
                copy.ok("books", "none in \(logs) yet; `daybook run -- python bot.py` makes them")
            }
        }
        return copy.findings
    }

    mutating func ok(_ subject: String, _ what: String) {
        findings.append(Finding(grade: .ok, subject: subject, what: what, remedy: nil))
    }

    mutating func warn(_ subject: String, _ what: String, _ remedy: String) {
        findings.append(Finding(grade: .warning, subject: subject, what: what, remedy: remedy))
    }

    mutating func wrong(_ subject: String, _ what: String, _ remedy: String) {
        findings.append(Finding(grade: .wrong, subject: subject, what: what, remedy: remedy))
    }

    // MARK: - The machine

    /// No record of this program is older.
    private static let earliest = Timestamp("2025-01-01T00:00:00.000000Z") ?? .min

    private mutating func examineClock() {
        let now = SystemClock().now()
        guard now > Self.earliest else {
            return wrong(
                "clock", "it says \(now), which cannot be",
                "set it and keep it set: `timedatectl set-ntp true`, or run chrony")
        }
        switch daybook_clock_is_synchronised() {
        case 1: ok("clock", "\(now), synchronised")
        case 0:
            warn(
                "clock", "\(now), and the system says that nothing keeps it right",
                "run chrony or `timedatectl set-ntp true`; in a container the host's clock counts "
                    + "and may be fine")
        default: ok("clock", "\(now); the system does not tell whether it is synchronised")
        }
    }

    private mutating func examineZones() {
        if access("/usr/share/zoneinfo/America/New_York", R_OK) == 0 {
            ok("zone data", "is there")
        } else {
            warn(
                "zone data", "is missing, so only UTC is known",
                "install the package tzdata, if a book rotates in another zone")
        }
    }

    // MARK: - Directories

    private mutating func examineDirectory() {
        guard disk.kind(of: logs) == .directory, let facts = FileFacts(logs) else {
            let parent = logs.directoryPart
            if access(parent, W_OK | X_OK) == 0 {
                return ok("directory", "\(logs) is not there yet and will be made")
            }
            return wrong(
                "directory", "\(logs) is not there, and \(parent) lets this user make nothing",
                "`sudo install -d -o \(SystemUser.name) -m 700 \(logs)`, or choose another with --dir"
            )
        }
        if access(logs, R_OK | W_OK | X_OK) == 0 {
            ok("directory", "\(logs) can be read and written")
        } else {
            wrong(
                "directory", "\(logs) cannot be written: \(String(cString: strerror(errno)))",
                "`sudo chown \(SystemUser.name) \(logs)`; remount it if it is read-only")
        }
        if facts.mode & 0o002 != 0 {
            wrong("directory", "everybody may write in \(logs)", "`chmod o-w \(logs)`")
        }
        examineSpace()
    }

    private mutating func examineSpace() {
        if let kind = filesystemNote {
            warn("file system", kind.what, kind.remedy)
        }
        guard let free = try? disk.freeBytes(at: logs) else { return }
        if free < CommandLimits.freeBytesLow {
            warn(
                "space", "only \(Words.bytes(free)) are free under \(logs)",
                "free some: when it is full, programs wait (or lose records, if so configured)")
        } else {
            ok("space", "\(Words.bytes(free)) free")
        }
    }

    private var filesystemNote: (what: String, remedy: String)? {
        switch daybook_filesystem_kind(logs) {
        case 1: ("\(logs) is in memory and gone after a restart", "use a directory on a disk")
        case 2:
            (
                "\(logs) is on a network file system, where locks and syncs may not hold",
                "use a local disk, and publish or copy from there"
            )
        default: nil
        }
    }

    private mutating func examineKeys() {
        if (keys + "/").hasPrefix(logs + "/") {
            wrong(
                "keys", "\(keys) is inside \(logs): whoever copies the books has the keys",
                "move it out, and name its place with DAYBOOK_KEYS")
        }
        guard let facts = FileFacts(keys) else {
            return ok("keys", "\(keys) is not there yet and will be made with the first book")
        }
        if facts.owner != getuid() {
            wrong(
                "keys", "\(keys) belongs to another user (uid \(facts.owner))",
                "`sudo chown -R \(SystemUser.name) \(keys)`, or run Daybook as that user")
        }
        if facts.mode & 0o077 != 0 {
            wrong("keys", "others may look into \(keys)", "`chmod 700 \(keys)`")
        } else if facts.owner == getuid() {
            ok("keys", "\(keys) is for this user alone")
        }
    }

    // MARK: - Settings and books

    private mutating func examineSettings() -> Ground? {
        let path = "\(logs)/\(DaybookSettings.fileName)"
        do {
            let ground = try Ground(options)
            if disk.kind(of: path) == .missing {
                ok("settings", "no \(path): the defaults hold")
            } else {
                ok("settings", "\(path) is understood, its masking rules too")
            }
            return ground
        } catch {
            wrong(
                "settings", DeskFailure(known: error)?.message ?? "\(error)",
                "mend \(path), or remove it to go on with the defaults")
            return nil
        }
    }

    private mutating func examineBook(_ name: String, _ ground: Ground) {
        let place = ground.place(name)
        let snapshot: BookSnapshot
        do throws(BookError) {
            snapshot = try BookSnapshot(place)
        } catch {
            return wrong(name, error.message, "`daybook verify --book \(name)` names the place")
        }
        let origin = snapshot.manifest.origin
        ok(
            name,
            "\(Words.count(snapshot.size, "record"))"
                + (place.isHeld ? ", a process is writing it" : ", nobody is writing it"))
        examineKey(of: name, origin, place, hasRecords: snapshot.size > 0)
        examineCheckpoint(of: name, snapshot, place)
        examineLastRecord(of: name, snapshot)
        examineRetention(of: name, ground)
    }

    private mutating func examineKey(
        of name: String, _ origin: String, _ place: BookPlace, hasRecords: Bool
    ) {
        let path = place.keys.directory(for: origin)
        do throws(BookError) {
            guard try place.keys.key(for: origin) != nil else {
                return wrong(
                    "\(name) key", "the signing key of \(origin) is not in \(path)",
                    "restore it from a backup, or name its place with DAYBOOK_KEYS; without it the "
                        + "book can be read and verified with its verifier key, not continued")
            }
            // Before its first record a book has nothing to guard.
            let mark = try place.keys.highWater(for: origin)
            guard mark != nil || !hasRecords else {
                return wrong(
                    "\(name) key",
                    "the high-water mark is not in \(path): a rollback would go unseen",
                    "restore it from a backup; or, if you are sure that the book is whole "
                        + "(`daybook verify`), the next record makes a new one")
            }
        } catch {
            return wrong("\(name) key", error.message, "restore \(path) from a backup")
        }
        if let facts = FileFacts("\(path)/signing.key"), facts.mode & 0o077 != 0 {
            wrong(
                "\(name) key", "others may read \(path)/signing.key",
                "`chmod 600 \(path)/signing.key`, and think about who had it")
        } else {
            ok("\(name) key", "is there, and for this user alone")
        }
    }

    private mutating func examineCheckpoint(
        of name: String, _ snapshot: BookSnapshot, _ place: BookPlace
    ) {
        let path = place.checkpointPath
        guard snapshot.size > 0 else { return }
        guard let bytes = try? disk.contents(of: path, limit: CommandLimits.smallFileBytes),
            let signed = try? SignedCheckpoint(parsing: bytes)
        else {
            return wrong(
                "\(name) checkpoint", "\(path) is missing or no checkpoint",
                "`daybook verify --book \(name)`; appending a record makes a new one")
        }
        let missing = snapshot.size - min(snapshot.size, UInt64(signed.checkpoint.size))
        let age = FileFacts(path)?.ageSeconds ?? 0
        if missing > 0, age > 5, !place.isHeld {
            warn(
                "\(name) checkpoint",
                "\(Words.count(missing, "record")) came after it and cannot be proven yet",
                "a program was killed; the next one that opens the book signs them "
                    + "(`daybook rotate` does too)")
        } else {
            ok(
                "\(name) checkpoint",
                "covers \(Words.grouped(signed.checkpoint.size)), "
                    + "signed \(BookReport.duration(age)) ago")
        }
    }

    private mutating func examineLastRecord(of name: String, _ snapshot: BookSnapshot) {
        guard let line = try? snapshot.lastLines(1).first,
            let text = RecordFacts.recordingTime(line), let last = Timestamp(text)
        else { return }
        let ahead = (last.microseconds - SystemClock().now().microseconds) / 1_000_000
        guard ahead > 60 else { return }
        wrong(
            "\(name) clock",
            "the last record was made \(BookReport.duration(Int(ahead))) in the future: the clock "
                + "was wrong then, or is now",
            "set the clock; new records carry that time until it is passed, for time never "
                + "steps back in a book")
    }
}
