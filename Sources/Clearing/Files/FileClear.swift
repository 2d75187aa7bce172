// SPDX-License-Identifier: Apache-2.0

internal import CDaybook
package import Retention
package import Vault

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Carries out a plan for files: records each one, then removes it, or leaves an age file in its
/// place.
///
/// The record is kept first: a file that went without one could not be accounted for. A file that
/// then could not go gets a second record that says so. Everything is looked at again right before
/// a file goes; what is no longer as the plan saw it stays. Between that last look and the removal
/// the kernel offers no lock: whoever replaces a file in those microseconds loses the new one, but
/// nothing outside the directory can ever be reached.
package struct FileClear {
    /// What becomes of a chosen file.
    package enum Action: Sendable, Hashable {
        case delete
        /// It becomes `NAME.age`, which the `age` program opens.
        case encrypt(to: [AgeRecipient])

        package var word: String { self == .delete ? "deleted" : "encrypted" }
    }

    /// A file on its way: what its record says.
    package struct Entry: Sendable {
        package let file: FoundFile
        /// Of the content that goes, in hexadecimal.
        package let digest: String
        /// Why it stayed after all, for the second record; nil in the first.
        package var reason: KeepReason?
    }

    /// What came of it.
    package struct Outcome: Sendable {
        package fileprivate(set) var cleared: [Entry] = []
        package fileprivate(set) var kept: [(file: FoundFile, reason: KeepReason)] = []
        /// Bytes that the files took on the disk, less what their age files take.
        package fileprivate(set) var freed = 0
        package fileprivate(set) var wasInterrupted = false

        package var isWhole: Bool { kept.isEmpty && !wasInterrupted }
    }

    package let plan: FilePlan
    package let action: Action
    /// The holds that bind now, asked for once a batch.
    package var holds: () throws(ClearingError) -> [Hold]
    /// Keeps a record of each entry and returns when they are on stable storage.
    package var record: ([Entry]) throws(ClearingError) -> Void
    /// Imports a file, by a path that leads to no other; says why when it was not whole.
    package var importer: ((_ path: String, FoundFile) -> String?)?
    package var isInterrupted: () -> Bool = { false }
    package var progress: (_ done: Int) -> Void = { _ in }
    /// Called before each file is looked at for the last time. For tests.
    package var lastLook: (FoundFile) -> Void = { _ in }

    /// Files whose records are synced together.
    private static let batch = 128
    /// Nanoseconds for which we believe what /proc said.
    private static let openFilesLife: UInt64 = 200_000_000

    package init(
        _ plan: FilePlan, _ action: Action,
        holds: @escaping () throws(ClearingError) -> [Hold],
        record: @escaping ([Entry]) throws(ClearingError) -> Void
    ) {
        self.plan = plan
        self.action = action
        self.holds = holds
        self.record = record
    }

    // MARK: - Running

    /// Clears what can be cleared, whatever happens to single files.
    ///
    /// - Throws: When records cannot be kept, or holds not be read: nothing more goes then.
    package func run() throws(ClearingError) -> Outcome {
        var outcome = Outcome()
        var open = (OpenFiles(), Self.now())
        var done = 0
        for start in stride(from: 0, to: plan.chosen.count, by: Self.batch) {
            if isInterrupted() {
                outcome.wasInterrupted = true
                break
            }
            let files = plan.chosen[start..<min(plan.chosen.count, start + Self.batch)]
            let holds = try holds()
            var ready: [Prepared] = []
            for file in files {
                if Self.now() - open.1 > Self.openFilesLife { open = (OpenFiles(), Self.now()) }
                switch prepare(file, holds, open.0) {
                case .success(let prepared): ready.append(prepared)
                case .failure(let stay): outcome.kept.append((file, stay.reason))
                }
            }
            try finish(ready, &open, &outcome)
            done += files.count
            progress(done)
        }
        return outcome
    }

    private static func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    fileprivate struct Stay: Error {
        let reason: KeepReason
    }

    /// A file that was read and may go.
    private struct Prepared {
        let file: FoundFile
        let directory: Descriptor
        let content: Descriptor
        let digest: String
        /// The temporary name of its age file.
        let sealed: FileName?
    }

    /// An open descriptor that closes itself.
    private final class Descriptor {
        let number: Int32
        init(_ number: Int32) { self.number = number }
        deinit { close(number) }
    }

    private func prepare(_ file: FoundFile, _ holds: [Hold], _ open: OpenFiles)
        -> Result<Prepared, Stay>
    {
        Result { () throws(Stay) in
            let directory = try opened(file.name.parent, O_RDONLY | O_DIRECTORY)
            let content = try opened(file.name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
            var facts = stat()
            guard fstat(content.number, &facts) == 0, file.isSame(as: facts) else {
                throw Stay(reason: .changed)
            }
            if let reason = FilePlan.protection(file, holds, open) { throw Stay(reason: reason) }
            if let importer {
                if let why = importer(path(of: file, in: directory), file) {
                    throw Stay(reason: .notImported(why))
                }
            }
            var sealed: FileName?
            let digest: String
            switch action {
            case .delete:
                digest = try FileContent.digest(of: content.number).orStay()
            case .encrypt(let recipients):
                let made = try FileContent.encrypt(
                    content.number, file, to: recipients, in: directory.number
                ).orStay()
                digest = made.digest
                sealed = made.name
            }
            return Prepared(
                file: file, directory: directory, content: content, digest: digest, sealed: sealed)
        }
    }

    private func opened(_ name: FileName, _ flags: Int32) throws(Stay) -> Descriptor {
        let number = plan.root.descriptor(beneath: name, flags)
        guard number >= 0 else { throw Stay(reason: FileRoot.reason(errno)) }
        return Descriptor(number)
    }

    /// A path that stays the same file's, whoever renames what is above it.
    private func path(of file: FoundFile, in directory: Descriptor) -> String {
        #if os(Linux)
            "/proc/self/fd/\(directory.number)/\(file.name.last.text)"
        #else
            "\(plan.root.path)/\(file.name.text)"
        #endif
    }

    // MARK: - Going

    private func finish(
        _ ready: [Prepared], _ open: inout (OpenFiles, UInt64), _ outcome: inout Outcome
    ) throws(ClearingError) {
        guard !ready.isEmpty else { return }
        do throws(ClearingError) {
            try record(ready.map { Entry(file: $0.file, digest: $0.digest) })
        } catch {
            for prepared in ready { discard(prepared) }
            throw error
        }
        var stayed: [Entry] = []
        for prepared in ready {
            lastLook(prepared.file)
            if Self.now() - open.1 > Self.openFilesLife { open = (OpenFiles(), Self.now()) }
            if let reason = remove(prepared, open.0) {
                discard(prepared)
                outcome.kept.append((prepared.file, reason))
                stayed.append(
                    Entry(file: prepared.file, digest: prepared.digest, reason: reason))
            } else {
                outcome.cleared.append(Entry(file: prepared.file, digest: prepared.digest))
                outcome.freed += prepared.file.onDisk - sealedBytes(prepared)
            }
        }
        // Each directory once: a name that is gone stays gone after a power cut.
        for prepared in ready { fsync(prepared.directory.number) }
        if !stayed.isEmpty { try record(stayed) }
    }

    /// The last look, and then it goes. Says why when it stays.
    private func remove(_ prepared: Prepared, _ open: OpenFiles) -> KeepReason? {
        let file = prepared.file
        if let program = open.program(of: file.identity) { return .open(by: program) }
        // Another's descriptor counts where not all programs could be asked.
        if !open.isComplete, daybook_is_only_descriptor(prepared.content.number) == 0 {
            return .open(by: nil)
        }
        let directory: Descriptor
        do throws(Stay) {
            // Once more from the top: what is above may have been moved or replaced.
            directory = try opened(file.name.parent, O_RDONLY | O_DIRECTORY)
        } catch {
            return error.reason
        }
        let name = file.name.last
        if let sealed = prepared.sealed, let reason = place(sealed, name, directory.number) {
            return reason
        }
        return name.withCString { text -> KeepReason? in
            var facts = stat()
            guard fstatat(directory.number, text, &facts, AT_SYMLINK_NOFOLLOW) == 0 else {
                return unplace(prepared, FileRoot.reason(errno))
            }
            guard file.isSame(as: facts) else { return unplace(prepared, .changed) }
            guard unlinkat(directory.number, text, 0) == 0 else {
                return unplace(prepared, .refused(systemText(errno)))
            }
            return nil
        }
    }

    /// Gives the age file its name, unless another file has it.
    private func place(_ sealed: FileName, _ name: FileName, _ directory: Int32) -> KeepReason? {
        let target = Self.sealedName(name)
        let code = sealed.withCString { from in
            target.withCString { daybook_rename_new(directory, from, $0) }
        }
        guard code != 0 else { return nil }
        return .notEncrypted(
            errno == EEXIST ? "\(target.text) exists already" : systemText(errno))
    }

    /// The original stays, so its age file goes again.
    private func unplace(_ prepared: Prepared, _ reason: KeepReason) -> KeepReason {
        if prepared.sealed != nil {
            _ = Self.sealedName(prepared.file.name.last).withCString {
                unlinkat(prepared.directory.number, $0, 0)
            }
        }
        return reason
    }

    static func sealedName(_ name: FileName) -> FileName {
        FileName(bytes: name.bytes + Array(".age".utf8))
    }

    private func sealedBytes(_ prepared: Prepared) -> Int {
        guard prepared.sealed != nil else { return 0 }
        return Self.sealedName(prepared.file.name.last).withCString { text in
            var facts = stat()
            let code = fstatat(prepared.directory.number, text, &facts, AT_SYMLINK_NOFOLLOW)
            return code == 0 ? Int(facts.st_blocks) * 512 : 0
        }
    }

    private func discard(_ prepared: Prepared) {
        guard let sealed = prepared.sealed else { return }
        _ = sealed.withCString { unlinkat(prepared.directory.number, $0, 0) }
    }
}

extension Result where Failure == FileContent.Failure {
    fileprivate func orStay() throws(FileClear.Stay) -> Success {
        switch self {
        case .success(let value): return value
        case .failure(let failure): throw FileClear.Stay(reason: failure.reason)
        }
    }
}
