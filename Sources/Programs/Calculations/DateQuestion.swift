package import CivilTime

/// A date to be computed outside any contract, as people ask for it: `5 clear days before 2022-06-14`.
package struct DateQuestion: Equatable, Sendable {
    /// What is asked for.
    package enum Subject: Equatable, Sendable {
        /// The end of a delay that an event starts, or the last day before an event; the event has a time or not.
        case delay(Period, DerivationStep.Direction, CivilDate, TimeOfDay?)
        /// The last day of a duration whose first day is counted.
        case duration(Period, CivilDate)
        /// A day by its place in a window, and what span of the calendar the window is where that was asked for.
        case ordinal(OrdinalDay, CalendarSpan?, DateWindow)
        /// A window of the calendar, whose last day counts.
        case window(DateWindow)
        /// A day itself: whether it is worked.
        case day(CivilDate)
    }

    package var subject: Subject
    /// What happens to a date that is not worked; absent for what the method says, or for nothing without one.
    package var roll: Roll?
    /// A published way of computing; absent for plain counting.
    package var method: DeadlineMethod?

    package init(_ subject: Subject, roll: Roll? = nil, method: DeadlineMethod? = nil) {
        self.subject = subject
        self.roll = roll
        self.method = method
    }

    /// Whether the answer depends on which days are worked.
    package var needsCalendar: Bool {
        if method != nil || (roll ?? Roll.none) != Roll.none { return true }
        switch subject {
        case .delay(let period, _, _, _), .duration(let period, _):
            return period.unit == .workingDays || period.unit == .workableDays
        case .ordinal(let day, _, _): return day.counting == .workingDays || day.counting == .workableDays
        case .window: return false
        case .day: return true
        }
    }
}

/// A date that was computed, and how.
package struct DateAnswer: Equatable, Sendable {
    /// The day that counts; the day of ``time`` where that is there.
    package var date: CivilDate
    /// The date before it was moved off a day that is not worked; absent where no date is moved.
    package var nominal: CivilDate?
    /// The first day of a window; absent for a single day.
    package var opens: CivilDate?
    /// What clocks show at the end of a period in hours; absent for a date, which counts up to its end.
    package var time: CivilDateTime?
    /// The end as an instant; absent without a zone.
    package var instant: Timestamp?
    /// Whether an estimated holiday lies so near that its proclamation could change the date.
    package var provisional: Bool
    /// The reasoning in words, in order.
    package var why: [String]
}

extension DateQuestion {
    /// Computes the date.
    ///
    /// - Parameters:
    ///   - calendar: The working days.
    ///   - zone: Whose clocks count; absent for a clock that is never changed, and no instant in the answer.
    ///   - language: Of the reasoning.
    /// - Throws: ``CalculationError`` for what the method does not know or a day that the span does not have.
    package func answer(
        calendar: BusinessCalendar, zone: TimeZoneRules?, language: Language
    ) throws(CalculationError) -> DateAnswer {
        var answer = try answerWithoutZone(calendar, zone, language)
        if answer.instant == nil, let zone {
            answer.instant = answer.time.map { zone.timestamp(of: $0).instant } ?? zone.endOfDay(answer.date)
        }
        return answer
    }

