import ArgumentParser
import ControlAPI
import ControlClient
import Glibc

/// `jalonctl history`.
struct HistoryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "Tell all that has happened in a case.",
        discussion: """
            Entries of the journal carry their numbers in brackets; all else follows from them. What was corrected \
            stands as corrected, with the correction where it was made.

            With --proof, the journal is written to a file with all that is needed to check it elsewhere: the definition, \
            each entry with its hash, each message with what became of it. 'deploy/verify-proof FILE' checks it with \
            Python alone.
            """)

    @OptionGroup var options: GlobalOptions

    @Argument(help: ArgumentHelp("The case.", valueName: "case"))
    var caseID: String

    @Option(name: .long, help: ArgumentHelp("Write the proof to this new file instead.", valueName: "file"))
    var proof: String?

    func run() throws {
        if let proof { return try write(proof) }
        let reply = try options.client.history(of: caseID)
        if options.json { return try printJSON(reply) }
        print(Timeline(reply.happened).rendered(.ofOutput).joined(separator: "\n"))
    }

    /// Writes the proof, whole or not at all.
    private func write(_ path: String) throws {
        func failure(_ action: String) -> Failure {
            Failure(.badFile, code: "file", "\(path) cannot be \(action): \(String(cString: strerror(errno)))")
        }
        let client = options.patientClient
        let unfinished = path + ".unfinished"
        guard access(path, F_OK) != 0 else {
            throw Failure(.badFile, code: "file", "\(path) exists already", hint: "name another file, or move it away")
        }
        guard let file = fopen(unfinished, "we") else { throw failure("written") }
        defer { unlink(unfinished) }
        var count = 0
        do {
            defer { fclose(file) }
            try client.proof(of: caseID) { line in
                count += 1
                guard fputs(line + "\n", file) >= 0 else { throw failure("written") }
            }
            guard fflush(file) == 0, fsync(fileno(file)) == 0 else { throw failure("written") }
        }
        guard link(unfinished, path) == 0 else { throw failure("made") }
        if options.json { return try printJSON(["file": path]) }
        print("\(safe(path)): \(count) lines; deploy/verify-proof checks it")
    }
}
