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

            A store of which a journal was changed is copied as it is, with exit code 9, and never over another backup.
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
        if options.json { try printJSON(reply) } else { print("\(safe(reply.file)): \(reply.bytes) bytes") }
        guard reply.problems.isEmpty else { throw Self.unsound(reply) }
    }

    /// The file is a true copy, of a store that is not what was written.
    static func unsound(_ reply: BackupReply) -> Failure {
        Failure(
            .integrity, code: ControlError.Code.chainBroken.rawValue,
            "this backup cannot be restored: " + reply.problems.map(safe).joined(separator: "; "),
            hint: "keep the backups made before; jalonctl verify shows all that is wrong")
    }

    /// That a file of that name is there says what to do about it.
    static func failure(_ error: ControlClientError, isReplacing: Bool) -> Failure {
        var failure = Failure(error)
        guard case .refused(let refusal) = error, refusal.code == .backupFailed, !isReplacing,
            refusal.message.lowercased().contains("file exists")
        else { return failure }
        failure.hint = "a backup of that name is replaced with --overwrite"
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
