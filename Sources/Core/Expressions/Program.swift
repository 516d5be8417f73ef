import CivilTime

/// A compiled expression: nodes by number, children before parents, names resolved to slots.
final class Program: Sendable {
    let nodes: [Node]
    let root: Int32
    let constants: [Value]
    /// Children of the nodes that have more than two, in runs.
    let operands: [Int32]
    let functions: [LibraryFunction]
    let hostFunctions: [HostCall]
    let comprehensions: [ComprehensionPlan]
    let patterns: [RegularExpression]
    /// Places for macros' variables.
    let localCount: Int
    /// What a variable's slot is called, for messages.
    let slotNames: [String]
    let zones: @Sendable (String) -> TimeZoneRules?
    let costLimit: Int

    init(
        nodes: [Node], root: Int32, constants: [Value], operands: [Int32], functions: [LibraryFunction],
        hostFunctions: [HostCall], comprehensions: [ComprehensionPlan], patterns: [RegularExpression], localCount: Int,
        slotNames: [String], environment: ExpressionEnvironment
    ) {
        self.nodes = nodes
        self.root = root
        self.constants = constants
        self.operands = operands
        self.functions = functions
        self.hostFunctions = hostFunctions
        self.comprehensions = comprehensions
        self.patterns = patterns
        self.localCount = localCount
        self.slotNames = slotNames
        zones = environment.zones
        costLimit = environment.costLimit
    }
}

/// One step of a program. What `a`, `b` and `c` are is said at each operation.
struct Node: Equatable, Sendable {
    enum Operation: UInt8, Sendable {
        /// The constant `a`.
        case constant
        /// The variable in slot `a`.
        case variable
        /// The macro's variable at place `a`.
        case local
        /// An error: code by number `b`, message in constant `a`.
        case fail
        /// Field, by constant `b`, of node `a`; the optional one is empty where there is none; `has` asks.
        case select, selectOptional, has
        /// Element by node `b` of node `a`.
        case index, indexOptional
        /// Of node `a`.
        case not, negate, size, toDecimal
        /// Of nodes `a` and `b`.
        case add, subtract, multiply, divide, remainder
        case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual, isIn
        /// Of `b` operands from `a` on.
        case and, or
        /// Node `a`, then `b` if it is true, else `c`.
        case conditional
        /// Of `b` operands from `a` on; in the optional forms each value is followed by 1 if it may be left out.
        case list, optionalList
        /// As lists; key and value alternate, or key, value and 1 if they may be left out.
        case map, optionalMap
        /// The function `a` of `c` operands from `b` on.
        case call, hostCall
        /// Whether text `a` has a match of pattern `b`.
        case matches
        /// The comprehension `a`.
        case comprehension
        /// Node `b` with the value of node `a` at local place `c`.
        case bind
        /// The sum of list `a`, which is the constant `b` for no elements.
        case sum
    }

    let operation: Operation
    var a: Int32 = 0
    var b: Int32 = 0
    var c: Int32 = 0
    /// Where it was written, in UTF-8 bytes.
    var offset: Int32 = 0
}

struct ComprehensionPlan: Sendable {
    let macro: Macro
    let range: Int32
    /// Places of the variables; the second only with two.
    let first: Int
    let second: Int?
    let filter: Int32?
    let body: Int32
}

/// A host's function among those of its name, number of arguments and style.
struct HostCall: Sendable {
    let name: String
    let candidates: [HostFunction]
}
