import FoundationEssentials
import SeededRandom
import Testing

@testable import jalon_mail

/// How texts and moments stand in a message.
struct MailEncodingTests {
    @Test(
        "a moment keeps its offset and gets its day of the week",
        arguments: [
            ("2021-09-24T16:30:00+01:00", "Fri, 24 Sep 2021 16:30:00 +0100"),
            ("2024-02-29T23:59:60Z", "Thu, 29 Feb 2024 23:59:60 +0000"),
            ("2000-01-01T00:00:00.125-09:30", "Sat, 01 Jan 2000 00:00:00 -0930"),
        ])
    func moments(rfc3339: String, mail: String) { #expect(mailDate(rfc3339: rfc3339) == mail) }

    @Test(
        "what is no moment is none",
        arguments: [
            "", "2021-09-24", "2021-09-24T16:30:00", "2021-09-24 16:30:00Z", "2021-13-24T16:30:00Z",
            "2100-02-29T00:00:00Z",
            "2021-09-24T24:00:00Z", "2021-09-24T16:30:00+1:00", "2021-09-24T16:30:00Z ", "2021-09-24T16:30:00.Z",
        ])
    func noMoments(text: String) { #expect(mailDate(rfc3339: text) == nil) }

    @Test("the day of the week follows the day before it, for four centuries")
    func weekdays() throws {
        let names = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        var expected = 1  // the first of January 1900 was a Monday
        for year in 1900..<2300 {
            for month in 1...12 {
                for day in 1...31 {
                    let digits = [year, month, day].map { $0 < 10 ? "0\($0)" : "\($0)" }
                    let text = mailDate(rfc3339: digits.joined(separator: "-") + "T12:00:00Z")
                    guard let text else {
                        try #require(day > 28)
                        continue
                    }
                    try #require(text.hasPrefix(names[expected % 7]), "\(digits): \(text)")
                    expected += 1
                }
            }
        }
    }

    @Test("an ASCII subject stays readable; any other is cut between characters into words of one line each")
    func subjects() {
        #expect(encodedWords("Offers due: 24 September, 16:30") == "Offers due: 24 September, 16:30")
        let words = encodedWords(String(repeating: "é€😀", count: 40)).split(separator: "\r\n ")
        for word in words {
            #expect(word.hasPrefix("=?UTF-8?B?") && word.hasSuffix("?=") && word.utf8.count <= 66)
            let bytes = Data(base64Encoded: String(word.dropFirst(10).dropLast(2)))
            #expect(bytes.flatMap { String(validating: $0, as: UTF8.self) } != nil, "\(word) is cut inside a character")
        }
        #expect(words.count > 3)
    }

    @Test("no line of a body is longer than 76 characters, and none ends in a blank", arguments: 0..<50)
    func bodies(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let alphabet = Array("ab =é😀\t\n")
        let text = String((0..<400).map { _ in alphabet[Int.random(in: alphabet.indices, using: &random)] })
        for line in quotedPrintable(text).split(separator: "\r\n", omittingEmptySubsequences: false) {
            #expect(line.utf8.count <= 76 && line.utf8.allSatisfy { $0 < 0x7F }, "seed \(seed)")
            #expect(line.last != " " && line.last != "\t", "seed \(seed)")
        }
    }
}
