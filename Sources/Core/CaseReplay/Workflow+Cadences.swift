package import CivilTime
import StatechartKernel
package import WorkflowModel

/// Where an obligation that comes back stands.
package struct CadenceStatus: Hashable, Sendable {
    /// An index of `Workflow.cadences`.
    package var cadence: Int
    /// The stretch that counts, with how often it has to happen in it.
    package var period: CadencePeriod
    /// How often it has happened in it.
    package var held: Int

    /// How often it has yet to happen.
    package var missing: Int { max(0, period.required - held) }
}

extension Workflow {
    /// Where an obligation stands on a day; `nil` before its first day is known, and after its last.
    func status(ofCadence index: Int, on day: CivilDate, in current: Case) -> CadenceStatus? {
        let cadence = cadences[index]
        guard let first = start(of: cadence.from, in: current) else { return nil }
        let last = cadence.until.flatMap { start(of: $0, in: current) }
        guard let period = cadence.rule.period(at: day, from: first, until: last) else { return nil }
        let held = current.cadences[index].count { period.days.contains($0) }
        return CadenceStatus(cadence: index, period: period, held: held)
    }

    /// Where an obligation stands at the case's own position.
    package func status(ofCadence index: Int, in current: Case) -> CadenceStatus? {
        status(ofCadence: index, on: zone.day(of: current.position), in: current)
    }

    /// What an obligation counts; `nil` where no stretch is under way.
    func count(_ count: Cadence.Count, of cadence: Int, in current: Case, at position: Position) -> Int? {
        let day = zone.day(of: position)
        guard let status = status(ofCadence: cadence, on: day, in: current), status.period.days.contains(day) else {
            return nil
        }
        return switch count {
        case .held: status.held
        case .required: status.period.required
        case .missing: status.missing
        }
    }

    // MARK: Dues

    /// The alerts and the end of an obligation's stretch that lie after the case's position: of the one under way, or of
    /// the first after it that has any.
    func forEachDue(ofCadence index: Int, in current: Case, _ take: (Due) -> Void) {
        var day = zone.civil(at: current.position.instant).date
        // Only the shares of stretches that are cut short can be none, so the next one or the one after has dues.
        for _ in 0..<4 {
            guard let status = status(ofCadence: index, on: day, in: current) else { return }
            let dues = dues(of: status).filter { $0.position > current.position }
            guard dues.isEmpty else { return dues.forEach(take) }
            day = status.period.days.upperBound.adding(days: 1)
        }
    }

    /// All dues of a stretch as it stands, those that have passed too.
    func dues(of status: CadenceStatus) -> [Due] {
        guard status.missing > 0 else { return [] }
        var dues: [Due] = []
        for missing in (1...status.missing).reversed() {
            let position = alert(missing, of: status)
            if dues.last?.position == position { continue }
            dues.append(due(.alert(missing), of: status, at: position))
        }
        let end = Position(zone.endOfDay(status.period.days.upperBound), .dayEnds)
        return dues + [due(.end, of: status, at: end)]
    }

    private func due(_ moment: CadenceDue.Moment, of status: CadenceStatus, at position: Position) -> Due {
        Due(
            position: position,
            kind: .cadence(CadenceDue(cadence: status.cadence, period: status.period, moment: moment)),
            rank: .init(serial: .max, order: status.cadence))
    }

    /// When less than the lead of so many is left: the first such day, or the working day after it while the stretch
    /// lasts.
    private func alert(_ missing: Int, of status: CadenceStatus) -> Position {
        let (first, last) = (status.period.days.lowerBound, status.period.days.upperBound)
        let lead = cadences[status.cadence].lead
        let time = Period(min(lead.count * missing, Period(Period.longestYears, .years).days), lead.unit)
        let start = limit(time, before: last, calendar: calendar).date
        let day = max(first, start.adding(days: 1))
        let working = calendar.nextWorkingDay(onOrAfter: day)
        let leaving = CivilDateTime(date: working <= last ? working : day, time: reminderTime)
        return Position(zone.timestamp(of: leaving).instant, .inclusiveDues)
    }
}

/// A moment of an obligation's stretch.
package struct CadenceDue: Hashable, Sendable {
    /// What happens then.
    package enum Moment: Hashable, Sendable {
        /// Less than the lead of so many is left, and as many are missing or more.
        case alert(Int)
        /// The stretch is over, and something is missing.
        case end
    }

    /// An index of `Workflow.cadences`.
    package var cadence: Int
    package var period: CadencePeriod
    package var moment: Moment
}

extension Period {
    /// The days in a period of years.
    fileprivate var days: Int { count * 365 }
}
