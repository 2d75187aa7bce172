// SPDX-License-Identifier: Apache-2.0

internal import Book
internal import Crypto
internal import CryptoExtras
internal import Foundation
internal import Records
internal import Synchronization

/// Who guards the key-encryption key. docs/guides/keys.md says how to choose.
package enum KeyProvider: Sendable, Hashable {
    /// The file itself, mode 0600: whoever can read the key directory can open the vault.
    case file
    /// A systemd credential of at least 32 random bytes: the file of this name in
    /// `$CREDENTIALS_DIRECTORY`.
    case credential(name: String)
    /// A passphrase. Nobody is ever asked for it at a terminal: it is read, to its end, from the
    /// descriptor that the environment names.
    case passphrase(descriptor: Int32?)

    package static let credentialName = "daybook-vault"
    /// The variable of the environment that names the passphrase's descriptor.
    package static let descriptorVariable = "DAYBOOK_PASSPHRASE_FD"

    /// The provider that settings name `file`, `credential` or `passphrase`.
    package init?(named name: String) {
        switch name {
        case "file": self = .file
        case "credential": self = .credential(name: Self.credentialName)
        case "passphrase": self = .passphrase(descriptor: nil)
        default: return nil
        }
    }

    package var name: String {
        switch self {
        case .file: "file"
        case .credential: "credential"
        case .passphrase: "passphrase"
        }
    }
}

/// Wraps key-encryption keys under a secret, or not at all.
struct KeyWrapping: Sendable {
    /// How the key of a wrapped one comes from the secret.
    private enum Form: Sendable {
        case plain
        case wrapped(provider: String, salt: [UInt8], key: Bytes32)
    }

    private let form: Form

    /// scrypt's cost: 32 MiB and about a tenth of a second.
    private static let rounds = 1 << 15
    private static let blockSize = 8

    static let plain = KeyWrapping(form: .plain)

    private init(form: Form) {
        self.form = form
    }

    var provider: String {
        switch form {
        case .plain: "file"
        case .wrapped(let provider, _, _): provider
        }
    }

    /// A wrapping for a new vault.
    init(_ provider: KeyProvider) throws(VaultError) {
        self = try Self.make(provider, salt: SystemEntropy().bytes(16))
    }

    private static func make(_ provider: KeyProvider, salt: [UInt8]) throws(VaultError)
        -> KeyWrapping
    {
        switch provider {
        case .file: return .plain
        case .credential(let name):
            let secret = try credential(name)
            let key = HKDF<SHA256>.deriveKey(
                inputKeyMaterial: SymmetricKey(data: secret), salt: salt,
                info: Array("daybook/kek/v1".utf8), outputByteCount: 32)
            return KeyWrapping(
                form: .wrapped(
                    provider: "credential", salt: salt, key: key.withUnsafeBytes { Bytes32($0) }))
        case .passphrase(let descriptor):
            let key = try stretched(try Passphrase.read(descriptor), salt: salt)
            return KeyWrapping(form: .wrapped(provider: "passphrase", salt: salt, key: key))
        }
    }

    /// scrypt of a passphrase.
    static func stretched(_ passphrase: [UInt8], salt: [UInt8]) throws(VaultError) -> Bytes32 {
        do {
            return try KDF.Scrypt.deriveKey(
                from: passphrase, salt: salt, outputByteCount: 32, rounds: rounds,
                blockSize: blockSize, parallelism: 1
            ).withUnsafeBytes { Bytes32($0) }
        } catch {
            throw VaultError(.keys, "Stretching the passphrase failed: \(error).")
        }
    }

    private static func credential(_ name: String) throws(VaultError) -> [UInt8] {
        guard let directory = ProcessInfo.processInfo.environment["CREDENTIALS_DIRECTORY"] else {
            throw VaultError(
                .keys,
                "The vault's keys need the systemd credential \(name), and $CREDENTIALS_DIRECTORY "
                    + "is not set: start Daybook from a unit with "
                    + "LoadCredentialEncrypted=\(name):FILE.")
        }
        let path = directory + "/" + name
        guard
            let secret = try onDisk({ () throws(DiskError) in
                try PosixDisk().contents(of: path, limit: 1 << 16)
            }), secret.count >= 32
        else {
            throw VaultError(
                .keys, "The credential \(path) is missing or has fewer than 32 bytes.")
        }
        return secret
    }

    // MARK: - Files

