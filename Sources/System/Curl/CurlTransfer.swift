import CCurl

/// One transfer of libcurl: options in, ``CurlOutcome`` out. Used by one thread, once.
final class CurlTransfer {
    private let handle: UnsafeMutableRawPointer
    private var lists: [UnsafeMutablePointer<curl_slist>] = []
    private var upload: [UInt8] = []
    private var uploaded = 0
    private var replies: [UInt8] = []

    /// Once in a process, and before any thread uses libcurl.
    private static let isReady = curl_global_init(Int(CURL_GLOBAL_ALL)) == CURLE_OK
    /// How much of what a server says is kept, in bytes.
    private static let longestReplies = 16_384

    init() {
        precondition(Self.isReady, "libcurl cannot be initialised")
        guard let handle = curl_easy_init() else { preconditionFailure("libcurl has no memory left") }
        self.handle = handle
        // A time-out must not be a signal: there are other threads.
        set(CURLOPT_NOSIGNAL, 1)
    }

    deinit {
        curl_easy_cleanup(handle)
        for list in lists { curl_slist_free_all(list) }
    }

    func set(_ option: CURLoption, _ number: Int) { check(curl_set_long(handle, option, number)) }

    func set(_ option: CURLoption, _ text: String) { check(curl_set_text(handle, option, text)) }

    func set(_ option: CURLoption, _ texts: [String]) {
        var list: UnsafeMutablePointer<curl_slist>?
        for text in texts { list = curl_slist_append(list, text) }
        guard let list else { return }
        lists.append(list)
        check(curl_set_pointer(handle, option, list))
    }

    /// Performs the transfer, with these bytes to send.
    func perform(uploading bytes: [UInt8]) -> CurlOutcome {
        upload = bytes
        var errorBuffer = [CChar](repeating: 0, count: Int(CURL_ERROR_SIZE))
        // The transfer is over, and curl done with these pointers, before this function returns.
        let code = errorBuffer.withUnsafeMutableBytes { buffer in
            let itself = Unmanaged.passUnretained(self).toOpaque()
            check(curl_set_pointer(handle, CURLOPT_ERRORBUFFER, buffer.baseAddress))
            check(curl_set_pointer(handle, CURLOPT_READDATA, itself))
            check(curl_set_function(handle, CURLOPT_READFUNCTION) { CurlTransfer.give($0, $1 * $2, to: $3) })
            check(curl_set_pointer(handle, CURLOPT_HEADERDATA, itself))
            check(curl_set_function(handle, CURLOPT_HEADERFUNCTION) { CurlTransfer.keep($0, $1 * $2, in: $3) })
            set(CURLOPT_UPLOAD, 1)
            let code = curl_easy_perform(handle)
            check(curl_set_pointer(handle, CURLOPT_ERRORBUFFER, nil))
            return code
        }
        var responseCode = 0
        check(curl_get_long(handle, CURLINFO_RESPONSE_CODE, &responseCode))
        let words = String(decoding: errorBuffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return CurlOutcome(
            code: Int(code.rawValue), words: words.isEmpty ? String(cString: curl_easy_strerror(code)) : words,
            responseCode: responseCode == 0 ? nil : responseCode, isUploaded: uploaded == upload.count,
            replies: String(decoding: replies, as: UTF8.self).split { $0.isNewline }.map(String.init))
    }

    private func check(_ code: CURLcode) {
        precondition(code == CURLE_OK, "libcurl refuses an option: \(String(cString: curl_easy_strerror(code)))")
    }

    private static func give(_ room: UnsafeMutablePointer<CChar>?, _ count: Int, to context: UnsafeMutableRawPointer?)
        -> Int
    {
        guard let room, let context else { return 0 }
        let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
        let part = transfer.upload[transfer.uploaded...].prefix(count)
        UnsafeMutableRawBufferPointer(start: room, count: count).copyBytes(from: part)
        transfer.uploaded += part.count
        return part.count
    }

    private static func keep(_ bytes: UnsafeMutablePointer<CChar>?, _ count: Int, in context: UnsafeMutableRawPointer?)
        -> Int
    {
        guard let bytes, let context else { return 0 }
        let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
        let room = longestReplies - transfer.replies.count
        transfer.replies += UnsafeRawBufferPointer(start: bytes, count: count).prefix(room)
        return count
    }
}

/// How a transfer ended.
package struct CurlOutcome: Sendable, Equatable {
    /// libcurl's code, 0 if all went well; see libcurl-errors(3).
    package var code: Int
    /// libcurl's words for it.
    package var words: String
    /// The server's last code; absent if it said nothing.
    package var responseCode: Int?
    /// Whether all there was to send was handed over.
    package var isUploaded: Bool
    /// What the server said, line by line, the last line last; of a long conversation the beginning.
    package var replies: [String]

    /// The server's last reply with ``responseCode``: several lines where it has several, joined by spaces.
    ///
    /// Not always its last word: a refused client still says goodbye, and is answered.
    package var reply: String? {
        guard let responseCode, let last = replies.lastIndex(where: { $0.hasPrefix("\(responseCode)") }) else {
            return nil
        }
        let first = replies[..<last].lastIndex { !$0.hasPrefix("\(responseCode)-") }.map { $0 + 1 } ?? 0
        return replies[first...last].joined(separator: " ")
    }

    /// Whether all went well.
    package var isSuccess: Bool { code == Int(CURLE_OK.rawValue) }

    /// What went wrong, where libcurl tells it apart.
    package var failure: CurlFailure {
        switch CURLcode(UInt32(code)) {
        case CURLE_COULDNT_RESOLVE_HOST: .unknownHost
        case CURLE_COULDNT_CONNECT: .noConnection
        case CURLE_OPERATION_TIMEDOUT: .tooSlow
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR: .untrustedCertificate
        case CURLE_SSL_CACERT_BADFILE: .badAuthorityFile
        case CURLE_USE_SSL_FAILED: .noEncryption
        case CURLE_SSL_CONNECT_ERROR: .encryptionFailed
        case CURLE_LOGIN_DENIED: .loginRefused
        default: .other
        }
    }
}

/// The failures that have causes of their own.
package enum CurlFailure: Sendable {
    /// The server's name has no address.
    case unknownHost
    /// Nobody answers at the server's address and port.
    case noConnection
    /// The time is over.
    case tooSlow
    /// The server's certificate is not that of a server trusted under this name.
    case untrustedCertificate
    /// The file of trusted authorities cannot be read.
    case badAuthorityFile
    /// The server does not offer encryption.
    case noEncryption
    /// Server and client do not agree on how to encrypt.
    case encryptionFailed
    /// The server does not take this user name and password.
    case loginRefused
    /// Anything else: see the words and the server's code.
    case other
}
