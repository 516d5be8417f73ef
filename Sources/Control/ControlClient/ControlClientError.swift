package import ControlAPI
import VarlinkClient
import VarlinkWire

/// Why a call did not come to an answer.
package enum ControlClientError: Error, Hashable, Sendable {
    /// The service refused or failed, and said why.
    case refused(ControlError)
    /// The socket is there and this user may not use it.
    case mayNotConnect(path: String)
    /// Nobody answers at the socket: for people, what stands in the way.
    case noService(path: String, reason: String)
    /// The connection broke, the service was too slow, or it speaks another language: what happened, for people.
    case broken(String)
    /// The same where what was asked may have been done all the same.
    case unanswered(String)

    /// - Parameter isRecording: Whether the call changes what the service keeps.
    init(_ error: VarlinkClientError, isRecording: Bool = false) {
        switch error {
        case .connectionLost where isRecording:
            self = .unanswered("the connection to jalond was lost before the answer came")
        case .timedOut where isRecording: self = .unanswered("jalond does not answer")
        case .cannotConnect(let path, .permissionDenied): self = .mayNotConnect(path: path)
        case .cannotConnect(let path, let reason): self = .noService(path: path, reason: "\(reason)")
        case .connectionLost: self = .broken("the connection to jalond was lost before the answer came")
        case .timedOut: self = .broken("jalond does not answer")
        case .malformedReply, .unexpectedShape: self = .broken("jalond's answer is not understood: \(error)")
        case .server(let error): self.init(error)
        }
    }

    private init(_ error: VarlinkError) {
        let parameters = try? VarlinkJSON.decode(ControlError.self, from: error.parameters)
        if let parameters, parameters.code.fullName == error.name {
            self = .refused(parameters)
        } else if error.name == "org.varlink.service.InvalidParameter",
            let path = try? VarlinkJSON.decode([String: String].self, from: error.parameters)["parameter"]
        {
            self = .refused(ControlError(.badRequest, "jalond does not take the parameter '\(path)'"))
        } else {
            self = .broken("jalond answers \(error)")
        }
    }
}
