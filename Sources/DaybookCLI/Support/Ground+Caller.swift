// SPDX-License-Identifier: Apache-2.0

import Desk

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension Ground {
    /// For whom the daemon runs this command; nil when no daemon started it.
    ///
    /// The parent's name keeps a variable that was left over from being believed. It is no defence
    /// against whoever runs as the owner of the books: they can write what they like in any case, and
    /// receipts say "no separation of duties".
    static var caller: String? {
        guard let name = PlaceOptions.environment(callerVariable) else { return nil }
        let parent = try? SmallFile.read("/proc/\(getppid())/comm")
        return parent == Array("daybookd\n".utf8) ? name : nil
    }
}
