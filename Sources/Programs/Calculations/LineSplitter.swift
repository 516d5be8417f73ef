/// Cuts bytes as they arrive into lines of a bounded length.
///
/// A line ends with a line feed, before which a carriage return is dropped; a last line needs no end.
package struct LineSplitter {
    /// A piece of the input.
    package enum Line: Equatable, Sendable {
        case whole([UInt8])
        /// Longer than allowed; its bytes are gone.
        case tooLong
    }

    private let limit: Int
    private var pending: [UInt8] = []
    /// How much of `pending` has been given out.
    private var start = 0
    /// How much of `pending` is known to hold no line feed.
    private var scanned = 0
    private var isSkipping = false

    /// - Parameter limit: The most bytes that a line may have.
    package init(limit: Int) { self.limit = limit }

    /// Takes up more input.
    package mutating func append(_ bytes: some Collection<UInt8>) {
        pending.removeSubrange(..<start)
        scanned -= start
        start = 0
        pending.append(contentsOf: bytes)
    }

    /// The next line; absent until more input arrives.
    package mutating func next() -> Line? {
        guard let end = pending[scanned...].firstIndex(of: 0x0A) else {
            scanned = pending.count
            if pending.count - start > limit {
                isSkipping = true
                start = pending.count
            }
            return nil
        }
        let content = pending[start..<end]
        start = end + 1
        scanned = start
        return line(content)
    }

    /// What is left once the input has ended; absent where it ended with a line.
    package mutating func finish() -> Line? {
        guard isSkipping || start < pending.count else { return nil }
        let content = pending[start...]
        start = pending.count
        scanned = start
        return line(content)
    }

    private mutating func line(_ content: ArraySlice<UInt8>) -> Line {
        let isTooLong = isSkipping || content.count > limit
        isSkipping = false
        return isTooLong ? .tooLong : .whole(Array(content.last == 0x0D ? content.dropLast() : content))
    }
}
