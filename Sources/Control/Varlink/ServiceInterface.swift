import VarlinkWire

/// What a service says of itself in `org.varlink.service.GetInfo`.
package struct VarlinkIdentity: Sendable {
    /// Who makes the service.
    package var vendor: String
    /// What the service is called.
    package var product: String
    /// Its version.
    package var version: String
    /// Where to read about it; may be empty.
    package var url: String

    /// Makes an identity.
    package init(vendor: String, product: String, version: String, url: String) {
        self.vendor = vendor
        self.product = product
        self.version = version
        self.url = url
    }
}

/// `org.varlink.service`, which every service has: it tells what the service is and describes its interfaces.
struct ServiceInterface: VarlinkHandler {
    private struct Info: Encodable {
        var vendor: String
        var product: String
        var version: String
        var url: String
        var interfaces: [String]
    }

    private struct DescriptionRequest: Decodable {
        var interface: String
    }

    private let info: [UInt8]
    private let descriptions: [String: [UInt8]]

    /// Makes the interface of a service with these implementations.
    static func implementation(
        of identity: VarlinkIdentity, with implementations: [VarlinkImplementation]
    ) -> VarlinkImplementation {
        var described = [(name: "org.varlink.service", text: text)]
        described += implementations.map { ($0.interface.name, $0.description) }
        let info = Info(
            vendor: identity.vendor, product: identity.product, version: identity.version, url: identity.url,
            interfaces: described.map(\.name))
        let descriptions = described.map { ($0.name, VarlinkJSON.object("description", $0.text)) }
        do {
            let handler = ServiceInterface(
                info: try VarlinkJSON.encode(info), descriptions: Dictionary(uniqueKeysWithValues: descriptions))
            return try VarlinkImplementation(description: text, handler: handler)
        } catch {
            preconditionFailure("org.varlink.service: \(error)")
        }
    }

    func call(_ call: VarlinkCall, reply: VarlinkResponder) {
        switch call.method {
        case "GetInfo": reply.reply(info)
        case "GetInterfaceDescription":
            do throws(VarlinkError) {
                let name = try call.decodeParameters(as: DescriptionRequest.self).interface
                guard let description = descriptions[name] else { throw .interfaceNotFound(name) }
                reply.reply(description)
            } catch {
                reply.error(error)
            }
        default: reply.error(.methodNotImplemented("\(call.interface).\(call.method)"))
        }
    }

    /// The interface as https://varlink.org/Service has it, with the two errors that systemd added.
    static let text = """
        # The Varlink service interface, which every service has. It tells what the service is and describes its
        # interfaces.
        interface org.varlink.service

        # Returns what the service is and the names of its interfaces.
        method GetInfo() -> (
          vendor: string,
          product: string,
          version: string,
          url: string,
          interfaces: []string
        )

        # Returns the description of one of the service's interfaces.
        method GetInterfaceDescription(interface: string) -> (description: string)

        # The service does not have this interface.
        error InterfaceNotFound (interface: string)

        # The interface does not have this method.
        error MethodNotFound (method: string)

        # The interface has this method, the service does not carry it out.
        error MethodNotImplemented (method: string)

        # A parameter is missing, not known or has a value that it may not have.
        error InvalidParameter (parameter: string)

        # The caller may not make this call.
        error PermissionDenied ()

        # The method answers by several replies only; the call must say that it accepts more.
        error ExpectedMore ()

        """
}
