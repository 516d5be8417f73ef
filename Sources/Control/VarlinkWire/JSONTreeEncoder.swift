import FoundationEssentials

/// A value on its way to JSON.
///
/// Members are sorted only once all are there, whatever order a type writes them in.
private enum JSONTree {
    case null
    case boolean(Bool)
    case number(String)
    case text(String)
    case list(JSONList)
    case object(JSONObject)
    /// Written by somebody who was handed an encoder.
    case later(JSONTreeEncoder)

    func write(to bytes: inout [UInt8]) {
        switch self {
        case .null: bytes += "null".utf8
        case .boolean(let flag): bytes += (flag ? "true" : "false").utf8
        case .number(let digits): bytes += digits.utf8
        case .text(let text): VarlinkJSON.append(text, to: &bytes)
        case .list(let list):
            var separator = UInt8(ascii: "[")
            for item in list.items {
                bytes.append(separator)
                item.write(to: &bytes)
                separator = UInt8(ascii: ",")
            }
            if list.items.isEmpty { bytes.append(separator) }
            bytes.append(UInt8(ascii: "]"))
        case .object(let object):
            var separator = UInt8(ascii: "{")
            for (name, value) in object.sortedMembers {
                bytes.append(separator)
                VarlinkJSON.append(name, to: &bytes)
                bytes.append(UInt8(ascii: ":"))
                value.write(to: &bytes)
                separator = UInt8(ascii: ",")
            }
            if object.members.isEmpty { bytes.append(separator) }
            bytes.append(UInt8(ascii: "}"))
        case .later(let encoder): encoder.tree.write(to: &bytes)
        }
    }
}

private final class JSONList { var items: [JSONTree] = [] }

private final class JSONObject {
    typealias Member = (name: String, value: JSONTree)

    var members: [Member] = []

    init() { members.reserveCapacity(8) }

    var sortedMembers: [Member] {
        let isSorted = zip(members, members.dropFirst()).allSatisfy { $0.name <= $1.name }
        return isSorted ? members : members.sorted { $0.name < $1.name }
    }
}

/// Makes the JSON of one value.
final class JSONTreeEncoder: Encoder {
    /// `nil` for a value without parts.
    private var written: JSONTree?

    /// Returns a value as JSON.
    ///
    /// - Throws: `EncodingError` for a number that is not finite, and what the value throws.
    static func encode(_ value: some Encodable) throws -> [UInt8] {
        var bytes: [UInt8] = []
        try tree(of: value).write(to: &bytes)
        return bytes
    }

    fileprivate var tree: JSONTree { written ?? .object(JSONObject()) }

    /// Where a value stands is not kept: few have no JSON form, and their errors name them.
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        let object: JSONObject
        if case .object(let begun) = written { object = begun } else { object = JSONObject() }
        written = .object(object)
        return KeyedEncodingContainer(JSONMembersEncoding<Key>(object: object))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        let list: JSONList
        if case .list(let begun) = written { list = begun } else { list = JSONList() }
        written = .list(list)
        return JSONItemsEncoding(list: list)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { self }

    fileprivate static func tree<Value: Encodable>(of value: Value) throws -> JSONTree {
        // Compared rather than cast: this is what a value costs that has no parts.
        let type = Value.self
        if type == String.self { return .text(same(value)) }
        if type == Int.self { return .number(String(same(value) as Int)) }
        if type == Bool.self { return .boolean(same(value)) }
        if type == Decimal.self { return .number((same(value) as Decimal).description) }
        if type == Double.self { return try tree(ofFinite: same(value)) }
        if type == Float.self { return try tree(ofFinite: Double(same(value) as Float)) }
        if integers.contains(ObjectIdentifier(type)) { return .number(String(describing: value)) }
        let encoder = JSONTreeEncoder()
        try value.encode(to: encoder)
        return encoder.tree
    }

    private static let integers: Set<ObjectIdentifier> = [
        ObjectIdentifier(Int64.self), ObjectIdentifier(Int32.self), ObjectIdentifier(Int16.self),
        ObjectIdentifier(Int8.self), ObjectIdentifier(UInt.self), ObjectIdentifier(UInt64.self),
        ObjectIdentifier(UInt32.self), ObjectIdentifier(UInt16.self), ObjectIdentifier(UInt8.self),
    ]

    private static func tree(ofFinite number: Double) throws -> JSONTree {
        guard number.isFinite else {
            throw EncodingError.invalidValue(number, .init(codingPath: [], debugDescription: "JSON has no \(number)"))
        }
        let digits = number.description
        return .number(digits.hasSuffix(".0") ? String(digits.dropLast(2)) : digits)
    }
}

extension JSONTreeEncoder: SingleValueEncodingContainer {
    func encodeNil() { written = .null }

    // One function for all types that the protocol names.
    func encode<Value: Encodable>(_ value: Value) throws { written = try Self.tree(of: value) }
}

private struct JSONMembersEncoding<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let object: JSONObject

    var codingPath: [any CodingKey] { [] }

    private func put(_ value: JSONTree, _ key: Key) { object.members.append((key.stringValue, value)) }

    func encodeNil(forKey key: Key) { put(.null, key) }

    // One function for all types that the protocol names.
    func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
        put(try JSONTreeEncoder.tree(of: value), key)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        later(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer { later(key).unkeyedContainer() }

    func superEncoder() -> any Encoder {
        let encoder = JSONTreeEncoder()
        object.members.append(("super", .later(encoder)))
        return encoder
    }

    func superEncoder(forKey key: Key) -> any Encoder { later(key) }

    private func later(_ key: Key) -> JSONTreeEncoder {
        let encoder = JSONTreeEncoder()
        put(.later(encoder), key)
        return encoder
    }
}

private struct JSONItemsEncoding: UnkeyedEncodingContainer {
    let list: JSONList

    var codingPath: [any CodingKey] { [] }
    var count: Int { list.items.count }

    func encodeNil() { list.items.append(.null) }

    // One function for all types that the protocol names.
    func encode<Value: Encodable>(_ value: Value) throws {
        list.items.append(try JSONTreeEncoder.tree(of: value))
    }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        later().container(keyedBy: type)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { later().unkeyedContainer() }

    func superEncoder() -> any Encoder { later() }

    private func later() -> JSONTreeEncoder {
        let encoder = JSONTreeEncoder()
        list.items.append(.later(encoder))
        return encoder
    }
}
