// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension DiskError: CustomStringConvertible {
    static let tooLarge = EFBIG

    static func last(_ operation: String, _ path: String) -> DiskError {
        DiskError(operation: operation, path: path, code: errno)
    }

    /// True when waiting may help: the disk is full, or over quota.
    package var isNoSpace: Bool { code == ENOSPC || code == EDQUOT }

    package var isMissing: Bool { code == ENOENT }

    package var isPermission: Bool { code == EACCES || code == EPERM || code == EROFS }

    /// One sentence: what failed, where, why, and what to do.
    package var description: String {
        "cannot \(operation) \(path): \(Self.text(of: code)). \(remedy)"
    }

    private static func text(of code: Int32) -> String {
        guard let text = strerror(code) else { return "error \(code)" }
        return String(cString: text)
    }

    /// What the reader of the error can do about it.
    package var remedy: String {
        switch code {
        case ENOSPC:
            "Free space on that file system (`df -h`); Daybook goes on by itself."
        case EDQUOT:
            "Raise the quota or free space; Daybook goes on by itself."
        case EROFS:
            "The file system is mounted read-only: `dmesg` tells whether a fault did it; "
                + "remount it writable."
        case EACCES, EPERM:
            "Check owner and mode of the directory (`ls -ld`) and that it is not immutable "
                + "(`lsattr`)."
        case EIO:
            "The device reports a fault: look at `dmesg` and `smartctl`, and move the book to a "
                + "sound disk."
        case ENOENT:
            "It was moved or deleted; put it back or run `daybook doctor`."
        case EMFILE, ENFILE:
            "Raise the limit of open files (`ulimit -n`)."
        case ELOOP:
            "It is a symbolic link; a book's files are never links. Replace it by the file."
        case EFBIG:
            "It is larger than such a file can be; it is damaged or not Daybook's."
        default:
            "Run `daybook doctor` for a closer look."
        }
    }
}
