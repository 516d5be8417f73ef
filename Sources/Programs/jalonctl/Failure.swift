import ArgumentParser
import ControlAPI
import ControlClient
import WorkflowLoading

/// Why a command did not do what was asked, for people and as an exit code.
struct Failure: Error, Equatable {
    enum Kind: Int32, CaseIterable {
        case other = 1
        case usage = 2
        case notFound = 3
        case refused = 4
        case noService = 5
        case notPermitted = 6
        case badFile = 7
        case store = 8
        case integrity = 9
        case unsettled = 10
        case changed = 11
        case unanswered = 12
    }

    var kind: Kind
    /// Stable, for programs.
    var code: String
    /// Names the thing and what is wrong with it.
    var message: String
    /// What to do next.
    var hint: String?

    init(_ kind: Kind, code: String, _ message: String, hint: String? = nil) {
        self.kind = kind
        self.code = code
        self.message = message
        self.hint = hint
    }

    /// A mistake in the command line.
    static func usage(_ message: String, hint: String? = nil) -> Failure {
        Failure(.usage, code: "usage", message, hint: hint)
    }

    /// The failure as people read it: one line.
    var line: String {
        let sentence = ["jalonctl: \(message)", hint].compactMap(\.self).joined(separator: "; ")
        return sentence.split(whereSeparator: \.isNewline).joined(separator: " ")
    }

    /// The failure as programs read it: one line too.
    var json: String { compactJSON(Report(code: code, message: message, hint: hint)) }

    private struct Report: Encodable {
        var code: String
        var message: String
        var hint: String?
    }
}

extension Failure {
    /// Shows what is wrong with a file and returns the failure that ends the command.
    static func badFile(
        _ path: String, _ diagnostics: [Diagnostic], asJSON: Bool, _ rendered: (Diagnostic) -> String
    ) -> Failure {
        let errors = diagnostics.filter { $0.severity == .error }
        if !asJSON {
            for diagnostic in errors {
                for line in rendered(diagnostic).split(separator: "\n") { printError(safe(String(line))) }
            }
        }
        let first = asJSON ? errors.first.map { ": \($0.message)" } ?? "" : ""
        return Failure(
            .badFile, code: "bad-file", "\(path) has \(errors.count) \(errors.count == 1 ? "error" : "errors")\(first)",
            hint: "mend the file and try again")
    }

    init(_ error: ControlClientError) {
        switch error {
        case .refused(let error):
            self.init(Kind(error.code), code: error.code.rawValue, error.message, hint: error.hint)
        case .mayNotConnect(let path):
            self.init(
                .notPermitted, code: "permission-denied", "you may not use the socket \(path)",
                hint: "ask an administrator to let you, or use sudo")
        case .noService(let path, let reason):
            self.init(
                .noService, code: "no-service", "no jalond answers at \(path): \(reason)",
                hint: "start it with 'systemctl start jalond', or name its socket with --socket")
        case .broken(let message):
            self.init(
                .noService, code: "no-answer", message, hint: "see how it is with 'systemctl status jalond'")
        case .unanswered(let message):
            self.init(
                .unanswered, code: "outcome-unknown", "\(message): what was asked may have been done all the same",
                hint: "look with 'jalonctl history CASE' or 'jalonctl cases' before you repeat it")
        }
    }
}

extension Failure.Kind {
    init(_ code: ControlError.Code) {
        self =
            switch code {
            case .caseNotFound, .workflowNotFound, .messageNotFound, .planNotFound: .notFound
            case .planChanged: .changed
            case .caseExists, .badRequest, .notAccepted, .incomplete, .messageSettled: .refused
            case .unsettled: .unsettled
            case .storeFull, .storeFailed, .backupFailed: .store
            case .chainBroken: .integrity
            case .stopping: .noService
            case .permissionDenied: .notPermitted
            case .busy: .other
            }
    }
}

/// How a run of the program ends when it does not just end.
enum Ending: Equatable {
    /// Help or the version was asked for.
    case text(String)
    /// What there is to say has been said.
    case silent(Int32)
    case failure(Failure)

    init(_ error: any Error) {
        if let failure = error as? Failure {
            self = .failure(failure)
        } else if let error = error as? ControlClientError {
            self = .failure(Failure(error))
        } else if let code = error as? ExitCode {
            self = .silent(code.rawValue)
        } else if Jalonctl.exitCode(for: error) == .success {
            self = .text(Jalonctl.message(for: error))
        } else {
            self = .failure(Failure(parsing: error))
        }
    }

    var exitCode: Int32 {
        switch self {
        case .text: 0
        case .silent(let code): code
        case .failure(let failure): failure.kind.rawValue
        }
    }
}

extension Failure {
    /// What the argument parser found, in one sentence with the command whose help to read.
    fileprivate init(parsing error: any Error) {
        let message = Jalonctl.message(for: error).split(whereSeparator: \.isNewline).joined(separator: " ")
        let parts = message.split(separator: ". Did you mean ", maxSplits: 1)
        let words = parts[0].hasSuffix(".") ? parts[0].dropLast() : parts[0]
        let isWord = words.dropFirst().first?.isLowercase == true
        let sentence = isWord ? words.prefix(1).lowercased() + words.dropFirst() : String(words)
        let guess = parts.count == 2 ? "did you mean \(parts[1]) " : ""
        let full = Jalonctl.fullMessage(for: error)
        let command = full.split(separator: "See '").last?.split(separator: " --help'").first ?? "jalonctl"
        self = .usage(sentence, hint: "\(guess)see '\(command.contains("\n") ? "jalonctl" : command) --help'")
    }
}
