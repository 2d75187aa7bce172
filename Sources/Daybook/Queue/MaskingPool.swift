// SPDX-License-Identifier: Apache-2.0

internal import Book
internal import Masking
internal import Records
internal import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Masking sessions for any number of threads: each thread comes back to the same one, and two
/// threads that share one take turns.
final class MaskingPool: Sendable {
    private let masker: Masker
    private let slots: [Slot]

    private final class Slot: Sendable {
        let scratch = Mutex<Scratch?>(nil)
    }

    /// A session and the records it has made ready, reused from call to call. Only reached with
    /// its slot's lock held.
    final class Scratch {
        var session: MaskingSession
        var records = MaskedRecords()

        init(_ masker: Masker) {
            session = MaskingSession(masker)
        }
    }

    init(_ masker: Masker) {
        self.masker = masker
        slots = (0..<DaybookLimits.sessions).map { _ in Slot() }
    }

    /// A session of one's own.
    func session() -> MaskingSession { MaskingSession(masker) }

    /// Runs `body` with this thread's session. What it does must be short: no waiting, no I/O.
    func withScratch<Value: Sendable, Failure: Error>(
        _ body: (Scratch) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        let masker = masker
        return try slots[Self.slot].scratch.withLock { scratch throws(Failure) -> Value in
            let own = scratch ?? Scratch(masker)
            scratch = own
            own.records.removeAll(keepingCapacity: true)
            return try body(own)
        }
    }

    /// A text with its secrets masked.
    func mask(_ text: String) -> String {
        withScratch { $0.session.maskText(text) }
    }

    /// The slot of the calling thread: its descriptor's address, spread by multiplication.
    private static var slot: Int {
        #if canImport(Darwin)
            let thread = UInt64(UInt(bitPattern: pthread_self()))
        #else
            let thread = UInt64(pthread_self())
        #endif
        return Int((thread &* 0x9E37_79B9_7F4A_7C15) >> 60) % DaybookLimits.sessions
    }
}

extension MaskingPool.Scratch {
    /// Masks an event and adds it, as its record will have it.
    func add(_ event: Event) { session.append(event: event, at: .now, to: &records) }
}
