// SPDX-License-Identifier: Apache-2.0

/// Something that happened, ready to become a record.
///
/// The factories (`Event.orderFilled(…)`) cover the vocabulary with typed parameters; `init` with
/// a name of your own covers everything else. In the line come `event`, `event_type` and `level`,
/// then the fields in order, then `timestamp`. Names are unique: setting a field again replaces
/// its value in place. The names that a line uses itself cannot be taken: a field named `event`,
/// `event_type`, `level`, `timestamp`, `recorded`, `source`, `timestamp_text`, `daybook_notes` or
/// `sealed` becomes `claimed_…`.
public struct Event: Sendable, Hashable {
    /// What happened.
    public let kind: EventKind
    /// How much it matters; from the kind unless set.
    public var level: Level
    /// The fields in order, with unique names.
    public private(set) var fields: [Field]
    /// When it happened, when the caller knows better than the moment of recording.
    public var timestamp: Timestamp?

    /// The exact number of prices, sizes and fees. In a file that imports Foundation too, plain
    /// `Decimal` as a type is ambiguous; `Event.Decimal` is not.
    public typealias Decimal = Records.Decimal

    /// An event of a known kind.
    public init(
        _ kind: EventKind, level: Level? = nil, fields: Fields = [:], at timestamp: Timestamp? = nil
    ) {
        self.kind = kind
        self.level = level ?? kind.level
        self.fields = []
        self.timestamp = timestamp
        add(fields)
    }

    /// An event with a name of your own, such as `momentum_threshold`.
    public init(
        custom name: String, level: Level = .info, fields: Fields = [:],
        at timestamp: Timestamp? = nil
    ) {
        self.init(EventKind(rawValue: name), level: level, fields: fields, at: timestamp)
    }

    /// The start of a factory: room for the fields of the vocabulary.
    init(_ kind: EventKind, at timestamp: Timestamp?, room: Int) {
        self.kind = kind
        level = kind.level
        fields = []
        fields.reserveCapacity(room)
        self.timestamp = timestamp
    }

    /// Sets a field: in place when there is one of that name, else at the end.
    public mutating func set(_ name: String, _ value: FieldValue) {
        let name = Self.reserved.contains(name) ? "claimed_" + name : name
        if let position = fields.firstIndex(where: { $0.name.utf8.elementsEqual(name.utf8) }) {
            fields[position].value = value
        } else {
            fields.append(Field(name, value))
        }
    }

    /// The value of a field.
    public subscript(name: String) -> FieldValue? {
        fields.first { $0.name.utf8.elementsEqual(name.utf8) }?.value
    }

    /// Says in the line what was changed in the texts that the event was made of.
    package mutating func note(_ notes: RecordNotes) {
        put("daybook_notes", notes.names)
    }

    mutating func add(_ fields: Fields) {
        for field in fields.list { set(field.name, field.value) }
    }

    /// Names that a line uses itself.
    package static let reserved: Set<String> = [
        "event", "event_type", "level", "timestamp", "recorded", "source", "timestamp_text",
        "daybook_notes", "sealed",
    ]

    // MARK: The line

    /// Appends the event as one canonical JSON object, with `instant` where it has none itself.
    package func write(at instant: Timestamp, into buffer: inout ByteBuffer) {
        writeHead(into: &buffer)
        for field in fields {
            buffer.append(UInt8(ascii: ","))
            if field.isVocabulary {
                buffer.append(UInt8(ascii: "\""))
                buffer.append(text: field.name)
                buffer.append(UInt8(ascii: "\""))
            } else {
                CanonicalJSON.string(field.name, into: &buffer)
            }
            buffer.append(UInt8(ascii: ":"))
            field.value.write(into: &buffer)
        }
        buffer.append(",\"timestamp\":")
        buffer.append(quoted: timestamp ?? instant)
        buffer.append(UInt8(ascii: "}"))
    }

    /// Appends `{"event":…,"event_type":…,"level":…`, without a comma after it.
    package func writeHead(into buffer: inout ByteBuffer) {
        buffer.append("{\"event\":")
        CanonicalJSON.string(kind.rawValue, into: &buffer)
        buffer.append(",\"event_type\":")
        CanonicalJSON.string(kind.rawValue, into: &buffer)
        buffer.append(",\"level\":\"")
        buffer.append(level.literal)
        buffer.append(UInt8(ascii: "\""))
    }

    /// The event as an object, for paths that are not hot.
    package func json(at instant: Timestamp) -> JSONObject {
        var members: [(String, JSONValue)] = [
            ("event", .string(kind.rawValue)), ("event_type", .string(kind.rawValue)),
            ("level", .string(level.name)),
        ]
        members += fields.map { ($0.name, $0.value.json) }
        members.append(("timestamp", .string((timestamp ?? instant).description)))
        return JSONObject(members)
    }
}

// How the factories add fields: what is not said is not written.
extension Event {
    mutating func put(_ name: String, _ value: FieldValue) {
        fields.append(Field(vocabulary: name, value))
    }
    mutating func put(_ name: String, _ value: String?) {
        if let value { put(name, .string(value)) }
    }
    mutating func put(_ name: String, _ value: Decimal?) {
        if let value { put(name, .decimal(value)) }
    }
    mutating func put(_ name: String, _ value: Int64?) {
        if let value { put(name, .integer(value)) }
    }
    mutating func put(_ name: String, _ value: Bool?) {
        if let value { put(name, .bool(value)) }
    }
    mutating func put(_ name: String, _ value: Timestamp?) {
        if let value { put(name, .timestamp(value)) }
    }
    mutating func put(_ name: String, _ value: [String]?) {
        if let value { put(name, .strings(value)) }
    }
    mutating func put(_ name: String, _ value: Fields?) {
        if let value { put(name, .object(value.list)) }
    }
    mutating func put(_ name: String, _ value: (some TradingName)?) {
        if let value { put(name, .string(value.rawValue)) }
    }
}
