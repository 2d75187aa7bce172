// SPDX-License-Identifier: Apache-2.0

import Crypto

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A file in memory.
func contents(_ path: String) -> UnsafeRawBufferPointer {
    let descriptor = open(path, O_RDONLY)
    var status = stat()
    guard descriptor >= 0, fstat(descriptor, &status) == 0, status.st_size > 0 else {
        print("cannot read \(path)")
        exit(66)
    }
    let size = Int(status.st_size)
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 64)
    var done = 0
    while done < size {
        let got = read(descriptor, memory.baseAddress.map { $0 + done }, size - done)
        if got <= 0 { break }
        done += got
    }
    close(descriptor)
    return UnsafeRawBufferPointer(memory)
}

/// Calls `body` with each line.
func forEachLine(_ bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Void) {
    guard let base = bytes.baseAddress else { return }
    var position = 0
    while position < bytes.count, let feed = memchr(base + position, 10, bytes.count - position) {
        let end = UnsafeRawPointer(feed) - base
        body(UnsafeRawBufferPointer(rebasing: bytes[position..<end]))
        position = end + 1
    }
}

/// The yardstick: the library's SHA-256 over each line, one at a time, on one core.
func shaLoop(_ path: String) {
    let bytes = contents(path)
    var records = 0
    var sink: UInt8 = 0
    let time = seconds {
        forEachLine(bytes) { line in
            var hash = SHA256()
            hash.update(bufferPointer: line)
            sink ^= hash.finalize().withUnsafeBytes { $0[0] }
            records += 1
        }
    }
    report(
        "bare SHA-256 loop (checksum \(sink))", records: records, bytes: bytes.count, seconds: time)
}
