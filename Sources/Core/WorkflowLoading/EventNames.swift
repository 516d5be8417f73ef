/// Events by the descriptors that match them, so that large files are read in time.
struct EventIndex {
    private var byPrefix: [String: [Int]] = [:]
    private var count = 0

    /// Takes up the next event.
    mutating func add(_ name: String) {
        for prefix in prefixes(of: name) { byPrefix[prefix, default: []].append(count) }
        count += 1
    }

    /// The places of the events that a descriptor matches: `*`, a name, or a prefix of whole parts with or without `.*`.
    func matching(_ descriptor: String) -> [Int] {
        descriptor == "*" ? Array(0..<count) : byPrefix[plain(descriptor)] ?? []
    }
}

/// Descriptors of transitions: which events they hear.
struct DescriptorSet {
    private var plainDescriptors: Set<String>

    init(_ descriptors: [String]) { plainDescriptors = Set(descriptors.map { plain($0) }) }

    func hears(_ name: String) -> Bool {
        plainDescriptors.contains("*") || prefixes(of: name).contains { plainDescriptors.contains($0) }
    }
}

/// A descriptor without its wildcard.
private func plain(_ descriptor: String) -> String {
    descriptor.hasSuffix(".*") ? String(descriptor.dropLast(2)) : descriptor
}

/// The prefixes of whole parts: of `a.b`, `a` and `a.b`.
private func prefixes(of name: String) -> [String] {
    let dots = name.indices.filter { name[$0] == "." }
    return dots.map { String(name[..<$0]) } + [name]
}
