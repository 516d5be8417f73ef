import PluginAPI
import PluginKit

/// The plugin that writes messages into a file, for a first run and for tests.
@main
struct JournalProgram {
    static func main() {
        PluginProgram(name: "journal") { context in
            let file = context.text("file") ?? "messages.txt"
            let messages = try MessageFile(path: file.hasPrefix("/") ? file : "\(context.folder)/\(file)")
            return ["send": { request in try messages.append(try Message(request)) }]
        }.run()
    }
}
