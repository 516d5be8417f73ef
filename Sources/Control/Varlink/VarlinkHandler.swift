package import VarlinkWire

/// Carries out the calls of an interface.
package protocol VarlinkHandler: Sendable {
    /// Begins one call; the answer goes to `reply`, now or later, from any thread.
    ///
    /// Called on the connection's event loop, which must not be made to wait. The method exists in the interface's
    /// description, the parameters fit it, and a method that requires `more` was called with it. Every call, `oneway`
    /// ones too, must be answered in the end: a connection's next call begins when its last one is answered.
    func call(_ call: VarlinkCall, reply: VarlinkResponder)
}

/// One call: what is asked, and by whom.
package struct VarlinkCall: Sendable {
    /// The interface's name: `org.example.encoder`.
    package let interface: String
    /// The method's name without the interface's.
    package let method: String
    /// The parameters: a JSON object, UTF-8, that fits the interface's description.
    package let parameters: [UInt8]
    /// Whether the caller accepts a stream of replies.
    package let wantsMore: Bool
    /// Whether the caller wants no reply; what is answered is dropped.
    package let isOneway: Bool
    /// The process at the other end.
    package let peer: PeerCredentials

    /// Returns the parameters as a value.
    ///
    /// - Throws: `org.varlink.service.InvalidParameter` with the path to the parameter that does not fit.
    package func decodeParameters<Parameters: Decodable>(
        as type: Parameters.Type = Parameters.self
    ) throws(VarlinkError) -> Parameters {
        do {
            return try VarlinkJSON.decode(type, from: parameters)
        } catch {
            throw .invalidParameter((error as? DecodingError).map { VarlinkJSON.path(of: $0) } ?? "")
        }
    }
}

/// The process at the other end of a connection, as the kernel saw it when it connected.
package struct PeerCredentials: Equatable, Sendable {
    /// The process; 0 if it is outside our process namespace.
    package var processID: Int32
    /// The effective user.
    package var userID: UInt32
    /// The effective group.
    package var groupID: UInt32
    /// The supplementary groups.
    package var groups: Set<UInt32>

    /// Makes credentials, for tests of what depends on them.
    package init(processID: Int32, userID: UInt32, groupID: UInt32, groups: Set<UInt32> = []) {
        self.groups = groups
        self.processID = processID
        self.userID = userID
        self.groupID = groupID
    }
}

/// Why a call's answer is no longer wanted.
package enum VarlinkCancellation: Equatable, Sendable {
    /// The peer is gone: nothing that is answered reaches it.
    case disconnected
    /// The server stops: what is answered within its period of grace still reaches the peer.
    case shutdown
}

/// An interface with the handler that carries it out.
package struct VarlinkImplementation: Sendable {
    let interface: VarlinkInterface
    let description: String
    let handler: any VarlinkHandler

    /// Pairs a description with a handler.
    ///
    /// - Parameters:
    ///   - description: What the interface's `.varlink` file holds; served as it is.
    ///   - handler: What carries out its methods.
    /// - Throws: ``InvalidInterface`` if the text describes no interface.
    package init(description: String, handler: any VarlinkHandler) throws(InvalidInterface) {
        self.interface = try VarlinkInterface(parsing: description)
        self.description = description
        self.handler = handler
    }
}
