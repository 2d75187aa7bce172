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
    package static let name: String = {
        var buffer = [CChar](repeating: 0, count: 1 << 14)
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        let user = geteuid()
        guard getpwuid_r(user, &entry, &buffer, buffer.count, &found) == 0, found != nil,
            let name = entry.pw_name
        else { return "uid \(user)" }
        return String(cString: name)
    }()

    /// Under whose key goes what nobody else is known to have written: a program's output, a field
    /// of an audit record.
    package static let account = Account(platform: "os", name: name)
}
