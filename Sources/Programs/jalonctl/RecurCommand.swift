import ArgumentParser
import Calculations
import CivilTime
import DefinitionFiles

/// `jalonctl recur`.
struct RecurCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recur", abstract: "List when a recurrence rule occurs.",
        discussion: """
            Needs no service. Rules are those of RFC 5545 (iCalendar), counted from a start, which is an occurrence \
            only if the rule selects it:

              jalonctl recur 'FREQ=MONTHLY;BYDAY=-1FR' --from 2021-09-15
              jalonctl recur 'FREQ=YEARLY;BYMONTH=6' --from 2022-06-01T09:00 --zone Indian/Mayotte --count 3

            With --json, an object with 'starts', each with 'local' and, with a zone, 'instant', and 'complete', which \
            says that there are no more.

            With --lines, every line of stdin is a case {"id", "rrule", "dtstart", "tz", "lines", "count"} and is \
            answered by {"id", "starts", "complete"} or {"error"}.
            """)

    @OptionGroup var options: GlobalOptions

    @Argument(help: ArgumentHelp("The rule.", valueName: "rrule"))
    var rule: String?

    @Option(name: .long, help: ArgumentHelp("The start: 2021-09-24, or 2021-09-24T16:30.", valueName: "time"))
    var from: String?

    @Option(name: .long, help: ArgumentHelp("Whose clocks count; any clock where absent.", valueName: "zone"))
    var zone: String?

    @Option(name: .long, help: ArgumentHelp("At most this many.", valueName: "count"))
    var count = 10

    @Option(name: .long, help: ArgumentHelp("None after this; a day is included.", valueName: "time"))
    var until: String?

    @Option(name: .long, help: ArgumentHelp("Leave out this day or time; may be repeated.", valueName: "time"))
    var exdate: [String] = []

    @Option(name: .long, help: ArgumentHelp("Dates in words of this language.", valueName: "language"))
    var language = Language.english

    @Flag(name: .long, help: "Answer cases from stdin, one a line.")
    var lines = false

    func validate() throws {
        if lines, rule != nil || from != nil {
            throw ValidationError("--lines takes its cases from stdin: leave out the rule and --from")
        }
        if !lines, rule == nil { throw ValidationError("Missing expected argument '<rrule>'") }
        if !lines, from == nil { throw ValidationError("Missing expected argument '--from <time>'") }
        if !(1...mostOccurrences).contains(count) {
            throw ValidationError("--count must be between 1 and \(mostOccurrences)")
        }
    }

    struct Report: Encodable {
        struct Start: Encodable {
            /// As clocks show it; a day without time where the start has none.
            var local: String
            /// In UTC; absent without a zone.
            var instant: String?
        }

        var starts: [Start]
        /// There are no more, or none up to `--until`.
        var complete: Bool
    }

    func run() throws {
        let zones = ZoneFiles.ofEnvironment()
        guard let rule, let from else {
            return try JSONLines.run { line in
                answer(line: line) { plain throws(CalculationError) in try recurrenceCase(plain) { zones.zone($0) } }
            }
        }
        let start = try start(from, zones)
        let excluded = try exdate.map { text in
            let basic = CivilDate(iso: text)?.basic ?? CivilDateTime(iso: text)?.basic
            guard let basic else { throw Self.notTime("--exdate", text) }
            return "EXDATE:\(basic)"
        }
        let recurrence = try calculating { () throws(CalculationError) in
            try Calculations.recurrence(rule, from: start, lines: excluded, zones: { zones.zone($0) })
        }
        let (found, isComplete) = try first(recurrence)
        let isDate = if case .date = start { true } else { false }
        if options.json {
            let starts = found.map { occurrence in
                Report.Start(
                    local: isDate ? occurrence.local.date.description : occurrence.local.iso,
                    instant: occurrence.instant?.rfc3339)
            }
            try printJSON(Report(starts: starts, complete: isComplete))
        } else {
            print(Self.text(found, isComplete, isDate, language, style: .ofOutput))
        }
    }

    private func start(_ text: String, _ zones: ZoneFiles) throws -> Recurrence.Start {
        if let date = CivilDate(iso: text) { return .date(date) }
        guard let local = CivilDateTime(iso: text) else { throw Self.notTime("--from", text) }
        guard let zone else { return .floating(local) }
        return .zoned(local, try calculating { () throws(CalculationError) in try zones.required(zone) })
    }

    private func first(_ recurrence: Recurrence) throws -> (found: [Recurrence.Occurrence], isComplete: Bool) {
        let last = try until.map { text in
            if let date = CivilDate(iso: text) { return CivilDateTime(date: date, time: .lastSecond) }
            guard let time = CivilDateTime(iso: text) else { throw Self.notTime("--until", text) }
            return time
        }
        var iterator = recurrence.makeIterator()
        var found: [Recurrence.Occurrence] = []
        while let next = iterator.next() {
            if let last, next.local > last { break }
            if found.count == count { return (found, false) }
            found.append(next)
        }
        return (found, true)
    }

    private static func notTime(_ option: String, _ text: String) -> Failure {
        .usage("\(option) '\(text)' is no date or time", hint: "write 2021-09-24, or 2021-09-24T16:30")
    }

    static func text(
        _ found: [Recurrence.Occurrence], _ isComplete: Bool, _ isDate: Bool, _ language: Language, style: Style
    ) -> String {
        let isFrench = language == .french
        guard !found.isEmpty else { return isFrench ? "la règle n'a pas d'occurrence" : "the rule does not occur" }
        let rows = found.map { occurrence in
            [
                isDate ? occurrence.local.date.words(in: language) : occurrence.local.words(in: language),
                isDate ? occurrence.local.date.description : occurrence.local.iso, occurrence.instant?.rfc3339 ?? "",
            ]
        }
        let rest = isComplete ? [] : [isFrench ? "et ainsi de suite" : "and so on"]
        return (table(rows, style: style) + rest).joined(separator: "\n")
    }
}

extension ZoneFiles {
    /// The rules of a zone.
    ///
    /// - Throws: ``CalculationError`` for a zone that this machine has no data of.
    func required(_ name: String) throws(CalculationError) -> TimeZoneRules {
        guard let rules = name == "UTC" ? .utc : zone(name) else { throw unknownZone(name) }
        return rules
    }
}

extension Language: ExpressibleByArgument {}
