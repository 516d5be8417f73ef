import DefinitionFiles
import Glibc
import PluginAPI
import PluginHost
import WorkflowLoading
import YAMLReader

/// The plugins in some folders, with the settings made for them.
struct InstalledPlugins {
    private(set) var installations: [PluginInstallation] = []
    /// Why others cannot be used, a line each.
    private(set) var problems: [String] = []

    /// - Parameters:
    ///   - folders: Each holds one folder a plugin. Of two plugins with one name, the first counts.
    ///   - stateFolder: Each plugin may write in a folder of its own below it.
    init(in folders: [String], settings: Settings, stateFolder: String) {
        for folder in folders {
            for name in fileNames(in: folder) where isReadable("\(folder)/\(name)/plugin.yaml") {
                add("\(folder)/\(name)", settings, stateFolder)
            }
        }
        for name in settings.plugins.keys.sorted() where !installations.contains(where: { $0.manifest.name == name }) {
            if !problems.contains(where: { $0.contains("'\(name)'") }) {
                problems.append("plugin '\(name)' has settings and is not installed")
            }
        }
    }

    private mutating func add(_ folder: String, _ settings: Settings, _ stateFolder: String) {
        let file = readText("\(folder)/plugin.yaml")
        guard let text = file.text else {
            problems.append("\(file.path): \(file.diagnostics.first?.message ?? "cannot be read")")
            return
        }
        let (manifest, faults) = readManifest(text)
        guard let manifest, faults.isEmpty else {
            problems += faults.map { "\(file.path):\($0.span.start.line):\($0.span.start.column): \($0.message)" }
            return
        }
        guard !installations.contains(where: { $0.manifest.name == manifest.name }) else { return }
        do {
            let (plain, secrets) = try read(settings.plugins[manifest.name] ?? [:], manifest)
            installations.append(
                try PluginInstallation(
                    folder: folder, manifest: manifest, settings: plain, secrets: secrets,
                    stateFolder: "\(stateFolder)/\(manifest.name)"))
        } catch {
            problems.append("\(error)")
        }
    }

    private func read(
        _ settings: [String: Settings.PluginSetting], _ manifest: PluginManifest
    ) throws -> (plain: [String: JSONValue], secrets: [String: Secret]) {
        var plain: [String: JSONValue] = [:]
        var secrets: [String: Secret] = [:]
        for (name, setting) in settings.sorted(by: { $0.key < $1.key }) {
            let path: String
            switch setting {
            case .plain(let value):
                plain[name] = value
                continue
            case .file(let file): path = file
            case .credential(let credential):
                guard let folder = getenv("CREDENTIALS_DIRECTORY").map({ String(cString: $0) }) else {
                    throw Refusal(
                        description: "plugin '\(manifest.name)': setting '\(name)' is a credential, and systemd "
                            + "gave none: add LoadCredential=\(credential):PATH to the service")
                }
                path = "\(folder)/\(credential)"
            }
            let bytes = try readFile(path, limit: 64 << 10)
            let text = String(decoding: bytes, as: UTF8.self)
            secrets[name] = Secret(text.hasSuffix("\n") ? String(text.dropLast()) : text)
        }
        return (plain, secrets)
    }

    private struct Refusal: Error, CustomStringConvertible { var description: String }

    private func isReadable(_ path: String) -> Bool { access(path, R_OK) == 0 }
}
