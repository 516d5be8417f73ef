extension Library {
    /// The optional and encoders extensions.
    static let optionals: [LibraryFunction] = [
        .global("optional.of", [.a] => .optional(.a), implementation: .one { value, _ in .optional(value) }),
        .global(
            "optional.ofNonZeroValue", [.a] => .optional(.a),
            implementation: .one { value, _ in .optional(value.isZeroValue ? nil : value) }),
        .global("optional.none", [] => .optional(.a), implementation: .many { _, _ in .optional(nil) }),
        .member(
            "hasValue", [.optional(.a)] => .bool,
            implementation: .one { value, _ in
                if case .optional(let wrapped) = value { .bool(wrapped != nil) } else { nil }
            }),
        .member(
            "value", [.optional(.a)] => .a,
            implementation: .one { value, _ throws(EvaluationError) in
                guard case .optional(let wrapped) = value else { return nil }
                guard let wrapped else { throw EvaluationError(.invalidArgument, "the optional has no value") }
                return wrapped
            }),
        .member(
            "or", [.optional(.a), .optional(.a)] => .optional(.a),
            implementation: .two { value, other, _ in
                if case .optional(let wrapped) = value, case .optional = other {
                    wrapped == nil ? other : value
                } else {
                    nil
                }
            }),
        .member(
            "orValue", [.optional(.a), .a] => .a,
            implementation: .two { value, other, _ in
                if case .optional(let wrapped) = value { wrapped ?? other } else { nil }
            }),
        .global(
            "base64.encode", [.bytes] => .string,
            implementation: .one { value, meter throws(EvaluationError) in
                guard case .bytes(let bytes) = value else { return nil }
                try meter.chargeText(bytes.count * 4 / 3)
                return .string(base64(bytes))
            }),
        .global(
            "base64.decode", [.string] => .bytes,
            implementation: .one { value, meter throws(EvaluationError) in
                guard case .string(let text) = value else { return nil }
                try meter.chargeText(text.utf8.count)
                guard let bytes = bytes(ofBase64: text) else { throw unreadable(text, "base64") }
                return .bytes(bytes)
            }),
    ]

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    private static func base64(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for place in 0..<4 {
                text.append(place <= group.count ? alphabet[bits >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Absent when the text is no base64; the padding may be left out.
    private static func bytes(ofBase64 text: String) -> [UInt8]? {
        let digits = text.utf8.prefix { $0 != UInt8(ascii: "=") }
        let padding = text.utf8.dropFirst(digits.count)
        guard digits.count % 4 != 1, padding.allSatisfy({ $0 == UInt8(ascii: "=") }),
            padding.isEmpty || (padding.count <= 2 && (digits.count + padding.count) % 4 == 0)
        else { return nil }
        var bytes: [UInt8] = []
        var bits = 0, count = 0
        for byte in digits {
            guard let digit = alphabet.firstIndex(of: byte) else { return nil }
            bits = (bits << 6 | digit) & 0xFFFFFF
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> count))
            }
        }
        return bytes
    }
}
