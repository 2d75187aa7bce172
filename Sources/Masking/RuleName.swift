// SPDX-License-Identifier: Apache-2.0

/// Which rule masked: the standard rules by number, a user's rules after them.
struct RuleNumber: Hashable, Sendable {
    let raw: UInt16

    init(_ rule: StandardRule) { raw = UInt16(rule.rawValue) }

    /// A user's rule: names first, then patterns, in the order given.
    init(user index: Int) { raw = 256 + UInt16(truncatingIfNeeded: index) }

    var user: Int? { raw >= 256 ? Int(raw) - 256 : nil }
    var standard: StandardRule? { StandardRule(rawValue: UInt8(truncatingIfNeeded: raw)) }
}

/// The standard rules, by the names that a report shows.
enum StandardRule: UInt8, Sendable, CaseIterable {
    case name, token, key, signature, authorization, cookie, seedPhrase, webhook, wallet
    case loginArguments, pairedValue
    case urlPassword, bearer, basic, jwt, privateKey, providerToken, telegramToken, fixLogon
    case highEntropy, secretWord, prose, commandLine, redirect, remembered, streamKey
}
