// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
//
// The rooms of Daybook, in their one direction: a room imports only rooms above it in `rooms`.
// ARCHITECTURE.md says what each is for.

import PackageDescription

let environment = Context.environment

/// `DAYBOOK_ROOMS=Records,Masking swift test` builds only these rooms, what they need and their tests.
let wanted = environment["DAYBOOK_ROOMS"]?.split(separator: ",").map(String.init)

/// Warnings are errors in CI (`scripts/check` sets this), not for whoever builds us as a dependency.
let strict = environment["DAYBOOK_STRICT"] != nil

/// `DAYBOOK_FUZZ=NoteFuzz` builds only this fuzz target and what it needs, made for libFuzzer and the
/// address sanitizer. `scripts/fuzz` sets it.
let fuzzing = environment["DAYBOOK_FUZZ"]

let sanitizers = ["-sanitize=fuzzer,address"]

/// One place for the settings of every Swift target.
let settings: [SwiftSetting] =
    [
        .swiftLanguageMode(.v6),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
    ] + (strict ? [.treatAllWarnings(as: .error)] : [])
    + (fuzzing != nil ? [.unsafeFlags(sanitizers + ["-parse-as-library"])] : [])

let settingsOfC: [CSetting] =
    fuzzing != nil ? [.unsafeFlags(["-fsanitize=fuzzer-no-link,address"])] : []

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let yaml = Target.Dependency.product(name: "Yams", package: "Yams")
let sqlite = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqliteC = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
/// The daemon's: HTTP, TLS, services, metrics, tokens of others, protocol buffers. Nothing above the
/// room `Server` may use them, so that the core builds without.
let http: [Target.Dependency] = [
    .product(name: "Hummingbird", package: "hummingbird"),
    .product(name: "HummingbirdCore", package: "hummingbird"),
    .product(name: "HummingbirdTLS", package: "hummingbird"),
    .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
    .product(name: "UnixSignals", package: "swift-service-lifecycle"),
    .product(name: "AsyncHTTPClient", package: "async-http-client"),
    .product(name: "HTTPTypes", package: "swift-http-types"),
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOHTTP1", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
    .product(name: "NIOSSL", package: "swift-nio-ssl"),
    .product(name: "Metrics", package: "swift-metrics"),
    .product(name: "CoreMetrics", package: "swift-metrics"),
    .product(name: "JWTKit", package: "jwt-kit"),
    .product(name: "Configuration", package: "swift-configuration"),
    .product(name: "SwiftProtobuf", package: "swift-protobuf"),
]
/// Key derivation from a passphrase.
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")

