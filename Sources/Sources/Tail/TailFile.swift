// SPDX-License-Identifier: Apache-2.0

import Records
import TransparencyLog

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// How a file begins and what stands before a position in it: by that it is known again, whatever
/// its name and number.
struct FilePrint: Hashable {
    var leadBytes = 0
    var lead = Digest()
    var tailBytes = 0
    var tail = Digest()
}

/// One file that is read, was read, or will be.
final class TailFile {
    var path: String
    /// Its place in the order of rotation, as seen last.
    var turn: RotatedName.Turn
    private(set) var identity: FileIdentity
    /// -1 while it is not open.
    private(set) var descriptor: Int32 = -1
    /// Bytes given to Intake.
    var position = 0
    /// Bytes whose records were taken: reading may begin again here. At most `position`.
    var safe = 0
    /// Bytes that the file had when it was looked at last.
    var size: Int
    /// Nanoseconds since 1970, when it was looked at last.
    var modified: Int64
    /// Whether a look found it in its directory last time.
    var isListed = true
    /// When it was first seen, or emptied by a truncation, as its time of modification says, while
    /// nothing of it was read since; nanoseconds since 1970. A copy of it is no older.
    var emptied: Int64?
    /// Its size and time of modification when its directory was looked at last.
    var listed: (size: Int, modified: Int64)
    /// Monotonic nanoseconds when it last grew.
    var grown: UInt64
    /// How it begins: at most `leadBytes`, and none beyond `position`.
    private var lead: [UInt8] = []
    /// The bytes before `position`, at most `tailBytes` of them.
    private var tail: [UInt8] = []
    /// The print that was taken last, and where.
    private var lastPrint: (position: Int, print: FilePrint)?

    init(_ listed: ListedFile, position: Int = 0, now: UInt64) {
        path = listed.path
        turn = listed.turn
        identity = listed.identity
        size = listed.size
        modified = listed.modified
        emptied = listed.modified
        self.listed = (listed.size, listed.modified)
        self.position = position
        safe = position
        grown = now
    }

    deinit { close() }

    var isOpen: Bool { descriptor >= 0 }
    var lag: Int { max(0, size - position) }

    // MARK: - Opening

    /// Opens it; the number of an error otherwise.
    ///
    /// - Parameter identity: what has to be there; ENOENT when another file has the name meanwhile.
    func open() -> Int32? {
        guard descriptor < 0 else { return nil }
        let opened = openFile(path)
        guard opened >= 0 else { return errno }
        var status = stat()
        guard fstat(opened, &status) == 0, FileIdentity(status) == identity else {
            closeFile(opened)
            return ENOENT
        }
        descriptor = opened
        if position > 0, tail.isEmpty { restart(at: position) }
        return nil
    }

    func close() {
        if descriptor >= 0 { closeFile(descriptor) }
        descriptor = -1
    }

    /// Looks how large it is. False when nobody can reach it by a name any more.
    @discardableResult
    func look(_ now: UInt64) -> Bool {
        var status = stat()
        guard descriptor >= 0, fstat(descriptor, &status) == 0 else { return true }
        if Int(status.st_size) != size { grown = now }
        size = Int(status.st_size)
        modified = status.modifiedNanoseconds
        return status.st_nlink > 0
    }

    func changedSinceListed(_ now: UInt64) -> Bool {
        look(now)
        return size != listed.size || modified != listed.modified
    }

    // MARK: - Reading

    enum Piece {
        /// Bytes from `position` on: so many in the buffer, from an offset.
        case bytes(offset: Int, count: Int)
        case end
        /// What stood before the position is gone: the file was truncated, or is another one.
        case changed
        case failed(Int32)
    }

