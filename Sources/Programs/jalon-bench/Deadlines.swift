import CivilTime
import DefinitionFiles
import WorkflowLoading
import WorkflowModel

/// A million deadlines, each with the reasoning behind it, in every unit and on two calendars with holidays.
enum Deadlines {
    static func run(workflows: String) throws {
        let calendars = [
            try calendar("france", "Europe/Paris", workflows), try calendar("morocco", "Africa/Casablanca", workflows),
        ]
        let periods = [
            Period(2, .months), Period(30, .days), Period(5, .clearDays), Period(15, .workingDays),
            Period(10, .workableDays), Period(3, .weeks), Period(1, .years), Period(48, .hours),
        ]
        let first = CivilDate(iso: "2016-01-01") ?? .earliest
        let count = 1_000_000
        var steps = 0
        let elapsed = seconds {
            for number in 0..<count {
                let anchor = first.adding(days: number % 5_000)
                let found = limit(
                    periods[number % periods.count], after: anchor, calendar: calendars[number / 8 % 2],
                    roll: .nextWorkingDay)
                steps += found.steps.count
            }
        }
        guard steps >= 2 * count else { throw Unusable(description: "a deadline came without its reasoning") }
        Figure(workload: "W2", metric: "seconds-for-a-million-deadlines", value: elapsed).print()
    }

    private static func calendar(_ name: String, _ zone: String, _ folder: String) throws -> BusinessCalendar {
        let files = DefinitionFiles(zones: ZoneFiles(folder: ZoneFiles.systemFolder))
        let text = """
            jalon: 1
            workflow: \(name)
            title: A calendar
            time-zone: \(zone)
            calendar: \(name)
            initial: open
            states: { open: {} }

            """
        let (workflow, diagnostics) = loadWorkflow(
            text, file: "\(name).yaml", environment: files.environment(for: folder))
        guard let calendar = workflow?.calendar, !calendar.rules.isEmpty else {
            throw Unusable(description: "the calendar '\(name)': \(diagnostics.first?.message ?? "it has no holidays")")
        }
        return calendar
    }
}
