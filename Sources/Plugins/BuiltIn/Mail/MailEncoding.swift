import FoundationEssentials

/// A text for a header: as it is if it is ASCII, else in encoded words (RFC 2047), one a line.
///
/// - Parameter text: Without line breaks.
func encodedWords(_ text: String) -> String {
    /// A line of a header may hold 998 characters (RFC 5322 §2.1.1); this leaves room for the header's name.
    let longestPlain = 900
    /// 76 characters a line (RFC 2047 §2), less the name of the header and what surrounds the word.
    let bytesInWord = 39
    let isPlain = text.utf8.allSatisfy { (0x20...0x7E).contains($0) } && text.utf8.count <= longestPlain
    let isSafe = !text.contains("=?") && text.first != " " && text.last != " " && !text.isEmpty
    if text.isEmpty || isPlain && isSafe { return text }
    var words: [String] = []
    var word: [UInt8] = []
    for scalar in text.unicodeScalars {
        // A character is never cut: each word must be readable by itself.
        if word.count + UTF8.width(scalar) > bytesInWord {
            words.append("=?UTF-8?B?\(Data(word).base64EncodedString())?=")
            word = []
        }
        word += Array(String(scalar).utf8)
    }
    words.append("=?UTF-8?B?\(Data(word).base64EncodedString())?=")
    return words.joined(separator: "\r\n ")
}

/// A text as a body of lines no longer than 76 characters of ASCII, each ended by CR LF (RFC 2045 §6.7).
///
/// - Parameter text: Its line breaks may be LF, CR LF or CR; the last line gets one if it has none.
func quotedPrintable(_ text: String) -> String {
    let longest = 76
    let hexadecimal = Array("0123456789ABCDEF".utf8)
    var lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" || $0 == "\r" }
    if lines.last?.isEmpty == true { lines.removeLast() }
    var encoded: [UInt8] = []
    for line in lines {
        let bytes = Array(line.utf8)
        var length = 0
        for (index, byte) in bytes.enumerated() {
            let isLast = index == bytes.count - 1
            let isBlank = byte == 0x20 || byte == 0x09
            let isPlain = (0x21...0x7E).contains(byte) && byte != UInt8(ascii: "=") || isBlank && !isLast
            let token =
                isPlain ? [byte] : [UInt8(ascii: "="), hexadecimal[Int(byte >> 4)], hexadecimal[Int(byte & 15)]]
            // Room is kept for the sign that the line goes on.
            if length + token.count > longest - (isLast ? 0 : 1) {
                encoded += Array("=\r\n".utf8)
                length = 0
            }
            encoded += token
            length += token.count
        }
        encoded += Array("\r\n".utf8)
    }
    return String(decoding: encoded, as: UTF8.self)
}
