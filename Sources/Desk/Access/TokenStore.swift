// SPDX-License-Identifier: Apache-2.0

import Book
package import Records
import Synchronization
import TransparencyLog

/// The tokens that were made: who each stands for, never the token itself.
///
/// A token is `dbk_<id>_<secret>`: the id is public and found by, of the secret's 32 bytes the file
/// `logs/server/tokens` (0600, replaced whole) has the SHA-256.
package final class TokenStore: Sendable {
    /// One token, as it is kept.
    package struct Token: Sendable, Hashable {
        package let id: String
        package let name: String
        package let roles: Set<Role>
        package let expires: Timestamp
        package var account: String?
        package var strategies: Set<String> = []
        let digest: String
    }

    /// What the text of every token begins with.
    package static let prefix = "dbk"

    private let path: String
    private let disk: any Disk
    private let entropy: any Entropy
    private let tokens: Mutex<[String: Token]>
    /// What the file held when it was last read.
    private let read: Mutex<[UInt8]?>

    /// Reads what is there.
    package convenience init(_ ground: Ground) throws {
        self.init(unread: ground)
        try reload()
    }

    /// Knows no token until `reload`.
    package init(unread ground: Ground) {
        let place = ground.place("audit")
        path = "\(ground.logs)/server/tokens"
        disk = place.disk
        entropy = place.entropy
        tokens = Mutex([:])
        read = Mutex(nil)
    }

    /// Looks at the file again: another process may have made or revoked a token. Blocks; cheap
    /// while nothing has changed.
    package func reload() throws {
        let bytes = try disk.contents(of: path, limit: DeskLimits.tokenFileBytes)
        guard bytes != read.withLock({ $0 }) else { return }
        let fresh = try Self.parse(bytes, path)
        tokens.withLock { $0 = fresh }
        read.withLock { $0 = bytes }
    }

    package var all: [Token] { tokens.withLock { $0.values.sorted { $0.id < $1.id } } }

    /// Makes a token. The text that it returns is shown once and kept nowhere.
    package func make(
        name: String, roles: Set<Role>, expires: Timestamp, account: String? = nil,
        strategies: Set<String> = []
    ) throws -> (token: Token, text: String) {
        let id = Hex.encode(entropy.bytes(6))
        let secret = Hex.encode(entropy.bytes(32))
        let token = Token(
            id: id, name: name, roles: roles, expires: expires, account: account,
            strategies: strategies, digest: Secret.digest(secret))
        try change { $0[id] = token }
        return (token, "\(Self.prefix)_\(id)_\(secret)")
    }

    /// Takes a token away. False when there is none of that id.
    package func revoke(_ id: String) throws -> Bool {
        var wasThere = false
        try change { wasThere = $0.removeValue(forKey: id) != nil }
        return wasThere
    }

    /// The token whose text this is; nil for none, one that is over, and a wrong secret alike.
    package func token(of text: String, at now: Timestamp) -> Token? {
        let parts = text.split(separator: "_", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, parts[0] == Self.prefix,
            let token = tokens.withLock({ $0[parts[1]] }), token.expires > now,
            Secret.isEqual(token.digest, Secret.digest(parts[2]))
        else { return nil }
        return token
    }

    /// The token of an id, whether it is over or not; nil when it was taken away.
    package func token(withID id: String) -> Token? { tokens.withLock { $0[id] } }

    // MARK: - The file

    /// Under a lock between processes, so that two commands at once do not lose a token.
    private func change(_ body: (inout [String: Token]) -> Void) throws {
        let directory = path.directoryPart
        if disk.kind(of: directory) == .missing { try disk.makeDirectory(directory, mode: 0o700) }
        let lock = try disk.waitForLock(path + ".lock")
        defer { disk.close(lock) }
        var fresh = try Self.parse(
            try disk.contents(of: path, limit: DeskLimits.tokenFileBytes), path)
        body(&fresh)
        let lines = fresh.values.sorted { $0.id < $1.id }.map {
            JSONValue.object($0.json).description + "\n"
        }
        try disk.replaceFile(path, with: Array(lines.joined().utf8), mode: 0o600)
        let changed = fresh
        tokens.withLock { $0 = changed }
    }

    private static func parse(_ bytes: [UInt8]?, _ path: String) throws -> [String: Token] {
        guard let bytes else { return [:] }
        var tokens: [String: Token] = [:]
        for (number, line) in bytes.split(separator: 0x0A).enumerated() {
            guard
                let object = (try? JSONValue(parsing: String(decoding: line, as: UTF8.self)))?
                    .objectValue, let token = Token(object)
            else {
                throw DeskFailure(
                    .badInput,
                    "\(path), line \(number + 1), is damaged. Remove that line; whoever had the "
                        + "token needs another.")
            }
            tokens[token.id] = token
        }
        return tokens
    }
}

extension TokenStore.Token {
    /// What is told of it: never its digest.
    package var facts: JSONObject {
        var object: JSONObject = [
            "id": .string(id), "name": .string(name),
            "roles": .array(roles.map(\.rawValue).sorted().map { .string($0) }),
            "expires": .string(expires.description),
        ]
        object["account"] = account.map { .string($0) }
        if !strategies.isEmpty {
            object["strategies"] = .array(strategies.sorted().map { .string($0) })
        }
        return object
    }

    fileprivate var json: JSONObject {
        var object = facts
        object["sha256"] = .string(digest)
        return object
    }

    fileprivate init?(_ object: JSONObject) {
        guard let id = object["id"]?.stringValue, let name = object["name"]?.stringValue,
            let roles = object["roles"]?.arrayValue,
            let expires = object["expires"]?.stringValue.flatMap({ Timestamp($0) }),
            let digest = object["sha256"]?.stringValue
        else { return nil }
        self.init(
            id: id, name: name,
            roles: Set(roles.compactMap { $0.stringValue.flatMap { Role(rawValue: $0) } }),
            expires: expires, account: object["account"]?.stringValue,
            strategies: Set(
                object["strategies"]?.arrayValue?.compactMap(\.stringValue) ?? []),
            digest: digest)
    }
}
