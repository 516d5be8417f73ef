/// What people read of each parameter, data item and value, by name: where several have the same title, after that of
/// the block they belong to, or of all the blocks around where that is not enough.
func titlesOfValues(
    _ parameters: [Parameter], _ data: [DataItem], _ values: [ComputedValue], _ blocks: [String: String]
) -> [String: String] {
    var rows = parameters.map { ($0.name, $0.title ?? $0.name) } + data.map { ($0.name, $0.title ?? $0.name) }
    rows += values.lazy.filter(\.isForPeople).map { ($0.name, $0.title ?? $0.name) }
    /// The titles of the blocks around a name, from the outermost.
    func around(_ name: String) -> [String] {
        let parts = name.split(separator: ".").dropLast()
        return parts.indices.compactMap { blocks[parts[...$0].joined(separator: ".")] }
    }
    let plain = titles(rows) { _, title in title }
    let placed = titles(rows) { name, title in
        plain.isAmbiguous(name) ? [around(name).last, title].compactMap(\.self).joined(separator: " — ") : title
    }
    return titles(rows) { name, title in
        placed.isAmbiguous(name) ? (around(name) + [title]).joined(separator: " — ") : placed.byName[name] ?? title
    }.byName
}

private struct Titles {
    var byName: [String: String]
    var counts: [String: Int]

    func isAmbiguous(_ name: String) -> Bool { byName[name].map { counts[$0, default: 0] > 1 } ?? false }
}

private func titles(_ rows: [(String, String)], _ title: (String, String) -> String) -> Titles {
    let titled = rows.map { ($0.0, title($0.0, $0.1)) }
    return Titles(
        byName: Dictionary(titled) { first, _ in first },
        counts: Dictionary(titled.map { ($0.1, 1) }, uniquingKeysWith: +))
}

/// What people call fields that events carry and rows keep, by name: where all events that title one agree.
func titlesOfFields(_ events: [EventDeclaration]) -> [String: String] {
    Dictionary(grouping: events.flatMap(\.fields).filter { $0.title != nil }, by: \.name).compactMapValues { titled in
        Set(titled.map(\.title)).count == 1 ? titled[0].title : nil
    }
}
