/// Why bytes are not a usable time zone file.
package struct TZifError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The zone that was being read.
    package var identifier: String
    /// What is wrong, where, and what to do about it if something can be done.
    package var problem: String

    /// The zone and the problem.
    package var description: String { "time zone '\(identifier)': \(problem)" }
}
