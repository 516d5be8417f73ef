import DefinitionFiles
import Foundation
import Glibc
import Testing

/// The calculating commands of the built program, as people and programs start them.
@Suite("The program calculates")
struct CalculatingProgramTests {
    struct Outcome {
        var code: Int32
        var output: String
        var errors: String

        /// What each line of the output says.
        var answers: [[String: Any]] {
            get throws {
                try output.split(separator: "\n").map { line in
                    try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
                }
            }
        }
    }

    /// The program beside the tests, in the folder of what was built.
    private static let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appending(path: "jalonctl")
    static let isBuilt = FileManager.default.isExecutableFile(atPath: program.path)

    private static let root = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    private static let calendarFolder = root.appending(path: "workflows/calendars").path
    private static let shared = root.deletingLastPathComponent().appending(path: "shared/conformance")
    static let hasSamples = FileManager.default.fileExists(atPath: shared.path)

    private static func process(_ arguments: [String], in folder: URL? = nil) -> Process {
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        process.environment = ["PATH": "/usr/bin:/bin"]
        if let folder { process.currentDirectoryURL = folder }
        return process
    }

    /// Runs the program; its input and what it prints go through files, so that nobody waits for anybody.
    private func run(_ arguments: [String], input: String = "", in place: URL? = nil) throws -> Outcome {
        let folder = FileManager.default.temporaryDirectory.appending(path: "jalonctl-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let files = ["input", "output", "errors"].map { folder.appending(path: $0) }
        try Data(input.utf8).write(to: files[0])
        for file in files[1...] { try Data().write(to: file) }
        let process = Self.process(arguments, in: place)
        process.standardInput = try FileHandle(forReadingFrom: files[0])
        process.standardOutput = try FileHandle(forWritingTo: files[1])
        process.standardError = try FileHandle(forWritingTo: files[2])
        try process.run()
        process.waitUntilExit()
        let texts = try files[1...].map { try String(contentsOf: $0, encoding: .utf8) }
        return Outcome(code: process.terminationStatus, output: texts[0], errors: texts[1])
    }

    // MARK: Lines

    @Test(
        "a line that cannot be handled is answered by an error and the rest go on", .enabled(if: isBuilt, "not built"))
    func errorsGoOn() throws {
        let long = #"{"expr":"\#(String(repeating: "1", count: 1 << 20))"}"#
        let input = [#"{"expr":"1 + 1"}"#, "nonsense", "", long, #"{"expr":"1 / 0"}"#, #"{"expr":"2 + 2"}"#]
        // The last line has no end.
        let outcome = try run(["eval", "--lines"], input: input.joined(separator: "\n"))
        #expect(outcome.code == 0)
        #expect(outcome.errors.isEmpty)
        let lines = outcome.output.split(separator: "\n").map(String.init)
        #expect(lines.count == 6)
        #expect(lines.first == #"{"value":{"int":"2"}}"#)
        #expect(lines.last == #"{"value":{"int":"4"}}"#)
        let errors = try outcome.answers.compactMap { $0["error"] as? String }
        #expect(errors.count == 4)
        #expect(errors[2] == "the line has more than the 1048576 bytes allowed")
    }

    @Test(
        "each line is answered before the next is written", .enabled(if: isBuilt, "not built"),
        arguments: [
            ("eval", #"{"expr":"6 * 7"}"#, #"{"value":{"int":"42"}}"#),
            (
                "recur", #"{"id":"a","rrule":"FREQ=DAILY","dtstart":"20210924","tz":"floating","count":1}"#,
                #"{"complete":false,"id":"a","starts":["20210924"]}"#
            ),
            ("date", "{}", #"{"error":"the line has no 'duration'"}"#),
        ])
    func conversation(command: String, line: String, answer: String) throws {
        let process = Self.process([command, "--lines"])
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        for round in 1...3 {
            try input.fileHandleForWriting.write(contentsOf: Data("\(line)\n".utf8))
            let given = read(output.fileHandleForReading.fileDescriptor, until: "\n")
            #expect(given == "\(answer)\n", "round \(round)")
        }
        try input.fileHandleForWriting.close()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }

    /// What arrives up to some text, or until nothing has come for a long time.
    private func read(_ descriptor: Int32, until end: String) -> String {
        var text = ""
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        while !text.hasSuffix(end), poll(&waiting, 1, 60_000) == 1 {
            var buffer = [UInt8](repeating: 0, count: 4096)
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            guard count > 0 else { break }
            text += String(decoding: buffer[..<count], as: UTF8.self)
        }
        return text
    }

    @Test(
        "expressions are computed with the rules of a pack", .enabled(if: isBuilt, "not built"),
        arguments: [
            ("fr-ccag-pi-2021", nil, #"late_penalty(money("97500 EUR"), 45, money("97500 EUR"))"#, 0, "1462.50 EUR"),
            ("fr-ccag-pi-2021", nil, #"rules.penalty(money("30000 EUR"), 12)"#, 0, "120.00 EUR"),
            ("fr-ccp", "2021-06-01", "framework_allowed(false, 36)", 0, "true"),
            ("fr-ccp", "2022-02-01", "framework_allowed(false, 36)", 0, "false"),
            (
                "fr-ccp", nil, "formal_threshold", 4,
                "it depends on the day of the consultation, which is not said; say when"
            ),
            ("fr-ccp", "2030-01-01", "formal_threshold", 4, "the pack has it from 1 January 2016 to 31 December 2027"),
            ("fr-ccp", "2021-06-01", "formal_treshold", 2, "did you mean 'formal_threshold'"),
        ] as [(String, String?, String, Int32, String)])
    func rules(pack: String, day: String?, expression: String, code: Int32, expected: String) throws {
        let folder = Self.root.appending(path: "workflows").path
        let outcome = try run(
            ["eval", "--rules", pack, "--workflows", folder, expression] + (day.map { ["--on", $0] } ?? []))
        #expect(outcome.code == code)
        #expect((code == 0 ? outcome.output : outcome.errors).contains(expected), "\(outcome)")
    }

    @Test("the sample deadlines end when they should", .enabled(if: isBuilt && hasSamples, "not built, or no samples"))
    func deadlines() throws {
        let text = try String(contentsOf: Self.shared.appending(path: "deadlines.jsonl"), encoding: .utf8)
        let expected = try text.split(separator: "\n").map { line in
            try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
        let outcome = try run(["date", "--lines", "--calendars", Self.calendarFolder], input: text)
        let answers = try outcome.answers
        #expect(answers.count == expected.count)
        for (answer, sample) in zip(answers, expected) {
            #expect(answer["id"] as? String == sample["id"] as? String)
            #expect(answer["last_day"] as? String == sample["expected_last_day"] as? String, "\(answer)")
        }
    }

    @Test(
        "France's holidays are those of the public table",
        .enabled(if: isBuilt && hasSamples, "not built, or no samples"))
    func holidays() throws {
        let table = try String(contentsOf: Self.shared.appending(path: "holidays/FR-metropole.csv"), encoding: .utf8)
        let dates = table.split(whereSeparator: \.isNewline).dropFirst().map { String($0.prefix(10)) }
        let outcome = try run([
            "calendar", "show", "france", "--calendars", Self.calendarFolder, "--from", "2015", "--to", "2030",
            "--json",
        ])
        let shown = try #require(
            JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [[String: Any]])
        #expect(shown.map { $0["date"] as? String ?? "" } == dates)
        #expect(shown.allSatisfy { Set($0.keys) == ["date", "name", "provisional", "source"] })
        #expect(shown.allSatisfy { $0["provisional"] as? Bool == false })
    }

    // MARK: One question

    @Test(
        "a question is answered on stdout", .enabled(if: isBuilt, "not built"),
        arguments: [
            (
                ["eval", "--decimals", "offer * 0.30", "--type", "offer=money", "--set", "offer=120000 MAD"],
                "money(\"36000.00 MAD\")\n"
            ),
            (
                ["eval", "--set", "x=[1, 2]", "--json", "x.size()"],
                #"{"text":"2","type":"int","value":{"int":"2"}}"# + "\n"
            ),
            (["eval", "--", "-1"], "-1\n"),
            (
                ["--json", "recur", "FREQ=YEARLY;COUNT=1", "--from", "2021-09-24T16:30", "--zone", "UTC"],
                """
                {
                  "complete" : true,
                  "starts" : [
                    {
                      "instant" : "2021-09-24T16:30:00Z",
                      "local" : "2021-09-24T16:30"
                    }
                  ]
                }

                """
            ),
            (
                ["recur", "FREQ=DAILY", "--from", "2021-09-24", "--until", "2021-09-26", "--exdate", "2021-09-25"],
                "Friday 24 September 2021  2021-09-24\nSunday 26 September 2021  2021-09-26\n"
            ),
            (
                ["date", "30 months from 2016-09-01", "--language", "fr"],
                """
                jeudi 28 février 2019  2019-02-28
                  - le premier jour est le jeudi 1er septembre 2016 ; ce jour compte
                  - 30 mois après : jeudi 28 février 2019

                """
            ),
        ])
    func answered(arguments: [String], output: String) throws {
        let outcome = try run(arguments)
        #expect(outcome.output == output)
        #expect(outcome.errors.isEmpty)
        #expect(outcome.code == 0)
    }

    @Test(
        "what is wrong is on stderr, with an exit code of its kind", .enabled(if: isBuilt, "not built"),
        arguments: [
            (
                ["eval", "1 + offre", "--set", "offer=1"], 2,
                "  1 + offre\n      ^~~~~\n  there is no 'offre' here; did you mean 'offer'? [unknown-name]\n"
                    + "jalonctl: the expression has a mistake\n"
            ),
            (
                ["eval", "1 / 0"], 4,
                "  1 / 0\n  ^\n  1 / 0: division by zero\njalonctl: the expression has no value\n"
            ),
            (
                ["eval", "--json", "1 / 0"], 4,
                #"{"code":"divide-by-zero","message":"the expression has no value: 1 / 0: division by zero"}"# + "\n"
            ),
            (
                ["recur", "FREQ=DALY", "--from", "2021-09-24"], 2,
                "jalonctl: column 6: 'DALY' is not one of SECONDLY, MINUTELY, "
                    + "HOURLY, DAILY, WEEKLY, MONTHLY, YEARLY\n"
            ),
            (
                ["date", "3 working days after 2021-09-24", "--calendars", Self.calendarFolder], 2,
                "jalonctl: this depends on which days are worked: name a calendar with --calendar; there are "
                    + "alsace-moselle, france, mayotte, morocco, reunion, spain\n"
            ),
            (
                ["date", "2021-09-24", "--calendar", "narnia", "--calendars", Self.calendarFolder], 3,
                "jalonctl: there is no calendar 'narnia'; there are alsace-moselle, france, mayotte, morocco, "
                    + "reunion, spain\n"
            ),
            (
                ["date", "1 days after 2021-09-24", "--zone", "Mars/Olympus"], 2,
                "jalonctl: there is no time zone 'Mars/Olympus' on this machine; write one as Europe/Paris\n"
            ),
            (
                ["calendar", "show", "/nonexistent/x.yaml", "--from", "2022"], 7,
                "jalonctl: the calendar '/nonexistent/x.yaml' has mistakes: there is no such file; see all with "
                    + "'jalonctl calendar check /nonexistent/x.yaml'\n"
            ),
        ] as [([String], Int32, String)])
    func refused(arguments: [String], code: Int32, errors: String) throws {
        let outcome = try run(arguments)
        #expect(outcome.errors == errors)
        #expect(outcome.output.isEmpty)
        #expect(outcome.code == code)
    }

    @Test(
        "where no calendar is found, the message says where it was looked for and what to do",
        .enabled(if: isBuilt, "not built"))
    func noCalendars() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "jalon-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let looked =
            "no calendars were found in /nonexistent, workflows/calendars, /etc/jalon/workflows/calendars, "
            + "\(DefinitionFiles.installedCalendars): name the folder that has some with --calendars"
        let arguments = ["date", "3 working days after 2022-06-01", "--calendars", "/nonexistent"]
        let unnamed = try run(arguments, in: folder)
        #expect(
            unnamed.errors
                == "jalonctl: this depends on which days are worked: name a calendar with --calendar; \(looked)\n")
        let named = try run(arguments + ["--calendar", "france"], in: folder)
        #expect(named.errors == "jalonctl: there is no calendar 'france'; \(looked)\n")
        let line = #"{"method":"eu-1182","start":"2022-06-01","duration":{"n":3,"unit":"days"},"jurisdiction":"FR"}"#
        let lines = try run(["date", "--lines", "--calendars", "/nonexistent"], input: line, in: folder)
        #expect(try lines.answers.first?["error"] as? String == "there is no calendar 'france'; \(looked)")
    }

    @Test("calendars are listed and checked, their mistakes shown in their places", .enabled(if: isBuilt, "not built"))
    func calendars() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "jalon-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let good = folder.appending(path: "aaa.yaml").path
        let bad = folder.appending(path: "bbb.yaml").path
        try "jalon: 1\ncalendar: aaa\ntitle: Pays A\nholidays:\n  - { name: Un, date: 01-01 }\n"
            .write(toFile: good, atomically: true, encoding: .utf8)
        try "jalon: 1\ncalendar: bbb\nholidays:\n  - { name: Un, dat: 01-01 }\n"
            .write(toFile: bad, atomically: true, encoding: .utf8)

        let list = try run(["calendar", "list", "--calendars", folder.path])
        let rows = list.output.split(separator: "\n").map { $0.split(separator: " ", omittingEmptySubsequences: true) }
        #expect(rows.first == ["CALENDAR", "TITLE", "FILE"])
        #expect(rows.contains(["aaa", "Pays", "A", Substring(good)]))
        #expect(rows.contains(["bbb", Substring(bad), "(has", "mistakes)"]))

        let check = try run(["calendar", "check", good, bad])
        #expect(check.code == 7)
        #expect(
            check.output == """
                \(good): no mistakes
                \(bad):4:17: error: a holiday has no key 'dat'; it may have name, date, easter, hijri, once, from, \
                until, source [unknown-key]
                      - { name: Un, dat: 01-01 }
                                    ^~~ did you mean 'date'?
                \(bad): 1 error

                """)
        let json = try run(["calendar", "check", "--json", good])
        #expect(json.code == 0)
        #expect(json.output.contains(#""calendar" : "aaa""#))
        #expect(json.output.contains(#""ok" : true"#))

        let show = try run(["calendar", "show", good, "--from", "2022"])
        #expect(show.output == "Saturday  2022-01-01  Un\n")
        let byName = try run(["calendar", "show", "aaa", "--calendars", folder.path, "--from", "2022"])
        #expect(byName.output == show.output)
    }
}
