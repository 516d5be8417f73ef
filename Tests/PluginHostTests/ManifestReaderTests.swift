import FoundationEssentials
import PluginAPI
import PluginHost
import Testing
import YAMLReader

/// What `plugin.yaml` may say.
struct ManifestReaderTests {
    @Test("a whole manifest is read as it stands")
    func whole() {
        let (manifest, problems) = readManifest(
            """
            name: mail
            protocol: 1
            summary: Sends messages.
            executable: jalon-mail
            memory: 128MiB
            concurrency: 4
            settings:
              port: { type: integer, default: 587 }
              tls: { type: text, one-of: [required, none], default: required }
              password: { type: secret, required: true, summary: The password. }
            actions:
              send:
                repeatable: true
                timeout: 90s
                input: { to: [address], subject: text, thread: { type: text, required: false } }
            events:
              message.bounced: { data: { address: address } }
            """)
        #expect(problems == [])
        let expected = PluginManifest(
            name: "mail", summary: "Sends messages.", executable: "jalon-mail",
            settings: [
                "port": FieldDeclaration(.integer, isRequired: false, defaultValue: 587),
                "tls": FieldDeclaration(
                    .text, isRequired: false, defaultValue: "required", choices: ["required", "none"]),
                "password": FieldDeclaration(.secret),
            ],
            actions: [
                "send": ActionDeclaration(
                    isRepeatable: true, timeout: .seconds(90),
                    input: [
                        "to": FieldDeclaration(.address, isList: true), "subject": FieldDeclaration(.text),
                        "thread": FieldDeclaration(.text, isRequired: false),
                    ])
            ],
            events: ["message.bounced": EventDeclaration(data: ["address": FieldDeclaration(.address)])],
            memory: 128 << 20, concurrency: 4)
        #expect(manifest == expected)
    }

    @Test("the manifest in the documentation is a right one")
    func documented() throws {
        let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
        let page = try String(
            contentsOfFile: root + "/Sources/Plugins/PluginAPI/PluginAPI.docc/PluginAPI.md", encoding: .utf8)
        let fenced = page.split(separator: "```yaml\n").dropFirst().first?.split(separator: "```").first
        let (manifest, problems) = readManifest(String(try #require(fenced)))
        #expect(problems == [])
        #expect(manifest?.name == "greeter" && manifest?.memory == 128 << 20)
    }

    @Test("the program is named like the plugin unless the manifest says otherwise")
    func defaultExecutable() {
        let (manifest, _) = readManifest(
            "{name: hello, protocol: 1, summary: Greets., actions: {greet: {repeatable: false}}}")
        #expect(manifest?.executable == "hello")
        #expect(manifest?.actions["greet"] == ActionDeclaration(isRepeatable: false))
    }

    @Test(
        "a mistake is shown at its place",
        arguments: [
            (line: "colour: red", place: "1:1", message: "there is no key 'colour' here"),
            (line: "memory: 10 kilos", place: "1:9", message: "this is not an amount of memory such as 128MiB or 1GiB"),
            (line: "memory: 1MiB", place: "1:9", message: "memory is out of range: from 16 MiB to 4 GiB"),
            (line: "executable: ../evil", place: "1:13", message: "'../evil' is not a file of the plugin's own folder"),
            (line: "settings: { Port: integer }", place: "1:19", message: "'Port' is not a name"),
            (line: "settings: { port: number }", place: "1:19", message: "there is no type 'number'"),
            (
                line: "settings: { port: { type: integer, default: smtp } }", place: "1:19",
                message: "the default is not a whole number"
            ),
            (line: "settings: { key: { type: secret, default: x } }", place: "1:18", message: "a secret is one text"),
            (line: "events: { e: { data: { s: secret } } }", place: "1:27", message: "a secret can only be a setting"),
            (line: "concurrency: 0", place: "1:14", message: "concurrency 0 is out of range"),
        ])
    func mistakes(line: String, place: String, message: String) {
        let rest = "\nname: x\nprotocol: 1\nsummary: X.\nactions: { a: { repeatable: true } }\n"
        let (manifest, problems) = readManifest(line + rest)
        #expect(manifest == nil)
        let shown = problems.map { "\($0.span.start.line):\($0.span.start.column) \($0.message)" }
        #expect(shown.count == 1 && shown[0].hasPrefix("\(place) \(message)"), "\(shown)")
    }

    @Test("all mistakes come at once, in the file's order")
    func all() {
        let (_, problems) = readManifest("name: 7\nprotocol: one\nactions: { send: { timeout: 3 } }\n")
        #expect(problems.map(\.span.start.line) == [1, 1, 2, 3, 3])
    }

    @Test("settings are checked before a plugin is used")
    func settings() throws {
        let manifest = PluginManifest(
            name: "mail", summary: "Mail.",
            settings: [
                "server": FieldDeclaration(.text),
                "port": FieldDeclaration(.integer, isRequired: false, defaultValue: 587),
                "password": FieldDeclaration(.secret, isRequired: false),
            ], actions: ["send": ActionDeclaration(isRepeatable: true)])
        func problem(_ settings: [String: JSONValue], secrets: [String: Secret] = [:]) -> String {
            do throws(SettingsProblem) {
                _ = try PluginInstallation(
                    folder: "/p", manifest: manifest, settings: settings, secrets: secrets, stateFolder: "/s")
                return ""
            } catch { return error.description }
        }
        #expect(problem(["server": "s"], secrets: ["password": Secret("p")]) == "")
        #expect(problem([:]) == "plugin 'mail': setting 'server' is required and not set")
        #expect(problem(["server": 3]) == "plugin 'mail': setting 'server' is not a text")
        #expect(
            problem(["server": "s", "prot": 25])
                == "plugin 'mail': setting 'prot' is not a setting of this plugin; it has password, port, server")
        #expect(
            problem(["server": "s", "password": "p"])
                == "plugin 'mail': setting 'password' is a secret: give it as one")
    }
}
