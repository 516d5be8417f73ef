// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

func module(
    _ layer: String, _ name: String, uses: [Target.Dependency] = [], excluding: [String] = []
) -> Target {
    .target(
        name: name, dependencies: uses, path: "Sources/\(layer)/\(name)", exclude: excluding, swiftSettings: strict)
}

func system(_ name: String, _ pkgConfig: String? = nil, apt: String? = nil) -> Target {
    .systemLibrary(
        name: name, path: "Sources/System/\(name)", pkgConfig: pkgConfig, providers: apt.map { [.apt([$0])] })
}

func program(_ name: String, at path: String, uses: [Target.Dependency], excluding: [String] = []) -> Target {
    .executableTarget(
        name: name, dependencies: uses, path: "Sources/\(path)", exclude: excluding, swiftSettings: strict)
}

func tests(_ name: String, uses: [Target.Dependency], excluding: [String] = []) -> Target {
    .testTarget(name: name, dependencies: uses, path: "Tests/\(name)", exclude: excluding, swiftSettings: strict)
}

let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let systemPackage = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
]

let core: [Target.Dependency] = [
    "StatechartKernel", "CivilTime", "Expressions", "WorkflowModel", "CaseReplay", "People", "Findings",
]
let loading: [Target.Dependency] = ["WorkflowLoading", "YAMLReader"]

