import ControlAPI
import SeededRandom
import VarlinkWire

/// Makes values that fit an interface's types, any that do.
struct RandomJSON {
    var random: SeededGenerator
    let interface: VarlinkInterface

    init(seed: UInt64, _ interface: VarlinkInterface) {
        random = SeededGenerator(seed: seed)
        self.interface = interface
    }

    mutating func object(of fields: [VarlinkInterface.Field]) -> JSONValue {
        var members: [String: JSONValue] = [:]
        for field in fields {
            if case .optional(let type) = field.type {
                if Bool.random(using: &random) { members[field.name] = value(of: type) }
            } else {
                members[field.name] = value(of: field.type)
            }
        }
        return .object(members)
    }

    mutating func value(of type: VarlinkType) -> JSONValue {
        switch type {
        case .bool: return .boolean(Bool.random(using: &random))
        case .int: return .number("\(Int64.random(in: -9...1_000_000, using: &random))")
        case .float: return .number("0.5")
        case .string: return .text(text())
        case .object: return anyObject(depth: 3)
        case .any:
            let value = any(depth: 3)
            return value == .null ? .boolean(true) : value
        case .optional(let wrapped): return value(of: wrapped)
        case .array(let element):
            return .list((0..<Int.random(in: 0...2, using: &random)).map { _ in value(of: element) })
        case .map(let element):
            let count = Int.random(in: 0...3, using: &random)
            return .object(Dictionary((0..<count).map { _ in (text(), value(of: element)) }) { first, _ in first })
        case .structure(let fields): return object(of: fields)
        case .enumeration(let words): return .text(words.randomElement(using: &random) ?? "")
        // The one text that is not free: an error's code.
        case .named("Refusal"): return .object(["code": .text("busy"), "message": .text(text())])
        case .named(let name): return interface.type(named: name).map { value(of: $0) } ?? .null
        }
    }

    /// Any JSON value whose numbers are exact decimals.
    mutating func any(depth: Int) -> JSONValue {
        switch Int.random(in: 0...(depth == 0 ? 3 : 5), using: &random) {
        case 0: return .null
        case 1: return .boolean(Bool.random(using: &random))
        case 2: return .text(text())
        case 3: return .number(number())
        case 4: return .list((0..<Int.random(in: 0...3, using: &random)).map { _ in any(depth: depth - 1) })
        default: return anyObject(depth: depth - 1)
        }
    }

    private mutating func anyObject(depth: Int) -> JSONValue {
        let count = Int.random(in: 0...3, using: &random)
        return .object(Dictionary((0..<count).map { _ in (text(), any(depth: depth)) }) { first, _ in first })
    }

    private mutating func text() -> String {
        let letters = Array("aé\"\\/\n\u{1}\u{7FF}€𝄞 0")
        let count = Int.random(in: 0...6, using: &random)
        return String((0..<count).map { _ in letters.randomElement(using: &random) ?? "a" })
    }

    private mutating func number() -> String {
        let whole = "\(Int64.random(in: -999_999_999_999...999_999_999_999, using: &random))"
        guard Bool.random(using: &random) else { return whole }
        let count = Int.random(in: 0...18, using: &random)
        let places = (0..<count).map { _ in "\(Int.random(in: 0...9, using: &random))" }
        return "\(whole).\(places.joined())\(Int.random(in: 1...9, using: &random))"
    }
}
