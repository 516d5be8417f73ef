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
        var bytes: [UInt8] = []
        bytes.reserveCapacity(512)
        write(into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private func write(into bytes: inout [UInt8]) {
        switch self {
        case .null: bytes += "null".utf8
        case .boolean(let flag): bytes += (flag ? "true" : "false").utf8
        case .number(let digits): bytes += digits.utf8
        case .text(let words): Self.write(words, into: &bytes)
        case .list(let items):
            bytes.append(UInt8(ascii: "["))
            for (index, item) in items.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                item.write(into: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let members):
            bytes.append(UInt8(ascii: "{"))
            for (index, member) in members.sorted(by: { $0.name < $1.name }).enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                Self.write(member.name, into: &bytes)
                bytes.append(UInt8(ascii: ":"))
                member.value.write(into: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    /// Escapes as RFC 8259, 7 asks, and no more.
    private static func write(_ words: String, into bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        defer { bytes.append(UInt8(ascii: "\"")) }
        var words = words
        let isPlain = words.withUTF8 { units in
            let isPlain = units.allSatisfy { $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
            if isPlain { bytes += units }
            return isPlain
        }
        guard !isPlain else { return }
        for byte in words.utf8 {
            switch byte {
            case UInt8(ascii: "\""): bytes += "\\\"".utf8
            case UInt8(ascii: "\\"): bytes += "\\\\".utf8
            case UInt8(ascii: "\n"): bytes += "\\n".utf8
            case UInt8(ascii: "\r"): bytes += "\\r".utf8
            case UInt8(ascii: "\t"): bytes += "\\t".utf8
            case ..<0x20: bytes += ("\\u00" + (byte < 16 ? "0" : "") + String(byte, radix: 16)).utf8
            default: bytes.append(byte)
            }
        }
    }
}
