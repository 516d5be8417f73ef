package import VarlinkWire

/// What one server holds at most, so that no peer can take more than its share.
package struct VarlinkLimits: Sendable {
    /// How long a call may be, its NUL not counted.
    package var maximumMessageBytes = MessageFramer.defaultMaximumMessageBytes
    /// Bytes of calls that wait behind an unfinished one; beyond, the server stops reading from the connection.
    package var maximumWaitingBytes = 64 << 10
    /// Bytes of replies that wait for a peer to read them; a stream beyond it is cut off.
    package var maximumUnsentBytes = 4 << 20
    /// Connections in all.
    package var maximumConnections = 256
    /// Connections of one user, so that one cannot lock the others out.
    package var maximumConnectionsPerUser = 64
    /// How long the rest of a call may take to arrive, and the last replies to leave a connection that is closed.
    package var stallTimeout: Duration = .seconds(30)

    /// Makes the default limits.
    package init() {}
}

/// Why the server closed a connection, for its log.
package enum VarlinkViolation: Equatable, Sendable, CustomStringConvertible {
    /// What arrived is not a message.
    case malformedMessage(MessageError)
    /// A message is longer than allowed.
    case messageTooLarge(MessageTooLarge)
    /// Part of a message arrived and the rest did not come in time.
    case messageUnfinished
    /// The peer does not read the stream it asked for.
    case streamUnread
    /// There are too many connections, in all or of this user.
    case tooManyConnections

    /// What is wrong, for people.
    package var description: String {
        switch self {
        case .malformedMessage(let error): "\(error)"
        case .messageTooLarge(let error): "\(error)"
        case .messageUnfinished: "the rest of a message did not arrive in time"
        case .streamUnread: "the peer does not read the stream it asked for"
        case .tooManyConnections: "too many connections"
        }
    }
}
