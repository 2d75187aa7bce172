// SPDX-License-Identifier: Apache-2.0

// MARK: - Messages and terminals

extension Event {
    /// Somebody wrote.
    ///
    /// - Parameters:
    ///   - platform: `platform`: where, such as `matrix`.
    ///   - conversation: `conversation`: in which conversation.
    ///   - sender: `sender`: who.
    ///   - text: `text`: what.
    ///   - messageID: `message_id`: the platform's id.
    ///   - replyTo: `reply_to`: the id it answers.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func chatMessage(
        platform: String, conversation: String, sender: String, text: String,
        messageID: String? = nil, replyTo: String? = nil, fields: Fields = [:],
        at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.chatMessage, at: timestamp, room: 6)
        event.put("platform", platform)
        event.put("conversation", conversation)
        event.put("sender", sender)
        event.put("text", text)
        event.put("message_id", messageID)
        event.put("reply_to", replyTo)
        event.add(fields)
        return event
    }

    /// Somebody changed what they wrote.
    ///
    /// - Parameters:
    ///   - platform: `platform`: where.
    ///   - conversation: `conversation`: in which conversation.
    ///   - sender: `sender`: who.
    ///   - text: `text`: what it says now.
    ///   - messageID: `message_id`: the platform's id.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func chatEdited(
        platform: String, conversation: String, sender: String, text: String, messageID: String,
        fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.chatEdited, at: timestamp, room: 5)
        event.put("platform", platform)
        event.put("conversation", conversation)
        event.put("sender", sender)
        event.put("text", text)
        event.put("message_id", messageID)
        event.add(fields)
        return event
    }

    /// A message was taken back.
    ///
    /// - Parameters:
    ///   - platform: `platform`: where.
    ///   - conversation: `conversation`: in which conversation.
    ///   - messageID: `message_id`: the platform's id.
    ///   - deletedBy: `deleted_by`: who did it.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func chatDeleted(
        platform: String, conversation: String, messageID: String, deletedBy: String? = nil,
        fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.chatDeleted, at: timestamp, room: 4)
        event.put("platform", platform)
        event.put("conversation", conversation)
        event.put("message_id", messageID)
        event.put("deleted_by", deletedBy)
        event.add(fields)
        return event
    }

    /// A command was typed.
    ///
    /// - Parameters:
    ///   - command: `command`: the command line.
    ///   - operator: `operator`: a reference to who did it.
    ///   - exitCode: `exit_code`: what it returned.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func terminalCommand(
        command: String, operator: String? = nil, exitCode: Int64? = nil, fields: Fields = [:],
        at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.terminalCommand, at: timestamp, room: 3)
        event.put("command", command)
        event.put("operator", `operator`)
        event.put("exit_code", exitCode)
        event.add(fields)
        return event
    }

    /// A program printed a line.
    ///
    /// - Parameters:
    ///   - text: `text`: the line.
    ///   - stream: `stream`: `stdout` or `stderr`.
    ///   - program: `program`: which program.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func terminalOutput(
        text: String, stream: String? = nil, program: String? = nil, fields: Fields = [:],
        at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.terminalOutput, at: timestamp, room: 3)
        event.put("text", text)
        event.put("stream", stream)
        event.put("program", program)
        event.add(fields)
        return event
    }

    /// A file was sent.
    ///
    /// - Parameters:
    ///   - platform: `platform`: where.
    ///   - conversation: `conversation`: in which conversation.
    ///   - sender: `sender`: who.
    ///   - fileName: `file_name`: its name.
    ///   - sizeBytes: `size_bytes`: its size, in bytes.
    ///   - digest: `digest`: SHA-256, in hexadecimal.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func fileShared(
        platform: String, conversation: String, sender: String, fileName: String,
        sizeBytes: Int64? = nil, digest: String? = nil, fields: Fields = [:],
        at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.fileShared, at: timestamp, room: 6)
        event.put("platform", platform)
        event.put("conversation", conversation)
        event.put("sender", sender)
        event.put("file_name", fileName)
        event.put("size_bytes", sizeBytes)
        event.put("digest", digest)
        event.add(fields)
        return event
    }
    /// A line of an imported chat log could not be read; its text is kept.
    ///
    /// - Parameters:
    ///   - platform: `platform`: where the log is from.
    ///   - line: `line`: its number, from 1.
    ///   - problem: `problem`: what is wrong with it.
    ///   - text: `text`: what stands there.
    ///   - conversation: `conversation`: in which conversation.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func chatLineUnread(
        platform: String, line: Int64, problem: String, text: String, conversation: String? = nil,
        fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.chatLineUnread, at: timestamp, room: 5)
        event.put("platform", platform)
        event.put("line", line)
        event.put("problem", problem)
        event.put("text", text)
        event.put("conversation", conversation)
        event.add(fields)
        return event
    }

    /// Somebody came into a conversation.
    ///
    /// - Parameters:
    ///   - platform: `platform`: where.
    ///   - conversation: `conversation`: into which conversation.
    ///   - sender: `sender`: who.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func chatJoined(
        platform: String, conversation: String, sender: String, fields: Fields = [:],
        at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.chatJoined, at: timestamp, room: 3)
        event.put("platform", platform)
        event.put("conversation", conversation)
        event.put("sender", sender)
        event.add(fields)
        return event
    }

    /// Somebody left a conversation.
    ///
    /// - Parameters:
    ///   - platform: `platform`: where.
    ///   - conversation: `conversation`: which conversation.
    ///   - sender: `sender`: who.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func chatLeft(
        platform: String, conversation: String, sender: String, fields: Fields = [:],
        at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.chatLeft, at: timestamp, room: 3)
        event.put("platform", platform)
        event.put("conversation", conversation)
        event.put("sender", sender)
        event.add(fields)
        return event
    }
}
