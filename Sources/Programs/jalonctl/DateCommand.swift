import ArgumentParser
import Calculations
import CivilTime
import DefinitionFiles

/// `jalonctl date`.
struct DateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "date", abstract: "Compute a date outside any contract, and tell how.",
        discussion: """
            Needs no service. Asks as workflows do:

              jalonctl date "5 clear days before 2022-06-14" --calendar france
              jalonctl date "60 days after 2021-09-15" --calendar france --roll next
              jalonctl date "30 months from 2016-09-01"
              jalonctl date "last working day of 2021-11" --calendar morocco
              jalonctl date "2nd Tuesday of month after 2021-09-15"
              jalonctl date "first half of 2019"
              jalonctl date "72 hours after 2021-09-24T16:30" --zone Africa/Casablanca
              jalonctl date "30 days after 2026-03-05" --method eu-1182 --calendar france
              jalonctl date 2021-11-14 --calendar france

            'after' and 'before' leave out the day of the event; 'from' counts its first day. Periods are in days, \
            clear days, working days, workable days, weeks, months, years, hours, minutes or seconds. A window is \
            2021, 2021-11, 2021-Q4, 2021-H2, November 2021, first half of 2021, second quarter of 2021, early 2021, \
            2021-11-05..2021-11-20, or month, quarter, half or year, then of, after or before, and a date; its last day \
            counts. A day of a window is the first, 2nd, last or 2nd last day, working day, workable day or weekday of it.

            Methods are \(DeadlineMethod.allCases.map(\.rawValue).joined(separator: ", ")); they move an end as \
            their texts say.

            With --json, an object with 'date', 'nominal' (before it was moved), 'opens' (of a window), 'time' (of a period in hours), \
            'endsAt' (with a zone), 'provisional' (an estimated holiday could change it), 'calendar' and 'why'.

            With --lines, every line of stdin is a case {"id", "method", "start", "duration": {"n", "unit"}} with \
            "holidays", "calendar", "holidays_file" or "jurisdiction", and with "tz" where hours count in a zone; \
            it is answered by {"id", "last_day", "why"}, {"id", "end", "why"} or {"error"}.
            """)

    /// What `--roll` says.
    enum RollOption: String, CaseIterable, ExpressibleByArgument {
        case next, previous, none

        var roll: Roll {
            switch self {
            case .next: .nextWorkingDay
            case .previous: .previousWorkingDay
            case .none: .none
            }
        }
    }

    @OptionGroup var options: GlobalOptions
    @OptionGroup var places: CalendarOptions

    @Argument(help: "What is asked for.")
    var question: String?

    @Option(name: .long, help: ArgumentHelp("The working days: a calendar or a file.", valueName: "name"))
    var calendar: String?

    @Option(
        name: .long, help: ArgumentHelp("Move a date that is not worked.", valueName: "way"))
    var roll: RollOption?

    @Option(name: .long, help: ArgumentHelp("Compute by a published method.", valueName: "method"))
    var method: DeadlineMethod?

    @Option(name: .long, help: ArgumentHelp("Whose clocks count.", valueName: "zone"))
    var zone: String?

    @Option(name: .long, help: ArgumentHelp("Answer in this language.", valueName: "language"))
    var language = Language.english

    @Flag(name: .long, help: "Answer cases from stdin, one a line.")
    var lines = false

    func validate() throws {
        if lines, question != nil || roll != nil || method != nil || zone != nil {
            throw ValidationError(
                "--lines takes its cases from stdin: leave out the question, --roll, --method and --zone")
        }
        if !lines, question == nil { throw ValidationError("Missing expected argument '<question>'") }
    }

    func run() throws {
        guard let question else { return try answerLines() }
        let zones = ZoneFiles.ofEnvironment()
        let (asked, rules) = try calculating { () throws(CalculationError) in
            let subject = try DateQuestion.Subject(parsing: question)
            let rules: TimeZoneRules? = if let zone { try zones.required(zone) } else { nil }
            return (DateQuestion(subject, roll: roll?.roll, method: method), rules)
        }
        let workingDays = try workingDays(of: asked)
        let answer = try calculating { () throws(CalculationError) in
            try asked.answer(calendar: workingDays, zone: rules, language: language)
        }
        if options.json {
            try printJSON(Report(answer, calendar: calendar == nil ? nil : workingDays.name, zone: rules))
        } else {
            print(Self.text(answer, zone: rules, language: language, style: .ofOutput))
        }
    }

    private func workingDays(of question: DateQuestion) throws(Failure) -> BusinessCalendar {
        let library = places.library
        if let calendar { return try library.calendar(calendar) }
        guard question.needsCalendar else { return .everyDay }
        throw .usage(
            "this depends on which days are worked: name a calendar with --calendar",
            hint: library.choice)
    }

    private func answerLines() throws {
        let library = places.library
        let names = library.names
        let ordinary: BusinessCalendar? = if let calendar { try library.calendar(calendar) } else { nil }
        var known: [String: BusinessCalendar] = [:]
        let zones = ZoneFiles.ofEnvironment()
        try JSONLines.run { line in
            answer(line: line) { plain throws(CalculationError) in
                try deadlineCase(
                    plain, ordinary: ordinary, calendars: names, language: language, zones: { zones.zone($0) }
                ) { name throws(CalculationError) in
                    if let calendar = known[name] { return calendar }
                    // A line names a calendar, never a file.
                    guard names.contains(name) else {
                        throw CalculationError(
                            "there is no calendar '\(name)'; \(library.choice)")
                    }
                    do throws(Failure) {
                        let calendar = try library.calendar(name)
                        known[name] = calendar
                        return calendar
                    } catch {
                        throw CalculationError(error.message)
                    }
                }
            }
        }
    }

    /// What `date --json` prints.
    struct Report: Encodable {
        /// The day that counts.
        var date: String
        /// Before it was moved to another day; absent where dates are not moved.
        var nominal: String?
        /// The first day of a window; absent for a single day.
        var opens: String?
        /// What clocks show at the end; absent for a day, which counts to its end.
        var time: String?
        /// The end as an instant; absent without a zone.
        var endsAt: String?
        /// An estimated holiday could still change the date.
        var provisional: Bool
        /// Absent where none was named.
        var calendar: String?
        var why: [String]

        init(_ answer: DateAnswer, calendar: String?, zone: TimeZoneRules?) {
            date = answer.date.description
            nominal = answer.nominal?.description
            opens = answer.opens?.description
            time = answer.time?.iso
            endsAt = zone.flatMap { zone in answer.instant?.rfc3339(in: zone) }
            provisional = answer.provisional
            self.calendar = calendar
            why = answer.why
        }
    }

    static func text(_ answer: DateAnswer, zone: TimeZoneRules?, language: Language, style: Style) -> String {
        let words = answer.time.map { $0.words(in: language) } ?? answer.date.words(in: language)
        let iso = answer.time?.iso ?? answer.date.description
        let mark = answer.provisional ? "  " + style.yellow(language == .french ? "provisoire" : "provisional") : ""
        var lines = ["\(style.bold(words))  \(iso)\(mark)"]
        if let zone, let instant = answer.instant {
            let ends = answer.time == nil ? (language == .french ? "fin : " : "ends: ") : ""
            lines.append("  \(ends)\(instant.rfc3339(in: zone)) (\(zone.identifier))")
        }
        for step in answer.why {
            let parts = wrapped(safe(step), to: style.width.map { $0 - 4 })
            lines += parts.enumerated().map { index, part in (index == 0 ? "  - " : "    ") + part }
        }
        return lines.joined(separator: "\n")
    }
}

extension DeadlineMethod: ExpressibleByArgument {}
