import PluginAPI
import PluginKit

/// The plugin that sends messages by SMTP.
@main
struct MailProgram {
    static func main() {
        PluginProgram(name: "mail") { context in
            let server = try MailServer(context)
            return ["send": { request in server.send(try MailMessage(request, from: server.sender)) }]
        }.run()
    }
}
