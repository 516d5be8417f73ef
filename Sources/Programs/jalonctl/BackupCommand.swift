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
        let parameters = BackupParameters(file: try Self.absolute(file), replace: overwrite)
        let reply: BackupReply
        do {
            reply = try options.patientClient.backup(parameters)
        } catch {
            throw Self.failure(error, isReplacing: overwrite)
        }
        if options.json { return try printJSON(reply) }
        print("\(safe(reply.file)): \(reply.bytes) bytes")
    }

    /// That a file of that name is there says what to do about it.
    static func failure(_ error: ControlClientError, isReplacing: Bool) -> Failure {
        var failure = Failure(error)
        guard case .refused(let refusal) = error, refusal.code == .backupFailed, !isReplacing,
            refusal.message.lowercased().contains("file exists")
        else { return failure }
        failure.hint = "name another file, or replace a backup of that name with --overwrite"
        return failure
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
