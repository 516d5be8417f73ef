/// Cuts a byte stream into the messages in it, each ended by a NUL byte.
///
/// A value without input or output, the same on both sides: bytes go in by ``append(_:)`` in whatever pieces they
/// arrive, messages come out by ``next()``.
package struct MessageFramer: Sendable {
    /// How long a message may be, unless a framer is told otherwise. systemd's own limit is the same.
    package static let defaultMaximumMessageBytes = 16 << 20

    /// Kept for the next messages once everything is read; a larger buffer is given back.
    private static let keptCapacity = 64 << 10

    private let maximumMessageBytes: Int
    private var bytes: [UInt8] = []
    /// Where the first message that is not taken yet begins.
    private var start = 0
    /// No NUL stands between `start` and here, so no byte is searched twice.
    private var searched = 0

    /// Prepares to cut a stream.
    ///
    /// - Parameter maximumMessageBytes: How long a message may be, its NUL not counted.
    package init(maximumMessageBytes: Int = defaultMaximumMessageBytes) {
        self.maximumMessageBytes = maximumMessageBytes
    }

    /// The bytes that are here and not yet taken: whole messages, then perhaps the beginning of one.
    package var unreadBytes: Int { bytes.count - start }

    /// Takes in bytes as they arrived.
    package mutating func append(_ chunk: UnsafeRawBufferPointer) {
        if start > 0, start >= bytes.count / 2 { dropTaken() }
        bytes.append(contentsOf: chunk)
    }

    /// Returns the next whole message, without its NUL, or `nil` until more bytes arrive.
    ///
    /// - Throws: ``MessageTooLarge`` if a message, whole or not, is longer than allowed. What comes after it cannot
    ///   be told from it, so the stream is of no further use.
    package mutating func next() throws(MessageTooLarge) -> [UInt8]? {
        guard let end = bytes[searched...].firstIndex(of: 0) else {
            searched = bytes.count
            if unreadBytes > maximumMessageBytes { throw MessageTooLarge(maximumBytes: maximumMessageBytes) }
            return nil
        }
        if end - start > maximumMessageBytes { throw MessageTooLarge(maximumBytes: maximumMessageBytes) }
        let message = Array(bytes[start..<end])
        start = end + 1
        searched = start
        if start == bytes.count { dropTaken() }
        return message
    }

    /// Forgets all bytes.
    package mutating func removeAll() {
        bytes = []
        start = 0
        searched = 0
    }

    private mutating func dropTaken() {
        if start == bytes.count {
            bytes.removeAll(keepingCapacity: bytes.capacity <= Self.keptCapacity)
        } else {
            bytes.removeFirst(start)
        }
        searched -= start
        start = 0
    }
}

/// A message is longer than this side accepts.
package struct MessageTooLarge: Error, Equatable, Sendable, CustomStringConvertible {
    /// The length that is accepted.
    package var maximumBytes: Int

    /// What is wrong, for people.
    package var description: String { "a message is longer than \(maximumBytes) bytes" }
}
