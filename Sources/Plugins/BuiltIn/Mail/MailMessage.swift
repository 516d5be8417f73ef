import PluginKit

/// A message in the form of the Internet (RFC 5322, RFC 2045).
struct MailMessage {
    /// Whom it goes to.
    let recipients: [MailAddress]
    /// Headers and body, in lines ended by CR LF.
    let bytes: [UInt8]

    /// How many addresses one message goes to at most (RFC 5321 §4.5.3.1.8).
    private static let mostRecipients = 100

    /// Makes the message that the input of `send` asks for.
    ///
    /// - Throws: `PluginRefusal` for an address, subject or moment that cannot stand in a header.
    init(_ request: ActionRequest, from sender: MailAddress) throws {
        recipients = try request.texts("to").map { try MailAddress("to", $0) }
        guard (1...Self.mostRecipients).contains(recipients.count) else {
            throw PluginRefusal("'to' has \(recipients.count) addresses: from 1 to \(Self.mostRecipients)")
        }
        let subject = request.text("subject") ?? ""
        guard !subject.unicodeScalars.contains(where: { $0 == "\r" || $0 == "\n" || $0 == "\0" }) else {
            throw PluginRefusal("'subject' has a line break; it takes one line of text")
        }
        guard let date = mailDate(rfc3339: request.text("at") ?? "") else {
            throw PluginRefusal(
                "'at' is '\(request.text("at") ?? "")', which is no moment like 2021-09-24T16:30:00+01:00")
        }
        var headers = [
            "Date: \(date)",
            "From: <\(sender.text)>",
            "To: \(recipients.map { "<\($0.text)>" }.joined(separator: ",\r\n "))",
            "Subject: \(encodedWords(subject))",
            "Message-ID: \(Self.identifier(request.text("key") ?? request.key, sender))",
        ]
        if let thread = request.text("thread") {
            // A message that was never sent, and that all messages of the thread answer: programs group by it.
            let root = Self.identifier("thread " + thread, sender)
            headers += ["In-Reply-To: \(root)", "References: \(root)"]
        }
        headers += [
            "Auto-Submitted: auto-generated",  // RFC 3834: no holiday notices in return
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: quoted-printable",
        ]
        bytes = Array(
            (headers.joined(separator: "\r\n") + "\r\n\r\n" + quotedPrintable(request.text("body") ?? "")).utf8)
    }

    /// The same name for the same key from the same domain: FNV-1a (Fowler, Noll, Vo) of 128 bits, as 32 hexadecimal digits.
    static func identifier(_ key: String, _ sender: MailAddress) -> String {
        var hash: UInt128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d
        for byte in key.utf8 { hash = (hash ^ UInt128(byte)) &* 0x0000_0000_0100_0000_0000_0000_0000_013b }
        let digits = String(hash, radix: 16)
        return "<\(String(repeating: "0", count: 32 - digits.count))\(digits)@\(sender.domain)>"
    }
}
