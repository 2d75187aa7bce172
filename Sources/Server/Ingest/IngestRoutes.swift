// SPDX-License-Identifier: Apache-2.0

/// Every way in over HTTP.
enum IngestRoutes {
    static func groups(_ core: DaemonCore) -> [any RouteGroup] {
        [RecordsRoutes(core), OTLPRoutes(core), LokiRoutes(core), ElasticRoutes(core)]
    }
}
