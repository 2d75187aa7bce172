// SPDX-License-Identifier: Apache-2.0

package import Book
package import Records

/// What must not be pruned although a day's period is over: what legal holds cover, and the records
/// that policies, holds and requests in force rest on.
///
/// On disk, `audit/pins` (docs/format/directory.md), it is what the records of the book `audit` say,
/// in one line, so that a program that prunes at midnight needs neither the house's key nor a search.
/// Whoever opens or releases a hold writes it; a file that is missing is made again from the records.
package struct Pins: Sendable, Hashable {
    /// A hold, as far as its record says openly: it pins whole days, also those of people whom it
    /// does not name.
    package struct Pin: Sendable, Hashable {
        package var hold: String
        /// nil is every book.
        package var book: String?
        /// Days whose newest record is older are free. There is no end: what happened before it
        /// may have been recorded after it.
        package var from: Timestamp?

        package init(hold: String, book: String?, from: Timestamp?) {
            self.hold = hold
            self.book = book
            self.from = from
        }
    }

    package var holds: [Pin]
    /// The first record of the book `audit` that something in force rests on.
    package var firstNeeded: UInt64?

    package init(holds: [Pin] = [], firstNeeded: UInt64? = nil) {
        self.holds = holds
        self.firstNeeded = firstNeeded
    }

    /// The pins that active holds set.
    package init(holds: [Hold], firstNeeded: UInt64?) {
        self.init(
            holds: holds.filter(\.isActive).map { hold in
                Pin(hold: hold.id, book: hold.scope.book, from: hold.scope.from)
            }, firstNeeded: firstNeeded)
    }

    /// What keeps a day of a book; nil when nothing does.
    func keeper(of day: KeptDay, in book: String) -> PruneDecision.Blocker.Reason? {
        for pin in holds where pin.book == nil || pin.book == book {
            guard let from = pin.from, let newest = day.newest, newest < from else {
                return .held(pin.hold)
            }
        }
        if book == Self.book, let firstNeeded, day.end > firstNeeded {
            return .needed(firstNeeded)
        }
        return nil
    }

    // MARK: - On disk

    /// The book whose records say what is pinned.
    static let book = "audit"

    /// The pins of the directory of books in which `place` is.
    ///
    /// - Throws: `damaged` when the file is none, `disk` when it cannot be read.
    package static func load(_ place: BookPlace) throws(BookError) -> Pins {
        let path = path(place)
        let bytes: [UInt8]?
        do throws(DiskError) {
            bytes = try place.disk.contents(of: path, limit: Limits.pinsBytes)
        } catch {
            throw BookError(error)
        }
        guard let bytes else { return try gather(place) }
        guard let value = try? JSONValue(parsing: String(decoding: bytes, as: UTF8.self)),
            case .object(let object) = value, let pins = Pins(object)
        else {
            throw BookError(
                .damaged,
                "\(path) does not say which holds bind. Nothing is pruned until `daybook hold list` "
                    + "has written it again.")
        }
        return pins
    }

    /// Writes the pins. A hold binds when this returns.
    package func store(_ place: BookPlace) throws(BookError) {
        do throws(DiskError) {
            try place.disk.replaceFile(
                Self.path(place), with: Array((JSONValue.object(json).description + "\n").utf8),
                mode: 0o600)
        } catch {
            throw BookError(error)
        }
    }

    private static func path(_ place: BookPlace) -> String { "\(place.logs)/\(book)/pins" }

    /// Reads all the records of the book for what they say openly. Once in the life of a book, or
    /// after somebody removed the file: a second for a million records.
    private static func gather(_ place: BookPlace) throws(BookError) -> Pins {
        let audit = BookPlace(
            logs: place.logs, name: book, keys: place.keys.root, masker: place.masker,
            disk: place.disk, clock: place.clock, entropy: place.entropy)
        guard audit.disk.kind(of: audit.manifestPath) == .file else { return Pins() }
        let snapshot = try BookSnapshot(audit)
        var pins = Pins()
        try snapshot.forEachLine(in: snapshot.firstKept..<snapshot.size) {
            index, line throws(BookError) in
            pins.read(line, at: index)
            return true
        }
        return pins
    }

    private static let marks: [EventKind] = [
        .holdOpened, .holdReleased, .policyAccepted, .requestOpened,
    ]

    private mutating func read(_ line: UnsafeBufferPointer<UInt8>, at index: UInt64) {
        // Daybook's own records begin with their kind.
        let start = #"{"event":""#.utf8
        guard line.starts(with: start),
            let kind = Self.marks.first(where: {
                line.dropFirst(start.count).starts(with: $0.rawValue.utf8)
            }), let value = try? JSONValue(parsing: String(decoding: line, as: UTF8.self)),
            case .object(let object) = value, object.text("source") == "daybook",
            object.text("event") == kind.rawValue
        else { return }
        switch kind {
        case .holdOpened:
            guard let id = object.text("hold_id") else { return }
            holds.append(
                Pin(
                    hold: id, book: object.text("book"),
                    from: object.text("from").flatMap { Timestamp($0) }))
        case .holdReleased:
            let id = object.text("hold_id")
            return holds.removeAll { $0.hold == id }
        default: break
        }
        if firstNeeded == nil { firstNeeded = index }
    }
}

extension Pins {
    package var json: JSONObject {
        var object: JSONObject = [
            "holds": .array(
                holds.map { pin in
                    var entry: JSONObject = ["hold": .string(pin.hold)]
                    entry["book"] = pin.book.map { .string($0) }
                    entry["from"] = pin.from.map { .string($0.description) }
                    return .object(entry)
                })
        ]
        object["first_needed"] = firstNeeded.map { .number(String($0)) }
        return object
    }

    /// Reads what `json` wrote; nil when it is none.
    package init?(_ object: JSONObject) {
        guard let list = object["holds"]?.arrayValue else { return nil }
        self.init()
        for value in list {
            guard let entry = value.objectValue, let hold = entry.text("hold"),
                let from = entry.instant("from")
            else { return nil }
            holds.append(Pin(hold: hold, book: entry.text("book"), from: from.value))
        }
        if object["first_needed"] != nil {
            guard let index = object.unsigned("first_needed") else { return nil }
            firstNeeded = index
        }
    }
}
