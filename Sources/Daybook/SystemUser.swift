// SPDX-License-Identifier: Apache-2.0

package import Masking

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Who runs this process.
package enum SystemUser {
    /// The name of the user, or the number where there is no name.
    package static let name: String = name(of: geteuid())

    /// The number of the user.
    package static var number: UInt32 { geteuid() }

    /// The name of any user of this machine, or `uid 1234` where there is no name. May ask a
    /// directory server, and so may block.
    package static func name(of user: UInt32) -> String {
        var buffer = [CChar](repeating: 0, count: 1 << 14)
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        guard getpwuid_r(user, &entry, &buffer, buffer.count, &found) == 0, found != nil,
            let name = entry.pw_name
        else { return "uid \(user)" }
        return String(cString: name)
    }

    /// Under whose key goes what nobody else is known to have written: a program's output, a field
    /// of an audit record.
    package static let account = Account(platform: "os", name: name)
}
