import CivilTime

extension Library {
    /// Conversions between types. Source: CEL language definition, "List of Standard Definitions".
    static let conversions: [LibraryFunction] = [
        .global("dyn", [.a] => .dyn, implementation: .one { value, _ in value }),
        .global("type", [.a] => .type, implementation: .one { value, _ in .type(value.valueType) }),
        .global(
            "int", [.int] => .int, [.uint] => .int, [.double] => .int, [.decimal] => .int, [.string] => .int,
            [.timestamp] => .int, implementation: .one { value, _ throws(EvaluationError) in try int(value) }),
        .global(
            "uint", [.uint] => .uint, [.int] => .uint, [.double] => .uint, [.decimal] => .uint, [.string] => .uint,
            implementation: .one { value, _ throws(EvaluationError) in try uint(value) }),
        .global(
            "double", [.double] => .double, [.int] => .double, [.uint] => .double, [.decimal] => .double,
            [.string] => .double, implementation: .one { value, _ throws(EvaluationError) in try doubleValue(value) }),
        .global(
            "bool", [.bool] => .bool, [.string] => .bool,
            implementation: .one { value, _ throws(EvaluationError) in try bool(value) }),
        .global(
            "string", [.string] => .string, [.int] => .string, [.uint] => .string, [.double] => .string,
            [.bool] => .string, [.bytes] => .string, [.timestamp] => .string, [.duration] => .string,
            [.decimal] => .string, [.anyMoney] => .string, [.date] => .string,
            implementation: .one { value, meter throws(EvaluationError) in try string(value, &meter) }),
        .global(
            "bytes", [.bytes] => .bytes, [.string] => .bytes,
            implementation: .one { value, meter throws(EvaluationError) in
                guard case .string(let text) = value else {
                    if case .bytes = value { return value }
                    return nil
                }
                try meter.chargeText(text.utf8.count)
                return .bytes(Array(text.utf8))
            }),
        .global(
            "timestamp", [.timestamp] => .timestamp, [.string] => .timestamp, [.int] => .timestamp,
            [.date] => .timestamp,
            implementation: .one { value, _ throws(EvaluationError) in try timestamp(value) }),
        .global(
            "duration", [.duration] => .duration, [.string] => .duration,
            implementation: .one { value, _ throws(EvaluationError) in
                if case .duration = value { return value }
                guard case .string(let text) = value else { return nil }
                guard let duration = CELDuration(text) else { throw unreadable(text, "a duration such as 1h30m") }
                return .duration(duration)
            }),
        .global(
            "date", [.date] => .date, [.string] => .date, [.timestamp] => .date,
            implementation: .one { value, meter throws(EvaluationError) in try date(value, zone: "", meter) }),
        .global(
            "date", [.timestamp, .string] => .date,
            implementation: .two { value, zone, meter throws(EvaluationError) in
                guard case .string(let zone) = zone, case .timestamp = value else { return nil }
                return try date(value, zone: zone, meter)
            }),
        .global(
            "decimal", [.decimal] => .decimal, [.int] => .decimal, [.uint] => .decimal, [.double] => .decimal,
            [.string] => .decimal,
            implementation: .one { value, _ throws(EvaluationError) in try decimal(value) }),
    ]

    static func unreadable(_ text: String, _ expected: String) -> EvaluationError {
        EvaluationError(.invalidArgument, "\(quoted(text)) is not \(expected)")
    }

    private static func int(_ value: Value) throws(EvaluationError) -> Value? {
        switch value {
        case .int: return value
        case .uint(let number): return .int(try fitting(Int64(exactly: number), "int(\(value))"))
        case .double(let number):
            // The bounds themselves are excluded, as in the reference implementations: doubles near them are inexact.
            guard number > -0x1p63, number < 0x1p63 else { throw .overflow("int(\(value))") }
            return .int(Int64(number))
        case .decimal(let number): return .int(try fitting(number.wholePart, "int(\(number))"))
        case .string(let text):
            guard let number = Int64(text) else { throw unreadable(text, "a whole number of 64 bits") }
            return .int(number)
        case .timestamp(let instant): return .int(instant.secondsSinceEpoch)
        default: return nil
        }
    }

