// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@Suite("daybook service")
struct ServiceTests {
    @Test(
        "install --root puts unit, user and directories into another tree, and remove takes them off"
    )
    func image() throws {
        let sandbox = try Sandbox()
        let root = sandbox.directory.appending(path: "image")
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
        let done = try sandbox.daybook(
            "service", "install", "--root", root.path(), "--dir", "/srv/books", "--keys",
            "/srv/keys",
            "--user", "desk")
        #expect(done.code == 0, "\(done.errors)")
        func text(_ path: String) throws -> String {
            try String(contentsOf: root.appending(path: path), encoding: .utf8)
        }
        let unit = try text("etc/systemd/system/daybook.service")
        #expect(unit.contains("User=desk\n") && unit.contains("NoNewPrivileges=yes"))
        #expect(unit.contains("\"--dir\" \"/srv/books\" \"--keys\" \"/srv/keys\""))
        #expect(
            try unit
                == sandbox.daybook(
                    "service", "show", "--dir", "/srv/books", "--keys", "/srv/keys", "--user",
                    "desk"
                ).output.dropLast())
        #expect(try text("usr/lib/sysusers.d/daybook.conf").hasPrefix("u desk - "))
        #expect(
            try text("usr/lib/tmpfiles.d/daybook.conf").contains(
                "d \"/srv/books\" 0700 desk desk -\n"))
        let link = root.appending(
            path: "etc/systemd/system/multi-user.target.wants/daybook.service")
        #expect(
            try FileManager.default.destinationOfSymbolicLink(atPath: link.path())
                == "../daybook.service")
        // Again in its place, and then off.
        #expect(
            try sandbox.daybook("service", "install", "--root", root.path()).code == 0)
        #expect(try text("etc/systemd/system/daybook.service").contains("User=daybook\n"))
        let removed = try sandbox.daybook("service", "remove", "--root", root.path())
        #expect(removed.code == 0 && removed.output.contains("removed"))
        let left = FileManager.default.enumerator(atPath: root.path())?.compactMap { $0 as? String }
            .filter { $0.hasSuffix("daybook.service") || $0.hasSuffix("daybook.conf") }
        #expect(left?.isEmpty == true)
        let again = try sandbox.daybook("service", "remove", "--root", root.path())
        #expect(again.output.contains("nothing was installed"))
    }

    @Test("places that are no whole paths, and keys among the books, are refused")
    func refused() throws {
        let sandbox = try Sandbox()
        #expect(try sandbox.daybook("service", "show", "--dir", "books").code == 64)
        #expect(
            try sandbox.daybook("service", "show", "--dir", "/srv/b", "--keys", "/srv/b/k").code
                == 64)
        #expect(try sandbox.daybook("service", "install", "--root", "image").code == 64)
    }
}