    private func answerWithoutZone(
        _ calendar: BusinessCalendar, _ zone: TimeZoneRules?, _ language: Language
    ) throws(CalculationError) -> DateAnswer {
        let roll = roll ?? Roll.none
        if let method { return try answer(by: method, calendar, zone, language) }
        switch subject {
        case .delay(let period, let direction, let date, let time):
            if let time, let elapsed = period.duration {
                let anchor = CivilDateTime(date: date, time: time)
                return Self.end(of: period, elapsed, direction, anchor, zone, language)
            }
            let derived =
                switch direction {
                case .after: limit(period, after: date, calendar: calendar, roll: roll)
                case .before: limit(period, before: date, calendar: calendar, roll: roll)
                }
            return DateAnswer(derived, language)
        case .duration(let period, let first):
            return DateAnswer(duration(period, from: first, calendar: calendar, roll: roll), language)
        case .ordinal(let day, let span, let window):
            let span = span ?? window.span
            guard let derived = day.derived(in: window.days, span: span, calendar: calendar, roll: roll) else {
                throw CalculationError("there is no such day from \(window.first) to \(window.last)")
            }
            return DateAnswer(derived, language)
        case .window(let window):
            var answer = DateAnswer(moving: window.last, calendar, roll, language)
            answer.opens = window.first
            answer.why.insert(window.wordsWithBounds(in: language), at: 0)
            return answer
        case .day(let date):
            var answer = DateAnswer(moving: date, calendar, roll, language)
            answer.why.insert(date.workWords(in: calendar, language), at: 0)
            return answer
        }
    }

    /// A period of elapsed time: of instants in a zone, else of a clock that is never changed.
    private static func end(
        of period: Period, _ elapsed: Duration, _ direction: DerivationStep.Direction, _ anchor: CivilDateTime,
        _ zone: TimeZoneRules?, _ language: Language
    ) -> DateAnswer {
        let shift = direction == .after ? elapsed : .zero - elapsed
        let zone = zone ?? .utc
        let instant = zone.timestamp(of: anchor).instant + shift
        let time = zone.civil(at: instant)
        let steps: [DerivationStep] = [.eventTime(anchor), .elapsed(period, direction, to: time)]
        return DateAnswer(
            date: time.date, time: time, instant: instant, provisional: false, why: steps.map { $0.words(in: language) }
        )
    }

    private func answer(
        by method: DeadlineMethod, _ calendar: BusinessCalendar, _ zone: TimeZoneRules?, _ language: Language
    ) throws(CalculationError) -> DateAnswer {
        guard case .delay(let period, let direction, let date, let time) = subject else {
            throw CalculationError("a method is for a period after or before a date")
        }
        let directed: DeadlineMethod
        switch (direction, method) {
        case (.after, .europeanUnionBackwards):
            throw CalculationError("\(method.rawValue) counts back from an event: write 'before'")
        case (.after, _): directed = method
        case (.before, .europeanUnion), (.before, .europeanUnionBackwards): directed = .europeanUnionBackwards
        case (.before, _):
            throw CalculationError(
                "\(method.rawValue) has no rule for counting back: leave the method out, or take eu-1182")
        }
        switch (direction, roll) {
        case (.after, .previousWorkingDay?), (.before, .nextWorkingDay?):
            throw CalculationError("a method moves an end away from the event only, or not at all: --roll none")
        default: break
        }
        let answer = DeadlineQuestion(
            method: directed, start: CivilDateTime(date: date, time: time ?? .midnight), period: period,
            calendar: calendar, zone: zone, rolls: roll.map { $0 != Roll.none }
        ).answer()
        let why = answer.steps.map { $0.words(in: language) }
        return switch answer.end {
        case .lastDay(let date): DateAnswer(date: date, provisional: answer.provisional, why: why)
        case .time(let time):
            DateAnswer(
                date: time.date, time: time, instant: answer.instant, provisional: answer.provisional, why: why)
        }
    }
}

extension DateAnswer {
    fileprivate init(_ derived: DerivedDate, _ language: Language) {
        self.init(
            date: derived.date, nominal: derived.nominal, provisional: derived.provisional,
            why: derived.steps.map { $0.words(in: language) })
    }

    /// A day moved as `roll` asks, without the steps that led to it.
    fileprivate init(moving date: CivilDate, _ calendar: BusinessCalendar, _ roll: Roll, _ language: Language) {
        var moved = limit(Period(0, .days), after: date, calendar: calendar, roll: roll)
        // Of counting no days there is nothing to say.
        moved.steps.removeFirst(2)
        self.init(moved, language)
    }
}
