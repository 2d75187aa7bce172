// SPDX-License-Identifier: Apache-2.0

internal import CDaybook
internal import Records

/// The ring of one lane: any thread puts entries in, the lane's thread takes them out.
///
/// Sendable, because what producers and consumer share is atomic in `CDaybook/ring.c`, and the
/// memory lives as long as this object.
final class EventRing: @unchecked Sendable {
    /// What an entry is.
    enum Entry: UInt32 {
        /// An event, in place.
        case event = 1
        /// Address and count of a block that has the event.
        case block = 2
        /// Nothing to record: somebody waits for what went before.
        case barrier = 3
    }

    /// What became of an attempt to put something in.
    enum Answer {
        case taken
        /// No room at the moment.
        case full
        case closed
        case refusing
        /// This process is a forked child of the one that has the ring.
        case forked

        @inline(__always)
        init(_ code: Int32) {
            switch UInt32(code) {
            case DAYBOOK_RING_DONE.rawValue: self = .taken
            case DAYBOOK_RING_FULL.rawValue: self = .full
            case DAYBOOK_RING_CLOSED.rawValue: self = .closed
            case DAYBOOK_RING_REFUSING.rawValue: self = .refusing
            default: self = .forked
            }
        }
    }

    let pointer: UnsafeMutablePointer<daybook_ring>

    /// Makes a ring, its memory there from the start.
    init(bytes: Int = DaybookLimits.queueBytes) {
        guard let ring = daybook_ring_make(UInt64(bytes), UInt64(DaybookLimits.blockBytes)) else {
            // As where the system gives no thread: there is nothing sensible to go on with.
            preconditionFailure("the system gave no memory for a queue of \(bytes) bytes")
        }
        pointer = ring
    }

    deinit { daybook_ring_free(pointer) }

    /// Puts an event in and stamps it. `ticket` goes with it when it was taken.
    @inline(__always)
    func push(_ writer: inout EventWriter, ticket: BatchTicket?) -> Answer {
        guard let ticket else { return push(&writer, reference: 0) }
        let reference = Unmanaged.passRetained(ticket)
        let answer = push(&writer, reference: UInt(bitPattern: reference.toOpaque()))
        if case .taken = answer {} else { reference.release() }
        return answer
    }

    @inline(__always)
    private func push(_ writer: inout EventWriter, reference: UInt) -> Answer {
        var isBlock = false
        let answer = writer.withEntry(ticket: reference) { entry, isShort -> Answer in
            guard isShort else {
                isBlock = true
                return pushBlock(entry)
            }
            return Answer(
                daybook_ring_push(pointer, entry.baseAddress, entry.count, Entry.event.rawValue))
        }
        if isBlock, case .taken = answer { writer.giveBlockAway() }
        return answer
    }

    @inline(never)
    private func pushBlock(_ entry: UnsafeRawBufferPointer) -> Answer {
        let words: [4 of UInt64] = [
            0, 0, UInt64(UInt(bitPattern: entry.baseAddress)), UInt64(entry.count),
        ]
        let answer = push(words, .block)
        if case .taken = answer { daybook_ring_add_heavy(pointer, words[3]) }
        return answer
    }

    private func push(_ words: [4 of UInt64], _ type: Entry) -> Answer {
        words.span.withUnsafeBytes {
            Answer(daybook_ring_push(pointer, $0.baseAddress, $0.count, type.rawValue))
        }
    }

    /// Puts in that somebody waits for what went before.
    func pushBarrier(_ ticket: BatchTicket) -> Answer {
        let reference = Unmanaged.passRetained(ticket)
        let address = UInt64(UInt(bitPattern: reference.toOpaque()))
        let words: [4 of UInt64] = [0, 0, address, 0]
        let answer = push(words, .barrier)
        if case .taken = answer {} else { reference.release() }
        return answer
    }

    var hasRoom: Bool {
        if case .full = Answer(daybook_ring_probe(pointer)) { false } else { true }
    }

    var isForked: Bool { daybook_ring_is_forked(pointer) != 0 }
    var isClosed: Bool { daybook_ring_is_closed(pointer) != 0 }
}
