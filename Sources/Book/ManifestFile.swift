// SPDX-License-Identifier: Apache-2.0

/// The manifest of a book that is being written: in memory, and on disk.
///
/// Two threads change it: the append thread when it rotates, the sealing thread when a part or a
/// segment is ready. Each change is made to the newest state and takes its turn; reading never
/// waits for the disk.
final class ManifestFile: Sendable {
    private let place: BookPlace
    private let mode: UInt32
    private let state: Monitor<State>

    private struct State {
        var manifest: Manifest
        /// Somebody is writing the file, or needs it to stay as it is.
        var isTaken = false
    }

    init(_ place: BookPlace, _ manifest: Manifest, mode: UInt32) {
        self.place = place
        self.mode = mode
        state = Monitor(State(manifest: manifest))
    }

    var current: Manifest { state.withLock { $0.manifest } }

    /// Keeps everybody else from changing the manifest, or files that it names, while `body` runs.
    func exclusively<Value>(_ body: () throws(BookError) -> Value) throws(BookError) -> Value {
        state.wait { state -> Void? in
            if state.isTaken { return nil }
            state.isTaken = true
            return ()
        }
        defer {
            state.withLock { $0.isTaken = false }
            state.broadcast()
        }
        return try body()
    }

    /// Changes the newest manifest and puts it in place; durable on return.
    ///
    /// On a throw from the disk the file may have either state; memory keeps the old one, and the
    /// next change writes the file whole.
    /// - Parameters:
    ///   - change: returns false when there is nothing to change any more.
    ///   - then: what may only be done once the new state is on disk, still in the same turn.
    /// - Returns: whether it was changed.
    @discardableResult
    func update(
        _ change: (inout Manifest) throws(BookError) -> Bool,
        then act: (Manifest) throws(BookError) -> Void = { _ in }
    ) throws(BookError) -> Bool {
        try exclusively { () throws(BookError) in
            var changed = current
            guard try change(&changed) else { return false }
            try store(changed)
            try act(changed)
            return true
        }
    }

    /// Puts a manifest in place. Only inside `exclusively`.
    func store(_ changed: Manifest) throws(BookError) {
        try onDisk { () throws(DiskError) in
            try place.disk.replaceFile(place.manifestPath, with: changed.encoded(), mode: mode)
        }
        state.withLock { $0.manifest = changed }
    }

    /// Takes what is on disk. Only inside `exclusively`.
    func adopt(_ manifest: Manifest) {
        state.withLock { $0.manifest = manifest }
    }

    /// Forgets files that are gone now; the next change tells the disk.
    func forgetDiscarded(_ names: Set<String>) {
        state.withLock { $0.manifest.discarded.removeAll { names.contains($0) } }
    }
}
