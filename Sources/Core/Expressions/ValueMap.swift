/// A map of CEL: keys are booleans, integers or strings, kept in the order written.
///
/// An `int` and a `uint` of one value are one key, as CEL has it. Equality ignores the order.
package struct ValueMap: Sendable {
    /// A key with its value.
    package struct Entry: Hashable, Sendable {
        /// A boolean, an integer or a string.
        package let key: Value
        /// What the key leads to.
        package var value: Value
    }

    /// In the order written.
    package private(set) var entries: [Entry]
    /// Places in `entries`; only kept when a search through them would be slower.
    private var places: [MapKey: Int] = [:]

    private static let largestSearchedCount = 8

    /// An empty map.
    package init() { entries = [] }

    /// A map of these entries; of entries with one key, the last counts. Keys that no map can have are left out.
    package init(_ entries: [(Value, Value)]) {
        self.entries = []
        self.entries.reserveCapacity(entries.count)
        for (key, value) in entries { self[key] = value }
    }

    /// How many entries there are.
    package var count: Int { entries.count }
    /// Whether there is no entry.
    package var isEmpty: Bool { entries.isEmpty }

    /// The value of a key; absent when there is none. Setting nil removes it; setting an impossible key does nothing.
    package subscript(key: Value) -> Value? {
        get { place(of: key).map { entries[$0].value } }
        set {
            guard let mapKey = MapKey(key) else { return }
            set(newValue, at: place(of: key), key: key, mapKey: mapKey)
        }
    }

    /// The value of a string key, or of a record's field; absent when there is none. Setting nil removes it.
    package subscript(name: String) -> Value? {
        get { place(of: name).map { entries[$0].value } }
        set { set(newValue, at: place(of: name), key: .string(name), mapKey: .string(ExactString(text: name))) }
    }

    private mutating func set(_ value: Value?, at place: Int?, key: Value, mapKey: MapKey) {
        switch (place, value) {
        case (let place?, let value?): entries[place].value = value
        case (let place?, nil):
            entries.remove(at: place)
            rebuildPlaces()
        case (nil, let value?):
            entries.append(Entry(key: key, value: value))
            if entries.count == Self.largestSearchedCount + 1 {
                rebuildPlaces()
            } else if entries.count > Self.largestSearchedCount {
                places[mapKey] = entries.count - 1
            }
        case (nil, nil): break
        }
    }

    private mutating func rebuildPlaces() {
        places = [:]
        guard entries.count > Self.largestSearchedCount else { return }
        for (place, entry) in entries.enumerated() {
            if let key = MapKey(entry.key) { places[key] = place }
        }
    }

    private func place(of name: String) -> Int? {
        if entries.count > Self.largestSearchedCount { return places[.string(ExactString(text: name))] }
        for (place, entry) in entries.enumerated() {
            if case .string(let text) = entry.key, text.hasSameCodePoints(as: name) { return place }
        }
        return nil
    }

    private func place(of key: Value) -> Int? {
        if case .string(let name) = key { return place(of: name) }
        guard let wanted = MapKey(key) else { return nil }
        if entries.count > Self.largestSearchedCount { return places[wanted] }
        return entries.firstIndex { MapKey($0.key) == wanted }
    }

    /// Whether a map may have this key.
    static func isKey(_ value: Value) -> Bool {
        switch value {
        case .bool, .int, .uint, .string: true
        default: false
        }
    }
}

extension ValueMap: Hashable {
    package static func == (left: ValueMap, right: ValueMap) -> Bool {
        left.count == right.count && left.entries.allSatisfy { right[$0.key] == $0.value }
    }

    package func hash(into hasher: inout Hasher) {
        // Order must not count, so the entries' hashes are added up.
        hasher.combine(entries.reduce(0) { $0 &+ $1.hashValue })
    }
}

/// What identifies an entry: integers by value whatever their type, strings by code points.
private enum MapKey: Hashable {
    case bool(Bool)
    case int(Int64)
    case large(UInt64)
    case string(ExactString)

    /// Absent for a value that no map has as a key. A whole double finds the integer.
    init?(_ value: Value) {
        switch value {
        case .bool(let value): self = .bool(value)
        case .int(let value): self = .int(value)
        case .uint(let value): self = Int64(exactly: value).map(MapKey.int) ?? .large(value)
        case .double(let value):
            if let int = Int64(exactly: value) {
                self = .int(int)
            } else if let large = UInt64(exactly: value) {
                self = .large(large)
            } else {
                return nil
            }
        case .string(let value): self = .string(ExactString(text: value))
        default: return nil
        }
    }
}

private struct ExactString: Hashable {
    let text: String

    static func == (left: ExactString, right: ExactString) -> Bool { left.text.hasSameCodePoints(as: right.text) }
    func hash(into hasher: inout Hasher) { hasher.combine(text) }
}
