// SPDX-License-Identifier: Apache-2.0

/// What happened: a name such as `order_filled`, with what the vocabulary knows about it.
///
/// A name that is not in the vocabulary is a kind of the group `custom`. Two kinds are equal when
/// their names are.
public struct EventKind: RawRepresentable, Sendable {
    /// The name in a line, snake_case by custom.
    public let rawValue: String
    /// Which part of the vocabulary it belongs to.
    public let group: Group
    /// The level of such an event unless it is set.
    public let level: Level
    /// Whether only Daybook itself may write it: holds, erasures, checkpoints, gaps. Such a name
    /// from anywhere else becomes `claimed_event`.
    public let isRecordKeeping: Bool

    /// The parts of the vocabulary.
    public enum Group: String, Sendable, CaseIterable {
        /// Signals and decisions.
        case decision
        /// Checks and limits before an order leaves.
        case preTrade = "pre_trade"
        /// The life of an order.
        case order
        /// Corrections, allocations, fees, settlement.
        case trade
        /// Positions and accounts.
        case position
        /// Own books against the broker's.
        case reconciliation
        /// Breakers, kill switches, halts, overrides.
        case control
        /// Versions, parameters, models, modes.
        case algorithm
        /// Feeds and their gaps.
        case marketData = "market_data"
        /// Sessions with a venue.
        case session
        /// The program itself.
        case system
        /// Daybook's own records.
        case recordKeeping = "record_keeping"
        /// Messages, terminals, files.
        case communications
        /// Names that are not in the vocabulary.
        case custom
    }

    /// The two books of a logs directory.
    public enum Book: String, Sendable, CaseIterable {
        /// Trade, decision, system and record-keeping events.
        case audit
        /// Messages, terminal output and anything unstructured.
        case chat
    }

    /// Which book such an event goes into.
    public var book: Book { group == .communications ? .chat : .audit }

    /// The kind of a name, in the vocabulary or not.
    public init(rawValue: String) {
        self = Self.byName[rawValue] ?? EventKind(rawValue, .custom)
    }

    /// An entry of the vocabulary.
    init(
        _ name: String, _ group: Group, _ level: Level = .info, isRecordKeeping: Bool = false
    ) {
        rawValue = name
        self.group = group
        self.level = level
        self.isRecordKeeping = isRecordKeeping || group == .recordKeeping
    }

    private static let byName = Dictionary(
        uniqueKeysWithValues: vocabulary.map { ($0.rawValue, $0) })

    /// Whether these bytes are the name of a kind that only Daybook may write. Does not allocate.
    package static func isRecordKeeping(name: UnsafeBufferPointer<UInt8>) -> Bool {
        recordKeepingNames.contains { $0.utf8.elementsEqual(name) }
    }

    /// Whether these bytes are the name of a kind of the vocabulary.
    package static func isKnown(name: UnsafeBufferPointer<UInt8>) -> Bool {
        byName[String(decoding: name, as: UTF8.self)] != nil
    }

    /// The kind of the vocabulary with this name, if it is one. Does not allocate.
    package static func known(name: UnsafeBufferPointer<UInt8>) -> EventKind? {
        guard let kind = byHash[hash(name)], kind.rawValue.utf8.elementsEqual(name) else {
            return nil
        }
        return kind
    }

    /// FNV-1a, 64 bits.
    private static func hash(_ bytes: some Sequence<UInt8>) -> UInt64 {
        bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    /// Traps when two names of the vocabulary have one hash, which a test would meet first.
    private static let byHash = Dictionary(
        uniqueKeysWithValues: vocabulary.map { (hash($0.rawValue.utf8), $0) })

    private static let recordKeepingNames =
        vocabulary.filter(\.isRecordKeeping).map(\.rawValue)
}

extension EventKind: Hashable {
    /// Whether both have the same name.
    public static func == (left: EventKind, right: EventKind) -> Bool {
        left.rawValue == right.rawValue
    }

    /// Hashes the name.
    public func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }
}

extension EventKind: CustomStringConvertible {
    /// The name.
    public var description: String { rawValue }
}
