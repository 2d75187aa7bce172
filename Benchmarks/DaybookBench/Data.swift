// SPDX-License-Identifier: Apache-2.0

import Crypto

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Writes trade records as Python's json.dumps prints them: 235 bytes each, in the shape of the
/// audit-logging guide; ids sequential, three kinds of order event.
func generate(_ count: Int, _ path: String) {
    guard let file = fopen(path, "w") else {
        print("cannot write \(path)")
        exit(73)
    }
    defer { fclose(file) }
    let assets = ["AAPL", "MSFT", "NVDA", "TSLA", "AMZN", "META", "GOOG", "NFLX"]
    var random = UInt64(42)
    func next(_ bound: UInt64) -> UInt64 {
        random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return (random >> 33) % bound
    }
    func digits(_ value: UInt64, _ width: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }
    for number in 0..<count {
        let second = number / 200 % 60
        let minute = number / 12_000 % 60
        let hour = number / 720_000 % 24
        let time =
            "2026-11-20T\(digits(UInt64(hour), 2)):\(digits(UInt64(minute), 2)):"
            + "\(digits(UInt64(second), 2)).\(digits(UInt64(number % 200) * 5000, 6))Z"
        let line =
            "{\"event\": \"order_filled\", \"event_type\": \"order_filled\", \"level\": \"info\", "
            + "\"order_id\": \"order-\(digits(UInt64(number), 8))\", "
            + "\"asset\": \"\(assets[Int(next(8))])\", "
            + "\"fill_price\": \"\(100 + next(400)).\(digits(next(100), 2))\", "
            + "\"filled_amount\": \"\(1 + next(900))\", \"commission\": \"0.\(digits(next(100), 2))\", "
            + "\"timestamp\": \"\(time)\"}\n"
        fputs(line, file)
    }
}

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
