// SPDX-License-Identifier: Apache-2.0

/// What a session knows from the records before, and what the next ones depend on: values that were
/// masked once and are masked where nothing announces them, a private key's block that has not ended,
/// the number of records that were split.
///
/// Two sessions with equal states make the same of the same records. So records may be masked by
/// several threads at a time, each beginning with the state that its place has, and the outcome is
/// that of one thread: `OrderedMasking` in the room `Desk` does that.
package struct CarriedState: Sendable, Equatable {
    fileprivate var memory = ValueMemory()
    fileprivate var openBlockTexts = 0
    fileprivate var splits: UInt64 = 0

    /// The state of a session before its first record.
    package init() {}
}

extension MaskingSession {
    /// What the records so far left behind. Cheap to take and, where nothing was learned since, to
    /// compare.
    package var carried: CarriedState {
        get {
            var state = CarriedState()
            state.memory = scanner.memory
            state.openBlockTexts = scanner.openBlockTexts
            state.splits = splits
            return state
        }
        set {
            scanner.memory = newValue.memory
            scanner.openBlockTexts = newValue.openBlockTexts
            splits = newValue.splits
        }
    }

    /// Takes the report, and begins a new one whose records are counted from 0.
    package mutating func takeReport() -> (report: MaskingReport, records: Int) {
        defer {
            report = MaskingReport()
            ordinal = 0
        }
        return (report, ordinal)
    }
}
