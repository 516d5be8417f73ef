/// A condition of the host, by its place in the host's own table; the kernel never looks inside.
@usableFromInline
package struct GuardID: Hashable, Sendable {
    /// Place in the host's table, 0 or more.
    @usableFromInline package let rawValue: Int32

    /// Names the condition at this place.
    @inlinable package init(rawValue: Int32) { self.rawValue = rawValue }
}

/// One block of executable content of the host, by its place in the host's own table.
///
/// A failure inside a block ends that block only; the blocks after it still run.
@usableFromInline
package struct ActionID: Hashable, Sendable {
    /// Place in the host's table, 0 or more.
    @usableFromInline package let rawValue: Int32

    /// Names the block at this place.
    @inlinable package init(rawValue: Int32) { self.rawValue = rawValue }
}
