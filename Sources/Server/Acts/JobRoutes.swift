// SPDX-License-Identifier: Apache-2.0

import Desk
import HTTPTypes
import Hummingbird
import Records

/// Work that takes a while, as it stands. Whoever started it sees it, and nobody else.
package struct JobRoutes: ActRoutes {
    let core: DaemonCore

    package init(_ core: DaemonCore) { self.core = core }

    package var routes: [Route] {
        [
            act(
                .get, "/v1/jobs", Role.deciding,
                .act("listJobs", "Your jobs of the last hour, the newest first.")
            ) { asked in
                let jobs = asked.core.jobs.jobs(of: asked.caller.name)
                return ActAnswer(["jobs": .array(jobs.map { .object($0.json) })])
            },
            act(
                .get, "/v1/jobs/{id}", Role.deciding,
                .act(
                    "getJob", "How far a job is, or what came of it.",
                    parameters: [.init("id", in: .path, "The job.")],
                    more: [(404, "You have no such job, or it ended over an hour ago.")])
            ) { asked in
                guard let job = asked.core.jobs.job(asked.part("id"), of: asked.caller.name)
                else { throw HTTPFailure(.notFound, "you have no such job here") }
                return ActAnswer(["job": .object(job.json)])
            },
        ]
    }
}

extension Role {
    /// Those that start work which takes a while.
    static let deciding: Set<Role> = [.compliance, .auditor, .admin]
}
