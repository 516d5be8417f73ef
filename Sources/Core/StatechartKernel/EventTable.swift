/// A class of event names that the same descriptors of a chart match; made by ``Statechart/key(for:)``.
@usableFromInline
package struct EventKey: Hashable, Sendable {
    @usableFromInline let rawValue: Int32

    @inlinable init(rawValue: Int32) { self.rawValue = rawValue }
}

/// The event descriptors of a chart, numbered so that each matches a range of keys.
///
/// Descriptors form a tree by dotted prefix. Numbered parent first, a descriptor matches exactly the names whose
/// longest matching descriptor has a number in its range: an integer comparison replaces the comparison of names
/// (SCXML 1.0, 3.12.1).
struct EventTable: Sendable {
    private let numbers: [String: Int32]
    private let ends: [Int32]

    /// Numbers the given descriptors, in their plain form; 0 is `*`, whether it is used or not.
    init(plainDescriptors: Set<String>) {
        let names = plainDescriptors.subtracting([""]).map { (name: $0, parts: EventTable.parts($0)) }
        let sorted = names.sorted { $0.parts.lexicographicallyPrecedes($1.parts) }
        var numbers = ["": 0 as Int32]
        var ends = [Int32(sorted.count + 1)]
        for (place, entry) in sorted.enumerated() {
            numbers[entry.name] = Int32(place + 1)
            let covered = sorted[place...].prefix { $0.parts.starts(with: entry.parts) }
            ends.append(Int32(covered.endIndex + 1))
        }
        self.numbers = numbers
        self.ends = ends
    }

    /// How many keys there are.
    var count: Int { ends.count }

    /// The key of an event name: the number of the longest descriptor that matches it.
    func key(for name: String) -> EventKey {
        var prefix = Substring(name)
        while true {
            if let number = numbers[String(prefix)] { return EventKey(rawValue: number) }
            guard let dot = prefix.lastIndex(of: ".") else { return EventKey(rawValue: 0) }
            prefix = prefix[..<dot]
        }
    }

    /// The keys that a descriptor, in its plain form, matches.
    func keys(matching plainDescriptor: String) -> Range<Int32> {
        guard let number = numbers[plainDescriptor] else { preconditionFailure("descriptor was not numbered") }
        return number..<ends[Int(number)]
    }

    /// A descriptor without its wildcard: `foo.*` is `foo`, `*` is empty; nil if it is malformed.
    static func plain(_ descriptor: String) -> String? {
        if descriptor == "*" { return "" }
        let plain = descriptor.hasSuffix(".*") ? String(descriptor.dropLast(2)) : descriptor
        let isSound = parts(plain).allSatisfy { !$0.isEmpty && !$0.contains("*") }
        return isSound ? plain : nil
    }

    private static func parts(_ name: String) -> [Substring] {
        name.split(separator: ".", omittingEmptySubsequences: false)
    }
}
