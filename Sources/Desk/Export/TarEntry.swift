// SPDX-License-Identifier: Apache-2.0

/// Headers of a tar archive in the form of POSIX (ustar): every tar reads it.
enum TarEntry {
    static let block = 512

    /// The header of a file.
    ///
    /// - Parameters:
    ///   - name: ASCII, at most 100 bytes: names in a bundle are ours.
    ///   - seconds: since 1970.
    static func header(_ name: String, bytes: Int, seconds: Int64) -> [UInt8] {
        var header = [UInt8](repeating: 0, count: block)
        func put(_ text: String, at start: Int, room: Int) {
            for (place, byte) in text.utf8.prefix(room).enumerated() {
                header[start + place] = byte
            }
        }
        func octal(_ number: Int64, digits: Int) -> String {
            let text = String(max(number, 0), radix: 8)
            return String(repeating: "0", count: max(0, digits - text.count)) + text
        }
        put(name, at: 0, room: 100)
        put("0000600", at: 100, room: 7)
        put("0000000", at: 108, room: 7)
        put("0000000", at: 116, room: 7)
        put(octal(Int64(bytes), digits: 11), at: 124, room: 11)
        put(octal(seconds, digits: 11), at: 136, room: 11)
        put("        ", at: 148, room: 8)
        put("0", at: 156, room: 1)
        put("ustar", at: 257, room: 5)
        put("00", at: 263, room: 2)
        let sum = header.reduce(0) { $0 + Int64($1) }
        put(octal(sum, digits: 6), at: 148, room: 6)
        header[154] = 0
        header[155] = 0x20
        return header
    }

    /// Zeros behind a file of so many bytes.
    static func padding(_ bytes: Int) -> [UInt8] {
        [UInt8](repeating: 0, count: (block - bytes % block) % block)
    }

    /// What ends an archive.
    static let end = [UInt8](repeating: 0, count: block * 2)
}
