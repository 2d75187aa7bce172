// SPDX-License-Identifier: Apache-2.0

/// When the clock is believed by whatever clears: `clock.require_sync`.
package enum ClockChoice: String, Sendable, Hashable, CaseIterable {
    /// Only while the machine says that something keeps it right.
    case always = "true"
    /// By its steps alone.
    case never = "false"
    /// A machine whose clock was synchronised has to be so still.
    case automatic = "auto"
}

/// Where people are told of what is cleared: `notices`.
package struct NoticeChoice: Sendable, Hashable {
    /// An http or https address that takes a JSON object.
    package var webhook: String?
    package var mail: [String] = []
    /// The program that takes mail on standard input.
    package var sendmail = "/usr/sbin/sendmail"
    /// A file that grows by a line each.
    package var file: String?

    package init() {}

    package var isEmpty: Bool { webhook == nil && mail.isEmpty && file == nil }
}

extension SettingsReader {
    /// The `clock` mapping.
    mutating func clock(_ place: Place) -> ClockChoice {
        let members = members(of: place, known: ["require_sync"])
        guard let member = members["require_sync"],
            let word = word(member, among: ClockChoice.allCases.map(\.rawValue))
        else { return .automatic }
        return ClockChoice(rawValue: word) ?? .automatic
    }

    /// The `notices` mapping.
    mutating func notices(_ place: Place) -> NoticeChoice {
        var choice = NoticeChoice()
        let members = members(of: place, known: ["webhook", "mail", "sendmail", "file"])
        if let member = members["webhook"] {
            let expected = "an address that begins with http:// or https://"
            if let text = text(member, expected: expected) {
                if text.hasPrefix("http://") || text.hasPrefix("https://"),
                    !text.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F })
                {
                    choice.webhook = text
                } else {
                    note(member, "expected \(expected)")
                }
            }
        }
        if let member = members["mail"] {
            for element in elements(of: member) {
                let expected = "an address such as records@example.com"
                guard let text = text(element, expected: expected) else { continue }
                if text.contains("@"), !text.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) {
                    choice.mail.append(text)
                } else {
                    note(element, "expected \(expected)")
                }
            }
        }
        if let path = path(members["sendmail"]) { choice.sendmail = path }
        choice.file = path(members["file"])
        return choice
    }

    private mutating func path(_ place: Place?) -> String? {
        guard let place, let text = text(place, expected: "a path that begins with /") else {
            return nil
        }
        guard text.hasPrefix("/") else {
            note(place, "expected a path that begins with /")
            return nil
        }
        return text
    }
}
