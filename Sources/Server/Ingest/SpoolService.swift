// SPDX-License-Identifier: Apache-2.0

import Daybook
import Desk
import HTTPTypes
import Logging
import Records
import ServiceLifecycle

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Takes in what programs left in the spool before they ended: nobody else would until a program runs
/// again. Files of programs that still run are left to them, so that their order stays.
///
/// A file goes the way of a request, under its key: one that was sent and never answered is known again.
struct SpoolService: Service {
    let core: DaemonCore
    private let own = SystemUser.number

    init(core: DaemonCore) { self.core = core }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var told = ""
            while !Task.isCancelled {
                do {
                    try await drain()
                    told = ""
                } catch {
                    let text = HTTPFailure(error).message
                    if !Task.isCancelled, text != told {
                        core.logger.error("the spool waits: \(text)")
                        told = text
                    }
                }
                try? await Task.sleep(for: .milliseconds(ServerLimits.spoolMilliseconds))
            }
        }
    }

    private func drain() async throws {
        let folder = SpoolFolder(core.ground.logs)
        let now = Int(core.ground.now.microseconds / 1_000_000)
        let files = try await core.blocking {
            folder.files().filter { !$0.isBegun && !$0.mayHaveWriter(now: now) }
        }
        for file in files where !Task.isCancelled {
            // Whoever is not the daemon's user or root sends for themselves.
            guard file.owner == own || file.owner == 0 else { continue }
            guard file.size <= ServerLimits.bodyBytes else {
                core.logger.warning(
                    "\(file.path) is too large for the daemon: `daybook spool drain`")
                continue
            }
            try await take(file)
        }
    }

    private func take(_ file: SpoolFolder.File) async throws {
        let caller = Principal(
            name: try await core.blocking { SystemUser.name(of: file.owner) },
            roles: [.writer], origin: .peer(file.owner))
        try core.ingest.requireReady()
        let lines = try await core.ingest.work { [ingest = core.ingest] worker -> Int? in
            guard let lock = try SpoolLock(file.path) else { return nil }
            defer { _ = lock.descriptor }
            let bytes = lock.read(upTo: ServerLimits.bodyBytes)
            var run = LineRun(ingest, worker, caller, only: nil, key: file.key)
            do {
                try bytes.withUnsafeBufferPointer { try run.take($0) }
            } catch let failure as HTTPFailure where failure.status == .unprocessableContent {
                let aside = file.path.dropLast(SpoolFolder.suffix.count) + SpoolFolder.refused
                rename(file.path, String(aside))
                throw failure
            }
            guard unlink(file.path) == 0 else {
                throw DeskFailure(
                    .inputOutput, "\(file.path) is recorded, but cannot be removed (\(errno)).")
            }
            return run.tally.lines
        }
        if let lines { core.logger.info("\(lines) records from the spool: \(file.key)") }
    }
}
