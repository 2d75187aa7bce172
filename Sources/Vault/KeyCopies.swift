// SPDX-License-Identifier: Apache-2.0

internal import Book
internal import Records

/// The copies of the keys that somebody made and said so: `<keys>/vault-<id>/copies`, a JSON object
/// a line.
struct KeyCopies: Sendable {
    let path: String
    let disk: any Disk

    /// Bytes of the file; each copy takes about a hundred.
    private static let limit = 16 << 20

    init(path: String, disk: any Disk) {
        self.path = path
        self.disk = disk
    }

    init(_ keyring: Keyring) {
        path = keyring.directory + "/copies"
        disk = keyring.disk
    }

    func all() throws(VaultError) -> [KeyCopy] {
        guard
            let bytes = try onDisk({ () throws(DiskError) in
                try disk.contents(of: path, limit: Self.limit)
            })
        else { return [] }
        var copies: [KeyCopy] = []
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            guard let value = try? JSONValue(parsing: String(line)),
                case .object(let object) = value,
                case .string(let made)? = object["made"], let made = Timestamp(made),
                case .string(let expires)? = object["expires"], let expires = Timestamp(expires),
                case .number(let epoch)? = object["epoch"], let epoch = Int(epoch),
                case .string(let place)? = object["place"]
            else {
                throw VaultError(
                    .damaged,
                    "\(path) is damaged. It lists the copies of the keys: write it anew from what "
                        + "you know of them, or move it away.")
            }
            copies.append(KeyCopy(made: made, expires: expires, epoch: epoch, place: place))
        }
        return copies
    }

    /// - Parameter lock: taken alone.
    func add(_ copy: KeyCopy, _ lock: borrowing KeyLock) throws(VaultError) {
        let text = (try all() + [copy]).map { copy in
            let object: JSONObject = [
                "made": .string(copy.made.description),
                "expires": .string(copy.expires.description),
                "epoch": .number(String(copy.epoch)), "place": .string(copy.place),
            ]
            return JSONValue.object(object).description + "\n"
        }.joined()
        try onDisk { () throws(DiskError) in
            try disk.replaceFile(path, with: Array(text.utf8), mode: 0o600)
        }
    }
}

extension Vault {
    /// The known copies of the keys, in the order they were made.
    package func keyCopies() throws(VaultError) -> [KeyCopy] {
        try KeyCopies(keyring).all()
    }
}
