package import CivilTime

/// Where the engine learns what time it is.
package protocol Clock: Sendable {
    /// The wall clock, which may jump either way.
    func now() -> Timestamp
}
