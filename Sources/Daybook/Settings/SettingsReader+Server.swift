// SPDX-License-Identifier: Apache-2.0

/// How the daemon runs: `server`.
package struct ServerChoice: Sendable, Hashable {
    /// `host:port`; nil for the standard, which only this machine reaches.
    package var listen: String?
    /// PEM files of the certificate chain and of its key; both or none.
    package var certificate: String?
    package var key: String?
    /// Seconds between two passes over the policies.
    package var retainSeconds = 3_600

    /// The socket at which other users of this machine have commands run; nil for none.
    package var control: String?

    package init() {}
}

extension SettingsReader {
    /// The `server` mapping.
    mutating func server(_ place: Place) -> ServerChoice {
        var choice = ServerChoice()
        let members = members(of: place, known: ["listen", "tls", "retain_every", "control"])
        if let member = members["listen"] {
            choice.listen = text(member, expected: "host:port, such as 127.0.0.1:7370")
        }
        if let member = members["tls"] {
            let files = self.members(of: member, known: ["certificate", "key"])
            choice.certificate = files["certificate"].flatMap {
                text($0, expected: "the path of a PEM file")
            }
            choice.key = files["key"].flatMap { text($0, expected: "the path of a PEM file") }
            if (choice.certificate == nil) != (choice.key == nil) {
                note(member, "expected both, `certificate` and `key`")
            }
        }
        if let member = members["control"],
            let text = text(member, expected: "the path of a socket, such as /run/daybook/control")
        {
            choice.control = text
        }
        if let member = members["retain_every"], let seconds = seconds(member) {
            choice.retainSeconds = seconds
        }
        return choice
    }

    private mutating func seconds(_ place: Place) -> Int? {
        let expected = "a time such as 15m or 1h, from 1m to 24h"
        guard let text = text(place, expected: expected) else { return nil }
        if let seconds = ServerChoice.seconds(text) { return seconds }
        note(place, "expected \(expected)")
        return nil
    }
}

extension ServerChoice {
    /// Seconds of `90s`, `15m` or `2h`: at least a minute, so that passes do not follow each other
    /// at once, and at most a day.
    package static func seconds(_ text: String) -> Int? {
        let units: [Character: Int] = ["s": 1, "m": 60, "h": 3_600]
        guard let unit = text.last.flatMap({ units[$0] }), let count = Int(text.dropLast()),
            (1...86_400).contains(count), (60...86_400).contains(count * unit)
        else { return nil }
        return count * unit
    }
}
