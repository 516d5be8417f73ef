/// An error as it crosses the socket: a name that programs tell apart and parameters that say what it is about.
package struct VarlinkError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The full name: interface, dot, error.
    package var name: String
    /// The parameters: a JSON object, UTF-8.
    package var parameters: [UInt8]

    /// Makes an error from JSON that is already there.
    ///
    /// - Parameters:
    ///   - name: The full name, as `org.varlink.service.InvalidParameter`.
    ///   - parameters: A JSON object; absent, the error has none.
    package init(_ name: String, json parameters: [UInt8] = VarlinkJSON.emptyObject) {
        self.name = name
        self.parameters = parameters
    }

    /// Makes an error from a value that encodes as a JSON object.
    ///
    /// - Throws: `EncodingError` if the value has no JSON form.
    package init(_ name: String, _ parameters: some Encodable) throws {
        self.init(name, json: try VarlinkJSON.encode(parameters))
    }

    /// The name and, if there are any, the parameters.
    package var description: String {
        parameters == VarlinkJSON.emptyObject ? name : "\(name) \(String(decoding: parameters, as: UTF8.self))"
    }
}

/// The errors every service may answer: those of `org.varlink.service`.
extension VarlinkError {
    /// The service does not have the interface.
    package static func interfaceNotFound(_ interface: String) -> VarlinkError {
        VarlinkError("org.varlink.service.InterfaceNotFound", json: VarlinkJSON.object("interface", interface))
    }

    /// The interface does not have the method.
    package static func methodNotFound(_ method: String) -> VarlinkError {
        VarlinkError("org.varlink.service.MethodNotFound", json: VarlinkJSON.object("method", method))
    }

    /// The interface has the method, the service does not carry it out.
    package static func methodNotImplemented(_ method: String) -> VarlinkError {
        VarlinkError("org.varlink.service.MethodNotImplemented", json: VarlinkJSON.object("method", method))
    }

    /// A parameter is missing, unknown or has a value that it may not have.
    ///
    /// - Parameter parameter: Its name, or the path to it: `people[2].name`.
    package static func invalidParameter(_ parameter: String) -> VarlinkError {
        VarlinkError("org.varlink.service.InvalidParameter", json: VarlinkJSON.object("parameter", parameter))
    }

    /// The peer may not make this call.
    package static let permissionDenied = VarlinkError("org.varlink.service.PermissionDenied")

    /// The method answers by a stream only; the call has to ask for `more`.
    package static let expectedMore = VarlinkError("org.varlink.service.ExpectedMore")
}
