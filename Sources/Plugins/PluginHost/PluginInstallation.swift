package import PluginAPI

/// A plugin as it stands on this machine: its folder, its manifest and what its administrator set.
package struct PluginInstallation: Sendable, Equatable {
    /// The folder with the executable and `plugin.yaml`: an absolute path.
    package let folder: String
    /// What `plugin.yaml` says.
    package let manifest: PluginManifest
    /// The folder the plugin may write in, its working directory: an absolute path, made when the plugin starts.
    package let stateFolder: String
    let settings: [String: JSONValue]
    let secrets: [String: Secret]

    /// Joins a manifest with the settings made for it; defaults are filled in.
    ///
    /// - Parameters:
    ///   - folder: The plugin's folder.
    ///   - manifest: Its manifest, already without problems.
    ///   - settings: What was set, by name; none of them a secret.
    ///   - secrets: The secrets, by name.
    ///   - stateFolder: Where the plugin may write.
    /// - Throws: ``SettingsProblem`` for the first setting, in alphabetical order, that is unknown, missing or wrong.
    package init(
        folder: String, manifest: PluginManifest, settings: [String: JSONValue], secrets: [String: Secret],
        stateFolder: String
    ) throws(SettingsProblem) {
        func refuse(_ setting: String, _ message: String) -> SettingsProblem {
            SettingsProblem(plugin: manifest.name, setting: setting, message: message)
        }
        for name in (Array(settings.keys) + Array(secrets.keys)).sorted() {
            guard let field = manifest.settings[name] else {
                let known = manifest.settings.keys.sorted().joined(separator: ", ")
                throw refuse(name, "is not a setting of this plugin; it has \(known.isEmpty ? "none" : known)")
            }
            if field.kind == .secret, settings[name] != nil { throw refuse(name, "is a secret: give it as one") }
            if field.kind != .secret, secrets[name] != nil { throw refuse(name, "is not a secret") }
        }
        var filled: [String: JSONValue] = [:]
        for (name, field) in manifest.settings.sorted(by: { $0.key < $1.key }) {
            let value = settings[name] ?? field.defaultValue
            if value == nil, secrets[name] == nil, field.isRequired { throw refuse(name, "is required and not set") }
            if let value, let problem = field.mismatch(with: value) { throw refuse(name, problem) }
            filled[name] = value
        }
        self.folder = folder
        self.manifest = manifest
        self.stateFolder = stateFolder
        self.settings = filled
        self.secrets = secrets
    }
}

/// A setting that keeps a plugin from being used.
package struct SettingsProblem: Error, Equatable, CustomStringConvertible {
    /// The plugin's name.
    package var plugin: String
    /// The setting's name.
    package var setting: String
    /// What is wrong with it; follows the setting's name in a sentence.
    package var message: String

    /// The whole sentence.
    package var description: String { "plugin '\(plugin)': setting '\(setting)' \(message)" }
}
