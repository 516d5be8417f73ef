/// A published way of computing when a period ends; the raw value is the name that `jalonctl date` accepts.
package enum DeadlineMethod: String, CaseIterable, Hashable, Sendable {
    /// Regulation (EEC, Euratom) 1182/71, art. 3: periods of the law of the European Union.
    case europeanUnion = "eu-1182"
    /// The same, counted backwards from an event: art. 3(4), last sentence, leaves out the move to a working day.
    case europeanUnionBackwards = "eu-1182-retro"
    /// Public Contracts Regulations of the United Kingdom: standstill to midnight at the end of a working day.
    case unitedKingdomContracts = "uk-pcr"
    /// French periods from day number to day number.
    case frenchDayNumber = "fr-quantieme"
    /// French clear periods («délai franc»): neither the first nor the last day counts.
    case frenchClear = "fr-franc"
    /// French code of civil procedure, art. 641 and 642.
    case frenchCivilProcedure = "fr-cpc-641"
    /// French general conditions of public contracts (CCAG), art. 3.2.
    case frenchContract = "fr-ccag"
    /// Moroccan general conditions of public works (CCAG-T).
    case moroccanContract = "ma-ccagt"
}

/// A period to be computed by a published method, as `jalonctl date` is asked.
package struct DeadlineQuestion: Sendable {
    /// How the end is computed.
    package var method: DeadlineMethod
    /// The event: a date, or a date with a time for a period in hours.
    package var start: CivilDateTime
    /// How long the period is.
    package var period: Period
    /// The working days of the place.
    package var calendar: BusinessCalendar
    /// Whose clocks a period in hours is counted on; absent for a clock that is never changed.
    package var zone: TimeZoneRules?
    /// Whether an end on a day that is not worked is moved; absent for what the method says.
    package var rolls: Bool?
    /// Whether a period of two days or more must have two working days; absent for what the method says.
    package var twoWorkingDays: Bool?

    /// Asks for the end of a period; what is left out is as the method says.
    package init(
        method: DeadlineMethod, start: CivilDateTime, period: Period, calendar: BusinessCalendar,
        zone: TimeZoneRules? = nil, rolls: Bool? = nil, twoWorkingDays: Bool? = nil
    ) {
        self.method = method
        self.start = start
        self.period = period
        self.calendar = calendar
        self.zone = zone
        self.rolls = rolls
        self.twoWorkingDays = twoWorkingDays
    }
}

/// When a period ends, and why.
package struct DeadlineAnswer: Hashable, Sendable {
    /// A day or a time.
    package enum End: Hashable, Sendable {
        /// The period ends with this day.
        case lastDay(CivilDate)
        /// A period in hours ends when clocks show this.
        case time(CivilDateTime)
    }
    /// When the period ends.
    package var end: End
    /// The end of a period in hours as an instant; absent for a day, and without a zone.
    package var instant: Timestamp?
    /// Whether the proclamation of an estimated holiday could change the end.
    package var provisional: Bool
    /// The reasoning, in order.
    package var steps: [DerivationStep]
}

/// Why a question cannot be put.
package struct DeadlineError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What cannot be read, and what is allowed.
    package var message: String
    /// The same as ``message``.
    package var description: String { message }
}

extension DeadlineQuestion {
    /// Reads a question from the words of a deadline case.
    ///
    /// - Parameters:
    ///   - method: A ``DeadlineMethod``'s raw value.
    ///   - start: A date, or a date and a time for a period in hours.
    ///   - unit: A unit's English name, with hyphens or spaces: `working-days`.
    /// - Throws: ``DeadlineError`` naming the part that cannot be read and what is allowed.
    package init(
        method: String, start: String, count: Int, unit: String, calendar: BusinessCalendar,
        zone: TimeZoneRules? = nil, rolls: Bool? = nil, twoWorkingDays: Bool? = nil
    ) throws(DeadlineError) {
        guard let known = DeadlineMethod(rawValue: method) else {
            let names = DeadlineMethod.allCases.map(\.rawValue).joined(separator: ", ")
            throw DeadlineError(message: "'\(method)' is not a method: use one of \(names)")
        }
        let time = CivilDate(iso: start).map { CivilDateTime(date: $0, time: .midnight) } ?? CivilDateTime(iso: start)
        guard let time else {
            throw DeadlineError(message: "'\(start)' is not a date as 2021-09-24 or a time as 2021-09-24T16:30")
        }
        let period: Period
        do {
            let words = String(unit.map { $0 == "-" ? " " : $0 })
            period = try Period(parsing: "\(count) \(words)")
        } catch {
            throw DeadlineError(message: error.message)
        }
        self.init(
            method: known, start: time, period: period, calendar: calendar, zone: zone, rolls: rolls,
            twoWorkingDays: twoWorkingDays)
    }

    /// Computes the end of the period.
    package func answer() -> DeadlineAnswer {
        let backwards = method == .europeanUnionBackwards
        if let elapsed = period.duration { return answer(elapsed, backwards: backwards) }
        var derivation = Derivation(calendar: calendar, steps: [.event(start.date)])
        var nominal = derivation.count(period, backwards ? .before : .after, from: start.date)
        if method == .frenchClear, period.unit != .clearDays {
            nominal = nominal.adding(days: 1)
            derivation.steps.append(.clearPeriod(to: nominal))
        }
        var date = nominal
        if rolls ?? !backwards {
            date = derivation.move(nominal, backwards ? .previousWorkingDay : .nextWorkingDay)
        } else if backwards {
            derivation.steps.append(.notRolledBackwards)
        }
        if twoWorkingDays ?? (method == .europeanUnion) {
            date = derivation.extend(date, backwards: backwards, from: start.date, period)
        }
        let result = derivation.result(nominal: nominal, date: date)
        return DeadlineAnswer(end: .lastDay(result.date), provisional: result.provisional, steps: result.steps)
    }

    /// A period of elapsed time, whatever clocks do; under Regulation 1182/71, art. 3(1), the hour of the event is not
    /// counted.
    private func answer(_ elapsed: Duration, backwards: Bool) -> DeadlineAnswer {
        var steps: [DerivationStep] = [.eventTime(start)]
        let clocks = zone ?? .utc
        var begin = clocks.timestamp(of: start).instant
        if period.unit == .hours, method == .europeanUnion || backwards {
            let pastHour = flooredDivision(clocks.civil(at: begin).secondsSinceEpoch, by: 3600).remainder
            begin = begin + .seconds(backwards ? -pastHour : 3600 - pastHour)
            steps.append(.hourNotCounted(from: clocks.civil(at: begin)))
        }
        let instant = backwards ? begin - elapsed : begin + elapsed
        let end = clocks.civil(at: instant)
        steps.append(.elapsed(period, backwards ? .before : .after, to: end))
        return DeadlineAnswer(end: .time(end), instant: zone == nil ? nil : instant, provisional: false, steps: steps)
    }
}

extension Derivation {
    /// Makes a period of two days or more have two working days (Regulation 1182/71, art. 3(5)).
    fileprivate mutating func extend(
        _ end: CivilDate, backwards: Bool, from anchor: CivilDate, _ period: Period
    ) -> CivilDate {
        let isShort = period.count < 2 && [.days, .workingDays, .workableDays, .clearDays].contains(period.unit)
        guard !isShort, period.count > 0 else { return end }
        let step = backwards ? -1 : 1
        let first = calendar.nextDay(.working, from: anchor.adding(days: step), step: step)
        let second = calendar.nextDay(.working, from: first.adding(days: step), step: step)
        guard backwards ? second < end : second > end else { return end }
        steps.append(.twoWorkingDays(to: second))
        return second
    }
}
