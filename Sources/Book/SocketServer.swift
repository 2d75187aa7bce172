// SPDX-License-Identifier: Apache-2.0

internal import CDaybook
internal import Masking

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Lets other Daybook processes of this user append to a book through its holder.
///
/// A thread accepts, and one thread serves each connection, since what they do is wait for the disk.
final class SocketServer: Sendable {
    private let listener: Int32
    private let place: BookPlace
    private let state: Monitor<State>
    private let accepting: Worker

    private struct State {
        var connections: [Int32: Worker] = [:]
        /// Numbers of the connections, each below `Limits.connections`.
        var numbers: Set<Int> = []
        var isClosing = false
    }

    /// Starts to listen. Call while holding the book's lock.
    init(_ place: BookPlace, _ rule: SealRule, _ writer: BookWriter) throws(BookError) {
        listener = daybook_unix_listen(place.socketPath)
        guard listener >= 0 else {
            throw BookError(
                DiskError(operation: "listen at", path: place.socketPath, code: errno))
        }
        self.place = place
        let state = Monitor(State())
        self.state = state
        accepting = Worker("book-listen") { [listener] in
            Self.accept(listener, state, place, rule, writer)
        }
    }

    private static func accept(
        _ listener: Int32, _ state: Monitor<State>, _ place: BookPlace, _ rule: SealRule,
        _ writer: BookWriter
    ) {
        while true {
            let descriptor = daybook_unix_accept(listener)
            guard descriptor >= 0 else {
                if state.withLock({ $0.isClosing }) { return }
                // Out of descriptors: wait for some to come back rather than spin.
                usleep(50_000)
                continue
            }
            let isWelcome = state.withLock { state in
                !state.isClosing && state.connections.count < Limits.connections
            }
            let user = daybook_peer_user(descriptor)
            guard isWelcome, user < 0 || user == Int64(geteuid()) else {
                Connection(descriptor: descriptor).close()
                continue
            }
            // Registered before it runs, so that it finds itself when it is done.
            state.withLock { open in
                let number = (0..<Limits.connections).first { !open.numbers.contains($0) } ?? 0
                open.numbers.insert(number)
                open.connections[descriptor] = Worker("book-client") {
                    serve(Connection(descriptor: descriptor), number, place, rule, writer)
                    state.withLock { open in
                        open.numbers.remove(number)
                        open.connections.removeValue(forKey: descriptor)
                    }
                    Connection(descriptor: descriptor).close()
                }
            }
        }
    }

    private static func serve(
        _ connection: Connection, _ number: Int, _ place: BookPlace, _ rule: SealRule,
        _ writer: BookWriter
    ) {
        var session = MaskingSession(place.masker)
        do throws(BookError) {
            guard let hello = try connection.receive(), hello.kind == .hello,
                hello.payload == Array(Frame.greeting.utf8)
            else { return }
            let origin = writer.status.origin
            try connection.send(Frame(.hello, Array("\(Frame.greeting)\n\(origin)".utf8)))
            while let frame = try connection.receive() {
                try connection.send(answer(frame, number, &session, rule, writer))
            }
        } catch {
            // The client is gone or broken; what it was told is durable stays so.
        }
    }

    private static func answer(
        _ frame: Frame, _ number: Int, _ session: inout MaskingSession, _ rule: SealRule,
        _ writer: BookWriter
    ) -> Frame {
        do throws(BookError) {
            switch frame.kind {
            case .append:
                var records = MaskedRecords()
                guard let append = frame.records(&session, rule, into: &records) else {
                    return Frame(
                        BookError(
                            .connection,
                            "Records that came over the socket have not the form, or are not sealed as "
                                + "this book's must be."))
                }
                let key = AppendKey(id: append.id, connection: number)
                return Frame(
                    .done, number: try writer.append(records, append.durability, as: key))
            case .rotate:
                return Frame(.done, number: try writer.rotate())
            case .checkpoint:
                return Frame(.done, number: try writer.checkpoint())
            case .seal:
                return Frame(.done, number: try writer.seal())
            case .prune:
                guard let plan = frame.plan else {
                    return Frame(
                        BookError(
                            .connection, "A plan that came over the socket has not the form."))
                }
                return Frame(.done, number: try writer.prune(plan))
            case .hello, .done, .failed:
                return Frame(BookError(.connection, "A client sent a frame that is the holder's."))
            }
        } catch {
            return Frame(error)
        }
    }

    /// Takes no more connections. Call while the book's lock is still held: afterwards the name
    /// may be the next holder's.
    func stopListening() {
        state.withLock { $0.isClosing = true }
        unlink(place.socketPath)
        daybook_shutdown(listener, 2)
    }

    /// Answers what came in, then ends all connections; clients find another holder.
    func close() {
        let workers = state.withLock { state in
            for descriptor in state.connections.keys { daybook_shutdown(descriptor, 0) }
            return Array(state.connections.values)
        }
        for worker in workers { worker.join() }
        accepting.join()
        Connection(descriptor: listener).close()
    }
}
