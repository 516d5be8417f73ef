/// A JSON text taken apart in one pass: its values in the text's order, so that each can be read without its neighbours.
final class JSONNodes: Sendable {
    /// One value, or the name of one.
    struct Node: Sendable {
        var kind: JSONReader.Kind
        /// Of text: between the quotes. Of a number: all of it.
        var content: Range<Int> = 0..<0
        var hasEscapes = false
        /// Members of an object, items of a list.
        var count = 0
        /// The node behind this one and all in it.
        var next = 0
    }

    let bytes: [UInt8]
    let nodes: [Node]

    /// - Throws: ``JSONSyntaxError`` for bytes that are no JSON text. Text is checked for being UTF-8 when it is read.
    init(_ bytes: [UInt8]) throws(JSONSyntaxError) {
        var reader = JSONReader(bytes)
        var nodes: [Node] = []
        nodes.reserveCapacity(bytes.count / 8)
        try reader.readNodes(into: &nodes)
        try reader.finish()
        self.bytes = bytes
        self.nodes = nodes
    }

    /// The text of a string's node; `nil` where it is no text after all.
    func text(at place: Int) -> String? {
        let node = nodes[place]
        guard node.hasEscapes else { return String(validating: bytes[node.content], as: UTF8.self) }
        var reader = JSONReader(bytes, from: node.content.lowerBound - 1)
        return try? reader.readString()
    }

    /// The characters of a number's node.
    func digits(at place: Int) -> String { String(decoding: bytes[nodes[place].content], as: UTF8.self) }

    /// Whether the name at a node is this one.
    func isName(_ name: String, at place: Int) -> Bool {
        let node = nodes[place]
        if node.hasEscapes { return text(at: place) == name }
        guard name.utf8.count == node.content.count else { return false }
        return bytes[node.content].elementsEqual(name.utf8)
    }

    /// What leads to a value: names of members and indexes of items.
    func path(to place: Int) -> [PathKey] {
        var path: [PathKey] = []
        var current = 0
        while current < place, let (key, value) = step(from: current, to: place) {
            path.append(key)
            current = value
        }
        return path
    }

    /// The part of an object or a list in which a value is.
    private func step(from current: Int, to place: Int) -> (key: PathKey, value: Int)? {
        let isObject = nodes[current].kind == .object
        var child = current + 1
        for index in 0..<nodes[current].count {
            let value = isObject ? child + 1 : child
            if place < nodes[value].next { return (isObject ? PathKey(text(at: child) ?? "") : PathKey(index), value) }
            child = nodes[value].next
        }
        return nil
    }
}

/// A member's name or an item's index.
struct PathKey: CodingKey {
    var stringValue: String
    var intValue: Int?

    init(_ name: String) { stringValue = name }
    init(_ index: Int) { (stringValue, intValue) = ("\(index)", index) }
    init?(stringValue: String) { self.init(stringValue) }
    init?(intValue: Int) { self.init(intValue) }
}
