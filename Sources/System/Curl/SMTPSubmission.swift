import CCurl

/// A message to hand to a mail server.
package struct SMTPSubmission: Sendable {
    /// When the connection is encrypted.
    package enum Encryption: String, Sendable {
        /// By STARTTLS, or the message is not sent.
        case required
        /// By STARTTLS if the server offers it.
        case opportunistic
        /// Never.
        case none
        /// From the first byte.
        case implicit
    }

    /// The server's name or address.
    package var host: String
    /// The server's port.
    package var port: Int
    /// When the connection is encrypted.
    package var encryption: Encryption
    /// A file with the certificate authorities to trust, in PEM; absent, those of the system.
    package var authorityFile: String?
    /// User name and password; absent, none are given.
    package var login: (user: String, password: String)?
    /// The address that failures are reported to.
    package var sender: String
    /// The addresses to deliver to.
    package var recipients: [String]
    /// Headers and body, in lines ended by CR LF.
    package var message: [UInt8]
    /// How long the connection may take, in milliseconds.
    package var connectTimeout_ms = 10_000
    /// How long everything may take, in milliseconds.
    package var timeout_ms = 50_000

    /// Makes a submission.
    package init(
        host: String, port: Int, encryption: Encryption, authorityFile: String?,
        login: (user: String, password: String)?, sender: String, recipients: [String], message: [UInt8]
    ) {
        self.host = host
        self.port = port
        self.encryption = encryption
        self.authorityFile = authorityFile
        self.login = login
        self.sender = sender
        self.recipients = recipients
        self.message = message
    }

    /// Hands the message over; all recipients are taken, or none. Waits until that is settled.
    package func submit() -> CurlOutcome {
        let transfer = CurlTransfer()
        let scheme = encryption == .implicit ? "smtps" : "smtp"
        transfer.set(CURLOPT_PROTOCOLS_STR, scheme)
        transfer.set(CURLOPT_URL, "\(scheme)://\(host.contains(":") ? "[\(host)]" : host):\(port)")
        transfer.set(CURLOPT_PROXY, "")
        transfer.set(CURLOPT_CONNECTTIMEOUT_MS, connectTimeout_ms)
        transfer.set(CURLOPT_TIMEOUT_MS, timeout_ms)
        transfer.set(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
        switch encryption {
        case .required, .implicit: transfer.set(CURLOPT_USE_SSL, Int(CURLUSESSL_ALL.rawValue))
        case .opportunistic: transfer.set(CURLOPT_USE_SSL, Int(CURLUSESSL_TRY.rawValue))
        case .none: transfer.set(CURLOPT_USE_SSL, Int(CURLUSESSL_NONE.rawValue))
        }
        if let authorityFile { transfer.set(CURLOPT_CAINFO, authorityFile) }
        if let login {
            transfer.set(CURLOPT_USERNAME, login.user)
            transfer.set(CURLOPT_PASSWORD, login.password)
        }
        transfer.set(CURLOPT_MAIL_FROM, "<\(sender)>")
        transfer.set(CURLOPT_MAIL_RCPT, recipients.map { "<\($0)>" })
        return transfer.perform(uploading: message)
    }
}
