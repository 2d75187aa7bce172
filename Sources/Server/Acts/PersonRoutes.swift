// SPDX-License-Identifier: Apache-2.0

import Desk
import HTTPTypes
import Hummingbird
import Records
import Vault

/// Who is who, and what is kept of somebody: figures, no text.
package struct PersonRoutes: ActRoutes {
    let core: DaemonCore

    package init(_ core: DaemonCore) { self.core = core }

    package var routes: [Route] { [list, add, link, merge, mine, about] }

    private var list: Route {
        act(
            .get, "/v1/people", [.compliance],
            .act(
                "listPeople", "Everybody, or those whom a name may mean.",
                parameters: [.init("name", "A name, an account as platform:name, or a number.")],
                more: [(404, "Nothing was ever sealed here.")])
        ) { asked in
            let people = try asked.ground.everybody(called: asked.query("name"))
            return ActAnswer(["people": .array(people.map { .object($0.json) })])
        }
    }

    private var add: Route {
        act(
            .post, "/v1/people", [.compliance],
            .act(
                "addPerson", "Add a person with `names`, the one to show first, and `accounts`.",
                takesBody: true, 201, "Added.")
        ) { asked in
            try asked.body.only("names", "accounts")
            let names = try asked.body.texts("names")
            guard !names.isEmpty else { throw HTTPFailure(.badRequest, "names is missing") }
            let person = try asked.ground.addPerson(
                names: names, accounts: asked.body.texts("accounts"))
            return ActAnswer(["person": .object(person.json)], .created)
        }
    }

    private var link: Route {
        act(
            .post, "/v1/people/link", [.compliance],
            .act(
                "linkAccount", "Say that an `account` is a `person`'s.", takesBody: true)
        ) { asked in
            try asked.body.only("account", "person")
            let person = try asked.ground.linkPerson(
                account: asked.body.need("account"), to: asked.body.need("person"))
            return ActAnswer(["person": .object(person.json)])
        }
    }

    private var merge: Route {
        act(
            .post, "/v1/people/merge", [.compliance],
            .act(
                "mergePeople",
                "Say that two are one: `person` goes, `into` stays. It cannot be undone.",
                takesBody: true)
        ) { asked in
            try asked.body.only("person", "into")
            let person = try asked.ground.mergePeople(
                asked.body.need("person"), into: asked.body.need("into"))
            return ActAnswer(["person": .object(person.json)])
        }
    }

    private var mine: Route {
        act(
            .get, "/v1/about/me", [.trader],
            .act(
                "aboutMe", "What is kept of you, until when, under which rule, and who looked.",
                more: [(404, "Nothing is kept under your account.")])
        ) { asked in
            let report = try asked.ground.about(asked.caller.ownAccount)
            return ActAnswer(report.toldJSON)
        }
    }

    private var about: Route {
        act(
            .get, "/v1/about/{person}", [.compliance],
            .act(
                "aboutPerson",
                "What is kept of a person, until when, under which rule, and who looked.",
                parameters: [
                    .init("person", in: .path, "A name, or an account as platform:name."),
                    .init("all_reads", type: "boolean", "Withheld reads, too."),
                    .init(
                        "withhold_until", "Do not tell the person of this look before this date."),
                ], more: [(404, "Nobody is called that.")])
        ) { asked in
            let withheld = try asked.query("withhold_until").map {
                try ScopeForm.instant($0, "withhold_until")
            }
            let report = try asked.ground.about(
                asked.part("person"), withheldUntil: withheld,
                includingWithheld: asked.flag("all_reads"))
            return ActAnswer(report.json)
        }
    }
}

extension Principal {
    /// The account whose data is theirs.
    var ownAccount: String {
        get throws(HTTPFailure) {
            guard let account else {
                throw HTTPFailure(
                    .forbidden,
                    "no chat account is known as yours: an admin makes a token with --account")
            }
            return account
        }
    }
}
