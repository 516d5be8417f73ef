import FoundationEssentials

/// Reads one value of a JSON text as a type.
struct JSONNodeDecoder: Decoder {
    fileprivate let source: JSONNodes
    fileprivate let place: Int

    /// Reads a whole text.
    ///
    /// - Throws: `DecodingError`.
    static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
        let source: JSONNodes
        do throws(JSONSyntaxError) {
            source = try JSONNodes(bytes)
        } catch {
            throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "this is not JSON: \(error)"))
        }
        return try JSONNodeDecoder(source: source, place: 0).value(type)
    }

    var codingPath: [any CodingKey] { [JSONPlace(source, place)] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    fileprivate var node: JSONNodes.Node { source.nodes[place] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard node.kind == .object else { throw mismatch([String: String].self, "an object") }
        return KeyedDecodingContainer(JSONMembers<Key>(self))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard node.kind == .array else { throw mismatch([String].self, "a list") }
        return JSONItems(self)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer { self }

    // MARK: Values

    fileprivate func value<Value: Decodable>(_ type: Value.Type) throws -> Value {
        // Compared rather than cast: this is what a value costs that has no parts.
        if type == String.self { return same(try text()) }
        if type == Int.self { return same(try integer(Int.self)) }
        if type == Bool.self { return same(try flag()) }
        if type == Decimal.self { return same(try number("a decimal") { Decimal(string: $0) }) }
        if type == Double.self { return same(try number("a number") { Double($0).flatMap { $0.isFinite ? $0 : nil } }) }
        if type == Float.self { return same(try number("a number") { Float($0).flatMap { $0.isFinite ? $0 : nil } }) }
        if type == Int64.self { return same(try integer(Int64.self)) }
        if type == Int32.self { return same(try integer(Int32.self)) }
        if type == Int16.self { return same(try integer(Int16.self)) }
        if type == Int8.self { return same(try integer(Int8.self)) }
        if type == UInt.self { return same(try integer(UInt.self)) }
        if type == UInt64.self { return same(try integer(UInt64.self)) }
        if type == UInt32.self { return same(try integer(UInt32.self)) }
        if type == UInt16.self { return same(try integer(UInt16.self)) }
        if type == UInt8.self { return same(try integer(UInt8.self)) }
        return try Value(from: self)
    }

    private func text() throws -> String {
        guard node.kind == .string else { throw mismatch(String.self, "text") }
        if let text = source.text(at: place) { return text }
        throw DecodingError.dataCorrupted(.init(codingPath: codingPath, debugDescription: "this text is not UTF-8"))
    }

    private func flag() throws -> Bool {
        guard node.kind == .boolean else { throw mismatch(Bool.self, "true or false") }
        return source.bytes[node.content.lowerBound] == UInt8(ascii: "t")
    }

    private func integer<Number: FixedWidthInteger>(_ type: Number.Type) throws -> Number {
        try number("a whole number of \(Number.bitWidth) bits") { Number($0) }
    }

    private func number<Number>(_ name: @autoclosure () -> String, _ read: (String) -> Number?) throws -> Number {
        guard node.kind == .number else { throw mismatch(Number.self, "a number") }
        let digits = source.digits(at: place)
        if let number = read(digits) { return number }
        throw DecodingError.dataCorrupted(
            .init(codingPath: codingPath, debugDescription: "'\(digits)' is not \(name())"))
    }

    private func mismatch(_ type: any Any.Type, _ expected: String) -> DecodingError {
        let context = DecodingError.Context(codingPath: codingPath, debugDescription: "expected \(expected)")
        return node.kind == .null ? .valueNotFound(type, context) : .typeMismatch(type, context)
    }
}

extension JSONNodeDecoder: SingleValueDecodingContainer {
    func decodeNil() -> Bool { node.kind == .null }

    // One function for all types that the protocol names.
    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try value(type) }
}

/// The members of an object.
private struct JSONMembers<Key: CodingKey>: KeyedDecodingContainerProtocol {
    private let object: JSONNodeDecoder
    /// Values by name, where there are too many to look at each.
    private let places: [String: Int]?

    private static var manyMembers: Int { 16 }

    init(_ object: JSONNodeDecoder) {
        self.object = object
        guard object.node.count > Self.manyMembers else {
            places = nil
            return
        }
        var places: [String: Int] = [:]
        Self.forEach(of: object) { name, value in
            if let text = object.source.text(at: name), places[text] == nil { places[text] = value }
        }
        self.places = places
    }

