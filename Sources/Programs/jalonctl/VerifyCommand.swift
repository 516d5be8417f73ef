import ArgumentParser
import ControlAPI
import ControlClient

/// `jalonctl verify`.
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Check that journals are what was written.",
        discussion: """
            Each entry's hash covers the hash before it, so a changed, added or missing entry is found and named. Without a \
            case, all journals and the store's file are looked at; the service goes on meanwhile. A case whose journal is \
            broken stands still until a sound backup is restored, and the others go on.

            'head' covers all entries: kept elsewhere, it shows later that nothing was cut short or rewritten. The exit code \
            is 9 where something was found.
            """)

    @OptionGroup var options: GlobalOptions

    @Argument(help: ArgumentHelp("The case; all where absent.", valueName: "case"))
    var caseID: String?

    @Flag(name: .long, help: "Compute each case again from its journal, and compare.")
    var replay = false

    func run() throws {
        let reply = try options.patientClient.verify(VerifyParameters(caseID: caseID, replay: replay))
        if options.json { try printJSON(reply) } else { print(Self.text(reply, style: .ofOutput)) }
        if !reply.problems.isEmpty || !reply.storeProblems.isEmpty { throw ExitCode(Failure.Kind.integrity.rawValue) }
    }

    static func text(_ reply: VerifyReply, style: Style) -> String {
        let found =
            reply.problems.map { problem in
                style.red("case '\(safe(problem.caseID))'") + ": \(safe(problem.message))"
            } + reply.storeProblems.map { style.red(safe($0)) }
        let seconds = (reply.seconds * 100).rounded() / 100
        let looked = "\(reply.entries) entries of \(reply.cases) cases looked at in \(seconds) s"
        guard !found.isEmpty else { return "\(looked): \(style.green("all is as it was written"))\nhead \(reply.head)" }
        let next = "keep a copy of the store, then restore the latest backup that is sound: jalond restore FILE"
        return (found + ["\(looked): \(found.count) \(found.count == 1 ? "problem" : "problems")", next]).joined(
            separator: "\n")
    }
}
