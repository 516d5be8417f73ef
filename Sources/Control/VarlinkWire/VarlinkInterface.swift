/// What a `.varlink` file describes: an interface's types, methods and errors.
///
/// Two files that differ in layout only give equal values, so programs and tests compare interfaces by value.
package struct VarlinkInterface: Equatable, Sendable {
    /// A field of a structure, of a method's parameters or of an error's.
    package struct Field: Equatable, Sendable {
        /// The name, which is the JSON member's.
        package var name: String
        /// The type of its value.
        package var type: VarlinkType
        /// The comment above it; empty if there is none.
        package var documentation: String

        /// Makes a field.
        package init(name: String, type: VarlinkType, documentation: String = "") {
            self.name = name
            self.type = type
            self.documentation = documentation
        }
    }

    /// A type with a name: a structure or an enumeration.
    package struct TypeDefinition: Equatable, Sendable {
        /// The name, unique among the interface's types, methods and errors.
        package var name: String
        /// What it stands for: a structure or an enumeration.
        package var type: VarlinkType
        /// The comment above it; empty if there is none.
        package var documentation: String
    }

    /// A method: the parameters it takes and those it answers with.
    package struct Method: Equatable, Sendable {
        /// The name without the interface's.
        package var name: String
        /// The parameters of a call.
        package var input: [Field]
        /// The parameters of each reply.
        package var output: [Field]
        /// The comment above it; empty if there is none.
        package var documentation: String

        /// Whether the method answers by a stream: what its comment says in systemd's words.
        package var more: MoreSupport {
            let lines = documentation.split(separator: "\n")
            if lines.contains("[Requires 'more' flag]") { return .required }
            return lines.contains("[Supports 'more' flag]") ? .supported : .unsaid
        }
    }

    /// What a method's comment says about the `more` flag.
    package enum MoreSupport: Equatable, Sendable {
        /// Nothing: one reply, as a rule.
        case unsaid
        /// `[Supports 'more' flag]`: a stream if the call asks for one.
        case supported
        /// `[Requires 'more' flag]`: a stream only.
        case required
    }

    /// An error and its parameters.
    package struct ErrorDefinition: Equatable, Sendable {
        /// The name without the interface's.
        package var name: String
        /// The parameters.
        package var fields: [Field]
        /// The comment above it; empty if there is none.
        package var documentation: String
    }

    /// The name in reverse-domain notation: `org.example.encoder`.
    package let name: String
    /// The comment above `interface`; empty if there is none.
    package let documentation: String
    /// The types, in the file's order.
    package let types: [TypeDefinition]
    /// The methods, in the file's order.
    package let methods: [Method]
    /// The errors, in the file's order.
    package let errors: [ErrorDefinition]
    private let typesByName: [String: VarlinkType]

    init(
        name: String, documentation: String, types: [TypeDefinition], methods: [Method], errors: [ErrorDefinition]
    ) {
        self.name = name
        self.documentation = documentation
        self.types = types
        self.methods = methods
        self.errors = errors
        self.typesByName = Dictionary(types.map { ($0.name, $0.type) }, uniquingKeysWith: { first, _ in first })
    }

    /// Returns the type of that name, or `nil` if the interface has none.
    package func type(named name: String) -> VarlinkType? { typesByName[name] }

    /// Returns the method of that name, without the interface's, or `nil` if the interface has none.
    package func method(named name: String) -> Method? { methods.first { $0.name == name } }

    /// Returns the error of that name, without the interface's, or `nil` if the interface has none.
    package func error(named name: String) -> ErrorDefinition? { errors.first { $0.name == name } }
}

/// The type of a value in an interface.
package indirect enum VarlinkType: Equatable, Sendable {
    /// `true` or `false`.
    case bool
    /// A whole number from -2⁶³ to 2⁶³ - 1.
    case int
    /// A number, IEEE 754 double.
    case float
    case string
    /// A JSON object of any shape.
    case object
    /// A JSON value of any kind but null.
    case any
    /// `?type`: the value, null, or nothing at all.
    case optional(VarlinkType)
    /// `[]type`.
    case array(VarlinkType)
    /// `[string]type`: values by name; `[string]()` is a set of names.
    case map(VarlinkType)
    /// `(name: type, …)`.
    case structure([VarlinkInterface.Field])
    /// `(one, two, …)`: one of these words.
    case enumeration([String])
    /// A type of the same interface, by its name.
    case named(String)
}

/// The interface in its canonical layout: one member a paragraph, types first, then methods, then errors.
extension VarlinkInterface: CustomStringConvertible {
    /// The text of a `.varlink` file that describes this interface.
    package var description: String {
        var text = Self.comment(documentation, indent: "") + "interface \(name)\n"
        for type in types {
            text += "\n" + Self.comment(type.documentation, indent: "")
            text += "type \(type.name) \(Self.layout(type.type, indent: ""))\n"
        }
        for method in methods {
            text += "\n" + Self.comment(method.documentation, indent: "")
            text += "method \(method.name)\(Self.layout(method.input, indent: ""))"
            text += " -> \(Self.layout(method.output, indent: ""))\n"
        }
        for error in errors {
            text += "\n" + Self.comment(error.documentation, indent: "")
            text += "error \(error.name) \(Self.layout(error.fields, indent: ""))\n"
        }
        return text
    }

    private static func comment(_ documentation: String, indent: String) -> String {
        if documentation.isEmpty { return "" }
        return documentation.split(separator: "\n", omittingEmptySubsequences: false)
            .map { line in line.isEmpty ? "\(indent)#\n" : "\(indent)# \(line)\n" }.joined()
    }

    private static func layout(_ fields: [Field], indent: String) -> String {
        if fields.isEmpty { return "()" }
        let inner = indent + "  "
        let lines = fields.map { field in
            comment(field.documentation, indent: inner) + "\(inner)\(field.name): \(layout(field.type, indent: inner))"
        }
        return "(\n" + lines.joined(separator: ",\n") + "\n\(indent))"
    }

    private static func layout(_ type: VarlinkType, indent: String) -> String {
        switch type {
        case .bool: "bool"
        case .int: "int"
        case .float: "float"
        case .string: "string"
        case .object: "object"
        case .any: "any"
        case .optional(let wrapped): "?" + layout(wrapped, indent: indent)
        case .array(let element): "[]" + layout(element, indent: indent)
        case .map(let value): "[string]" + layout(value, indent: indent)
        case .structure(let fields): layout(fields, indent: indent)
        case .enumeration(let names): "(" + names.joined(separator: ", ") + ")"
        case .named(let name): name
        }
    }
}