    /// The bytes of the file of a key-encryption key.
    func wrap(_ key: Bytes32) throws(VaultError) -> [UInt8] {
        guard case .wrapped(let provider, let salt, let wrapping) = form else { return key.array }
        do {
            let box = try AES.GCM.seal(
                key.array, using: wrapping.key, authenticating: Array(provider.utf8))
            guard let sealed = box.combined else {
                throw CryptoKitError.underlyingCoreCryptoError(error: 0)
            }
            let object: JSONObject = [
                "wrap": .string(provider), "salt": .string(Data(salt).base64EncodedString()),
                "sealed": .string(sealed.base64EncodedString()),
            ]
            return Array((JSONValue.object(object).description + "\n").utf8)
        } catch {
            throw VaultError(.keys, "Wrapping a key failed: \(error).")
        }
    }

    /// Reads a file of a key-encryption key, and how the next one is to be wrapped.
    ///
    /// - Parameter descriptor: where the passphrase is, when the environment does not say.
    static func unwrap(
        _ bytes: [UInt8], path: String, known: KeyWrapping?, descriptor: Int32? = nil
    ) throws(VaultError) -> (Bytes32, KeyWrapping) {
        if let key = Bytes32(bytes) { return (key, .plain) }
        guard let value = try? JSONValue(parsing: String(decoding: bytes, as: UTF8.self)),
            case .object(let object) = value, case .string(let name)? = object["wrap"],
            let provider = KeyProvider(named: name),
            let salt = object.data("salt"), let sealed = object.data("sealed"),
            let box = try? AES.GCM.SealedBox(combined: sealed)
        else {
            throw VaultError(
                .damaged,
                "\(path) is damaged. Restore the keys with `daybook keys restore FILE`.")
        }
        let wrapping: KeyWrapping
        if let known, case .wrapped(name, Array(salt), _) = known.form {
            wrapping = known
        } else {
            let asked: KeyProvider =
                if case .passphrase = provider { .passphrase(descriptor: descriptor) } else {
                    provider
                }
            wrapping = try make(asked, salt: Array(salt))
        }
        guard case .wrapped(_, _, let key) = wrapping.form,
            let opened = try? AES.GCM.open(
                box, using: key.key, authenticating: Array(name.utf8)),
            let made = Bytes32(Array(opened))
        else {
            throw VaultError(.keys, "\(path) does not open: this is not its \(name).")
        }
        return (made, wrapping)
    }
}

extension JSONObject {
    fileprivate func data(_ name: String) -> Data? {
        guard case .string(let text)? = self[name] else { return nil }
        return Data(base64Encoded: text)
    }
}

/// Reads passphrases from descriptors.
enum Passphrase {
    /// What the descriptor that the environment names held: it can be read once, and a process may
    /// open a vault more than once.
    private static let known = Mutex<[UInt8]?>(nil)

    /// Bytes of the longest passphrase.
    private static let limit = 1 << 16

    /// The passphrase behind a descriptor, or behind the one that the environment names.
    static func read(_ descriptor: Int32?) throws(VaultError) -> [UInt8] {
        if let descriptor { return try contents(descriptor) }
        if let known = known.withLock({ $0 }) { return known }
        let variable = ProcessInfo.processInfo.environment[KeyProvider.descriptorVariable]
        guard let named = variable.flatMap({ Int32($0) }) else {
            throw VaultError(
                .keys,
                "The vault's keys need their passphrase: pass it through a descriptor, such as "
                    + "`\(KeyProvider.descriptorVariable)=3 daybook … 3<FILE`. Daybook never asks.")
        }
        let read = try contents(named)
        known.withLock { $0 = read }
        return read
    }

    /// Reads to the end of the descriptor; a line feed at the end is not part of the passphrase.
    private static func contents(_ descriptor: Int32) throws(VaultError) -> [UInt8] {
        var bytes: [UInt8] = []
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: false)
        do {
            while bytes.count <= limit, let more = try file.read(upToCount: 4096), !more.isEmpty {
                bytes.append(contentsOf: more)
            }
        } catch {
            throw VaultError(
                .keys, "No passphrase can be read from descriptor \(descriptor): \(error).")
        }
        while bytes.last == 10 || bytes.last == 13 { bytes.removeLast() }
        guard !bytes.isEmpty else {
            throw VaultError(.keys, "Descriptor \(descriptor) holds no passphrase.")
        }
        return bytes
    }
}
