// SPDX-License-Identifier: Apache-2.0

/// Every bound of this room, with its unit and reason. What a parser holds in memory is a small
/// multiple of the largest of these, however large the file is.
enum ChatLimits {
    /// Bytes of one line, one element of a JSON document or one row of a table. A platform's own
    /// limit for a message is far below; more is a damaged file.
    static let itemBytes = 8 << 20

    /// Bytes of a message of many lines; more goes on in another message of the same sender.
    static let messageBytes = 1 << 20

    /// Bytes of a line that could not be read which are kept.
    static let unreadBytes = 1 << 20

    /// Bytes of a name before a colon: a name that is longer is text with a colon in it.
    static let senderBytes = 96

    /// Bytes of a scalar beside the messages of a document, such as the conversation's name.
    static let contextBytes = 4_096

    /// Members of such an object that are remembered.
    static let contextMembers = 64

    /// Containers inside containers of a document outside its messages.
    static let depth = 64

    /// Columns of a table.
    static let columns = 1_024

    /// Lines of the beginning of a file that are looked at to find out what it is.
    static let detectionLines = 200
}
