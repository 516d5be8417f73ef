import ArgumentParser
import Calculations
import CivilTime
import DefinitionFiles
import Testing

@testable import jalonctl

@Suite("Calculating commands")
struct CalculatingTests {
    @Test("the help of a command's commands reads as its file has it")
    func help() throws {
        for command in CalendarCommand.configuration.subcommands {
            let name = command.configuration.commandName ?? ""
            try Fixture.expect(
                Jalonctl.helpMessage(for: command, columns: 100), is: "help-calendar-\(name).txt")
        }
    }

    @Test(
        "what cannot be understood is one line that says what is wrong",
        arguments: [
            ("eval", "missing expected argument '<expression>'; see 'jalonctl eval --help'"),
            ("eval x --lines", "--lines takes its cases from stdin: leave out the expression, --set and --type; see"),
            ("eval x --set y", "the value 'y' is invalid for '--set <name=value>'; see"),
            ("recur", "missing expected argument '<rrule>'; see 'jalonctl recur --help'"),
            ("recur FREQ=DAILY", "missing expected argument '--from <time>'; see"),
            ("recur FREQ=DAILY --from 2021-09-24 --count 0", "--count must be between 1 and 100000; see"),
            (
                "recur FREQ=DAILY --from 2021-09-24 --language de",
                "the value 'de' is invalid for '--language <language>'"
            ),
            ("date", "missing expected argument '<question>'; see"),
            ("date --lines --roll next", "--lines takes its cases from stdin: leave out the question, --roll"),
            ("date 2021-09-24 --roll up", "the value 'up' is invalid for '--roll <way>'"),
            ("date 2021-09-24 --method x", "the value 'x' is invalid for '--method <method>'"),
            ("calendar show", "missing expected argument '<name>'; see 'jalonctl calendar show --help'"),
            ("calendar show france", "missing expected argument '--from <year>'"),
            ("calendar show france --from 2022 --to 2021", "--to 2021 is before --from 2022; see"),
            ("calendar show france --from 0", "years are 1 to 9999; see"),
            ("calendar check", "missing expected argument '<file> ...'; see 'jalonctl calendar check --help'"),
        ])
    func usage(line: String, message: String) {
        do {
            _ = try Jalonctl.parseAsRoot(line.split(separator: " ").map(String.init))
            Issue.record("\(line) was understood")
        } catch {
            guard case .failure(let failure) = Ending(error) else {
                Issue.record("\(line): \(error)")
                return
            }
            #expect(failure.kind == .usage)
            #expect(failure.line.hasPrefix("jalonctl: \(message)"), "\(failure.line)")
            #expect(!failure.line.contains("\n"))
        }
    }

    @Test(
        "carets stand below the mistake, whatever the letters' width",
        arguments: [
            ("1 + foo", 4, 3, ["1 + foo", "    ^~~"]), ("foo", 0, 3, ["foo", "^~~"]), ("a +", 3, 0, ["a +", "   ^"]),
            ("'été' + x", 10, 1, ["'été' + x", "        ^"]), ("'日本' + x", 11, 1, ["'日本' + x", "         ^"]),
            ("a +\n  bad + c\n", 6, 3, ["  bad + c", "  ^~~"]), ("a\tb", 2, 1, ["a b", "  ^"]),
            ("ab\ncd", 1, 4, ["ab", " ^"]), ("a", 9, 5, ["a", " ^"]), ("", 0, 0, ["", "^"]),
            ("\u{1B}[31m", 0, 1, ["\u{FFFD}[31m", "^"]),
        ])
    func excerpts(source: String, offset: Int, length: Int, lines: [String]) {
        #expect(excerpt(of: source, offset: offset, length: length, style: .plain) == lines)
    }

    @Test("places are counted in lines and characters from 1")
    func places() {
        #expect(place(of: 0, in: "é + x") == (1, 1))
        #expect(place(of: 5, in: "é + x") == (1, 5))
        #expect(place(of: 4, in: "a\n\nb") == (3, 2))
        #expect(place(of: 99, in: "a\n") == (2, 1))
    }

    @Test("a date is shown with its end and the steps to it")
    func date() throws {
        let paris = try #require(ZoneFiles(folder: ZoneFiles.systemFolder).zone("Europe/Paris"))
        let question = try DateQuestion(.init(parsing: "60 days after 2021-09-15"))
        let answer = try question.answer(calendar: .everyDay, zone: paris, language: .english)
        #expect(
            DateCommand.text(answer, zone: paris, language: .english, style: .plain) == """
                Sunday 14 November 2021  2021-11-14
                  ends: 2021-11-15T00:00:00+01:00 (Europe/Paris)
                  - the event is on Wednesday 15 September 2021; that day is not counted
                  - counting 60 days leads to Sunday 14 November 2021
                """)
        var provisional = answer
        provisional.provisional = true
        let narrow = Style(hasColours: false, width: 40)
        #expect(
            DateCommand.text(provisional, zone: nil, language: .french, style: narrow) == """
                dimanche 14 novembre 2021  2021-11-14  provisoire
                  - the event is on Wednesday 15
                    September 2021; that day is not
                    counted
                  - counting 60 days leads to Sunday 14
                    November 2021
                """)
    }

    @Test("occurrences and holidays are tables")
    func tables() throws {
        let start = try #require(CivilDate(iso: "2021-09-15"))
        let rule = try Recurrence(rrule: "FREQ=MONTHLY;COUNT=2", from: .date(start))
        #expect(
            RecurCommand.text(Array(rule), true, true, .french, style: .plain) == """
                mercredi 15 septembre 2021  2021-09-15
                vendredi 15 octobre 2021    2021-10-15
                """)
        #expect(RecurCommand.text(Array(rule.prefix(1)), false, true, .english, style: .plain).hasSuffix("\nand so on"))
        #expect(RecurCommand.text([], true, true, .english, style: .plain) == "the rule does not occur")
        #expect(
            RecurCommand.text(Array(rule.prefix(1)), false, true, .french, style: .plain)
                .hasSuffix("\net ainsi de suite"))
        #expect(RecurCommand.text([], true, true, .french, style: .plain) == "la règle n'a pas d'occurrence")
        let holidays = [
            Holiday(date: start, name: "Un"), Holiday(date: start.adding(days: 1), name: "Deux", provisional: true),
        ]
        #expect(
            CalendarShow.text(holidays, style: .plain) == """
                Wednesday  2021-09-15  Un
                Thursday   2021-09-16  Deux  provisional
                """)
        #expect(CalendarShow.text([], style: .plain) == "no holidays")
    }
}
