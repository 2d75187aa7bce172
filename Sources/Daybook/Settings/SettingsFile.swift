// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Reads the settings file's bytes. Links are followed: configuration management often puts one.
enum SettingsFile {
    /// The text of a file; nil when there is none.
    static func text(of path: String) throws(DaybookError) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            // A link that leads nowhere is not "no settings": somebody meant some.
            if errno == ENOENT, !isLink(path) { return nil }
            throw refusal(path)
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = chunk.withUnsafeMutableBytes {
                read(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw refusal(path) }
            if count == 0 { break }
            bytes += chunk[..<count]
            guard bytes.count <= DaybookLimits.settingsBytes else {
                throw DaybookError(
                    .setting, "\(path) is larger than a settings file can be (1 MiB).")
            }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw DaybookError(.setting, "\(path) is not UTF-8 text; save it as such.")
        }
        return text
    }

    private static func isLink(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
    }

    private static func refusal(_ path: String) -> DaybookError {
        DaybookError(
            .disk,
            "cannot read \(path): \(String(cString: strerror(errno))). Check owner and mode "
                + "(`ls -l`), or remove it to go on with the defaults.")
    }
}
