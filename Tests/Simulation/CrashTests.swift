// SPDX-License-Identifier: Apache-2.0

import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Crashes at random points, repeated by seed. `scripts/simulate --seeds N` runs more.
@Suite struct CrashTests {
    /// Seeds that failed once; each stays here.
    static let regressions: [UInt64] = []

    /// How many seeds a run takes, and from which on: DAYBOOK_SIM_SEEDS, DAYBOOK_SIM_FIRST.
    static func setting(_ name: String, _ standard: UInt64) -> UInt64 {
        getenv(name).flatMap { UInt64(String(cString: $0)) } ?? standard
    }

    @Test("every promise holds after each of at least a thousand crashes")
    func crashes() throws {
        let first = Self.setting("DAYBOOK_SIM_FIRST", 1)
        let count = Self.setting("DAYBOOK_SIM_SEEDS", 220)
        var crashes = 0
        var faults = 0
        var columns = (parts: 0, segments: 0, dropped: 0, prunes: 0)
        for seed in Self.regressions + Array(first..<(first + count)) {
            var world = SimulatedWorld(seed: seed)
            try world.run(lives: 6)
            crashes += world.crashes
            faults += world.faultsMet
            columns.parts += world.partsSeen
            columns.segments += world.segmentsSeen
            columns.dropped += world.linesDropped
            columns.prunes += world.prunesSeen
        }
        print(
            "simulation: \(count) seeds, \(crashes) crashes, \(faults) errors met; seen "
                + "\(columns.parts) parts, \(columns.segments) segments, \(columns.dropped) days "
                + "without lines, \(columns.prunes) pruned books")
        // Seeds are few when someone replays one.
        if count >= 200 {
            #expect(crashes >= 1000)
            #expect(columns.parts > 0 && columns.segments > 0 && columns.dropped > 0)
            #expect(columns.prunes > 0)
        }
        #expect(faults > 0)
    }

    @Test("a disk that ignores syncs is noticed: the simulation can fail")
    func canary() throws {
        var noticed = 0
        for seed: UInt64 in 1...12 {
            var world = SimulatedWorld(seed: seed)
            world.diskIgnoresSyncs = true
            // A part that is not whole is noticed by whoever reads it.
            do { try world.run(lives: 4) } catch { noticed += 1 }
        }
        #expect(noticed > 0)
    }
}
