// SPDX-License-Identifier: Apache-2.0

// What the daemon says of itself.
extension Event {
    /// The daemon ran a command for another user of its machine, or refused to.
    ///
    /// - Parameters:
    ///   - commandName: `command_name`: the command, such as `search`; `other` for what is none.
    ///   - refused: `refused`: whether it was not run.
    ///   - runBy: `run_by`: a reference to who asked.
    ///   - words: `words`: a reference to what was asked.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    package static func commandRun(
        commandName: String, refused: Bool, runBy: String, words: String,
        fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.commandRun, at: timestamp, room: 4)
        event.put("command_name", commandName)
        event.put("refused", refused)
        event.put("run_by", runBy)
        event.put("words", words)
        event.add(fields)
        return event
    }
}
