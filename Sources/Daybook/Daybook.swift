// SPDX-License-Identifier: Apache-2.0

internal import Book
internal import CDaybook
internal import Masking
internal import Records
internal import Retention
internal import Synchronization
public import TransparencyLog

/// The records of one trading operation, open for appending.
///
/// ```swift
/// let daybook = try Daybook(directory: "logs")
/// try daybook.append(
///     .orderFilled(orderID: "o-1", asset: "AAPL", fillPrice: "150.25", filledAmount: 100))
/// try daybook.close()
/// ```
///
/// An event goes into the book of its kind: messages and terminal output into `chat`, everything
/// else into `audit`. Every text is masked before it reaches a book. What is personal
/// in a message is sealed before its line is written; `daybook.yaml` can name fields of other
/// records that are.
///
/// Safe to use from many threads and tasks. Several processes may open one directory: one of them
/// holds each book, the others append through it. If one call returned before another began, its
/// index is lower.
///
/// Close it when the program ends; the last reference and a normal exit of the process do so too.
public final class Daybook: Sendable {
    /// How far an append has come when it returns.
    public enum Durability: String, Sendable, CaseIterable, Comparable {
        /// In this process's queue: a crash of the process may lose it.
        case queued
        /// With the operating system: survives the death of the process.
        case written
        /// On stable storage: survives loss of power.
        case synced

        /// Orders by what is survived.
        public static func < (left: Self, right: Self) -> Bool { left.inBook < right.inBook }

        var inBook: BookDurability {
            switch self {
            case .queued: .queued
            case .written: .written
            case .synced: .synced
            }
        }
    }

    /// The directory of the books.
    public let directory: String
    /// The directory of signing keys.
    let keys: String
    let pool: MaskingPool
    private let settings: DaybookSettings
    private let openPort: @Sendable (String, BookSettings) throws(BookError) -> any BookPort
    @usableFromInline let audit: Lane
    /// The lowest level that any book's `record` takes: a look that most of what is disabled ends
    /// with.
    @usableFromInline let floor: Level
    let auditFloor: Level
    let auditLane: Unmanaged<Lane>
    /// The ring of `audit`, which the lane keeps.
    nonisolated(unsafe) let auditCells: UnsafeMutablePointer<daybook_ring>
    /// Whether short texts may be copied as two words.
    let knowsShortTexts: Bool
    private let others = Monitor(Others())
    /// The lane of `chat` once it is open, for callers that must not lock; `others` keeps it.
    private let chat = Atomic<UInt>(0)

    private struct Others {
        var lanes: [String: Lane] = [:]
        /// Books that some thread is opening.
        var opening: Set<String> = []
        var isClosed = false
    }

    /// Opens the books of a directory, making them when there are none. `audit` is opened now,
    /// every other when the first record for it comes.
    ///
    /// Blocks for the disk, and for recovery after a crash.
    ///
    /// - Parameters:
    ///   - directory: where the books are; `daybook.yaml` in it holds the settings.
    ///   - keys: where signing keys are. `$DAYBOOK_KEYS` when nil, else `~/.config/daybook/keys`.
    ///   - auditFile: the name of the live file of `audit`, instead of that of the settings. It is
    ///     chosen when the book is made; a book that has another one is refused.
    /// - Throws: `setting` for a fault in `daybook.yaml`, with its line; `rollback`, `damaged`,
    ///   `missingKey` when the book is not as it was left; `held`; `disk`, `noSpace`.
    public convenience init(
        directory: String = "logs", keys: String? = nil, auditFile: String? = nil
    ) throws(DaybookError) {
        let directory = DefaultPlaces.tidy(directory)
        var settings = try DaybookSettings.load(directory: directory)
        if let auditFile { try settings.setFile(auditFile, of: "audit") }
        let keys = DefaultPlaces.tidy(keys ?? DefaultPlaces.keys())
        let masker = try settings.masker()
        let policies = settings.books.compactMapValues(\.policy)
        let door = VaultDoor(logs: directory, keys: keys, provider: settings.keyProvider)
        try self.init(directory: directory, keys: keys, settings: settings, masker: masker) {
            name, choice throws(BookError) in
            var choice = choice
            choice.sealer = door
            return try RetentionDesk.open(
                BookPlace(logs: directory, name: name, keys: keys, masker: masker), choice,
                proposed: policies[name] ?? DayPolicy())
        }
        guard let auditFile else { return }
        let place = BookPlace(logs: directory, name: "audit", keys: keys, masker: masker)
        let actual = (try? BookSnapshot(place))?.manifest.live.name
        if let actual, actual != auditFile {
            try? close()
            throw DaybookError(
                .setting,
                "The book in \(directory) has the live file \(actual), not \(auditFile): the name is "
                    + "chosen when a book is made. Leave the name out, or use another directory.")
        }
    }

    /// Opens with books of any making: what tests do.
    init(
        directory: String, keys: String, settings: DaybookSettings, masker: Masker,
        openPort: @escaping @Sendable (String, BookSettings) throws(BookError) -> any BookPort
    ) throws(DaybookError) {
        self.directory = directory
        self.keys = keys
        self.settings = settings
        self.openPort = openPort
        pool = MaskingPool(masker)
        floor = settings.books.values.map(\.level).min() ?? .debug
        audit = try Self.openLane("audit", settings, pool, openPort)
        auditFloor = audit.floor
        auditLane = Unmanaged.passUnretained(audit)
        auditCells = audit.cells
        knowsShortTexts = ShortText.isAsExpected()
        ExitGuard.watch(self)
    }

    deinit {
        // Nothing that was promised is lost because somebody forgot to close.
        try? close()
    }

