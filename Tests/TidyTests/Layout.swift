/// Where things belong: the table that `Package.swift` follows, with what each module may import and why not more.
///
/// A new module is a new row here, argued for in its commit; a library new to the tree gets its home in `libraries`.
enum Layout {
    /// One module: its folder under `Sources` and the modules of Jalon it may import.
    struct Module: Sendable, CustomStringConvertible {
        var folder: String
        var uses: Set<String>

        /// The last part of the folder.
        var name: String { folder.split(separator: "/").last.map(String.init) ?? folder }
        var description: String { folder }
        var isCore: Bool { folder.hasPrefix("Core/") }
    }

    static let core: Set<String> = [
        "StatechartKernel", "CivilTime", "Expressions", "WorkflowModel", "WorkflowLoading", "CaseReplay", "People",
        "Findings",
    ]
    static let system: Set<String> = ["Systemd", "YAMLReader", "Curl", "TimerFD"]
    static let varlink: Set<String> = ["Varlink", "VarlinkWire", "VarlinkClient"]

    static let modules: [Module] = [
        Module(folder: "Core/StatechartKernel", uses: []),
        Module(folder: "Core/CivilTime", uses: []),
        Module(folder: "Core/Expressions", uses: ["CivilTime"]),
        Module(folder: "Core/People", uses: ["CivilTime"]),
        Module(folder: "Core/WorkflowModel", uses: ["StatechartKernel", "CivilTime", "Expressions"]),
        Module(folder: "Core/Findings", uses: ["StatechartKernel", "CivilTime", "Expressions", "WorkflowModel"]),
        Module(
            folder: "Core/WorkflowLoading", uses: core.subtracting(["CaseReplay", "Findings"]).union(["YAMLReader"])),
        Module(folder: "Core/CaseReplay", uses: core.subtracting(["WorkflowLoading", "Findings"])),
        Module(folder: "System/Systemd", uses: ["CSystemd"]),
        Module(folder: "System/YAMLReader", uses: ["CYAML"]),
        Module(folder: "System/Curl", uses: ["CCurl"]),
        Module(folder: "System/TimerFD", uses: ["CTimerFD"]),
        Module(folder: "System/CSystemd", uses: []),
        Module(folder: "System/CYAML", uses: []),
        Module(folder: "System/CCurl", uses: []),
        Module(folder: "System/CTimerFD", uses: []),
        Module(folder: "System/CSpawn", uses: []),
        Module(folder: "Engine/WorkflowEngine", uses: core.subtracting(["WorkflowLoading"])),
        Module(folder: "Engine/SQLiteStore", uses: core.union(["WorkflowEngine"])),
        Module(folder: "Control/VarlinkWire", uses: []),
        Module(folder: "Control/Varlink", uses: ["VarlinkWire"]),
        Module(folder: "Control/VarlinkClient", uses: ["VarlinkWire"]),
        Module(folder: "Control/ControlAPI", uses: []),
        Module(folder: "Control/ControlServer", uses: core.union(varlink).union(["ControlAPI", "WorkflowEngine"])),
        Module(folder: "Control/ControlClient", uses: varlink.union(["ControlAPI"])),
        Module(folder: "Plugins/PluginAPI", uses: []),
        Module(
            folder: "Plugins/PluginHost", uses: core.union(["PluginAPI", "WorkflowEngine", "YAMLReader", "CSpawn"])),
        Module(folder: "Plugins/PluginKit", uses: ["PluginAPI"]),
        Module(folder: "Plugins/BuiltIn/Mail", uses: plugin.union(["Curl"])),
        Module(folder: "Plugins/BuiltIn/Webhook", uses: plugin.union(["Curl"])),
        Module(folder: "Plugins/BuiltIn/Calendar", uses: plugin),
        Module(folder: "Plugins/BuiltIn/Exec", uses: plugin),
        Module(folder: "Plugins/BuiltIn/Journal", uses: plugin),
        Module(folder: "System/CAllocations", uses: []),
        Module(folder: "Programs/Calculations", uses: core.union(["DefinitionFiles", "VarlinkWire"])),
        Module(folder: "Programs/ChartSuite", uses: core),
        Module(folder: "Programs/DefinitionFiles", uses: core.union(["YAMLReader"])),
        Module(folder: "Programs/jalon-bench", uses: all.subtracting(["JalonTestSupport"]).union(["CAllocations"])),
        Module(folder: "Programs/jalond", uses: all.subtracting(["ControlClient", "PluginKit", "JalonTestSupport"])),
        Module(
            folder: "Programs/jalonctl",
            uses: core.union(varlink).union([
                "ControlClient", "ControlAPI", "YAMLReader", "DefinitionFiles", "Calculations", "ChartSuite",
            ])),
        Module(folder: "TestSupport/SeededRandom", uses: []),
        Module(folder: "TestSupport/JalonTestSupport", uses: all.union(["SeededRandom"])),
        Module(folder: "TestSupport/jalon-simulate", uses: all),
    ]

    /// What a built-in plugin sees: the door everyone else uses.
    private static let plugin: Set<String> = ["PluginKit", "PluginAPI"]

    private static let all = core.union(system).union(varlink).union(plugin).union([
        "WorkflowEngine", "SQLiteStore", "ControlAPI", "ControlServer", "ControlClient", "PluginHost",
        "JalonTestSupport", "DefinitionFiles", "Calculations", "ChartSuite",
    ])

    /// Test folders that are not named after a module.
    static let wholeTests: Set<String> = ["SimulationTests", "AcceptanceTests", "TidyTests"]

    /// Libraries outside Jalon with the modules that may import them; "*" stands for every module outside Core.
    static let libraries: [String: Set<String>] = [
        "ArgumentParser": ["jalond", "jalonctl", "jalon-bench", "jalon-simulate"],
        "Collections": ["*"],
        "Crypto": ["*"],
        "DequeModule": ["*"],
        "Dispatch": ["*"],
        "Foundation": ["*"],
        "FoundationEssentials": ["*"],
        "GRDB": ["SQLiteStore"],
        "GRDBSQLite": ["SQLiteStore", "jalon-bench"],
        "Glibc": ["*"],
        "Logging": ["*"],
        "Metrics": ["*"],
        "Mustache": ["WorkflowEngine", "jalond"],
        "NIOCore": ["Varlink", "ControlServer"],
        "NIOPosix": ["Varlink", "ControlServer"],
        "NIOConcurrencyHelpers": ["Varlink", "ControlServer"],
        "NIOEmbedded": ["JalonTestSupport"],
        "OrderedCollections": core.union(["*"]),
        "ServiceLifecycle": ["WorkflowEngine", "ControlServer", "PluginHost", "jalond"],
        "Synchronization": ["*"],
        "Testing": ["JalonTestSupport"],
    ]
}
