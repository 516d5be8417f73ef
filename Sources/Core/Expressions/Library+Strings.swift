import CivilTime

extension Library {
    /// The standard string functions, the strings extension, and French elision. Positions count code points.
    static let strings: [LibraryFunction] = [
        .global(
            "elided", [.string, .string] => .string,
            implementation: .two { word, next, meter throws(EvaluationError) in
                guard case .string(let word) = word, case .string(let next) = next else { return nil }
                try meter.chargeText(word.utf8.count + next.utf8.count)
                return .string(CivilTime.elided(word, before: next))
            }),
        .member(
            "startsWith", [.string, .string] => .bool,
            implementation: .two { text, part, meter throws(EvaluationError) in
                guard case .string(let text) = text, case .string(let part) = part else { return nil }
                try meter.chargeText(part.utf8.count)
                return .bool(text.utf8.starts(with: part.utf8))
            }),
        .member(
            "endsWith", [.string, .string] => .bool,
            implementation: .two { text, part, meter throws(EvaluationError) in
                guard case .string(let text) = text, case .string(let part) = part else { return nil }
                try meter.chargeText(part.utf8.count)
                return .bool(text.utf8.suffix(part.utf8.count).elementsEqual(part.utf8))
            }),
        .member(
            "contains", [.string, .string] => .bool,
            implementation: .two { text, part, meter throws(EvaluationError) in
                guard case .string(let text) = text, case .string(let part) = part else { return nil }
                try chargeSearch(text, part, &meter)
                return .bool(firstPlace(of: Array(part.utf8), in: Array(text.utf8), from: 0) != nil)
            }),
        .member(
            "charAt", [.string, .int] => .string,
            implementation: .two { text, place, meter throws(EvaluationError) in
                guard case .string(let text) = text, case .int(let place) = place else { return nil }
                let scalars = try scalars(text, &meter)
                try check(place, in: 0...scalars.count)
                return .string(place == scalars.count ? "" : String(scalars[Int(place)]))
            }),
        .member(
            "indexOf", [.string, .string] => .int,
            implementation: .two { text, part, meter throws(EvaluationError) in
                try index(of: part, in: text, from: .int(0), &meter)
            }),
        .member(
            "indexOf", [.string, .string, .int] => .int,
            implementation: .many { arguments, meter throws(EvaluationError) in
                try index(of: arguments[1], in: arguments[0], from: arguments[2], &meter)
            }),
        .member(
            "lastIndexOf", [.string, .string] => .int,
            implementation: .two { text, part, meter throws(EvaluationError) in
                try lastIndex(of: part, in: text, from: nil, &meter)
            }),
        .member(
            "lastIndexOf", [.string, .string, .int] => .int,
            implementation: .many { arguments, meter throws(EvaluationError) in
                try lastIndex(of: arguments[1], in: arguments[0], from: arguments[2], &meter)
            }),
        .member(
            "join", [.list(.string)] => .string,
            implementation: .one { list, meter throws(EvaluationError) in
                try joined(list, .string(""), &meter)
            }),
        .member(
            "join", [.list(.string), .string] => .string,
            implementation: .two { list, separator, meter throws(EvaluationError) in
                try joined(list, separator, &meter)
            }),
        .member(
            "lowerAscii", [.string] => .string,
            implementation: .one { text, meter throws(EvaluationError) in
                try mapped(text, &meter) { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
            }),
        .member(
            "upperAscii", [.string] => .string,
            implementation: .one { text, meter throws(EvaluationError) in
                try mapped(text, &meter) { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) ? $0 & 0xDF : $0 }
            }),
        .member(
            "replace", [.string, .string, .string] => .string,
            implementation: .many { arguments, meter throws(EvaluationError) in
                try replaced(arguments + [.int(-1)], &meter)
            }),
        .member("replace", [.string, .string, .string, .int] => .string, implementation: .many(replaced)),
        .member(
            "split", [.string, .string] => .list(.string),
            implementation: .two { text, separator, meter throws(EvaluationError) in
                try split([text, separator, .int(-1)], &meter)
            }),
        .member("split", [.string, .string, .int] => .list(.string), implementation: .many(split)),
        .member(
            "substring", [.string, .int] => .string,
            implementation: .two { text, start, meter throws(EvaluationError) in
                try substring(text, from: start, to: nil, &meter)
            }),
        .member(
            "substring", [.string, .int, .int] => .string,
            implementation: .many { arguments, meter throws(EvaluationError) in
                try substring(arguments[0], from: arguments[1], to: arguments[2], &meter)
            }),
        .member(
            "trim", [.string] => .string,
            implementation: .one { text, meter throws(EvaluationError) in
                guard case .string(let text) = text else { return nil }
                let scalars = try scalars(text, &meter)
                let start = scalars.firstIndex { !$0.properties.isWhitespace } ?? scalars.count
                let end = scalars.lastIndex { !$0.properties.isWhitespace } ?? -1
                return .string(start > end ? "" : string(scalars[start...end]))
            }),
        .global(
            "strings.quote", [.string] => .string,
            implementation: .one { text, meter throws(EvaluationError) in
                guard case .string(let text) = text else { return nil }
                try meter.chargeText(text.utf8.count)
                return .string(quoted(text))
            }),
        .member(
            "format", [.string, .list(.dyn)] => .string,
            implementation: .two { template, arguments, meter throws(EvaluationError) in
                guard case .string(let template) = template, case .list(let arguments) = arguments else { return nil }
                return .string(try formatted(template, arguments, &meter))
            }),
    ]

