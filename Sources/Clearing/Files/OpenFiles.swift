// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Which files are open in which program, from /proc.
struct OpenFiles {
    private var programs: [FileIdentity: String] = [:]
    /// Whether the files of every program could be seen; only root sees those of others.
    private(set) var isComplete = true

    /// Looks at all programs. Some ten milliseconds.
    init() {
        guard let stream = opendir("/proc") else {
            isComplete = false
            return
        }
        defer { closedir(stream) }
        let own = getpid()
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard let process = pid_t(name) else { continue }
            look(at: process, isOwn: process == own)
        }
    }

    private mutating func look(at process: pid_t, isOwn: Bool) {
        let directory = "/proc/\(process)/fd"
        guard let stream = opendir(directory) else {
            if errno != ENOENT, errno != ESRCH { isComplete = false }
            return
        }
        defer { closedir(stream) }
        var program: String?
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            // Our own are open to be cleared, but for what the shell gave us.
            guard let number = Int(name), !isOwn || number <= 2 else { continue }
            var facts = stat()
            guard stat("\(directory)/\(name)", &facts) == 0, facts.st_mode & S_IFMT == S_IFREG
            else { continue }
            let found = program ?? Self.describe(process)
            program = found
            programs[FileIdentity(facts)] = found
        }
    }

    private static func describe(_ process: pid_t) -> String {
        var name = [UInt8](repeating: 0, count: 64)
        let descriptor = open("/proc/\(process)/comm", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "process \(process)" }
        defer { close(descriptor) }
        let count = read(descriptor, &name, name.count)
        let text = String(decoding: name.prefix(max(0, count)), as: UTF8.self)
        return "\(text.prefix { !$0.isNewline }) (process \(process))"
    }

    /// The program that has it open.
    func program(of file: FileIdentity) -> String? { programs[file] }
}
