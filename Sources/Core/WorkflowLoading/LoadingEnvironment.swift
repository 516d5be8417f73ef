package import CivilTime

/// What a workflow file refers to and does not hold: handed in, because nothing here reads files.
package struct LoadingEnvironment: Sendable {
    /// Zone rules by IANA identifier; `nil` for an unknown one.
    package var zone: @Sendable (String) -> TimeZoneRules?
    /// Calendars by name; `nil` for an unknown one.
    package var calendar: @Sendable (String) -> BusinessCalendar?
    /// Names of the calendars there are, for messages.
    package var calendarNames: [String]

    package init(
        zone: @escaping @Sendable (String) -> TimeZoneRules?,
        calendar: @escaping @Sendable (String) -> BusinessCalendar?, calendarNames: [String]
    ) {
        self.zone = zone
        self.calendar = calendar
        self.calendarNames = calendarNames
    }
}
