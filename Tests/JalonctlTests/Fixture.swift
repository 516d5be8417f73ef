import Foundation
import Testing

/// Files with what people read, beside the tests.
enum Fixture {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")
    /// With `JALON_UPDATE_FIXTURES=1` the files are written anew instead of compared; look at the difference then.
    private static let isUpdating = ProcessInfo.processInfo.environment["JALON_UPDATE_FIXTURES"] == "1"

    static func path(_ name: String) -> String { folder.appending(path: name).path }

    static func text(_ name: String) throws -> String {
        try String(contentsOf: folder.appending(path: name), encoding: .utf8)
    }

    /// Expects a text to be what a file holds.
    static func expect(_ text: String, is name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let text = text.hasSuffix("\n") ? text : text + "\n"
        if isUpdating { try text.write(to: folder.appending(path: name), atomically: true, encoding: .utf8) }
        let expected = try self.text(name)
        #expect(text == expected, "differs from Fixtures/\(name)", sourceLocation: sourceLocation)
    }
}
