import CivilTime
import Expressions
package import WorkflowModel
import YAMLReader

extension Shape {
    static let thresholds = Shape(name: "the file of thresholds", required: ["jalon", "thresholds"])
    static let threshold = Shape(
        name: "a threshold", required: ["name", "value", "source"], optional: ["from", "until"])
}

extension LibraryFile {
    /// Numbers of the law that contracts are compared with.
    static let thresholds = LibraryFile(.law, "thresholds")
}

extension WorkflowLoader {
    /// The thresholds of the library; without them, contradictions would go unseen, so their absence is told.
    func thresholds(for terms: YAMLNode) -> Thresholds {
        let file = environment.library(.thresholds)
        let (thresholds, diagnostics) = file.map { loadThresholds($0.text, file: $0.path) } ?? (.none, [])
        if file == nil || diagnostics.contains(where: { $0.severity == .error }) {
            let reason = diagnostics.first.map(\.message) ?? "there is no 'law/thresholds.yaml'"
            report.warning(
                "no-thresholds", "the terms are not compared with the law's thresholds: \(reason)",
                at: terms.span.firstCharacter)
        }
        return thresholds
    }
}

/// Reads a file of thresholds.
///
/// - Returns: What could be read, and all diagnostics in the order of the file.
package func loadThresholds(_ text: String, file: String) -> (thresholds: Thresholds, diagnostics: [Diagnostic]) {
    let (root, report) = readTree(text, file: file, kind: "a file of thresholds")
    var entries: [Threshold] = []
    if let top = root.flatMap({ MappingReader($0, .thresholds, report) }) {
        top.checkVersion()
        if case .sequence(let nodes) = top["thresholds"]?.content {
            entries = nodes.compactMap { MappingReader($0, .threshold, report).flatMap(threshold) }
        }
    }
    return (Thresholds(entries: entries), report.inOrder)
}

private func threshold(_ reader: MappingReader) -> Threshold? {
    func day(_ key: String) -> CivilDate? {
        guard let node = reader[key], let text = reader.text(key) else { return nil }
        if let day = CivilDate(iso: text) { return day }
        reader.report.error("bad-day", "'\(text)' is no day; write 2020-01-01", at: node.span)
        return nil
    }
    guard let name = reader.text("name"), let digits = reader.text("value"), let source = reader.text("source") else {
        return nil
    }
    guard let value = Decimal(digits) else {
        reader.report.error("bad-number", "'\(digits)' is no number", at: reader["value"]?.span)
        return nil
    }
    return Threshold(name: name, value: value, from: day("from"), until: day("until"), source: source)
}
