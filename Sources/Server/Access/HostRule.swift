// SPDX-License-Identifier: Apache-2.0

/// By which names a browser may reach the daemon, so that no other site can have its own name point
/// here (DNS rebinding).
///
/// A name is ours when it is the very address of the connection, `localhost` where that is this
/// machine's, or one of `access.hosts`; and the port is that of the connection, or the one that stands
/// in `access.hosts`.
struct HostRule: Sendable {
    /// The IP address at which the connection came in.
    let address: String?
    let port: Int?
    let isTLS: Bool
    /// As in `access.hosts`: `name` or `name:port`.
    let names: [String]

    func isOurs(_ authority: String) -> Bool {
        guard let host = Authority(authority, port: isTLS ? 443 : 80) else { return false }
        if host.port == port {
            if host.name == address { return true }
            let isLoopback = address?.hasPrefix("127.") == true || address == "::1"
            if host.name == "localhost", isLoopback { return true }
        }
        return names.contains { text in
            guard let port else { return false }
            guard let name = Authority(text, port: port) else { return false }
            return name == host
        }
    }

    /// Whether a page of this daemon sent it: `Origin` is the name that was asked for.
    func isOurs(origin: String, askedFor authority: String) -> Bool {
        let secure = "https://"
        let plain = "http://"
        let isSecure = origin.hasPrefix(secure)
        guard isSecure || (!isTLS && origin.hasPrefix(plain)) else { return false }
        let port = isSecure ? 443 : 80
        let from = Authority(
            String(origin.dropFirst(isSecure ? secure.count : plain.count)), port: port)
        return from != nil && from == Authority(authority, port: port)
    }

    /// The name of an entry of `access.hosts`, without its port.
    static func name(_ text: String) -> String { Authority(text, port: 0)?.name ?? text }
}

/// `host`, `host:port` or `[address]:port`, in one form.
struct Authority: Hashable {
    let name: String
    let port: Int

    /// - Parameter standard: the port where none is said.
    init?(_ text: String, port standard: Int) {
        var name = Substring(text)
        var port = standard
        let isBracketed = name.hasPrefix("[")
        if let colon = name.lastIndex(of: ":"), !(isBracketed && name.hasSuffix("]")) {
            let digits = name[name.index(after: colon)...]
            guard !digits.isEmpty, digits.utf8.allSatisfy({ $0 &- 0x30 < 10 }),
                let number = Int(digits), (1...65_535).contains(number)
            else { return nil }
            port = number
            name = name[..<colon]
        }
        if isBracketed {
            guard name.hasSuffix("]") else { return nil }
            name = name.dropFirst().dropLast()
        } else if name.utf8.contains(UInt8(ascii: ":")) {
            return nil
        }
        if name.hasSuffix(".") { name = name.dropLast() }
        let isPlain = name.utf8.allSatisfy { byte in
            (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || "-.:_".utf8.contains(byte)
        }
        guard !name.isEmpty, isPlain else { return nil }
        self.name = name.lowercased()
        self.port = port
    }
}
