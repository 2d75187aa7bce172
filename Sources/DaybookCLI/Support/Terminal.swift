// SPDX-License-Identifier: Apache-2.0

import Desk
import Records

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Where the command line talks to people and programs.
enum Terminal {
    static let output: Int32 = 1
    static let errors: Int32 = 2

    /// Columns of the terminal: what it says, else $COLUMNS, else 100.
    static var width: Int {
        var size = winsize()
        if ioctl(output, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
        let asked = getenv("COLUMNS").flatMap { Int(String(cString: $0)) }
        return max(20, min(asked ?? 100, 10_000))
    }

    static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

    /// A line to standard output.
    static func say(_ text: String) {
        write(text + "\n", to: output)
    }

    /// A line to standard error.
    static func note(_ text: String) {
        write(text + "\n", to: errors)
    }

    /// What went wrong, to standard error.
    static func complain(_ text: String) {
        note("daybook: " + text)
    }

    /// One JSON object on one line to standard output.
    static func say(json object: JSONObject) {
        var buffer = ByteBuffer()
        CanonicalJSON.encode(object, into: &buffer)
        buffer.append(0x0A)
        write(buffer.unsafeBytes, to: output)
    }

    private static func write(_ text: String, to descriptor: Int32) {
        var text = text
        text.withUTF8 { _ = write($0, to: descriptor) }
    }

    /// Writes all of it. Nobody reading is no error of ours.
    @discardableResult
    static func write(_ bytes: UnsafeBufferPointer<UInt8>, to descriptor: Int32) -> Bool {
        writeAll(bytes, to: descriptor)
    }
}

/// `read` of the system, again when a signal without consequences came in between.
func systemRead(_ descriptor: Int32, _ bytes: UnsafeMutableRawPointer, _ count: Int) -> Int {
    while true {
        let got = read(descriptor, bytes, count)
        if got < 0, errno == EINTR, !Interruption.isRequested { continue }
        return got
    }
}

/// Standard output for many small pieces: one write call for each 64 KiB.
struct OutputBuffer: ~Copyable {
    private var bytes = ByteBuffer(capacity: 1 << 16)
    private let descriptor: Int32
    /// The system's error number of the first write that failed; 0 while none did.
    private(set) var failure: Int32 = 0

    init(_ descriptor: Int32 = Terminal.output) { self.descriptor = descriptor }

    mutating func append(line: UnsafeBufferPointer<UInt8>) {
        bytes.append(line)
        bytes.append(0x0A)
        if bytes.count >= 1 << 16 { flush() }
    }

    mutating func append(line: String) {
        bytes.append(text: line)
        bytes.append(0x0A)
        if bytes.count >= 1 << 16 { flush() }
    }

    mutating func flush() {
        if !Terminal.write(bytes.unsafeBytes, to: descriptor), failure == 0 { failure = errno }
        bytes.removeAll()
    }
}
