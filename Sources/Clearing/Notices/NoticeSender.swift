// SPDX-License-Identifier: Apache-2.0

package import Daybook
internal import Records

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Tells people through the channels that daybook.yaml names. Other programs do the talking: `curl`
/// for addresses, `sendmail` for mail. What they are told never shows in a list of processes.
package struct NoticeSender: Sendable {
    package let choice: NoticeChoice
    /// Seconds for an address to answer.
    private static let webhookSeconds = 20

    package init(_ choice: NoticeChoice) { self.choice = choice }

    /// The channels that are named; `record` alone where none is.
    package var channels: [String] {
        var channels: [String] = []
        if choice.webhook != nil { channels.append("webhook") }
        if !choice.mail.isEmpty { channels.append("mail") }
        if choice.file != nil { channels.append("file") }
        return channels.isEmpty ? ["record"] : channels
    }

    /// Whom a channel reaches, for the record. Of an address only its host: the rest often is a
    /// secret.
    package func recipient(_ channel: String) -> String {
        switch channel {
        case "webhook":
            choice.webhook?.split(separator: "/", omittingEmptySubsequences: true).dropFirst()
                .first.map { String($0.split(separator: "@").last ?? $0) } ?? ""
        case "mail": choice.mail.joined(separator: ", ")
        case "file": choice.file ?? ""
        default: "whoever reads the book audit"
        }
    }

    /// Tells them. Says why when it did not work; never has the address in it.
    package func send(_ notice: Notice, through channel: String) -> String? {
        switch channel {
        case "webhook": webhook(notice)
        case "mail": mail(notice)
        case "file": file(notice)
        default: nil
        }
    }

    private func webhook(_ notice: Notice) -> String? {
        guard let address = choice.webhook else { return "no webhook is named any more" }
        let config = """
            url = "\(Self.quoted(address))"
            header = "Content-Type: application/json"
            data-binary = "\(Self.quoted(Self.json(notice)))"
            """
        let result = Program.run(
            "curl",
            [
                "--silent", "--show-error", "--fail", "--output", "/dev/null", "--max-time",
                String(Self.webhookSeconds), "--config", "-",
            ], input: config + "\n")
        guard !result.isFine else { return nil }
        // Its own words may have the address.
        return result.code == 127
            ? "the program curl is not here: `sudo apt-get install curl`"
            : result.code == 22
                ? "the other side answered with an error" : "curl ended with code \(result.code)"
    }

    private func mail(_ notice: Notice) -> String? {
        guard !choice.mail.isEmpty else { return "nobody is named any more" }
        let subject =
            notice.stage == .before
            ? "Records will be cleared: \(notice.policy)" : "Records were cleared: \(notice.policy)"
        let letter = """
            To: \(choice.mail.joined(separator: ", "))
            Subject: \(subject)
            MIME-Version: 1.0
            Content-Type: text/plain; charset=utf-8
            Auto-Submitted: auto-generated

            \(notice.text)

            """
        let result = Program.run(choice.sendmail, ["-t", "-i"], input: letter)
        return result.isFine ? nil : "\(choice.sendmail) ended with code \(result.code)"
    }

    private func file(_ notice: Notice) -> String? {
        guard let path = choice.file else { return "no file is named any more" }
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { return systemText(errno) }
        defer { close(descriptor) }
        var line = Array((Self.json(notice) + "\n").utf8)
        guard write(descriptor, &line, line.count) == line.count, fsync(descriptor) == 0 else {
            return systemText(errno)
        }
        return nil
    }

    private static func json(_ notice: Notice) -> String {
        var buffer = ByteBuffer()
        CanonicalJSON.encode(notice.json, into: &buffer)
        return String(decoding: buffer.unsafeBytes, as: UTF8.self)
    }

    /// As curl's configuration wants it.
    private static func quoted(_ text: String) -> String {
        var quoted = ""
        for character in text {
            if character == "\\" || character == "\"" { quoted.append("\\") }
            quoted.append(character)
        }
        return quoted
    }
}
