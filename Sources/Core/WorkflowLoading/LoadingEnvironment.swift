package import CivilTime

/// What a workflow file refers to and does not hold: handed in, because nothing here reads files.
package struct LoadingEnvironment: Sendable {
    /// Zone rules by IANA identifier; `nil` for an unknown one.
    package var zone: @Sendable (String) -> TimeZoneRules?
    /// Calendars by name; `nil` for an unknown one.
    package var calendar: @Sendable (String) -> BusinessCalendar?
    /// Names of the calendars there are, for messages.
    package var calendarNames: [String]
    /// Blocks and rule packs by name; `nil` for an unknown one.
    package var library: @Sendable (LibraryFile) -> LibraryText?
    /// Names of the blocks or rule packs there are, for messages.
    package var libraryNames: @Sendable (LibraryFile.Kind) -> [String]

    package init(
        zone: @escaping @Sendable (String) -> TimeZoneRules?,
        calendar: @escaping @Sendable (String) -> BusinessCalendar?, calendarNames: [String],
        library: @escaping @Sendable (LibraryFile) -> LibraryText? = { _ in nil },
        libraryNames: @escaping @Sendable (LibraryFile.Kind) -> [String] = { _ in [] }
    ) {
        self.zone = zone
        self.calendar = calendar
        self.calendarNames = calendarNames
        self.library = library
        self.libraryNames = libraryNames
    }
}

/// A file that workflows name and share. It is part of the definition of each that does: a running case keeps it.
package struct LibraryFile: Hashable, Comparable, Sendable {
    /// What the file holds; the raw value is the folder it is looked for in.
    package enum Kind: String, CaseIterable, Sendable {
        case block = "blocks"
        case rules = "rules"
        /// Numbers of the law that contracts are compared with.
        case law = "law"
    }

    package var kind: Kind
    /// Without folder and ending, as in `use: decision`.
    package var name: String

    package init(_ kind: Kind, _ name: String) {
        self.kind = kind
        self.name = name
    }

    package static func < (one: Self, other: Self) -> Bool {
        (one.kind.rawValue, one.name) < (other.kind.rawValue, other.name)
    }
}

/// The text of a library file.
package struct LibraryText: Hashable, Sendable {
    package var text: String
    /// Where it was read, for diagnostics.
    package var path: String

    package init(text: String, path: String) {
        self.text = text
        self.path = path
    }
}
