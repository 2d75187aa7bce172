// SPDX-License-Identifier: Apache-2.0

internal import Book
internal import CDaybook
internal import Crypto
internal import Foundation
internal import Records

/// One epoch's key file: frames, each encrypted, added at the end (docs/format/keys.md).
struct KeyFile: Sendable {
    static let magic = Array("daybook-keys-v1\n".utf8)
    /// Length, random bytes of the nonce, checksum of both: 4 bytes each.
    private static let headBytes = 12
    private static let tagBytes = 16

    var path: String
    let epoch: Int
    let vault: Bytes16
    private let key: SymmetricKey

    /// - Parameter encryption: this epoch's key-encryption key.
    init(path: String, epoch: Int, vault: Bytes16, encryption: Bytes32) {
        self.path = path
        self.epoch = epoch
        self.vault = vault
        var info = Array("daybook/keys/v1".utf8)
        info.append(vault)
        info.append(number: UInt64(epoch))
        key = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: encryption.key, info: info, outputByteCount: 32)
    }

    /// How far a file was read.
    struct Position: Sendable, Hashable {
        var offset = 0
        var frames: UInt64 = 0
    }

    // MARK: - Reading

    /// Reads the frames from a position on.
    ///
    /// A frame that is not whole at the end of the file is left out: a process or the machine died
    /// while it wrote, and nothing was sealed under what it says.
    ///
    /// - Returns: where the next frame goes.
    /// - Throws: `damaged` when a frame with others after it does not open.
    func read(
        from start: Position, disk: any Disk, _ body: (KeyEntry) -> Void
    ) throws(VaultError) -> Position {
        let file = try onDisk { () throws(DiskError) in try disk.open(path, .reading, mode: 0) }
        defer { disk.close(file) }
        let bytes = try onDisk { () throws(DiskError) in
            let size = try disk.size(of: file)
            return try disk.bytes(
                from: file, at: start.offset, count: max(0, size - start.offset))
        }
        return try read(bytes, from: start, body)
    }

    /// The same of bytes that begin at the position.
    func read(
        _ bytes: [UInt8], from start: Position, _ body: (KeyEntry) -> Void
    ) throws(VaultError) -> Position {
        var position = start
        var place = 0
        if position.offset == 0 {
            guard bytes.starts(with: Self.magic) else { throw damaged(at: 0) }
            place = Self.magic.count
        }
        while bytes.count - place >= Self.headBytes {
            // Zeros to the end are a tail that the file system made longer and did not fill.
            if bytes[place..<place + Self.headBytes].allSatisfy({ $0 == 0 }),
                bytes[place...].allSatisfy({ $0 == 0 })
            {
                break
            }
            // Without the checksum a damaged length would make all that follows look torn.
            guard let length = Self.length(bytes[place..<place + Self.headBytes]) else {
                throw damaged(at: position.offset + place)
            }
            let end = place + Self.headBytes + length
            guard end <= bytes.count else { break }
            guard open(bytes[place..<end], number: position.frames, body) else {
                if end == bytes.count { break }
                throw damaged(at: position.offset + place)
            }
            place = end
            position.frames += 1
        }
        position.offset += place
        return position
    }

    /// The length of a frame that has this head; nil when the head is damaged.
    private static func length(_ head: ArraySlice<UInt8>) -> Int? {
        head.withUnsafeBytes { head in
            let length = UInt32(littleEndian: head.loadUnaligned(as: UInt32.self))
            let sum = UInt32(littleEndian: head.loadUnaligned(fromByteOffset: 8, as: UInt32.self))
            guard sum == checksum(head), length >= tagBytes, length <= Limits.largestFrame else {
                return nil
            }
            return Int(length)
        }
    }

    private static func checksum(_ head: UnsafeRawBufferPointer) -> UInt32 {
        daybook_crc32(0, head.baseAddress?.assumingMemoryBound(to: UInt8.self), 8)
    }

    private func open(_ frame: ArraySlice<UInt8>, number: UInt64, _ body: (KeyEntry) -> Void)
        -> Bool
    {
        let content = frame.dropFirst(Self.headBytes)
        guard
            let nonce = try? AES.GCM.Nonce(
                data: Self.nonce(frame.dropFirst(4).prefix(4), number)),
            let box = try? AES.GCM.SealedBox(
                nonce: nonce, ciphertext: content.dropLast(Self.tagBytes),
                tag: content.suffix(Self.tagBytes)),
            let entries = try? AES.GCM.open(box, using: key, authenticating: bound(number))
        else { return false }
        return entries.withUnsafeBytes { KeyEntry.decode($0, body) }
    }

    private func damaged(at offset: Int) -> VaultError {
        VaultError(
            .damaged,
            "\(path) is damaged at byte \(offset). Restore the keys with "
                + "`daybook keys restore FILE`, and look at the disk (`dmesg`).")
    }

    // MARK: - Writing

    /// Adds frames at a position, and makes them durable.
    ///
    /// - Returns: where the next frame goes. After a throw the file is cut back to the position, or
    ///   has a tail that readers leave out.
    func append(_ frames: [[UInt8]], at start: Position, disk: any Disk) throws(VaultError)
        -> Position
    {
        var position = start
        var bytes: [UInt8] = []
        for frame in frames {
            try seal(frame, number: position.frames, to: &bytes)
            position.frames += 1
        }
        position.offset += bytes.count
        return try onDisk { () throws(DiskError) in
            let file = try disk.open(path, .writing, mode: 0o600)
            defer { disk.close(file) }
            do throws(DiskError) {
                try disk.truncate(file, to: start.offset)
                try disk.write(bytes, to: file, at: start.offset)
                try disk.syncData(file)
            } catch {
                try? disk.truncate(file, to: start.offset)
                throw error
            }
            return position
        }
    }

    /// Writes a whole new file, and makes it durable; its name is the caller's business.
    func write(_ keys: Keys, disk: any Disk) throws(VaultError) {
        let file = try onDisk { () throws(DiskError) in
            try disk.open(path, .replacing, mode: 0o600)
        }
        defer { disk.close(file) }
        var offset = 0
        try encode(keys) { bytes throws(VaultError) in
            try onDisk { () throws(DiskError) in try disk.write(bytes, to: file, at: offset) }
            offset += bytes.count
        }
        try onDisk { () throws(DiskError) in try disk.syncData(file) }
    }

    /// The bytes of a whole file, a megabyte or so at a time.
    func encode(_ keys: Keys, _ put: ([UInt8]) throws(VaultError) -> Void) throws(VaultError) {
        var bytes = Self.magic
        var entries: [UInt8] = []
        var frames: UInt64 = 0
        func frame() throws(VaultError) {
            guard !entries.isEmpty else { return }
            try seal(entries, number: frames, to: &bytes)
            frames += 1
            entries.removeAll(keepingCapacity: true)
            guard bytes.count >= 16 * Limits.frameBytes else { return }
            try put(bytes)
            bytes.removeAll(keepingCapacity: true)
        }
        do {
            try keys.entries { entry in
                entry.encode(to: &entries)
                if entries.count >= Limits.frameBytes { try frame() }
            }
        } catch {
            throw error as? VaultError ?? VaultError(.disk, "\(path): \(error)")
        }
        try frame()
        try put(bytes)
    }

    private func seal(_ entries: [UInt8], number: UInt64, to bytes: inout [UInt8])
        throws(VaultError)
    {
        let random = SystemEntropy().bytes(4)
        do {
            let nonce = try AES.GCM.Nonce(data: Self.nonce(random[...], number))
            let box = try AES.GCM.seal(
                entries, using: key, nonce: nonce, authenticating: bound(number))
            var head: [UInt8] = []
            head.append(number: UInt32(box.ciphertext.count + Self.tagBytes))
            head.append(contentsOf: random)
            head.append(number: head.withUnsafeBytes { Self.checksum($0) })
            bytes.append(contentsOf: head)
            bytes.append(contentsOf: box.ciphertext)
            bytes.append(contentsOf: box.tag)
        } catch {
            throw VaultError(.damaged, "Encrypting keys for \(path) failed: \(error).")
        }
    }

    /// Four random bytes, then the frame's number: the number alone would come twice when a frame
    /// was cut off and another one took its place.
    private static func nonce(_ random: ArraySlice<UInt8>, _ number: UInt64) -> [UInt8] {
        var nonce = Array(random)
        Swift.withUnsafeBytes(of: number.bigEndian) { nonce.append(contentsOf: $0) }
        return nonce
    }

    private func bound(_ number: UInt64) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(vault)
        bytes.append(number: UInt64(epoch))
        bytes.append(number: number)
        return bytes
    }
}