    private static func openLane(
        _ name: String, _ settings: DaybookSettings, _ pool: MaskingPool,
        _ openPort: (String, BookSettings) throws(BookError) -> any BookPort
    ) throws(DaybookError) -> Lane {
        let choice = try settings.choice(for: name)
        let port: any BookPort
        do throws(BookError) {
            port = try openPort(name, choice.settings)
        } catch {
            throw DaybookError(error)
        }
        let lane = Lane(
            name: name, port: port, pool: pool, durability: choice.durability,
            policy: choice.settings.whenStuck, rule: choice.settings.seal,
            floor: choice.level)
        lane.start()
        return lane
    }

    // MARK: - Lanes

    func lane(for kind: EventKind, _ book: String?) throws(DaybookError) -> Lane {
        if let book { return try lane(book) }
        return kind.book == .audit ? audit : try lane("chat")
    }

    /// The lane of a book, opened when it is not yet. One thread opens, the others wait for it.
    func lane(_ name: String) throws(DaybookError) -> Lane {
        if name == "audit" { return audit }
        let found = try others.wait { others throws(DaybookError) -> Lane?? in
            if let lane = others.lanes[name] { return .some(lane) }
            if others.isClosed { throw .closed }
            return others.opening.insert(name).inserted ? .some(nil) : nil
        }
        if let found { return found }
        do throws(DaybookError) {
            let lane = try Self.openLane(name, settings, pool, openPort)
            others.withLock { others in
                others.opening.remove(name)
                others.lanes[name] = lane
            }
            if name == "chat" {
                chat.store(
                    UInt(bitPattern: Unmanaged.passUnretained(lane).toOpaque()),
                    ordering: .releasing)
            }
            others.broadcast()
            return lane
        } catch {
            others.withLock { _ = $0.opening.remove(name) }
            others.broadcast()
            throw error
        }
    }

    /// The lane of `chat`, if it is open already. Takes no lock.
    var openChat: Lane? {
        guard let pointer = UnsafeRawPointer(bitPattern: chat.load(ordering: .acquiring)) else {
            return nil
        }
        return Unmanaged<Lane>.fromOpaque(pointer).takeUnretainedValue()
    }

    /// All lanes that are open, `audit` first.
    var lanes: [Lane] {
        if audit.ring.isForked { return [audit] }
        return [audit] + others.withLock { $0.lanes.sorted { $0.key < $1.key }.map(\.value) }
    }

    // MARK: - Flush and close

    /// Waits until every record appended so far, in every book, is as durable as asked.
    ///
    /// Blocks the thread. Returns at once for `queued`.
    /// - Throws: what keeps a book from it, with what to do.
    public func flush(durability: Durability = .synced) throws(DaybookError) {
        guard durability != .queued else { return }
        for lane in lanes { try lane.waitForAll(durability.inBook) }
    }

    /// As the other `flush`, but suspends the task instead of blocking its thread.
    public func flush(durability: Durability = .synced) async throws(DaybookError) {
        guard durability != .queued else { return }
        for lane in lanes { try await lane.waitForAll(suspending: durability.inBook) }
    }

    /// Syncs every book and signs a checkpoint over all its records, which happens by itself
    /// within a second of a record. Blocks the thread.
    public func checkpoint() throws(DaybookError) {
        for lane in lanes { _ = try lane.checkpoint() }
    }

    /// Hands over what is queued, syncs, signs, and gives the books back. Blocks the thread.
    ///
    /// Safe to call twice. Appends that come later throw `closed`. A disk that refuses is given
    /// about ten seconds.
    /// - Throws: what kept the last records from stable storage.
    public func close() throws(DaybookError) {
        // A forked child has neither the threads nor a say in who holds the lock.
        if audit.ring.isForked { return }
        let opened = others.wait { others -> [Lane]? in
            others.isClosed = true
            guard others.opening.isEmpty else { return nil }
            return Array(others.lanes.values)
        }
        var first: DaybookError?
        for lane in [audit] + opened {
            do throws(DaybookError) { try lane.close() } catch { first = first ?? error }
        }
        if let first { throw first }
    }

    /// As the other `close`, but suspends the task instead of blocking its thread.
    public func close() async throws(DaybookError) {
        let result = await withCheckedContinuation { continuation in
            _ = Worker("daybook-close") {
                do throws(DaybookError) {
                    try self.close()
                    continuation.resume(returning: Result<Void, DaybookError>.success(()))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        }
        try result.get()
    }

    // MARK: - State

    /// What keeps records from going to disk at the moment; nil when nothing does.
    public var trouble: DaybookError? {
        for lane in lanes {
            if let trouble = lane.trouble { return trouble }
        }
        return nil
    }

    /// What anybody needs to check the checkpoints of a book: hand it to your auditor, and keep a
    /// copy away from this machine.
    ///
    /// - Throws: `missingKey` when the key is not where keys are.
    public func verifierKey(of book: String = "audit") throws(DaybookError) -> VerifierKey {
        let origin = try origin(of: book)
        do throws(BookError) {
            let directory = KeyDirectory(root: keys, disk: PosixDisk())
            if let key = try directory.key(for: origin) { return key.verifier }
        } catch {
            throw DaybookError(error)
        }
        throw DaybookError(
            .missingKey,
            "The signing key of \(origin) is not in \(keys): another user's process holds the book, "
                + "or DAYBOOK_KEYS points elsewhere.")
    }

    /// The name of a book in its checkpoints: what an auditor knows it by.
    public func origin(of book: String = "audit") throws(DaybookError) -> String {
        try lane(book).origin
    }
}

/// The book room's word, which the class has one of its own for.
typealias BookDurability = Durability
