import ArgumentParser
import ControlAPI
import ControlClient
import Glibc

/// `jalonctl backup`.
struct BackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Copy all that the service keeps to one file, while it runs.",
        discussion: """
            The service writes the file, so it has to be where the service may write: below /var/lib/jalon as a rule. The \
            copy is whole or is not there, and only its owner may read it. 'jalond restore FILE' puts it in place while \
            the service is stopped.
            """)

    @OptionGroup var options: GlobalOptions

    @Argument(help: ArgumentHelp("The file.", valueName: "file"))
    var file: String

    @Flag(name: .long, help: "Replace a backup of that name.")
    var overwrite = false

    func run() throws {
        let reply = try options.patientClient.backup(BackupParameters(file: Self.absolute(file), replace: overwrite))
        if options.json { return try printJSON(reply) }
        print("\(safe(reply.file)): \(reply.bytes) bytes")
    }

    /// The service's folder is not the caller's.
    private static func absolute(_ path: String) throws(Failure) -> String {
        guard !path.hasPrefix("/") else { return path }
        guard let folder = getcwd(nil, 0) else {
            throw .usage("'\(path)' is no path from the root", hint: "write the whole path")
        }
        defer { free(folder) }
        return "\(String(cString: folder))/\(path)"
    }
}
