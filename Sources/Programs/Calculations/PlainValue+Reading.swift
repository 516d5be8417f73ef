import VarlinkWire
package import WorkflowModel

extension PlainValue {
    /// Reads one JSON text; numbers keep their digits and members their order.
    ///
    /// - Throws: ``CalculationError`` for text that is not JSON, saying where.
    package init(json: [UInt8]) throws(CalculationError) {
        do throws(JSONSyntaxError) {
            var reader = JSONReader(json)
            self = try Self.read(&reader)
            try reader.finish()
        } catch {
            throw CalculationError("the line is not JSON: \(error)")
        }
    }

    private static func read(_ reader: inout JSONReader) throws(JSONSyntaxError) -> PlainValue {
        switch try reader.nextKind() {
        case .null:
            try reader.readNull()
            return .null
        case .boolean: return .boolean(try reader.readBoolean())
        case .number: return .number(try reader.readNumber())
        case .string: return .text(try reader.readString())
        case .array:
            var items: [PlainValue] = []
            try reader.openArray()
            while try reader.nextElement() { items.append(try read(&reader)) }
            return .list(items)
        case .object:
            var members: [Member] = []
            try reader.openObject()
            while let name = try reader.nextKey() { members.append(Member(name: name, value: try read(&reader))) }
            return .object(members)
        }
    }
}

/// The fields of an object, each read as the type it must have.
struct Fields {
    private let members: [PlainValue.Member]
    /// What the object is, for messages: `the line`.
    private let name: String

    /// - Throws: ``CalculationError`` for anything but an object.
    init(_ value: PlainValue, of name: String) throws(CalculationError) {
        guard case .object(let members) = value else { throw CalculationError("\(name) is not a JSON object") }
        self.members = members
        self.name = name
    }

    /// The value of a field; absent where it is missing or null.
    subscript(field: String) -> PlainValue? {
        guard let value = members.last(where: { $0.name == field })?.value, value != .null else { return nil }
        return value
    }

    func text(_ field: String) throws(CalculationError) -> String? {
        guard let value = self[field] else { return nil }
        guard case .text(let text) = value else { throw wrong(field, "a text") }
        return text
    }

    func required(_ field: String) throws(CalculationError) -> String {
        guard let text = try text(field) else { throw missing(field) }
        return text
    }

    func flag(_ field: String) throws(CalculationError) -> Bool? {
        guard let value = self[field] else { return nil }
        guard case .boolean(let flag) = value else { throw wrong(field, "true or false") }
        return flag
    }

    func integer(_ field: String) throws(CalculationError) -> Int? {
        guard let value = self[field] else { return nil }
        guard case .number(let digits) = value, let number = Int(digits) else { throw wrong(field, "a whole number") }
        return number
    }

    func list(_ field: String) throws(CalculationError) -> [PlainValue]? {
        guard let value = self[field] else { return nil }
        guard case .list(let items) = value else { throw wrong(field, "a list") }
        return items
    }

    func texts(_ field: String) throws(CalculationError) -> [String]? {
        guard let items = try list(field) else { return nil }
        var texts: [String] = []
        for item in items {
            guard case .text(let text) = item else { throw wrong(field, "a list of texts") }
            texts.append(text)
        }
        return texts
    }

    func members(_ field: String) throws(CalculationError) -> [PlainValue.Member] {
        guard let value = self[field] else { return [] }
        guard case .object(let members) = value else { throw wrong(field, "an object") }
        return members
    }

    func missing(_ field: String) -> CalculationError { CalculationError("\(name) has no '\(field)'") }

    private func wrong(_ field: String, _ type: String) -> CalculationError {
        CalculationError("'\(field)' of \(name) is not \(type)")
    }
}

extension PlainValue {
    /// An object of these members, those that are absent left out.
    static func object(_ members: [(String, PlainValue?)]) -> PlainValue {
        .object(members.compactMap { name, value in value.map { Member(name: name, value: $0) } })
    }
}
