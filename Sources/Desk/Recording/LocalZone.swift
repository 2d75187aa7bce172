// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The zone in which programs print times without saying so: this machine's, or a named one.
package struct LocalZone: Sendable {
    /// - Parameter name: an IANA name such as America/New_York; nil for the machine's own zone.
    ///
    /// The zone of the process changes with it: call it before other threads start.
    package init(named name: String?) throws {
        guard let name else {
            tzset()
            return
        }
        guard Self.exists(name) else {
            throw DeskFailure(
                .usage,
                "there is no time zone '\(name)' here. Use an IANA name such as America/New_York; "
                    + "the package tzdata brings them.")
        }
        setenv("TZ", name, 1)
        tzset()
    }

    private static func exists(_ name: String) -> Bool {
        if name == "UTC" { return true }
        let isName = name.utf8.allSatisfy { byte in
            byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z")
                || byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
                || "_/+-".utf8.contains(byte)
        }
        guard isName, !name.isEmpty, !name.hasPrefix("/") else { return false }
        return access("/usr/share/zoneinfo/" + name, R_OK) == 0
    }

    /// UTC microseconds since 1970 for local ones.
    package func utc(fromLocal microseconds: Int64) -> Int64 {
        let second: Int64 = 1_000_000
        let fraction = ((microseconds % second) + second) % second
        var seconds = time_t((microseconds - fraction) / second)
        var fields = tm()
        guard gmtime_r(&seconds, &fields) != nil else { return microseconds }
        // Whether daylight saving holds is for the zone to say.
        fields.tm_isdst = -1
        let instant = mktime(&fields)
        guard instant != -1 else { return microseconds }
        return Int64(instant) * second + fraction
    }
}
