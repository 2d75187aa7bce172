// SPDX-License-Identifier: Apache-2.0

package import Book
package import Clearing
package import Daybook
import Records
import TransparencyLog
package import Vault

/// Why a command could not do its work: what to say, and the exit code.
package struct DeskFailure: Error {
    /// The codes of sysexits.h. 1 is not among them: it means that the verdict is no.
    package enum Code: Int32 {
        case usage = 64
        case badInput = 65
        case noInput = 66
        case unavailable = 69
        case bug = 70
        case cannotCreate = 73
        case inputOutput = 74
        case temporary = 75
        case permission = 77
        case settings = 78
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package init(_ error: BookError) {
        let code: Code =
            switch error.code {
            case .disk: error.underlying?.isPermission == true ? .permission : .inputOutput
            case .noSpace: .inputOutput
            case .queueFull, .held, .connection: .temporary
            case .rollback, .damaged: .badInput
            case .missingFile, .missingKey, .noBook, .outOfRange, .pruned: .noInput
            case .closed: .bug
            case .setting: .settings
            @unknown default: .bug
            }
        self.init(code, error.message)
    }

    package init(_ error: DaybookError) {
        let code: Code =
            switch error.code {
            case .setting: .settings
            case .disk, .noSpace: .inputOutput
            case .queueFull, .held, .connection: .temporary
            case .rollback, .damaged: .badInput
            case .missingKey, .noBook: .noInput
            default: .bug
            }
        self.init(code, error.message)
    }

    package init(_ error: VaultError) {
        let code: Code =
            switch error.code {
            case .keys: .noInput
            case .damaged: .badInput
            case .disk: .inputOutput
            case .busy: .temporary
            case .name, .request: .usage
            }
        self.init(code, error.message)
    }

    package init(_ error: ClearingError) {
        let code: Code =
            switch error.code {
            case .usage: .usage
            case .refused: .permission
            case .stale, .damaged: .badInput
            case .clock, .busy: .temporary
            }
        self.init(code, error.message)
    }

    /// The failure that stands for an error of one of the rooms; nil for errors of the parser.
    package init?(known error: any Error) {
        switch error {
        case let error as DeskFailure: self = error
        case let error as BookError: self.init(error)
        case let error as DaybookError: self.init(error)
        case let error as ClearingError: self.init(error)
        case let error as VaultError: self.init(error)
        case let error as DiskError: self.init(.inputOutput, error.description)
        case let error as TransparencyLogError: self.init(.badInput, error.description)
        default: return nil
        }
    }
}
