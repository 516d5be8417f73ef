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
        if let event = date.replacedBy, let position = current.eventAnchors[event] {
            return resolved(date, workflow.zone.day(of: position))
        }
        switch date.source {
        case .literal(let day, let time):
            return resolved(date, day.adding(days: current.shiftDays), time: time)
        case .counted(let period, let direction, let anchor):
            if let exact = period.duration { return counted(date, exact, direction, from: anchor) }
            return derived(date)
        case .calendar(nil, let source):
            guard let window = workflow.window(source, in: current) else { return nil }
            var result = resolved(date, window.last)
            result.window = window
            return result
        case .calendar:
            return derived(date)
        case .expression(let expression):
            switch try? evaluate(expression) {
            case .date(let day):
                guard let moved = workflow.rolled(day, of: date) else { return resolved(date, day) }
                return resolved(date, moved.date, nominal: moved.nominal, isProvisional: moved.provisional)
            case .timestamp(let instant):
                let local = workflow.zone.civil(at: instant.timestamp)
                return resolved(date, local.date, time: local.time)
            default: return nil
            }
        }
    }

    private func derived(_ date: NamedDate) -> ResolvedDate? {
        workflow.derived(date, in: current).map {
            resolved(date, $0.date, nominal: $0.nominal, isProvisional: $0.provisional)
        }
    }

    private func counted(
        _ date: NamedDate, _ exact: Duration, _ direction: DateSource.Direction, from anchor: DateAnchor
    ) -> ResolvedDate? {
        guard let origin = workflow.instant(of: anchor, direction, in: current) else { return nil }
        let end: Timestamp?
        switch direction {
        case .before: end = origin - exact
        case .after:
            end = limit(
                exact, after: origin,
                stops: date.clock.map { current.clocks[$0].map { ($0.since.instant, $0.until?.instant) } } ?? [])
        }
        guard let local = end.map({ workflow.zone.civil(at: $0) }) else { return nil }
        return resolved(date, local.date, time: local.time)
    }

    private func resolved(
        _ date: NamedDate, _ day: CivilDate, nominal: CivilDate? = nil, time: TimeOfDay? = nil,
        isProvisional: Bool = false
    ) -> ResolvedDate {
        let limit: Position
        let isFirst = date.kind == .earliest
        if let time {
            let instant = workflow.zone.timestamp(of: CivilDateTime(date: day, time: time)).instant
            limit = Position(instant, date.isStrict || isFirst ? .strictDues : .inclusiveDues)
        } else if isFirst {
            limit = Position(workflow.zone.startOfDay(day), .strictDues)
        } else {
            limit = Position(workflow.zone.endOfDay(day), .dayEnds)
        }
        return ResolvedDate(
            nominal: nominal ?? day, day: day, time: time, limit: limit, isProvisional: isProvisional)
    }
}
