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

/// The way to a book that another process holds.
final class SocketClient: Sendable {
    /// One request at a time; the lock is for taking turns, which is all that happens under it.
    private let connection: Connection
    private let turn = Monitor(false)
    let origin: String

    /// - Returns: nil when nobody listens (the holder is starting, or died).
    init?(_ place: BookPlace) throws(BookError) {
        let descriptor = daybook_unix_connect(place.socketPath)
        guard descriptor >= 0 else {
            switch errno {
            case ENOENT, ECONNREFUSED, EAGAIN: return nil
            default:
                throw BookError(
                    DiskError(operation: "connect to", path: place.socketPath, code: errno))
            }
        }
        let connection = Connection(descriptor: descriptor)
        do throws(BookError) {
            try connection.send(Frame(.hello, Array(Frame.greeting.utf8)))
            guard let answer = try connection.receive(), answer.kind == .hello else {
                connection.close()
                return nil
            }
            let lines = String(decoding: answer.payload, as: UTF8.self).split(separator: "\n")
            guard lines.count == 2, lines[0] == Frame.greeting else {
                throw BookError(
                    .connection,
                    "The process that holds the book speaks another version. Use one version of "
                        + "Daybook for all processes that share a book.")
            }
            origin = String(lines[1])
        } catch {
            connection.close()
            // The holder died while we greeted it: what it held is free, or soon somebody else's.
            if Connection.isBreak(error) { return nil }
            throw error
        }
        self.connection = connection
    }

    deinit {
        connection.close()
    }

    /// Sends a request and waits for its answer. Throws `connection` when the holder went away
    /// before it answered: whether the request was carried out is then unknown.
    func request(_ frame: Frame) throws(BookError) -> UInt64 {
        _ = turn.wait { isTaken -> Bool? in
            if isTaken { return nil }
            isTaken = true
            return true
        }
        defer {
            turn.withLock { $0 = false }
            turn.broadcast()
        }
        try connection.send(frame)
        guard let answer = try connection.receive() else {
            throw BookError(.connection, "The holder of the book closed the connection.")
        }
        switch answer.kind {
        case .done:
            if let number = answer.number { return number }
        case .failed:
            throw answer.error
        default: break
        }
        throw BookError(.connection, "The holder of the book answered out of turn.")
    }
}
