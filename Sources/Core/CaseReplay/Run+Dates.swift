import CivilTime
import Expressions
import StatechartKernel
import WorkflowModel

extension Run {
    /// Computes every named date from what is known now, and notes which have moved.
    mutating func resolveDates() {
        let before = current.dates
        for index in workflow.dateOrder { current.dates[index] = resolve(workflow.dates[index]) }
        for index in before.indices where before[index] != current.dates[index] {
            note(.dateChanged(index, from: before[index], to: current.dates[index]))
        }
    }

    private func resolve(_ date: NamedDate) -> ResolvedDate? {
        if let event = date.replacedBy, let instant = current.eventAnchors[event] {
            return resolved(date, workflow.zone.civil(at: instant).date)
        }
        switch date.source {
        case .literal(let day, let time):
            return resolved(date, day.adding(days: current.shiftDays), time: time)
        case .counted(let period, let direction, let anchor):
            return counted(date, period, direction, from: anchor)
        case .expression(let expression):
            switch try? evaluate(expression) {
            case .date(let day): return resolved(date, day)
            case .timestamp(let instant):
                let local = workflow.zone.civil(at: instant.timestamp)
                return resolved(date, local.date, time: local.time)
            default: return nil
            }
        }
    }

    private func counted(
        _ date: NamedDate, _ period: Period, _ direction: DateSource.Direction, from anchor: DateAnchor
    ) -> ResolvedDate? {
        let start: CivilDateTime
        switch anchor {
        case .date(let index):
            guard let anchor = current.dates[index] else { return nil }
            start = CivilDateTime(date: anchor.nominal, time: anchor.time ?? .midnight)
        case .event(let index):
            guard let instant = current.eventAnchors[index] else { return nil }
            start = workflow.zone.civil(at: instant)
        case .entry(let index):
            guard let instant = current.entryAnchors[index] else { return nil }
            start = workflow.zone.civil(at: instant)
        }
        if let exact = period.duration {
            let origin = workflow.zone.timestamp(of: start).instant
            let end = workflow.zone.civil(at: direction == .after ? origin + exact : origin - exact)
            return resolved(date, end.date, time: end.time)
        }
        let derived =
            direction == .after
            ? limit(period, after: start.date, calendar: workflow.calendar, roll: date.roll)
            : limit(period, before: start.date, calendar: workflow.calendar, roll: date.roll)
        return resolved(date, derived.date, nominal: derived.nominal, isProvisional: derived.provisional)
    }

    private func resolved(
        _ date: NamedDate, _ day: CivilDate, nominal: CivilDate? = nil, time: TimeOfDay? = nil,
        isProvisional: Bool = false
    ) -> ResolvedDate {
        let limit: Position
        if let time {
            let instant = workflow.zone.timestamp(of: CivilDateTime(date: day, time: time)).instant
            limit = Position(instant, date.isStrict ? .strictDues : .inclusiveDues)
        } else {
            limit = Position(workflow.zone.endOfDay(day), .strictDues)
        }
        return ResolvedDate(
            nominal: nominal ?? day, day: day, time: time, limit: limit, isProvisional: isProvisional)
    }
}