    // MARK: Parts

    private static func scalars(_ text: String, _ meter: inout Meter) throws(EvaluationError) -> [Unicode.Scalar] {
        try meter.chargeText(text.utf8.count)
        return Array(text.unicodeScalars)
    }

    private static func string(_ scalars: some Sequence<Unicode.Scalar>) -> String {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars)
        return String(text)
    }

    private static func check(_ place: Int64, in range: ClosedRange<Int>) throws(EvaluationError) {
        guard Int64(range.lowerBound) <= place, place <= Int64(range.upperBound) else {
            let message = "the position \(place) is not in \(range.lowerBound) to \(range.upperBound)"
            throw EvaluationError(.outOfRange, message)
        }
    }

    private static func chargeSearch(_ text: String, _ part: String, _ meter: inout Meter) throws(EvaluationError) {
        try meter.charge((text.utf8.count / 16 + 1) * (part.utf8.count / 16 + 1))
    }

    /// Where the part first begins, at `start` or later.
    private static func firstPlace<Element: Equatable>(of part: [Element], in text: [Element], from start: Int) -> Int?
    {
        guard part.count <= text.count - start else { return nil }
        return (start...(text.count - part.count)).first { place in text[place...].starts(with: part) }
    }

    private static func index(
        of part: Value, in text: Value, from start: Value, _ meter: inout Meter
    ) throws(EvaluationError) -> Value? {
        guard case .string(let text) = text, case .string(let part) = part, case .int(let start) = start else {
            return nil
        }
        let scalars = try scalars(text, &meter)
        try chargeSearch(text, part, &meter)
        try check(start, in: 0...scalars.count)
        return .int(Int64(firstPlace(of: Array(part.unicodeScalars), in: scalars, from: Int(start)) ?? -1))
    }

    /// The last place not after `start` where the part begins.
    private static func lastIndex(
        of part: Value, in text: Value, from start: Value?, _ meter: inout Meter
    ) throws(EvaluationError) -> Value? {
        guard case .string(let text) = text, case .string(let part) = part else { return nil }
        let scalars = try scalars(text, &meter), partScalars = Array(part.unicodeScalars)
        try chargeSearch(text, part, &meter)
        var latest = scalars.count - partScalars.count
        if let start {
            guard case .int(let start) = start else { return nil }
            try check(start, in: 0...scalars.count)
            latest = min(latest, Int(start))
        }
        guard latest >= 0 else { return .int(-1) }
        let place = (0...latest).last { scalars[$0...].starts(with: partScalars) }
        return .int(Int64(place ?? -1))
    }

    private static func substring(
        _ text: Value, from start: Value, to end: Value?, _ meter: inout Meter
    ) throws(EvaluationError) -> Value? {
        guard case .string(let text) = text, case .int(let start) = start else { return nil }
        let scalars = try scalars(text, &meter)
        var last = Int64(scalars.count)
        if let end {
            guard case .int(let end) = end else { return nil }
            last = end
        }
        try check(last, in: 0...scalars.count)
        try check(start, in: 0...Int(last))
        return .string(string(scalars[Int(start)..<Int(last)]))
    }

    // MARK: Whole texts

    private static func mapped(
        _ text: Value, _ meter: inout Meter, _ transform: (UInt8) -> UInt8
    ) throws(EvaluationError) -> Value? {
        guard case .string(let text) = text else { return nil }
        try meter.chargeText(text.utf8.count)
        return .string(String(decoding: text.utf8.map(transform), as: UTF8.self))
    }

    private static func joined(_ list: Value, _ separator: Value, _ meter: inout Meter) throws(EvaluationError)
        -> Value?
    {
        guard case .list(let elements) = list, case .string(let separator) = separator else { return nil }
        var text = ""
        for (place, element) in elements.enumerated() {
            guard case .string(let part) = element else { return nil }
            try meter.chargeText(part.utf8.count + separator.utf8.count)
            text += place == 0 ? part : separator + part
        }
        return .string(text)
    }

    @Sendable
    private static func replaced(_ arguments: [Value], _ meter: inout Meter) throws(EvaluationError) -> Value? {
        guard case .string(let text) = arguments[0], case .string(let old) = arguments[1],
            case .string(let new) = arguments[2], case .int(let limit) = arguments[3]
        else { return nil }
        try chargeSearch(text, old, &meter)
        let scalars = Array(text.unicodeScalars), oldScalars = Array(old.unicodeScalars)
        var result = String.UnicodeScalarView()
        var place = 0, count: Int64 = 0
        while limit < 0 || count < limit {
            // Nothing is found before each character and at the end.
            guard let found = firstPlace(of: oldScalars, in: scalars, from: place) else { break }
            try meter.chargeText(new.utf8.count)
            result.append(contentsOf: scalars[place..<found])
            result.append(contentsOf: new.unicodeScalars)
            place = found + oldScalars.count
            count += 1
            guard oldScalars.isEmpty else { continue }
            guard place < scalars.count else { break }
            result.append(scalars[place])
            place += 1
        }
        result.append(contentsOf: scalars[min(place, scalars.count)...])
        return .string(String(result))
    }

    @Sendable
    private static func split(_ arguments: [Value], _ meter: inout Meter) throws(EvaluationError) -> Value? {
        guard case .string(let text) = arguments[0], case .string(let separator) = arguments[1],
            case .int(let limit) = arguments[2]
        else { return nil }
        // With nothing between them, parts are single characters, of which an empty text has none.
        guard limit != 0, !(text.isEmpty && separator.isEmpty) else { return .list([]) }
        try chargeSearch(text, separator, &meter)
        let scalars = Array(text.unicodeScalars), separatorScalars = Array(separator.unicodeScalars)
        var parts: [Value] = []
        var place = 0
        while limit < 0 || parts.count + 1 < limit {
            let from = separatorScalars.isEmpty ? place + 1 : place
            guard from < scalars.count || !separatorScalars.isEmpty,
                let found = firstPlace(of: separatorScalars, in: scalars, from: from)
            else { break }
            try meter.charge(1)
            parts.append(.string(string(scalars[place..<found])))
            place = found + separatorScalars.count
        }
        parts.append(.string(string(scalars[place...])))
        return .list(parts)
    }
}

/// The text as a string literal in double quotes.
func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\u{07}": result += "\\a"
        case "\u{08}": result += "\\b"
        case "\u{0C}": result += "\\f"
        case "\n": result += "\\n"
        case "\r": result += "\\r"
        case "\t": result += "\\t"
        case "\u{0B}": result += "\\v"
        case "\\": result += "\\\\"
        case "\"": result += "\\\""
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result + "\""
}
