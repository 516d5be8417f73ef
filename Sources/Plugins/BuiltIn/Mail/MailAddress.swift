import PluginKit

/// A mail address that is safe in a header and in a command of SMTP.
struct MailAddress: Equatable {
    /// The address, such as `marches@mairie.example`.
    let text: String
    /// What stands after the `@`.
    var domain: Substring { text.suffix(from: text.index(after: text.lastIndex(of: "@") ?? text.startIndex)) }

    /// The longest address (RFC 5321 §4.5.3.1.3), in bytes.
    private static let longest = 254

    /// Checks an address: one name, one domain, none of the characters with a meaning in headers (RFC 5322 §3.2.3).
    ///
    /// - Throws: `PluginRefusal`, naming `field`.
    init(_ field: String, _ text: String) throws {
        guard text.utf8.allSatisfy({ $0 < 0x80 }) else {
            throw PluginRefusal(
                "'\(field)' has the address '\(text)', with letters outside ASCII: few servers take them")
        }
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        let isPlain = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"()<>[]:;\\,\"".utf8.contains($0) }
        guard isPlain, parts.count == 2, parts.allSatisfy({ !$0.isEmpty }), text.utf8.count <= Self.longest else {
            let shown = text.unicodeScalars.map { $0.properties.generalCategory == .control ? "\u{FFFD}" : String($0) }
            throw PluginRefusal("'\(field)' has '\(shown.joined())', which is not an address like name@domain")
        }
        self.text = text
    }
}
