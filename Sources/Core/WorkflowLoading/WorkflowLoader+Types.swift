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
                !entries.contains(where: { ["type", "list", "record"].contains($0.key.keyText ?? "") })
            {
                return fields(list).map { .list(.record($0.map { ($0.name, $0.type) })) }
            }
            return type(list).map(ValueType.list)
        }
        if let record = reader["record"] { return fields(record).map { .record($0.map { ($0.name, $0.type) }) } }
        guard let node = reader["type"] else {
            report.error(
                "missing-key",
                "the type is missing: 'type: \(Self.typeWords.joined(separator: " | "))', 'list' or "
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
        let currency = reader?.text("currency")
        if let currency, let node = reader?["currency"], Money(minorUnits: 0, currency: currency) == nil {
            report.error(
                "bad-currency", "'\(currency)' is no currency; write its three capital letters, such as MAD",
                at: node.span)
            return .money(currency: nil, basis: basis)
        }
        return .money(currency: currency, basis: basis)
    }

    /// Reads the fields of an event or of a list's rows. A field whose type is wrong is of any type, so that what uses
    /// it is not wrong too.
    func fields(_ node: YAMLNode) -> [Field]? {
        guard case .mapping = node.content else {
            _ = report.section(node, "fields")
            return nil
        }
        var fields: [Field] = []
        for (name, node, span) in report.section(node, "fields") where report.checkWord(name, at: span) {
            let word = expressionName(name)
            if fields.contains(where: { $0.name == word }) {
                report.error(
                    "duplicate-name",
                    "there is a field '\(name)' already (hyphens and underscores are the same in "
                        + "expressions)", at: span)
                continue
            }
            if node.text != nil {
                fields.append(Field(name: word, type: type(node) ?? .dyn, isOptional: false))
            } else if let reader = MappingReader(node, .field, report) {
                fields.append(
                    Field(
                        name: word, title: words(reader, "title"), type: type(reader) ?? .dyn,
                        isOptional: reader.flag("optional") ?? false))
            } else {
                fields.append(Field(name: word, type: .dyn, isOptional: true))
            }
        }
        return fields
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
