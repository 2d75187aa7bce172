// SPDX-License-Identifier: Apache-2.0

internal import Book
internal import CDaybook
package import Records

// What a program in another language sends through the C interface: names and texts as bytes,
// perhaps not even UTF-8. They are looked at behind the queue: what is no UTF-8 is repaired, a name
// that comes twice counts once, a kind that only Daybook may write becomes `claimed_event`.
extension Daybook {
    /// Records an event. Allocates nothing; waits only for room.
    ///
    /// - Parameters:
    ///   - kind: its name. `EventKind.known(name:)` tells the level and the book of one of the
    ///     vocabulary.
    ///   - book: a book's name; `audit` when nil.
    ///   - fields: writes them.
    /// - Throws: why it was not taken, under `when_stuck: fail`, after closing or in a forked child.
    ///   It is counted then, as `record(_:)` counts it.
    package func record(
        kindBytes kind: UnsafeRawBufferPointer, level: Level, at timestamp: Timestamp? = nil,
        to book: String? = nil, _ fields: (inout EventWriter) -> Void
    ) throws(DaybookError) {
        let lane = try laneForBytes(book)
        guard level >= lane.floor else { return }
        daybook_ring_prefetch(lane.cells)
        var writer = EventWriter(kindBytes: kind, level: level, at: timestamp)
        fields(&writer)
        do throws(DaybookError) {
            try lane.record(&writer)
        } catch {
            lane.countLost(1)
            throw error
        }
    }

    /// The same, and waits until it is as durable as asked. Blocks the thread.
    /// - Returns: where the record stands; nil for `queued`.
    package func append(
        kindBytes kind: UnsafeRawBufferPointer, level: Level, at timestamp: Timestamp? = nil,
        to book: String? = nil, durability: Durability? = nil,
        _ fields: (inout EventWriter) -> Void
    ) throws(DaybookError) -> RecordIndex? {
        let lane = try laneForBytes(book)
        let ticket = lane.ticket(durability?.inBook ?? lane.durability)
        var writer = EventWriter(kindBytes: kind, level: level, at: timestamp)
        fields(&writer)
        let index = try lane.append(&writer, ticket)
        return index.map { RecordIndex(book: lane.name, index: $0) }
    }

    private func laneForBytes(_ book: String?) throws(DaybookError) -> Lane {
        guard let book else { return audit }
        if book == "chat", let chat = openChat { return chat }
        return try lane(book)
    }

    /// The ring of `audit`, for the part of the C interface that writes events in place.
    package var auditRing: UnsafeMutableRawPointer { UnsafeMutableRawPointer(auditCells) }

    /// The level below which `audit` takes nothing by `record`.
    package var auditLevel: Level { auditFloor }

    /// Whether `record` takes events of a level into any book. A load and a comparison.
    package func takes(_ level: Level) -> Bool { level >= floor }
}
