import CivilTime
package import Expressions

extension PlainValue {
    /// A typed value as plain as it can be written and read back as the same type.
    package init(_ value: Value) {
        switch value {
        case .null, .type: self = .null
        case .bool(let flag): self = .boolean(flag)
        case .int(let number): self = .number(String(number))
        case .uint(let number): self = .number(String(number))
        case .double(let number): self = .number(String(number))
        case .decimal(let number): self = .number(number.description)
        case .string(let text): self = .text(text)
        case .bytes(let bytes): self = .list(bytes.map { .number(String($0)) })
        case .list(let values): self = .list(values.map { PlainValue($0) })
        case .map(let map):
            self = .object(
                map.entries.map { entry in
                    let name = if case .string(let text) = entry.key { text } else { entry.key.description }
                    return Member(name: name, value: PlainValue(entry.value))
                })
        case .timestamp(let instant): self = .text(instant.description)
        case .duration(let duration): self = .text(duration.description)
        case .money(let money): self = .text(money.textWithBasis)
        case .date(let day): self = .text(day.description)
        case .optional(let wrapped): self = wrapped.map { PlainValue($0) } ?? .null
        }
    }

    /// JSON without spaces, members sorted by name: one text for one value, so that texts can be hashed.
    package var canonicalJSON: String {
        var text = ""
        write(into: &text)
        return text
    }

    private func write(into text: inout String) {
        switch self {
        case .null: text += "null"
        case .boolean(let flag): text += flag ? "true" : "false"
        case .number(let digits): text += digits
        case .text(let words): Self.write(words, into: &text)
        case .list(let items):
            text += "["
            for (index, item) in items.enumerated() {
                if index > 0 { text += "," }
                item.write(into: &text)
            }
            text += "]"
        case .object(let members):
            text += "{"
            for (index, member) in members.sorted(by: { $0.name < $1.name }).enumerated() {
                if index > 0 { text += "," }
                Self.write(member.name, into: &text)
                text += ":"
                member.value.write(into: &text)
            }
            text += "}"
        }
    }

    /// Escapes as RFC 8259, 7 asks, and no more.
    private static func write(_ words: String, into text: inout String) {
        text += "\""
        for scalar in words.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
