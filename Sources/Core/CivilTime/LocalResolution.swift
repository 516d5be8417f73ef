/// What a wall clock's reading means in a zone.
package enum LocalResolution: Equatable, Sendable {
    /// The clock shows it once, at this instant.
    case unique(Timestamp)
    /// The clock skips it; the instant is the one that the offset before the change gives.
    case gap(Timestamp)
    /// The clock shows it more than once; the instant is the first.
    case overlap(Timestamp)

    /// The instant the reading stands for, in all three cases.
    package var instant: Timestamp {
        switch self {
        case .unique(let instant), .gap(let instant), .overlap(let instant): instant
        }
    }
}