    private static func forEach(of object: JSONNodeDecoder, _ body: (_ name: Int, _ value: Int) -> Void) {
        var name = object.place + 1
        for _ in 0..<object.node.count {
            body(name, name + 1)
            name = object.source.nodes[name + 1].next
        }
    }

    private func place(of key: Key) -> Int? {
        let wanted = key.stringValue
        if let places { return places[wanted] }
        var name = object.place + 1
        for _ in 0..<object.node.count {
            if object.source.isName(wanted, at: name) { return name + 1 }
            name = object.source.nodes[name + 1].next
        }
        return nil
    }

    private func member(_ key: Key) throws -> JSONNodeDecoder {
        guard let place = place(of: key) else {
            throw DecodingError.keyNotFound(
                key, .init(codingPath: codingPath, debugDescription: "'\(key.stringValue)' is missing"))
        }
        return JSONNodeDecoder(source: object.source, place: place)
    }

    var codingPath: [any CodingKey] { object.codingPath }

    var allKeys: [Key] {
        var keys: [Key] = []
        Self.forEach(of: object) { name, _ in
            if let key = object.source.text(at: name).flatMap({ Key(stringValue: $0) }) { keys.append(key) }
        }
        return keys
    }

    func contains(_ key: Key) -> Bool { place(of: key) != nil }

    func decodeNil(forKey key: Key) throws -> Bool { try member(key).decodeNil() }

    // One function for all types that the protocol names.
    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value { try member(key).value(type) }

    func decodeIfPresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? {
        guard let place = place(of: key) else { return nil }
        let member = JSONNodeDecoder(source: object.source, place: place)
        return member.decodeNil() ? nil : try member.value(type)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        try member(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try member(key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder {
        guard let key = Key(stringValue: "super") else { return object }
        return try member(key)
    }

    func superDecoder(forKey key: Key) throws -> any Decoder { try member(key) }
}

/// The items of a list.
private struct JSONItems: UnkeyedDecodingContainer {
    private let list: JSONNodeDecoder
    private var place: Int
    private(set) var currentIndex = 0

    init(_ list: JSONNodeDecoder) {
        self.list = list
        place = list.place + 1
    }

    var codingPath: [any CodingKey] { list.codingPath }
    var count: Int? { list.node.count }
    var isAtEnd: Bool { currentIndex == list.node.count }

    private func item(_ type: any Any.Type) throws -> JSONNodeDecoder {
        guard !isAtEnd else {
            throw DecodingError.valueNotFound(
                type, .init(codingPath: codingPath + [PathKey(currentIndex)], debugDescription: "the list has ended"))
        }
        return JSONNodeDecoder(source: list.source, place: place)
    }

    private mutating func take<Value>(_ type: any Any.Type, _ read: (JSONNodeDecoder) throws -> Value) throws -> Value {
        let value = try read(item(type))
        place = list.source.nodes[place].next
        currentIndex += 1
        return value
    }

    mutating func decodeNil() throws -> Bool {
        guard try item(Never?.self).decodeNil() else { return false }
        return try take(Never?.self) { $0.decodeNil() }
    }

    // One function for all types that the protocol names.
    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try take(type) { try $0.value(type) } }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> {
        try take([String: String].self) { try $0.container(keyedBy: type) }
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try take([String].self) { try $0.unkeyedContainer() }
    }

    mutating func superDecoder() throws -> any Decoder { try take((any Decoder).self) { $0 } }
}

/// A value as the type that it is known to be of.
func same<Value, Same>(_ value: Value) -> Same {
    precondition(Value.self == Same.self, "\(Value.self) is not \(Same.self)")
    return unsafeBitCast(value, to: Same.self)
}

/// Where a value stands in its text, as the one key of a path: it is spelled out only if somebody asks.
struct JSONPlace: CodingKey {
    fileprivate let source: JSONNodes
    fileprivate let place: Int

    /// What leads there.
    var path: [PathKey] { source.path(to: place) }

    var stringValue: String { VarlinkJSON.path(path) }
    var intValue: Int? { nil }

    fileprivate init(_ source: JSONNodes, _ place: Int) { (self.source, self.place) = (source, place) }
    init?(stringValue: String) { nil }
    init?(intValue: Int) { nil }
}
