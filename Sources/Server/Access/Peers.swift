// SPDX-License-Identifier: Apache-2.0

import Daybook
import Desk
import HTTPTypes
import NIOCore
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Who is at the other end of the local socket, as the kernel says it.
final class Peers: Sendable {
    /// What the daemon's own user and root may: all that an operator at the machine can, since they
    /// can read the files anyway. A trader's role is about data of one's own; they have none.
    static let operatorRoles: Set<Role> = [.compliance, .auditor, .admin, .writer]

    private let core: DaemonCore
    private let own: UInt32
    private let names = Mutex<[UInt32: String]>([:])

    /// - Parameter own: the number of the daemon's user.
    init(_ core: DaemonCore, own: UInt32 = SystemUser.number) {
        self.core = core
        self.own = own
    }

    /// Whether a connection came in by the local socket.
    static func isLocal(_ channel: any Channel) -> Bool {
        if case .unixDomainSocket? = channel.localAddress { true } else { false }
    }

    /// Who they are.
    ///
    /// - Throws: a denial for a user of this machine without a role.
    func principal(_ channel: any Channel) async throws -> Principal {
        guard let user = try await Self.user(channel) else { throw Denial.nobody }
        return try await principal(of: user)
    }

    /// The same of a user by number.
    func principal(of user: UInt32) async throws -> Principal {
        try principal(of: user, called: try await name(of: user))
    }

    /// The same; nil for a user without a role. Blocks.
    func known(_ user: UInt32) -> Principal? {
        try? principal(of: user, called: SystemUser.name(of: user))
    }

    private func principal(of user: UInt32, called name: String) throws(Denial) -> Principal {
        if user == own || user == 0 {
            return Principal(name: name, roles: Self.operatorRoles, origin: .peer(user))
        }
        let grants = core.ground.settings.access.localUsers
        guard let grant = grants[name] ?? grants[String(user)] else {
            throw Denial(
                reason: .localUser, status: .forbidden,
                message: "the user \(name) of this machine has no role here; access.local_users in "
                    + "daybook.yaml gives one",
                principal: Principal(name: name, roles: [], origin: .peer(user)))
        }
        return Principal(
            name: name, roles: Set(grant.roles.compactMap { Role(rawValue: $0) }),
            origin: .peer(user), account: grant.account, strategies: grant.strategies)
    }

    #if os(Linux)
        /// As `SO_PEERCRED` fills it in: `struct ucred`.
        private struct Credentials: Sendable {
            var process: Int32
            var user: UInt32
            var group: UInt32
        }
    #endif

    /// The number of the user at the other end, as it was when they connected.
    private static func user(_ channel: any Channel) async throws -> UInt32? {
        guard let options = channel as? any SocketOptionProvider else { return nil }
        #if os(Linux)
            let credentials: Credentials = try await options.unsafeGetSocketOption(
                level: .socket, name: NIOBSDSocket.Option(rawValue: SO_PEERCRED)
            ).get()
            return credentials.user
        #else
            let credentials: xucred = try await options.unsafeGetSocketOption(
                level: NIOBSDSocket.OptionLevel(rawValue: SOL_LOCAL),
                name: NIOBSDSocket.Option(rawValue: LOCAL_PEERCRED)
            ).get()
            return credentials.cr_uid
        #endif
    }

    private func name(of user: UInt32) async throws -> String {
        if let name = names.withLock({ $0[user] }) { return name }
        let name = try await core.blocking { SystemUser.name(of: user) }
        names.withLock { names in
            // A machine has few users; whatever makes thousands is not worth remembering.
            if names.count >= ServerLimits.peerNames { names = [:] }
            names[user] = name
        }
        return name
    }
}