let package = Package(
    name: "jalon",
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-system", exact: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2"),
    ],
    targets: [
        module("Core", "StatechartKernel"),
        module("Core", "CivilTime"),
        module("Core", "Expressions", uses: ["CivilTime"]),
        module("Core", "People", uses: ["CivilTime"]),
        module("Core", "WorkflowModel", uses: ["StatechartKernel", "CivilTime", "Expressions"]),
        module(
            "Core", "WorkflowLoading",
            uses: ["StatechartKernel", "CivilTime", "Expressions", "WorkflowModel", "People", "YAMLReader"]),
        module("Core", "Findings", uses: ["StatechartKernel", "CivilTime", "Expressions", "WorkflowModel"]),
        module("Core", "CaseReplay", uses: ["StatechartKernel", "CivilTime", "Expressions", "WorkflowModel"]),

        system("CYAML", "yaml-0.1", apt: "libyaml-dev"),
        system("CSystemd", "libsystemd", apt: "libsystemd-dev"),
        system("CTimerFD"),
        system("CSpawn"),
        system("CCurl", "libcurl", apt: "libcurl4-openssl-dev"),
        module("System", "YAMLReader", uses: ["CYAML"]),
        module("System", "Systemd", uses: ["CSystemd"]),
        module("System", "TimerFD", uses: ["CTimerFD"]),
        module("System", "Curl", uses: ["CCurl"]),

        module("Engine", "WorkflowEngine", uses: core + [crypto]),
        module("Engine", "SQLiteStore", uses: ["CivilTime", "WorkflowEngine", grdb, sqlite]),

        module("Control", "VarlinkWire"),
        module("Control", "VarlinkClient", uses: ["VarlinkWire"]),
        module("Control", "Varlink", uses: ["VarlinkWire"] + nio),
        module("Control", "ControlAPI"),
        module("Control", "ControlServer", uses: ["ControlAPI", "Varlink", "VarlinkWire", "WorkflowEngine"] + core),
        module("Control", "ControlClient", uses: ["ControlAPI", "VarlinkClient", "VarlinkWire"]),

        module("Plugins", "PluginAPI"),
        module("Plugins", "PluginHost", uses: ["PluginAPI", "WorkflowEngine", "YAMLReader", "CSpawn"]),
        module("Plugins", "PluginKit", uses: ["PluginAPI"]),
        program(
            "jalon-journal", at: "Plugins/BuiltIn/Journal", uses: ["PluginAPI", "PluginKit"], excluding: ["plugin.yaml"]
        ),
        program(
            "jalon-mail", at: "Plugins/BuiltIn/Mail", uses: ["PluginAPI", "PluginKit", "Curl"],
            excluding: ["plugin.yaml"]),

        module("Programs", "DefinitionFiles", uses: ["CivilTime", "WorkflowModel"] + loading),
        module(
            "Programs", "Calculations",
            uses: ["CivilTime", "Expressions", "WorkflowModel", "VarlinkWire"]),
        module("Programs", "ChartSuite", uses: core + loading),
        program(
            "jalonctl", at: "Programs/jalonctl",
            uses: core + loading + [
                "ControlAPI", "ControlClient", "VarlinkClient", "DefinitionFiles", "Calculations", "ChartSuite",
                arguments,
            ]),
        program(
            "jalond", at: "Programs/jalond",
            uses: core + loading + [
                "WorkflowEngine", "SQLiteStore", "ControlAPI", "ControlServer", "Varlink", "PluginAPI", "PluginHost",
                "Systemd", "TimerFD", "DefinitionFiles", arguments,
            ]),

        .target(name: "CAllocations", path: "Sources/System/CAllocations"),
        program(
            "jalon-bench", at: "Programs/jalon-bench",
            uses: core + loading + [
                "WorkflowEngine", "SQLiteStore", "ControlAPI", "ControlClient", "DefinitionFiles", "CAllocations",
                arguments, sqlite,
            ]),

        module("TestSupport", "SeededRandom"),
        module(
            "TestSupport", "JalonTestSupport",
            uses: core + loading + [
                "SeededRandom", "WorkflowEngine", "SQLiteStore", "DefinitionFiles", "PluginAPI", "PluginHost",
            ]),
        program(
            "jalon-simulate", at: "TestSupport/jalon-simulate",
            uses: ["JalonTestSupport", "WorkflowEngine", "WorkflowModel", arguments]),
        tests("StatechartKernelTests", uses: ["SeededRandom", "StatechartKernel"]),
        tests("CivilTimeTests", uses: ["SeededRandom", "CivilTime"]),
        tests("PeopleTests", uses: ["People", "CivilTime"] + loading),
        tests("ExpressionsTests", uses: ["SeededRandom", "Expressions", "CivilTime"]),
        tests("YAMLReaderTests", uses: ["SeededRandom", "YAMLReader"]),
        tests("SystemdTests", uses: ["Systemd"]),
        tests("TimerFDTests", uses: ["TimerFD", "CTimerFD"]),
        tests(
            "SQLiteStoreTests",
            uses: ["SQLiteStore", "WorkflowEngine", "CivilTime", "JalonTestSupport", "SeededRandom", grdb],
            excluding: ["Fixtures"]),
        tests(
            "VarlinkTests", uses: ["SeededRandom", "Varlink", "VarlinkClient", "VarlinkWire"], excluding: ["Fixtures"]),
        tests("ControlAPITests", uses: ["SeededRandom", "ControlAPI", "VarlinkWire"]),
        tests(
            "ControlServerTests",
            uses: [
                "CaseReplay", "CivilTime", "WorkflowModel", "ControlAPI", "ControlClient", "ControlServer", "Varlink",
                "VarlinkClient", "VarlinkWire", "WorkflowEngine",
            ]),
        tests("PluginAPITests", uses: ["PluginAPI"]),
        tests("PluginKitTests", uses: ["PluginAPI", "PluginKit"]),
        tests(
            "PluginHostTests",
            uses: [
                "SeededRandom", "PluginAPI", "PluginHost", "WorkflowEngine", "YAMLReader", subprocess, systemPackage,
            ],
            excluding: ["Fixtures"]),
        tests(
            "JournalPluginTests",
            uses: ["jalon-journal", "JalonTestSupport", "PluginAPI", "PluginHost", "WorkflowEngine"]),
        tests(
            "MailTests",
            uses: [
                "jalon-mail", "JalonTestSupport", "SeededRandom", "PluginAPI", "PluginHost", "WorkflowEngine",
                subprocess,
                systemPackage,
            ], excluding: ["Fixtures"]),
        tests(
            "AcceptanceTests",
            uses: ["jalond", "jalonctl", "jalon-journal", "jalon-mail", "ControlAPI", "ControlClient"],
            excluding: ["Fixtures"]),
        tests("WorkflowLoadingTests", uses: core + loading + ["SeededRandom"], excluding: ["Fixtures"]),
        tests("FindingsTests", uses: core + loading + ["SeededRandom", "DefinitionFiles"], excluding: ["Fixtures"]),
        tests("CaseReplayTests", uses: core + loading + ["JalonTestSupport", "SeededRandom"], excluding: ["Fixtures"]),
        tests(
            "WorkflowEngineTests",
            uses: core + loading + [
                "WorkflowEngine", "SQLiteStore", "DefinitionFiles", "JalonTestSupport", "SeededRandom",
            ]),
        tests(
            "SimulationTests",
            uses: ["WorkflowEngine", "JalonTestSupport", "SeededRandom"]),
        tests("DefinitionFilesTests", uses: core + loading + ["DefinitionFiles"]),
        tests("ChartSuiteTests", uses: core + loading + ["ChartSuite"]),
        tests("CalculationsTests", uses: core + loading + ["SeededRandom", "Calculations", "DefinitionFiles"]),
        tests(
            "JalonctlTests",
            uses: core + loading + [
                "jalonctl", "SeededRandom", "Calculations", "ControlAPI", "ControlClient", "DefinitionFiles", "Varlink",
                "VarlinkWire", arguments,
            ], excluding: ["Fixtures"]),
        tests("TidyTests", uses: []),
    ])