    private static func uint(_ value: Value) throws(EvaluationError) -> Value? {
        switch value {
        case .uint: return value
        case .int(let number): return .uint(try fitting(UInt64(exactly: number), "uint(\(number))"))
        case .double(let number):
            guard number >= 0, number < 0x1p64 else { throw .overflow("uint(\(value))") }
            return .uint(UInt64(number))
        case .decimal(let number):
            let whole = number.rounded(places: 0, .down).flatMap { UInt64(exactly: $0.significand) }
            return .uint(try fitting(whole, "uint(\(number))"))
        case .string(let text):
            guard let number = UInt64(text) else { throw unreadable(text, "a whole number of 64 bits without sign") }
            return .uint(number)
        default: return nil
        }
    }

    private static func doubleValue(_ value: Value) throws(EvaluationError) -> Value? {
        switch value {
        case .double: return value
        case .int(let number): return .double(Double(number))
        case .uint(let number): return .double(Double(number))
        case .decimal(let number): return .double(number.approximation)
        case .string(let text):
            guard let number = double(from: text) else { throw unreadable(text, "a number") }
            return .double(number)
        default: return nil
        }
    }

    private static func bool(_ value: Value) throws(EvaluationError) -> Value? {
        switch value {
        case .bool: return value
        case .string("true"), .string("True"), .string("TRUE"), .string("t"), .string("1"): return .bool(true)
        case .string("false"), .string("False"), .string("FALSE"), .string("f"), .string("0"): return .bool(false)
        case .string(let text): throw unreadable(text, "true or false")
        default: return nil
        }
    }

    private static func string(_ value: Value, _ meter: inout Meter) throws(EvaluationError) -> Value? {
        switch value {
        case .string: return value
        case .int, .bool: return .string(value.description)
        case .uint(let number): return .string(String(number))
        case .double(let number): return .string(generalText(number))
        case .bytes(let bytes):
            try meter.chargeText(bytes.count)
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw EvaluationError(.invalidArgument, "the bytes are not UTF-8")
            }
            return .string(text)
        case .timestamp(let instant): return .string(instant.description)
        case .duration(let span): return .string(span.description)
        case .decimal(let number): return .string(number.description)
        case .money(let amount): return .string(amount.textWithBasis)
        case .date(let day): return .string(day.description)
        default: return nil
        }
    }

    private static func timestamp(_ value: Value) throws(EvaluationError) -> Value? {
        switch value {
        case .timestamp: return value
        case .int(let seconds):
            let instant = CELTimestamp(secondsSinceEpoch: seconds)
            return .timestamp(try fitting(instant, "timestamp(\(seconds))"))
        case .string(let text):
            guard let instant = CELTimestamp(text) else {
                throw unreadable(text, "an instant such as 2021-09-24T16:30:00+01:00")
            }
            return .timestamp(instant)
        case .date(let day):
            return .timestamp(
                try fitting(CELTimestamp(secondsSinceEpoch: Int64(day.dayNumber) * 86_400), "timestamp(\(day))"))
        default: return nil
        }
    }

    private static func date(_ value: Value, zone: String, _ meter: Meter) throws(EvaluationError) -> Value? {
        switch value {
        case .date: return value
        case .string(let text):
            guard let day = CivilDate(iso: text) else { throw unreadable(text, "a day such as 2021-09-15") }
            return .date(day)
        case .timestamp(let instant):
            let local = try civil(instant, in: zone, meter)
            guard local.shiftedYears == 0 else { throw .overflow("the day of \(instant) in \(zone)") }
            return .date(local.date)
        default: return nil
        }
    }

    private static func decimal(_ value: Value) throws(EvaluationError) -> Value? {
        switch value {
        case .string(let text):
            guard let number = Decimal(text) else { throw unreadable(text, "a number of at most 38 digits") }
            return .decimal(number)
        case .double(let number): return .decimal(try fitting(Decimal(shortest: number), "decimal(\(value))"))
        default: return value.asDecimal.map(Value.decimal)
        }
    }
}
