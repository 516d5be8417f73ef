import Testing

struct TidyTests {
    @Test("Core only decides: it has no clock, no files, no tasks, no chance and no output")
    func coreDecidesOnly() {
        let banned = [
            "Date()", "Date.now", "Clock.now", "clock.now", "ContinuousClock", "SuspendingClock", "TimeZone.current",
            "Locale.current", "Calendar.current", "Task", "async", "await", "DispatchQueue", "Thread", "FileManager",
            "fopen",
            "getenv", "ProcessInfo", "CommandLine", "print", "debugPrint", "dump", ".random", ".randomElement",
            ".shuffled",
            ".shuffle", "SystemRandomNumberGenerator", "UUID", "Hasher()",
        ]
        expectAbsent(banned, in: SourceTree.swift(under: "Sources/Core"))
    }

    @Test("the wall clock and sleep live in jalond's SystemClock alone, and no test sleeps")
    func oneClock() {
        let home = "Sources/Programs/jalond/SystemClock.swift"
        let sources = SourceTree.swift(under: "Sources").filter { $0.path != home }
        // The real ones only: a simulated world sleeps in its own time.
        let sleeping = [
            "Task.sleep", "Thread.sleep", "usleep", "nanosleep", "sleep(for", "sleep(until", "sleep(nanoseconds",
            "sleep(1)",
        ]
        expectAbsent(["Date()", "Date.now"] + sleeping, in: sources)
        expectAbsent(sleeping, in: SourceTree.swift(under: "Tests"))
    }

    @Test("no file speaks of unfinished work or of the machine it was written on")
    func finished() {
        // Taken apart, so that this file may hold them.
        let unwanted = ["TO" + "DO", "FIX" + "ME", "/wo" + "rk/", "/tmp/" + "dev", "/opt/" + "swift"]
        var found: [String] = []
        for file in SourceTree.files {
            for (number, line) in file.lines.enumerated() {
                for word in unwanted where line.contains(word) { found.append("\(file.path):\(number + 1): \(word)") }
            }
        }
        #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
    }

    @Test("every type and function that other modules see says what it promises")
    func documented() {
        var found: [String] = []
        for file in SourceTree.swift(under: "Sources") {
            for (number, line) in file.code.enumerated() where needsComment(line) {
                if hasComment(before: number, in: file.lines) { continue }
                found.append("\(file.path):\(number + 1): \(line.drop { $0 == " " })")
            }
        }
        #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
    }

    /// Whether a line declares something for other modules that its own name and type do not say all of.
    ///
    /// A stored property and an initialiser are told by the comment of their type, where they hold no surprise; what
    /// fulfils a protocol everyone knows promises what the protocol does.
    private func needsComment(_ line: String) -> Bool {
        let words = leadingWords(line)
        guard let level = words.first, level == "package" || level == "public" else { return false }
        let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "actor", "func", "typealias"]
        let isComputed = words.contains("var") && line.contains("{") && !line.contains("=")
        let known = [
            "var description:", "var debugDescription:", "var errorDescription:", "var id:", "var body:",
            "func encode(to",
            "func hash(into", "func ==", "func <", "func next()", "func makeIterator()",
        ]
        return (isComputed || words.contains(where: kinds.contains)) && !known.contains(where: line.contains)
    }

    private func hasComment(before number: Int, in lines: [Substring]) -> Bool {
        for line in lines[..<number].reversed() {
            let text = line.drop { $0 == " " }
            if text.hasPrefix("///") || text.hasSuffix("*/") { return true }
            if !text.hasPrefix("@") && !text.hasPrefix("#if") { return false }
        }
        return false
    }

    private func expectAbsent(_ banned: [String], in files: [SourceTree.File]) {
        var found: [String] = []
        for file in files {
            for (number, line) in file.code.enumerated() {
                for word in banned where mentions(line, word) { found.append("\(file.path):\(number + 1): \(word)") }
            }
        }
        #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
    }
}
