import CivilTime
package import People
import YAMLReader

extension Shape {
    static let directory = Shape(
        name: "a directory", required: ["jalon", "people"], optional: ["roles", "organs", "absences"])
    static let person = Shape(name: "a person", required: ["name", "address"], optional: ["language"])
    static let mandate = Shape(name: "a mandate", required: ["person"], optional: ["from", "until"])
    static let organ = Shape(name: "an organ", required: ["seats"], optional: ["title"])
    static let seat = Shape(
        name: "a seat", required: ["holder"], optional: ["title", "deputies", "chair", "vote"])
    static let absence = Shape(
        name: "an absence", required: ["person", "from", "until"], optional: ["delegate", "for"])
}

/// Reads a file of people, their roles, the organs they sit in and their absences.
///
/// - Returns: All diagnostics, and the directory unless one of them is an error.
package func loadDirectory(_ text: String, file: String) -> (directory: Directory?, diagnostics: [Diagnostic]) {
    let (root, report) = readTree(text, file: file, kind: "a directory")
    let directory = root.flatMap { root in
        MappingReader(root, .directory, report).map { DirectoryReader(report: report, top: $0).read() }
    }
    return (report.hasErrors ? nil : directory, report.inOrder)
}

private struct DirectoryReader {
    let report: Report
    let top: MappingReader

    func read() -> Directory {
        top.checkVersion()
        var directory = Directory()
        for (id, node, span) in report.section(top["people"], "people") {
            _ = report.checkName(id, allowingDots: false, at: span)
            guard let reader = MappingReader(node, .person, report) else { continue }
            directory.people.append(
                Person(
                    id: id, name: reader.text("name") ?? id, address: reader.text("address") ?? "",
                    language: reader.language()))
        }
        let known = directory.people.map(\.id)
        for (name, node, span) in report.section(top["roles"], "roles") {
            _ = report.checkName(name, allowingDots: false, at: span)
            directory.roles.append(Role(name: name, holders: mandates(node, known)))
        }
        for (name, node, span) in report.section(top["organs"], "organs") {
            _ = report.checkName(name, allowingDots: false, at: span)
            if directory.roles.contains(where: { $0.name == name }) {
                report.error("duplicate-name", "'\(name)' is a role already; choose another name", at: span)
            }
            guard let reader = MappingReader(node, .organ, report) else { continue }
            let seats = list(reader["seats"]).compactMap { seat($0, known) }
            if seats.filter(\.isChair).count > 1 {
                report.error("two-chairs", "'\(name)' has more than one chair; keep one", at: span)
            }
            directory.organs.append(Organ(name: name, title: reader.text("title") ?? name, seats: seats))
        }
        let names = directory.roles.map(\.name) + directory.organs.map(\.name)
        directory.absences = list(top["absences"]).compactMap { absence($0, known, names) }
        return directory
    }

    private func seat(_ node: YAMLNode, _ known: [String]) -> Seat? {
        guard let reader = MappingReader(node, .seat, report) else { return nil }
        return Seat(
            title: reader.text("title"), holders: reader["holder"].map { mandates($0, known) } ?? [],
            deputies: reader["deputies"].map { mandates($0, known) } ?? [], isChair: reader.flag("chair") ?? false,
            hasVote: reader.flag("vote") ?? true)
    }

    /// Reads `amina`, `{ person: amina, until: 2024-01-01 }`, or a list of these.
    private func mandates(_ node: YAMLNode, _ known: [String]) -> [Mandate] {
        list(node).compactMap { node in
            if let id = node.text {
                check(id, at: node, known)
                return Mandate(person: id)
            }
            guard let reader = MappingReader(node, .mandate, report), let id = reader.text("person") else { return nil }
            if let node = reader["person"] { check(id, at: node, known) }
            return Mandate(person: id, term: term(reader))
        }
    }

    private func absence(_ node: YAMLNode, _ known: [String], _ names: [String]) -> Absence? {
        guard let reader = MappingReader(node, .absence, report), let id = reader.text("person") else { return nil }
        let delegate = reader.text("delegate")
        if let node = reader["person"] { check(id, at: node, known) }
        if let delegate, let node = reader["delegate"] {
            check(delegate, at: node, known)
            if delegate == id {
                report.error("no-effect", "'\(id)' cannot stand in for '\(id)'; name somebody else", at: node.span)
            }
        }
        var scope: [String] = []
        for (name, span) in list(reader["for"]).compactMap({ node in
            report.text(node, of: "for").map { ($0, node.span) }
        }) {
            if !names.contains(name) { report.unknown("role", name, at: span, among: names) }
            scope.append(name)
        }
        return Absence(person: id, term: term(reader), delegate: delegate, scope: scope)
    }

    private func check(_ id: String, at node: YAMLNode, _ known: [String]) {
        if !known.contains(id) { report.unknown("person", id, at: node.span, among: known) }
    }

    private func term(_ reader: MappingReader) -> Term {
        let (from, until) = reader.term()
        return Term(from: from, until: until)
    }
}

extension MappingReader {
    /// Reads a day.
    func day(_ key: String) -> CivilDate? {
        guard let node = self[key], let text = text(key) else { return nil }
        if let day = CivilDate(iso: text) { return day }
        report.error("bad-date", "'\(key)' is a day such as 2021-09-24", at: node.span)
        return nil
    }

    /// Reads the first and the last day of something, `from` and `until`.
    func term() -> (from: CivilDate?, until: CivilDate?) {
        let (from, until) = (day("from"), day("until"))
        if let from, let until, until < from, let node = self["until"] {
            report.error("bad-date", "'until' is before 'from'", at: node.span)
        }
        return (from, until)
    }

    /// Reads `language`: `fr` or `en`.
    func language() -> Language? {
        guard let node = self["language"], let text = text("language") else { return nil }
        switch text {
        case "fr": return .french
        case "en": return .english
        default:
            report.unknown("language", text, at: node.span, among: ["fr", "en"])
            return nil
        }
    }
}
