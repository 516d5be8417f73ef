import Foundation
package import PluginAPI
package import PluginHost
package import WorkflowEngine
import YAMLReader

/// A built plugin, run by the host as it is in service, from its own manifest.
package struct PluginUnderTest: Sendable {
    package let host: PluginHost
    let name: String
    /// The plugin's own folder.
    package let folder: String

    /// Asks for `send` and waits for what comes of it.
    package func send(_ input: [String: JSONValue], key: String) async throws -> ActionOutcome {
        let input = Array(try JSONEncoder().encode(input.merging(["key": .text(key)]) { $1 }))
        return await withCheckedContinuation { continuation in
            let call = ActionCall(key: key, plugin: name, action: "send", input: input)
            host.execute(call) { continuation.resume(returning: $0) }
        }
    }
}

/// Runs a built-in plugin for as long as `body` takes.
///
/// - Parameters:
///   - source: The plugin's folder below `Sources/Plugins/BuiltIn`.
///   - folder: Where it keeps its files.
package func withPlugin(
    _ source: String, settings: [String: JSONValue] = [:], secrets: [String: Secret] = [:], folder: String,
    _ body: @Sendable (PluginUnderTest) async throws -> Void
) async throws {
    let root = #filePath.split(separator: "/").dropLast(4).map { "/" + $0 }.joined()
    let text = try String(contentsOfFile: "\(root)/Sources/Plugins/BuiltIn/\(source)/plugin.yaml", encoding: .utf8)
    let (manifest, problems) = readManifest(text)
    guard let manifest, problems.isEmpty else { throw CocoaError(.fileReadCorruptFile) }
    let built = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let installation = try PluginInstallation(
        folder: String(built[..<(built.lastIndex(of: "/") ?? built.startIndex)]), manifest: manifest,
        settings: settings, secrets: secrets, stateFolder: folder)
    let host = PluginHost(
        [installation], random: SystemRandomNumberGenerator(), log: { print($0.plugin, $0.text) },
        events: { $1("no events are expected") })
    let running = Task { await host.run() }  // awaited below, whatever happens
    let result: Result<Void, any Error>
    do {
        try await body(PluginUnderTest(host: host, name: installation.manifest.name, folder: folder))
        result = .success(())
    } catch {
        result = .failure(error)
    }
    host.stop()
    await running.value
    try result.get()
}

/// A folder that is gone after `body`.
package func withFolder(_ body: @Sendable (String) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.path + "/jalon-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await body(folder)
}
