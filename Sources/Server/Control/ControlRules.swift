// SPDX-License-Identifier: Apache-2.0

import Desk

/// Which commands another user of this machine may have the daemon run, and with which options.
///
/// The command runs as the daemon's user, so an option that names a file would read or write as that
/// user: every option that may be given is listed, and none of them names one.
package struct ControlRules: Sendable {
    struct Rule: Sendable {
        let roles: Set<Role>
        /// Options that take no value, and those that take one.
        let flags: Set<String>
        let values: Set<String>
        /// The option that says which book is read; nil where none is.
        let bookOption: String?

        init(
            _ roles: Set<Role>, flags: Set<String> = [], values: Set<String> = [],
            bookOption: String? = nil
        ) {
            self.roles = roles
            self.flags = flags.union(["--json", "-h", "--help"])
            self.values = values
            self.bookOption = bookOption
        }
    }

    private static let readers: Set<Role> = [.compliance, .auditor, .admin]

    static let table: [String: Rule] = [
        "status": Rule(readers), "doctor": Rule([.admin]),
        "verify": Rule(readers, values: ["--book"]),
        "segments": Rule(readers, values: ["--book"]),
        "prove": Rule(readers, values: ["--book"], bookOption: "--book"),
        "cat": Rule(
            [.compliance, .auditor], flags: ["--open"], values: ["--book"], bookOption: "--book"),
        "tail": Rule(
            [.compliance, .auditor], flags: ["--open", "-f", "--follow"], values: ["--book", "-n"],
            bookOption: "--book"),
        "search": Rule(
            [.compliance, .auditor], flags: ["-f", "--follow", "--csv", "--table", "--wide"],
            values: ["--since", "--until", "--from", "--to", "--zone", "--books"],
            bookOption: "--books"),
        "rotate": Rule([.admin], values: ["--book"]), "seal": Rule([.admin], values: ["--book"]),
        "policy": Rule([.compliance], flags: ["--dry-run"], values: ["--book"]),
        "hold": Rule(
            [.compliance], flags: ["--all", "--acknowledged"],
            values: [
                "--matter", "--reason", "--issuer", "--custodian", "--book", "--platform",
                "--conversation", "--kind", "--matching", "--from", "--to",
            ]),
        "request": Rule(
            [.compliance], flags: ["--all", "--withdraw"],
            values: ["--kind", "--received", "--verified-by", "--refuse", "--reason"]),
        "about": Rule([.compliance], flags: ["--all-reads"], values: ["--withhold-until"]),
        "people": Rule([.compliance], values: ["--account"]),
        "clear": Rule(
            [.compliance], flags: ["--apply"],
            values: [
                "--older-than", "--down-to", "--keep-last", "--person", "--conversation",
                "--platform", "--kind", "--matching", "--record", "--policy", "--book",
            ]),
        "erase": Rule([.compliance], flags: ["--apply"], values: ["--request"]),
        "token": Rule(
            [.admin],
            values: [
                "--role", "--name", "--expires", "--account", "--strategy", "--reason",
            ]),
        "clock": Rule([.compliance, .admin]), "retain": Rule([.compliance, .admin]),
        "record": Rule(
            [.writer], flags: ["--report"],
            values: ["--book", "--format", "--durability", "--source", "--zone"]),
    ]

    /// The arguments to run, or why not.
    ///
    /// - Throws: `permission` for a command or option that this caller may not use here.
    static func check(_ arguments: [String], for caller: Principal) throws(DeskFailure) -> [String]
    {
        guard let name = arguments.first else { return try check(["status"], for: caller) }
        if name == "--help" || name == "-h" || name == "--version" { return [name] }
        guard let rule = table[name] else {
            throw DeskFailure(
                .permission,
                "`daybook \(name)` reads or writes files of yours or of the daemon, so the daemon does "
                    + "not run it for others. Run it as the user who owns the books.")
        }
        guard caller.has(rule.roles) else {
            let roles = rule.roles.map(\.rawValue).sorted().joined(separator: ", ")
            throw DeskFailure(
                .permission,
                "`daybook \(name)` is for the roles \(roles); \(caller.name) has "
                    + (caller.roles.isEmpty
                        ? "none" : caller.roles.map(\.rawValue).sorted().joined(separator: ", "))
                    + ". An admin changes that under `access.local_users` of daybook.yaml.")
        }
        let given = try options(of: arguments, name, rule)
        if name == "request", arguments.dropFirst().first == "answer",
            !given.contains(where: { ["--refuse", "--withdraw"].contains($0.name) })
        {
            throw DeskFailure(
                .permission,
                "an answer is written to files, which would be the daemon's. Answer in the console, "
                    + "or as the user who owns the books.")
        }
        guard !caller.roles.contains(.compliance), let option = rule.bookOption else {
            return arguments
        }
        // What people wrote is for compliance: everybody else reads the book audit, sealed.
        guard !given.contains(where: { $0.name == "--open" }) else {
            throw DeskFailure(.permission, "--open is for the role compliance.")
        }
        let books = given.filter { $0.name == option }
        guard books.allSatisfy({ $0.value == "audit" }) else {
            throw DeskFailure(.permission, "books other than audit are for the role compliance.")
        }
        return books.isEmpty ? [name, option, "audit"] + arguments.dropFirst() : arguments
    }

    /// The options among the arguments, each allowed.
    private static func options(of arguments: [String], _ name: String, _ rule: Rule)
        throws(DeskFailure) -> [(name: String, value: String?)]
    {
        var found: [(name: String, value: String?)] = []
        var rest = arguments.dropFirst()
        while let word = rest.popFirst() {
            if word == "--" { break }
            guard word.hasPrefix("-"), word != "-" else { continue }
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let option = String(parts[0])
            if rule.flags.contains(option), parts.count == 1 {
                found.append((option, nil))
            } else if rule.values.contains(option) {
                let value = parts.count == 2 ? String(parts[1]) : rest.popFirst()
                found.append((option, value))
            } else {
                throw DeskFailure(
                    .permission,
                    "the daemon does not take \(option) of `daybook \(name)` from others. Known here: "
                        + rule.flags.union(rule.values).sorted().joined(separator: ", "))
            }
        }
        return found
    }
}
