// SPDX-License-Identifier: Apache-2.0

/// Values that a strong rule masked, remembered as keyed hashes for the time of a session, so that
/// the same value is masked where nothing announces it (a search for a leaked key, an echo).
struct ValueMemory {
    var isAwake: Bool { false }

    mutating func learn(_ value: Text, by rule: RuleNumber) {}
}