    /// Reads what follows the position, and with it the bytes before: in one call, so that a
    /// truncation in between is seen.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Piece {
        guard descriptor >= 0 else { return .failed(EBADF) }
        let back = tail.count
        let got = preadAll(buffer, at: position - back)
        if got < 0 { return .failed(errno) }
        guard got >= back else { return .changed }
        for place in 0..<back where buffer[place] != tail[place] { return .changed }
        return got == back ? .end : .bytes(offset: back, count: got - back)
    }

    /// Whether it still is what was read, and is no shorter.
    func isUnchanged() -> Bool {
        guard position > 0 else { return true }
        var status = stat()
        guard fstat(descriptor, &status) == 0, Int(status.st_size) >= position else { return false }
        return bytes(before: position) == tail
    }

    /// Goes on after bytes that were given to Intake.
    func advance(_ bytes: UnsafeRawBufferPointer) {
        if lead.count == position, position < SourceLimits.leadBytes {
            lead.append(contentsOf: bytes.prefix(SourceLimits.leadBytes - position))
        }
        position += bytes.count
        emptied = nil
        if bytes.count >= SourceLimits.tailBytes {
            tail = Array(bytes.suffix(SourceLimits.tailBytes))
        } else {
            tail.append(contentsOf: bytes)
            tail.removeFirst(max(0, tail.count - SourceLimits.tailBytes))
        }
    }

    /// Begins again at a position.
    func restart(at position: Int) {
        self.position = position
        safe = position
        lastPrint = nil
        lead = bytes(0..<min(SourceLimits.leadBytes, position))
        tail = bytes(before: position)
    }

    /// The bytes before an offset, at most `tailBytes` of them; fewer where the file ends before.
    func bytes(before end: Int) -> [UInt8] {
        bytes(max(0, end - SourceLimits.tailBytes)..<end)
    }

    func bytes(_ range: Range<Int>) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count in
            count = max(0, preadAll(UnsafeMutableRawBufferPointer(buffer), at: range.lowerBound))
        }
    }

    /// Where the unfinished last line begins: the end of the file, when there is none.
    func endOfLines() -> Int {
        look(grown)
        var end = size
        while end > 0 {
            let chunk = bytes(max(0, end - SourceLimits.leadBytes)..<end)
            if let feed = chunk.lastIndex(of: 0x0A) { return end - chunk.count + feed + 1 }
            if chunk.isEmpty { return 0 }
            end -= chunk.count
        }
        return 0
    }

    private func preadAll(_ buffer: UnsafeMutableRawBufferPointer, at offset: Int) -> Int {
        var done = 0
        while done < buffer.count {
            let got = pread(
                descriptor, buffer.baseAddress.unsafelyUnwrapped + done, buffer.count - done,
                off_t(offset + done))
            if got < 0, errno == EINTR { continue }
            if got < 0 { return done > 0 ? done : -1 }
            if got == 0 { break }
            done += got
        }
        return done
    }

    // MARK: - Knowing it again

    /// The print of what was read, from memory: the file may have changed since.
    var printAtPosition: FilePrint { Self.print(lead, tail) }

    /// The print at `safe`; opens the file for a moment where it has to.
    func printAtSafe() -> FilePrint {
        if safe == position { return printAtPosition }
        if let lastPrint, lastPrint.position == safe { return lastPrint.print }
        let wasOpen = isOpen
        _ = open()
        defer { if !wasOpen { close() } }
        let print = fingerprint(at: safe)
        lastPrint = (safe, print)
        return print
    }

    /// How it begins, and what stands before a position, as the file is now.
    private func fingerprint(at position: Int) -> FilePrint {
        Self.print(
            bytes(0..<min(SourceLimits.leadBytes, position)), bytes(before: position))
    }

    private static func print(_ lead: [UInt8], _ tail: [UInt8]) -> FilePrint {
        FilePrint(
            leadBytes: lead.count, lead: TreeHash.leaf(lead), tailBytes: tail.count,
            tail: TreeHash.leaf(tail))
    }

    /// Whether this is the file that a print was taken of, or a copy, as far as the position.
    func matches(_ print: FilePrint, at position: Int) -> Bool {
        look(grown)
        return size >= position && fingerprint(at: position) == print
    }
}

private func openFile(_ path: String) -> Int32 { open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
private func closeFile(_ descriptor: Int32) { _ = close(descriptor) }