func room(
    _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = [],
    resources: [Resource]? = nil
) -> Target {
    .target(
        name: name, dependencies: dependencies, exclude: exclude, resources: resources,
        swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

let rooms: [Target] = [
    .target(name: "CDaybook", cSettings: settingsOfC),
    .systemLibrary(name: "CZstd", providers: [.apt(["libzstd-dev"]), .brew(["zstd"])]),
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .target(name: "CLibcrypto", cSettings: settingsOfC, linkerSettings: [.linkedLibrary("crypto")]),
    .target(name: "CSQLite", cSettings: settingsOfC, linkerSettings: [.linkedLibrary("sqlite3")]),
    .systemLibrary(name: "CSnappy", providers: [.apt(["libsnappy-dev"]), .brew(["snappy"])]),
    room("TransparencyLog", ["CDaybook", crypto]),
    room("Parquet", ["CDaybook", "CZstd", crypto]),
    room("Records", ["CDaybook"]),
    room("Masking", ["Records"]),
    room("Intake", ["Records"]),
    room("Segments", ["CDaybook", "TransparencyLog", "Parquet", "Records"]),
    room(
        "Book",
        ["CDaybook", "TransparencyLog", "Parquet", "Records", "Masking", "Segments", crypto]),
    room(
        "Vault",
        [
            "CDaybook", "CLibcrypto", "CSQLite", "TransparencyLog", "Records", "Masking", "Book",
            crypto, cryptoExtras, sqlite, sqliteC,
        ]),
    room("Retention", ["Records", "Masking", "Book"]),
    room(
        "Daybook",
        [
            "CDaybook", "TransparencyLog", "Records", "Masking", "Book", "Vault", "Retention",
            logging, yaml,
        ]),
    room("Query", ["CDaybook", "Parquet", "Records", "Masking", "Segments", "Book"]),
    room("Chat", ["Records", "Masking", "Intake"]),
    room(
        "Clearing",
        [
            "CDaybook", "TransparencyLog", "Records", "Masking", "Book", "Vault", "Retention",
            "Daybook", "Query", crypto,
        ]),
    room(
        "Desk",
        [
            "Parquet", "Records", "Masking", "Intake", "Segments", "Book", "Vault", "Retention",
            "Daybook", "Query", "TransparencyLog", "Clearing", crypto,
        ]),
    room(
        "Sources",
        [
            "CDaybook", "TransparencyLog", "Records", "Masking", "Intake", "Book", "Daybook",
            "Clearing", "Desk",
        ]),
    // What C and all that calls C may use: the header, and behind it the library.
    .target(
        name: "CLibdaybook", dependencies: ["CDaybook"], exclude: ["exports.map"],
        cSettings: settingsOfC),
    room("Libdaybook", ["CLibdaybook", "Records", "Daybook"]),
    .executableTarget(
        name: "DaybookCLI",
        dependencies: [
            "CDaybook", "TransparencyLog", "Parquet", "Records", "Masking", "Intake", "Segments",
            "Book", "Vault", "Retention", "Daybook", "Query", "Chat", "Clearing", "Desk", "Sources",
            arguments,
        ],
        swiftSettings: settings),
    room(
        "Server",
        [
            "CDaybook", "CZlib", "CSnappy", "TransparencyLog", "Parquet", "Records", "Masking",
            "Intake", "Segments", "Book", "Vault", "Retention", "Daybook", "Query", "Chat",
            "Clearing", "Desk", "Sources", crypto, logging,
        ] + http, exclude: ["Ingest/Protocols/loki.proto", "Ingest/Protocols/otlp.proto"],
        resources: [.embedInCode("Console/Assets")]),
    .executableTarget(
        name: "DaybookDaemon", dependencies: ["Server", "Daybook", "Desk", arguments],
        swiftSettings: settings),
]

let testRooms: [Target] = [
    .target(name: "CAllocationCount", path: "Tests/CAllocationCount"),
    tests("TransparencyLogTests", ["TransparencyLog", "CDaybook"]),
    tests("ParquetTests", ["Parquet", "CDaybook"]),
    tests("RecordsTests", ["Records"]),
    tests("MaskingTests", ["Masking", "Records"]),
    tests("IntakeTests", ["Intake", "Records", "Masking"]),
    tests("SegmentsTests", ["Segments", "Parquet", "Records"]),
    tests("BookTests", ["Book", "Masking", "Parquet", "Records", "Segments", "TransparencyLog"]),
    .testTarget(
        name: "Simulation",
        dependencies: ["Book", "Masking", "Parquet", "Records", "Segments", "TransparencyLog"],
        path: "Tests/Simulation", swiftSettings: settings),
    tests("VaultTests", ["Vault", "Book", "Masking", "Records", crypto]),
    tests("RetentionTests", ["Retention", "Records", "Masking", "Book"]),
    tests(
        "QueryTests", ["Query", "Book", "Masking", "Parquet", "Records", "Segments", "Vault"]),
    tests(
        "DaybookTests",
        [
            "Daybook", "CDaybook", "CAllocationCount", "Book", "Records", "Masking", "Retention",
            logging,
        ]),
    tests("ChatTests", ["Chat", "Records", "Masking"]),
    tests(
        "ClearingTests",
        [
            "Clearing", "CDaybook", "Book", "Daybook", "Masking", "Query", "Records", "Retention",
            "TransparencyLog", "Vault",
        ]),
    tests("DeskTests", ["Desk", "Masking"]),
    tests("SourcesTests", ["Sources", "Book", "Daybook", "Desk", "Intake", "Masking", "Records"]),
    tests(
        "ServerTests",
        [
            "Server", "CSnappy", "Records", "Book", "Masking", "Intake", "Daybook", "Desk",
            "Sources", "TransparencyLog", crypto, logging,
        ] + http),
    tests("LibdaybookTests", ["CLibdaybook", "Libdaybook"]),
    tests("CommandTests", ["DaybookCLI", "Daybook", "Book", "Records", "TransparencyLog"]),
]

/// Fuzz/<name>.swift has the entry function, Fuzz/Corpus/<name> its seeds.
let fuzzers: [(name: String, rooms: [String])] = [
    ("JSONFuzz", ["Records"]),
    ("NoteFuzz", ["TransparencyLog"]),
    ("MaskFuzz", ["Records", "Masking"]),
    ("IntakeFuzz", ["Records", "Intake"]),
    ("ProofFuzz", ["TransparencyLog"]),
    ("QueryFuzz", ["Records", "Query"]),
    ("ParquetPageFuzz", ["Parquet"]),
    ("ParquetFuzz", ["Parquet"]),
    ("SegmentFuzz", ["Parquet", "Segments"]),
    ("CatalogFuzz", ["Parquet", "Segments"]),
    ("ManifestFuzz", ["Book", "TransparencyLog"]),
    ("AgeFuzz", ["Vault"]),
    ("PolicyFuzz", ["Records", "Retention"]),
    ("ChatFuzz", ["Chat"]),
    ("KeysFuzz", ["Vault"]),
    ("PlanFuzz", ["Clearing", "Records", "TransparencyLog"]),
    ("OrderedFuzz", ["Desk", "Records", "Masking"]),
    ("IngestFuzz", ["Records", "Server"]),
]

func fuzzer(_ name: String, _ rooms: [String]) -> Target {
    let others = fuzzers.map(\.name).filter { $0 != name }.map { "\($0).swift" }
    return .executableTarget(
        name: name, dependencies: rooms.map { .byName(name: $0) } + ["CFuzzDriver"], path: "Fuzz",
        exclude: ["Corpus", "Driver", "FailCases"] + others, sources: ["\(name).swift"],
        swiftSettings: settings,
        linkerSettings: [.unsafeFlags(sanitizers)])
}

func localNames(_ target: Target) -> [String] {
    target.dependencies.compactMap { if case .byNameItem(let name, _) = $0 { name } else { nil } }
}

/// The targets to build: all, or those named by `DAYBOOK_ROOMS` with what they need and their tests,
/// or the one fuzz target named by `DAYBOOK_FUZZ`.
@MainActor
func selected() -> [Target] {
    if let fuzzing {
        let wanted = fuzzers.filter { $0.name == fuzzing }
        var names = Set(wanted.flatMap(\.rooms))
        for target in rooms.reversed() where names.contains(target.name) {
            names.formUnion(localNames(target))
        }
        let driver = Target.target(
            name: "CFuzzDriver", path: "Fuzz/Driver",
            cSettings: [.define("FUZZ_MAIN", to: "\(fuzzing)_main")])
        return rooms.filter { names.contains($0.name) } + [driver]
            + wanted.map(fuzzer)
    }
    guard let wanted else { return rooms + testRooms }
    var names = Set(wanted)
    for target in rooms.reversed() where names.contains(target.name) {
        names.formUnion(localNames(target))
    }
    let testing = testRooms.filter { test in
        wanted.contains { test.name == $0 + "Tests" || test.name == $0 }
            || (test.name == "CAllocationCount" && wanted.contains("Daybook"))
    }
    for test in testing { names.formUnion(localNames(test)) }
    for target in rooms.reversed() where names.contains(target.name) {
        names.formUnion(localNames(target))
    }
    return rooms.filter { names.contains($0.name) } + testing
}

let targets = selected()

@MainActor
func uses(_ package: String) -> Bool {
    targets.contains { target in
        target.dependencies.contains {
            if case .productItem(_, let from, _, _) = $0 { from == package } else { false }
        }
    }
}

/// `DAYBOOK_BENCH=1 swift run -c release MicroBenchmarks`: figures, not for those who depend on us.
let benchmarks: [Target] =
    environment["DAYBOOK_BENCH"] == nil
    ? []
    : [
        .executableTarget(
            name: "MicroBenchmarks",
            dependencies: ["Parquet", "Records", "Masking", "Segments"].filter { name in
                targets.contains { $0.name == name }
            }.map { .byName(name: $0) },
            path: "Benchmarks/MicroBenchmarks", swiftSettings: settings)
    ]
        + (targets.contains { $0.name == "Daybook" }
            ? [
                .executableTarget(
                    name: "daybook-bench",
                    dependencies: [
                        "Parquet", "Records", "Masking", "Segments", "Book", "TransparencyLog",
                        "Daybook", "Query", "Vault", crypto, logging,
                    ],
                    path: "Benchmarks/DaybookBench", swiftSettings: settings)
            ] : [])

let packages: [(name: String, dependency: Package.Dependency)] = [
    ("swift-crypto", .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2")),
    ("swift-log", .package(url: "https://github.com/apple/swift-log", from: "1.16.2")),
    (
        "swift-argument-parser",
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
    ),
    ("GRDB.swift", .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0")),
    ("Yams", .package(url: "https://github.com/jpsim/Yams", from: "6.2.2")),
    (
        "hummingbird",
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1")
    ),
    (
        "swift-service-lifecycle",
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0")
    ),
    (
        "async-http-client",
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0")
    ),
    ("swift-http-types", .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0")),
    ("swift-nio", .package(url: "https://github.com/apple/swift-nio", from: "2.101.2")),
    ("swift-nio-ssl", .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6")),
    ("swift-metrics", .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0")),
    ("jwt-kit", .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1")),
    (
        "swift-configuration",
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: [])
    ),
    ("swift-protobuf", .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0")),
]

let products: [Product] = [
    .library(name: "TransparencyLog", targets: ["TransparencyLog"]),
    .library(name: "Parquet", targets: ["Parquet"]),
    .library(name: "Daybook", targets: ["Daybook"]),
    // scripts/build-library makes libdaybook.so of its objects; the name `daybook` is the command line's. Static,
    // since SwiftPM cannot link a dynamic one to the static runtime of a release.
    .library(name: "Libdaybook", type: .static, targets: ["Libdaybook"]),
    .executable(name: "daybook", targets: ["DaybookCLI"]),
    .executable(name: "daybookd", targets: ["DaybookDaemon"]),
]

let package = Package(
    name: "daybook",
    platforms: [.macOS(.v15)],
    products: products.filter { product in
        let names =
            (product as? Product.Library)?.targets ?? (product as? Product.Executable)?.targets
        return (names ?? []).allSatisfy { name in targets.contains { $0.name == name } }
    },
    dependencies: packages.filter { uses($0.name) }.map(\.dependency),
    targets: targets + benchmarks
)
