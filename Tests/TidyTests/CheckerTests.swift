import Testing

/// The checks are code too: each must find what it looks for and leave alone what only looks like it.
struct CheckerTests {
    @Test("comments and strings are not code")
    func code() {
        let text = #"""
            let a = "Date() // no" // Date()
            /* Task { */ let b = 1 /* more
            still */ let c = """
            async
            """ + d
            """#
        let lines = codeLines(text.split(separator: "\n", omittingEmptySubsequences: false))
        #expect(lines == [#"let a = "" "#, " let b = 1 ", " let c = ", "", " + d"])
    }

    @Test(
        "imports are found in every form",
        arguments: [
            ("import A", "A"), ("internal import A", "A"), ("@testable package import A", "A"),
            ("import struct A.B", "A"),
            ("  import A.B", "A"), ("@_spi(X) public import A", "A"), ("let important = 1", nil), ("f(import A)", nil),
        ] as [(String, String?)])
    func imports(line: String, expected: String?) {
        #expect(importedModule(line) == expected)
    }

    @Test(
        "a banned word is found by itself only",
        arguments: [
            ("Task { x }", "Task", true), ("MyTask()", "Task", false), ("Tasks()", "Task", false),
            ("a.now", ".now", true),
            ("a.nowhere", ".now", false), ("try Task.sleep(for: x)", "Task.sleep", true),
            ("asleep(1)", "sleep(1)", false),
            ("f(Date())", "Date()", true),
            ("CivilDate()", "Date()", false), ("let asynchronous = 1", "async", false),
            ("func f() async", "async", true),
        ])
    func words(line: String, word: String, expected: Bool) {
        #expect(mentions(line, word) == expected)
    }

    @Test("the tree is seen: it holds this file and the package's")
    func tree() {
        let paths = Set(SourceTree.files.map(\.path))
        #expect(paths.isSuperset(of: ["Tests/TidyTests/CheckerTests.swift", "Package.swift", ".gitignore"]))
    }
}
