import ArgumentParser
import ControlClient
import Glibc

/// Options that every command has.
struct GlobalOptions: ParsableArguments {
    @Flag(name: .long, help: "Write JSON for programs.")
    var json = false

    @Option(name: .long, help: ArgumentHelp("The service's socket.", valueName: "path"))
    var socket: String?

    /// A connection to the service, made at the first call.
    var client: ControlClient { ControlClient(socketPath: path) }

    /// The same for what takes as long as it takes.
    var patientClient: ControlClient { ControlClient(socketPath: path, timeout: nil) }

    private var path: String { socket ?? environment("JALON_SOCKET") ?? ControlClient.defaultSocketPath }

    /// Moves these options behind the command's name where they stand before it, since people write both.
    static func moved(behindCommandIn arguments: [String]) -> [String] {
        var leading: [String] = []
        var rest = arguments[...]
        while let first = rest.first {
            if first == "--json" || first.hasPrefix("--socket=") {
                leading.append(rest.removeFirst())
            } else if first == "--socket", rest.count > 1 {
                leading += [rest.removeFirst(), rest.removeFirst()]
            } else {
                break
            }
        }
        guard let command = rest.popFirst() else { return arguments }
        return [command] + leading + rest
    }
}

/// An environment variable; `nil` where it is not set or empty.
func environment(_ name: String) -> String? {
    guard let value = getenv(name), value.pointee != 0 else { return nil }
    return String(cString: value)
}
