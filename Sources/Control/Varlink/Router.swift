import VarlinkWire

/// Finds the handler of a call and refuses what no handler should see.
struct Router: Sendable {
    private struct Route: Sendable {
        var interface: VarlinkInterface
        var method: VarlinkInterface.Method
        var requiresMore: Bool
        var handler: any VarlinkHandler
    }

    private var routes: [String: Route] = [:]
    private var interfaces: Set<String> = []

    init(_ implementations: [VarlinkImplementation]) {
        for implementation in implementations {
            let interface = implementation.interface
            precondition(interfaces.insert(interface.name).inserted, "interface \(interface.name) is given twice")
            for method in interface.methods {
                routes["\(interface.name).\(method.name)"] = Route(
                    interface: interface, method: method, requiresMore: method.more == .required,
                    handler: implementation.handler)
            }
        }
    }

    /// Returns the handler of a call and the call as it takes it.
    ///
    /// - Throws: The error that answers the call: an interface, method or parameter that is not there or does not fit,
    ///   a stream that was not asked for, an upgrade, which is not supported.
    func route(
        _ message: CallMessage, from peer: PeerCredentials
    ) throws(VarlinkError) -> (handler: any VarlinkHandler, call: VarlinkCall) {
        guard let route = routes[message.method] else { throw notFound(message.method) }
        if message.upgrade { throw .invalidParameter("upgrade") }
        if route.requiresMore && (!message.more || message.oneway) { throw .expectedMore }
        if let mismatch = route.interface.mismatch(in: message.parameters, fields: route.method.input) {
            throw .invalidParameter(mismatch.path)
        }
        let call = VarlinkCall(
            interface: route.interface.name, method: route.method.name, parameters: message.parameters,
            wantsMore: message.more && !message.oneway, isOneway: message.oneway, peer: peer)
        return (route.handler, call)
    }

    private func notFound(_ method: String) -> VarlinkError {
        guard let dot = method.lastIndex(of: ".") else { return .interfaceNotFound(method) }
        let interface = String(method[..<dot])
        return interfaces.contains(interface) ? .methodNotFound(method) : .interfaceNotFound(interface)
    }
}
