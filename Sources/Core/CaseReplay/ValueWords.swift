package import CivilTime
package import Expressions
package import WorkflowModel

extension Value {
    /// The value as people read it in a sentence.
    ///
    /// - Parameters:
    ///   - zone: In which instants are told.
    ///   - fields: What people call fields of rows; others have their names.
    package func words(in language: Language, zone: TimeZoneRules, fields: [String: String] = [:]) -> String {
        func words(_ value: Value) -> String { value.words(in: language, zone: zone, fields: fields) }
        return switch self {
        case .null: language == .french ? "rien" : "nothing"
        case .bool(let flag):
            switch (flag, language) {
            case (true, .french): "oui"
            case (false, .french): "non"
            case (true, _): "yes"
            case (false, _): "no"
            }
        case .int(let number): Decimal(number).formatted(in: language.ofAmounts)
        case .decimal(let number): number.withoutTrailingZeros.formatted(in: language.ofAmounts)
        case .money(let money):
            [money.formatted(in: language.ofAmounts), money.basis.label(in: language.ofAmounts)]
                .filter { !$0.isEmpty }.joined(separator: "\u{A0}")
        case .string(let text): text
        case .date(let day): day.words(in: language)
        case .timestamp(let instant): zone.civil(at: instant.timestamp).words(in: language)
        case .list([]): language == .french ? "aucun" : "none"
        case .map(let map) where map.isEmpty: language == .french ? "aucun" : "none"
        case .list(let values):
            values.map(words).joined(separator: values.contains(where: \.isRecord) ? language.semicolon : ", ")
        case .map(let map):
            map.entries.map { entry in
                let name = words(entry.key)
                return (fields[name] ?? name) + language.colon + words(entry.value)
            }.joined(separator: ", ")
        case .optional(let wrapped): words(wrapped ?? .null)
        case .uint, .double, .bytes, .duration, .type: description
        }
    }

    /// The value as screens tell it, its rows with the titles that the workflow gives their fields.
    package func words(in workflow: Workflow) -> String {
        words(in: workflow.language, zone: workflow.zone, fields: workflow.fieldTitles)
    }

    private var isRecord: Bool { if case .map = self { true } else { false } }
}

extension Language {
    fileprivate var semicolon: String { self == .french ? "\u{A0}; " : "; " }
}
