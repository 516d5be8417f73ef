import Curl
import Glibc
import PluginAPI
import PluginKit

/// The mail server, as the settings describe it.
struct MailServer: Sendable {
    /// The address messages come from.
    let sender: MailAddress
    private let host: String
    private let port: Int
    private let encryption: SMTPSubmission.Encryption
    private let authorityFile: String?
    private let login: (user: String, password: String)?

    /// Reads the settings.
    ///
    /// - Throws: `PluginRefusal` if they do not go together.
    init(_ context: PluginContext) throws {
        sender = try MailAddress("from", context.text("from") ?? "")
        host = context.text("server") ?? ""
        let isName = host.utf8.allSatisfy { byte in
            UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
                || "-.:".utf8.contains(byte)
        }
        guard !host.isEmpty, isName else {
            throw PluginRefusal("setting 'server' is '\(host)', which is no host name, such as smtp.example.org")
        }
        port = Int(context.integer("port") ?? 587)
        guard (1...65_535).contains(port) else { throw PluginRefusal("setting 'port' is \(port): from 1 to 65535") }
        encryption = SMTPSubmission.Encryption(rawValue: context.text("tls") ?? "") ?? .required
        authorityFile = context.text("ca-file")
        if let authorityFile, access(authorityFile, R_OK) != 0 {
            let reason = String(cString: strerror(errno))
            throw PluginRefusal("setting 'ca-file': \(authorityFile) cannot be read: \(reason)")
        }
        switch (context.text("username"), context.secrets["password"]?.revealed) {
        case (nil, nil): login = nil
        case (let user?, let password?): login = (user, password)
        case (_?, nil): throw PluginRefusal("setting 'username' is set and the secret 'password' is not")
        case (nil, _?): throw PluginRefusal("the secret 'password' is set and the setting 'username' is not")
        }
        let isHere = ["localhost", "127.0.0.1", "::1"].contains(host)
        if login != nil, encryption == .none || encryption == .opportunistic, !isHere {
            throw PluginRefusal(
                "setting 'tls' is '\(encryption.rawValue)', which could show the password to the network: "
                    + "set it to required or implicit")
        }
    }

    /// Hands a message to the server and says what came of it.
    func send(_ message: MailMessage) -> ExecuteResult {
        let submission = SMTPSubmission(
            host: host, port: port, encryption: encryption, authorityFile: authorityFile, login: login,
            sender: sender.text, recipients: message.recipients.map(\.text), message: message.bytes)
        return result(of: submission.submit())
    }

    /// What an administrator can repair keeps all messages waiting, since they go out once that is done; what the server
    /// says of the message itself (RFC 5321 §4.2.1) is final at 5yz.
    private func result(of outcome: CurlOutcome) -> ExecuteResult {
        let server = "\(host):\(port)"
        let said = outcome.reply.map { "; the server said: \($0)" } ?? ""
        if outcome.isSuccess { return .delivered(outcome.reply ?? "accepted by \(server)") }
        switch outcome.failure {
        case .unknownHost:
            return .unavailable("the mail server '\(host)' has no address: check setting 'server' and the DNS")
        case .noConnection:
            return .unavailable(
                "no connection to the mail server at \(server): \(outcome.words); is it running, and the port right?")
        case .tooSlow:
            return .failedTemporarily("the mail server at \(server) took too long: \(outcome.words)")
        case .untrustedCertificate:
            return .unavailable(
                "the certificate of \(server) is not trusted: \(outcome.words); if the authority is your own, name its "
                    + "file in setting 'ca-file'")
        case .badAuthorityFile:
            return .unavailable(
                "setting 'ca-file': \(authorityFile ?? "the system's authorities") cannot be used: \(outcome.words)")
        case .noEncryption:
            return .unavailable(
                "the mail server at \(server) offers no STARTTLS: set 'tls' to implicit if it encrypts from the first "
                    + "byte, usually on port 465\(said)")
        case .encryptionFailed:
            return .unavailable("no encrypted connection to \(server): \(outcome.words)")
        case .loginRefused:
            return .unavailable(
                "the mail server at \(server) refuses the login of '\(login?.user ?? "")': check 'username' and "
                    + "'password'\(said)")
        case .other:
            return refusal(outcome, server: server, said: said)
        }
    }

    /// Codes that speak of the login rather than of the message (RFC 4954 §6).
    private static let loginCodes = [530, 534, 535, 538]

    private func refusal(_ outcome: CurlOutcome, server: String, said: String) -> ExecuteResult {
        guard let code = outcome.responseCode, (400...599).contains(code) else {
            return .failedTemporarily("the conversation with \(server) failed: \(outcome.words)\(said)")
        }
        let sentence = "the mail server at \(server) refuses the message\(said)"
        if Self.loginCodes.contains(code) {
            return .unavailable("\(sentence); check 'username', 'password' and 'tls'")
        }
        // A refusal before MAIL is of us, not of the message: the greeting's code comes with nothing else said.
        let isOfTheMessage = outcome.isUploaded || outcome.replies.count > 1
        return code >= 500 && isOfTheMessage ? .failedPermanently(sentence) : .failedTemporarily(sentence)
    }
}
