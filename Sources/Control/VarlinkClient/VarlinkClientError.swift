package import VarlinkWire

/// Why a call from this side failed.
package enum VarlinkClientError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Nobody could be reached at a path.
    case cannotConnect(path: String, reason: ConnectFailure)
    /// The server closed the connection, or never took the call; whether the call was carried out is not known.
    case connectionLost
    /// No reply came in time. The connection is closed; whether the call was carried out is not known.
    case timedOut(after: Duration)
    /// What came is no reply. The connection is closed.
    case malformedReply(String)
    /// The parameters have no JSON form, or the reply's are not what was expected.
    case unexpectedShape(String)
    /// The server answered with an error.
    case server(VarlinkError)

    /// Why a connection could not be made.
    package enum ConnectFailure: Equatable, Sendable {
        /// There is no such file: the service has not run, or listens elsewhere.
        case noSuchFile
        /// The file is not a socket.
        case notASocket
        /// The socket is there and nobody listens: the service does not run.
        case refused
        /// This user may not connect.
        case permissionDenied
        /// The service does not take connections in time.
        case timedOut(after: Duration)
        /// The path does not fit a socket's address.
        case pathTooLong
        /// Another error of the system, by number.
        case system(Int32)
    }

    /// What is wrong, for people.
    package var description: String {
        switch self {
        case .cannotConnect(let path, let reason): "cannot connect to \(path): \(reason)"
        case .connectionLost: "the connection was lost before the answer came"
        case .timedOut(let duration): "no answer within \(duration)"
        case .malformedReply(let detail): "the answer is not a Varlink reply: \(detail)"
        case .unexpectedShape(let detail): detail
        case .server(let error): "\(error)"
        }
    }
}

extension VarlinkClientError.ConnectFailure: CustomStringConvertible {
    /// What is wrong, for people.
    package var description: String {
        switch self {
        case .noSuchFile: "no such file"
        case .notASocket: "not a socket"
        case .refused: "nobody listens there"
        case .permissionDenied: "permission denied"
        case .timedOut(let duration): "not accepted within \(duration)"
        case .pathTooLong: "the path is empty or longer than \(UnixSocketAddress.maximumPathBytes) bytes"
        case .system(let number): systemMessage(number)
        }
    }
}
