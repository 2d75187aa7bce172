// SPDX-License-Identifier: Apache-2.0

internal import CLibdaybook
internal import Daybook

/// Why a call did not do what it was asked, on its way to a caller in C.
struct Failure: Error {
    let status: Int32
    let message: String

    init(_ status: Int, _ message: String) {
        self.status = Int32(status)
        self.message = message
    }

    static func invalid(_ message: String) -> Failure { Failure(DAYBOOK_INVALID, message) }

    init(_ error: DaybookError) {
        let status =
            switch error.code {
            case .setting: DAYBOOK_SETTING
            case .disk: DAYBOOK_DISK
            case .noSpace: DAYBOOK_NO_SPACE
            case .queueFull: DAYBOOK_QUEUE_FULL
            case .held: DAYBOOK_HELD
            case .rollback: DAYBOOK_ROLLBACK
            case .damaged: DAYBOOK_DAMAGED
            case .missingKey: DAYBOOK_MISSING_KEY
            case .noBook: DAYBOOK_NO_BOOK
            case .closed: DAYBOOK_CLOSED
            case .forked: DAYBOOK_FORKED
            case .connection: DAYBOOK_CONNECTION
            default: DAYBOOK_OTHER
            }
        self.init(status, error.message)
    }
}

/// Runs the body of a call: its failure becomes the thread's last error, and a number.
func status(_ body: () throws(Failure) -> Void) -> Int32 {
    do throws(Failure) {
        try body()
        return Int32(DAYBOOK_OK)
    } catch {
        var message = error.message
        message.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) {
                libdaybook_set_error($0.baseAddress, $0.count)
            }
        }
        return error.status
    }
}
