// SPDX-License-Identifier: Apache-2.0

internal import Crypto
internal import TransparencyLog
internal import Vault

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Reads a file once: for its digest, and on the way into an age file.
enum FileContent {
    struct Failure: Error {
        let reason: KeepReason
    }

    private static let chunkBytes = 1 << 18

    /// SHA-256 of an open file, in hexadecimal.
    static func digest(of descriptor: Int32) -> Result<String, Failure> {
        Result { () throws(Failure) in
            var hash = SHA256()
            try read(descriptor) { (chunk: UnsafeRawBufferPointer) throws(Failure) in
                hash.update(bufferPointer: chunk)
            }
            return Hex.encode(Array(hash.finalize()))
        }
    }

    /// Writes an age file of an open file beside it, under a temporary name, and syncs it. It has the
    /// mode and the times of the original, so that rules of age go on to hold.
    static func encrypt(
        _ descriptor: Int32, _ file: FoundFile, to recipients: [AgeRecipient], in directory: Int32
    ) -> Result<(name: FileName, digest: String), Failure> {
        Result { () throws(Failure) in
            if file.name.last.text.hasSuffix(".age") {
                throw Failure(reason: .notEncrypted("it is an age file already"))
            }
            let name = temporaryName()
            let target = name.withCString {
                openat(
                    directory, $0, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
            }
            guard target >= 0 else { throw Failure(reason: .notEncrypted(systemText(errno))) }
            defer { close(target) }
            do throws(Failure) {
                return (name, try copy(descriptor, file, to: recipients, target))
            } catch {
                _ = name.withCString { unlinkat(directory, $0, 0) }
                throw error
            }
        }
    }

    private static func copy(
        _ descriptor: Int32, _ file: FoundFile, to recipients: [AgeRecipient], _ target: Int32
    ) throws(Failure) -> String {
        var hash = SHA256()
        do {
            var encryptor = try AgeEncryptor(to: recipients)
            var output: [UInt8] = []
            try read(descriptor) { (chunk: UnsafeRawBufferPointer) throws(Failure) in
                hash.update(bufferPointer: chunk)
                do throws(VaultError) {
                    try encryptor.update(chunk, into: &output)
                } catch {
                    throw Failure(reason: .notEncrypted(error.message))
                }
                try write(&output, to: target)
            }
            try encryptor.finish(into: &output)
            try write(&output, to: target)
        } catch let error as VaultError {
            throw Failure(reason: .notEncrypted(error.message))
        } catch let error as Failure {
            throw error
        } catch {
            throw Failure(reason: .notEncrypted("\(error)"))
        }
        let time = timespec(
            tv_sec: Int(file.modified / 1_000_000_000), tv_nsec: Int(file.modified % 1_000_000_000))
        guard fchmod(target, mode_t(file.mode & 0o666)) == 0, futimens(target, [time, time]) == 0,
            fsync(target) == 0
        else { throw Failure(reason: .notEncrypted(systemText(errno))) }
        return Hex.encode(Array(hash.finalize()))
    }

    private static func read(
        _ descriptor: Int32, _ take: (UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: chunkBytes, alignment: 16)
        defer { chunk.deallocate() }
        var offset = 0
        while true {
            let count = pread(descriptor, chunk.baseAddress, chunk.count, off_t(offset))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Failure(reason: .unreadable(systemText(errno))) }
            if count == 0 { return }
            try take(UnsafeRawBufferPointer(rebasing: chunk[..<count]))
            offset += count
        }
    }

    private static func write(_ bytes: inout [UInt8], to target: Int32) throws(Failure) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Glibc.write(
                    target, buffer.baseAddress.unsafelyUnwrapped + done, buffer.count - done)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Failure(reason: .notEncrypted(systemText(errno))) }
            done += count
        }
        bytes.removeAll(keepingCapacity: true)
    }

    private static func temporaryName() -> FileName {
        var random = SystemRandomNumberGenerator()
        return FileName(".daybook-\(String(random.next(), radix: 36)).tmp")
    }
}
