/// A call as it crosses the socket (https://varlink.org/Method-Call).
package struct CallMessage: Equatable, Sendable {
    /// The method's full name: interface, dot, method.
    package var method: String
    /// The parameters: a JSON object, UTF-8.
    package var parameters: [UInt8]
    /// Whether no reply is wanted, not even an error.
    package var oneway: Bool
    /// Whether several replies are accepted.
    package var more: Bool
    /// Whether the caller wants the connection for a protocol of its own afterwards.
    package var upgrade: Bool

    /// Makes a call.
    package init(
        method: String, parameters: [UInt8] = VarlinkJSON.emptyObject, oneway: Bool = false, more: Bool = false
    ) {
        self.method = method
        self.parameters = parameters
        self.oneway = oneway
        self.more = more
        self.upgrade = false
    }

    /// Reads a call. Members it does not know are skipped, as the protocol reserves them for extensions.
    ///
    /// - Parameter message: The message without its NUL.
    /// - Throws: ``MessageError/notJSON(_:)`` if the bytes are no JSON object, ``MessageError/invalidMember(_:oneway:)``
    ///   if a member is missing, repeated or of the wrong kind.
    package init(parsing message: [UInt8]) throws(MessageError) {
        self.init(method: "")
        var invalid: String?
        var seen: [String] = []
        do throws(JSONSyntaxError) {
            var reader = JSONReader(message)
            try reader.openObject()
            while let key = try reader.nextKey() {
                let kind = try reader.nextKind()
                let range = try reader.skipValue()
                let isExpected: Bool
                switch (key, kind) {
                case ("method", .string):
                    var value = JSONReader(Array(message[range]))
                    method = try value.readString()
                    isExpected = true
                case ("parameters", .object):
                    parameters = Array(message[range])
                    isExpected = true
                case ("oneway", .boolean), ("more", .boolean), ("upgrade", .boolean):
                    let isSet = message[range.lowerBound] == UInt8(ascii: "t")
                    switch key {
                    case "oneway": oneway = isSet
                    case "more": more = isSet
                    default: upgrade = isSet
                    }
                    isExpected = true
                case ("parameters", .null), ("oneway", .null), ("more", .null), ("upgrade", .null):
                    isExpected = true
                case ("method", _), ("parameters", _), ("oneway", _), ("more", _), ("upgrade", _): isExpected = false
                default: continue
                }
                if !isExpected || seen.contains(key) { invalid = invalid ?? key }
                seen.append(key)
            }
            try reader.finish()
        } catch {
            throw .notJSON(error)
        }
        if method.isEmpty { invalid = invalid ?? "method" }
        if let invalid { throw .invalidMember(invalid, oneway: oneway) }
    }

    /// Returns the message with its NUL.
    package func encoded() -> [UInt8] {
        var bytes = Array(#"{"method":"#.utf8)
        VarlinkJSON.append(method, to: &bytes)
        if parameters != VarlinkJSON.emptyObject { bytes += Array(#","parameters":"#.utf8) + parameters }
        if oneway { bytes += Array(#","oneway":true"#.utf8) }
        if more { bytes += Array(#","more":true"#.utf8) }
        if upgrade { bytes += Array(#","upgrade":true"#.utf8) }
        return bytes + [UInt8(ascii: "}"), 0]
    }
}

/// A reply as it crosses the socket: a result, one of several, or an error.
package struct ReplyMessage: Equatable, Sendable {
    /// The result's or the error's parameters: a JSON object, UTF-8.
    package var parameters: [UInt8]
    /// Whether further replies to the same call follow.
    package var continues: Bool
    /// The error's full name; absent for a result.
    package var error: String?

    /// Makes a reply.
    package init(parameters: [UInt8] = VarlinkJSON.emptyObject, continues: Bool = false, error: String? = nil) {
        self.parameters = parameters
        self.continues = continues
        self.error = error
    }

    /// Reads a reply. Members it does not know are skipped.
    ///
    /// - Parameter message: The message without its NUL.
    /// - Throws: ``MessageError`` if the bytes are no JSON object or a member is of the wrong kind.
    package init(parsing message: [UInt8]) throws(MessageError) {
        self.init()
        var invalid: String?
        do throws(JSONSyntaxError) {
            var reader = JSONReader(message)
            try reader.openObject()
            while let key = try reader.nextKey() {
                let kind = try reader.nextKind()
                let range = try reader.skipValue()
                switch (key, kind) {
                case ("parameters", .object): parameters = Array(message[range])
                case ("continues", .boolean): continues = message[range.lowerBound] == UInt8(ascii: "t")
                case ("error", .string):
                    var value = JSONReader(Array(message[range]))
                    error = try value.readString()
                case ("parameters", .null), ("continues", .null), ("error", .null): break
                case ("parameters", _), ("continues", _), ("error", _): invalid = invalid ?? key
                default: break
                }
            }
            try reader.finish()
        } catch {
            throw .notJSON(error)
        }
        if let invalid { throw .invalidMember(invalid, oneway: false) }
    }

    /// Returns the message with its NUL.
    package func encoded() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(parameters.count + (error?.utf8.count ?? 0) + 64)
        bytes.append(UInt8(ascii: "{"))
        if let error {
            bytes += #""error":"#.utf8
            VarlinkJSON.append(error, to: &bytes)
            bytes.append(UInt8(ascii: ","))
        }
        bytes += #""parameters":"#.utf8
        bytes += parameters
        if continues { bytes += #","continues":true"#.utf8 }
        bytes.append(UInt8(ascii: "}"))
        bytes.append(0)
        return bytes
    }
}

/// A message that is no call, or no reply.
package enum MessageError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The bytes are not a JSON object.
    case notJSON(JSONSyntaxError)
    /// A member is missing, repeated or of the wrong kind; `oneway` tells whether the caller wants no answer.
    case invalidMember(String, oneway: Bool)

    /// What is wrong, for people.
    package var description: String {
        switch self {
        case .notJSON(let error): "a message is not a JSON object: \(error)"
        case .invalidMember(let name, _): "a message's member '\(name)' is missing, repeated or of the wrong kind"
        }
    }
}
