import WorkflowModel
import YAMLReader

extension Shape {
    static let clock = Shape(name: "a clock", required: ["stop", "resume"], optional: ["title", "clause"])
}

extension WorkflowLoader {
    /// Reads the clocks; the events that stop and resume them may be reported whatever the state.
    func readClocks(_ node: YAMLNode?) {
        for (name, node, span) in report.section(node, "clocks") {
            guard let reader = MappingReader(node, .clock, report) else { continue }
            let stops = events(reader, "stop")
            let resumes = events(reader, "resume")
            for (event, span) in resumes where stops.contains(where: { $0.text == event }) {
                report.error(
                    "duplicate-name", "'\(event)' stops the clock already, so it cannot resume it", at: span)
            }
            names.clocks[name] = tables.clocks.count
            tables.clocks.append(
                Clock(
                    name: prefix + name, title: words(reader, "title") ?? name, stops: stops.map(\.text),
                    resumes: resumes.map(\.text), clause: reader.clause() ?? clause))
            tables.clockPlaces.append(.init(report: report, span: span))
        }
    }

    /// Events that have an effect whether or not a state waits for them, as the case calls them.
    func events(_ reader: MappingReader, _ key: String) -> [(text: String, span: SourceSpan)] {
        let names = reader[key].map { report.texts($0, of: key) } ?? []
        return names.compactMap { name, span in
            guard report.checkName(name, at: span) else { return nil }
            states.noteUsed(name, at: span)
            return (descriptor(name), span)
        }
    }

    /// Warns of clocks that no date counts by.
    func warnOfUnusedClocks() {
        for (index, clock) in tables.clocks.enumerated() where !dates.contains(where: { $0.clock == index }) {
            let place = tables.clockPlaces[index]
            place.report.warning("unused-name", "no date counts by clock '\(clock.name)'", at: place.span)
        }
    }
}
