/// Turns values into JSON bytes and back, the same way on both sides of the socket.
package enum VarlinkJSON {
    /// The bytes of `{}`: no parameters.
    package static let emptyObject: [UInt8] = [UInt8(ascii: "{"), UInt8(ascii: "}")]

    /// Returns a value as JSON, its members sorted by name so that equal values give equal bytes.
    ///
    /// - Throws: `EncodingError` if the value has no JSON form (a number that is not finite, for example).
    package static func encode(_ value: some Encodable) throws -> [UInt8] {
        try JSONTreeEncoder.encode(value)
    }

    /// Returns the value that JSON bytes hold.
    ///
    /// - Throws: `DecodingError` if the bytes do not hold such a value.
    package static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
        try JSONNodeDecoder.decode(type, from: bytes)
    }

    /// Returns the place a decoding error is about, as a path of member names: `people[2].name`; empty at the top.
    package static func path(of error: DecodingError) -> String {
        switch error {
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            path(context.codingPath)
        case .keyNotFound(let key, let context):
            path(context.codingPath + [key])
        @unknown default: ""
        }
    }

    static func path(_ keys: [any CodingKey]) -> String {
        let spelled = keys.flatMap { key -> [any CodingKey] in (key as? JSONPlace)?.path ?? [key] }
        return spelled.reduce(into: "") { path, key in
            if let index = key.intValue {
                path += "[\(index)]"
            } else {
                path += path.isEmpty ? key.stringValue : ".\(key.stringValue)"
            }
        }
    }

    /// Appends a string as JSON, quoted and escaped.
    package static func append(_ string: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        defer { bytes.append(UInt8(ascii: "\"")) }
        guard string.utf8.contains(where: { $0 < 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }) else {
            bytes += string.utf8
            return
        }
        for byte in string.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case 0x0A: bytes += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
            case 0..<0x20:
                let digits = Array("0123456789abcdef".utf8)
                bytes += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            default: bytes.append(byte)
            }
        }
    }

    /// Returns an object with one member, a string.
    package static func object(_ name: String, _ value: String) -> [UInt8] {
        var bytes = [UInt8(ascii: "{")]
        append(name, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        append(value, to: &bytes)
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }
}
