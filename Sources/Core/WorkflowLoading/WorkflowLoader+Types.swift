import CivilTime
import Expressions
import WorkflowModel
import YAMLReader

extension WorkflowLoader {
    private static let typeWords = [
        "text", "boolean", "integer", "decimal", "percent", "permille-per-day", "money", "date", "date-time", "any",
    ]

    /// Reads a type: a word, or a mapping with `type`, `list` or `record`.
    func type(_ node: YAMLNode) -> ValueType? {
        if let word = node.text { return type(word: word, at: node.span, from: nil) }
        guard let reader = MappingReader(node, .type, report) else { return nil }
        return type(reader)
    }

    /// Reads the type out of a mapping that may say other things too.
    func type(_ reader: MappingReader) -> ValueType? {
        if let list = reader["list"] {
            if case .mapping(let entries) = list.content,
                !entries.contains(where: { ["type", "list", "record"].contains($0.key.text ?? "") })
            {
                return fields(list).map { .list(.record($0.map { ($0.name, $0.type) })) }
            }
            return type(list).map(ValueType.list)
        }
        if let record = reader["record"] { return fields(record).map { .record($0.map { ($0.name, $0.type) }) } }
        guard let node = reader["type"] else {
            report.error(
                "missing-key", "the type is missing: 'type: \(Self.typeWords.joined(separator: " | "))', 'list' or "
                    + "'record'", at: reader.node.span.firstCharacter)
            return nil
        }
        guard let word = report.text(node, of: "type") else { return nil }
        return type(word: word, at: node.span, from: reader)
    }

    private func type(word: String, at span: SourceSpan, from reader: MappingReader?) -> ValueType? {
        if word != "money", let reader, let extra = reader["currency"] ?? reader["basis"] {
            report.error("wrong-type", "only 'type: money' has a currency or a basis", at: extra.span)
        }
        switch word {
        case "text": return .string
        case "boolean": return .bool
        case "integer": return .int
        case "decimal", "percent", "permille-per-day": return .decimal
        case "money": return money(reader)
        case "date": return .date
        case "date-time": return .timestamp
        case "any": return .dyn
        default:
            report.unknown("type", word, at: span, among: Self.typeWords)
            return nil
        }
    }

    private func money(_ reader: MappingReader?) -> ValueType {
        var basis: TaxBasis?
        if let reader, let text = reader.text("basis"), let node = reader["basis"] {
            switch text {
            case "incl-vat": basis = .inclVAT
            case "excl-vat": basis = .exclVAT
            default: report.unknown("basis", text, at: node.span, among: ["incl-vat", "excl-vat"])
            }
        }
        return .money(currency: reader?.text("currency"), basis: basis)
    }

    /// Reads the fields of an event or of a list's rows.
    func fields(_ node: YAMLNode) -> [Field]? {
        report.section(node, "fields").compactMap { name, node, span in
            guard report.checkName(name, allowingDots: false, at: span) else { return nil }
            if node.text != nil {
                return type(node).map { Field(name: expressionName(name), type: $0, isOptional: false) }
            }
            guard let reader = MappingReader(node, .field, report), let type = type(reader) else { return nil }
            return Field(
                name: expressionName(name), title: reader.text("title"), type: type,
                isOptional: reader.flag("optional") ?? false)
        }
    }

    /// A literal of the file as a value of a type; a mismatch is reported.
    func literal(_ node: YAMLNode, as type: ValueType) -> Value? {
        do throws(TypeProblem) {
            return try node.plainValue.typed(type, zone: zone)
        } catch {
            report.error("wrong-type", error.description, at: node.span)
            return nil
        }
    }

    /// What a data item holds before anything is known.
    func emptyValue(of type: ValueType) -> Value {
        switch type {
        case .bool: .bool(false)
        case .int: .int(0)
        case .decimal: .decimal(.zero)
        case .string: .string("")
        case .list: .list([])
        case .record, .map: .map(ValueMap([]))
        default: .null
        }
    }
}
