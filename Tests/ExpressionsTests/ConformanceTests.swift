import CivilTime
import Expressions
import Foundation
import Testing

/// The samples of google/cel-spec tests/simple, where they are at hand.
@Suite("CEL conformance")
struct ConformanceTests {
    private static let folder = projectRoot.deletingLastPathComponent().appending(path: "shared/conformance/cel")
    static let isPresent = FileManager.default.fileExists(atPath: folder.path)

    static func cases() throws -> [ConformanceCase] {
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        return try files.filter { $0.pathExtension == "jsonl" }.sorted { $0.path < $1.path }.flatMap { file in
            try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map {
                try ConformanceCase(json: String($0))
            }
        }
    }

    @Test(
        "every sample gives the value or the error it should", .enabled(if: isPresent, "shared/conformance is absent"))
    func samples() throws {
        let cases = try Self.cases()
        #expect(cases.count >= 400)
        for sample in cases {
            let outcome = sample.run()
            #expect(sample.accepts(outcome), "\(sample.name): \(sample.source) gave \(outcome)")
        }
    }
}

/// One line of a sample file.
struct ConformanceCase {
    enum Outcome {
        case value(Value)
        case failure(String)
    }

    let name: String
    let source: String
    let bindings: [String: Value]
    let declared: [String]
    let isChecked: Bool
    /// Absent when any error is right.
    let wanted: Value?

    init(json line: String) throws {
        let object = try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        name = ["file", "section", "name"].compactMap { object[$0] as? String }.joined(separator: "/")
        source = try #require(object["expr"] as? String)
        bindings = try (object["bindings"] as? [String: Any] ?? [:]).mapValues(value(tagged:))
        declared = (object["type_env"] as? [String] ?? []).compactMap { declaration in
            declaration.firstMatch(of: /name: "([^"]*)" ident/).map { String($0.1) }
        }
        isChecked = object["disable_check"] as? Bool != true
        wanted = try object["want"].map(value(tagged:))
    }

    func run() -> Outcome {
        let names = Set(bindings.keys).union(declared)
        let environment = ExpressionEnvironment(
            variables: Dictionary(uniqueKeysWithValues: names.map { ($0, ValueType.dyn) }), isChecked: isChecked,
            zones: timeZone)
        let (expression, diagnostics) = Expression.compile(source, in: environment)
        guard let expression else { return .failure("\(diagnostics)") }
        do { return .value(try expression.evaluate(bindings)) } catch { return .failure("\(error)") }
    }

    func accepts(_ outcome: Outcome) -> Bool {
        switch (outcome, wanted) {
        case (.value(let value), let wanted?): value == wanted
        case (.failure, nil): true
        default: false
        }
    }
}

/// A value as the samples write it: `{"int": "1"}`.
func value(tagged json: Any) throws -> Value {
    let object = try #require(json as? [String: Any])
    let (tag, content) = try #require(object.first)
    let text = content as? String ?? ""
    switch tag {
    case "null": return .null
    case "bool": return .bool(try #require(content as? Bool))
    case "int": return .int(try #require(Int64(text)))
    case "uint": return .uint(try #require(UInt64(text)))
    case "double": return .double(try #require(Double(text)))
    case "string": return .string(text)
    case "bytes":
        let digits = Array(text)
        return .bytes(
            try stride(from: 0, to: digits.count, by: 2).map { place in
                try #require(UInt8(String(digits[place...(place + 1)]), radix: 16))
            })
    case "list": return .list(try #require(content as? [Any]).map(value(tagged:)))
    case "map":
        return .map(
            ValueMap(try #require(content as? [[Any]]).map { (try value(tagged: $0[0]), try value(tagged: $0[1])) }))
    case "type":
        let expression = try #require(Expression.compile(text, in: ExpressionEnvironment()).0)
        return try expression.evaluate()
    case "timestamp": return .timestamp(try #require(CELTimestamp(text)))
    case "duration": return .duration(try #require(CELDuration(text)))
    default: throw CocoaError(.coderInvalidValue)
    }
}

/// The project's folder.
let projectRoot = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
    .deletingLastPathComponent()
    .deletingLastPathComponent()

/// The machine's own zone data.
@Sendable
func timeZone(_ name: String) -> TimeZoneRules? {
    guard !name.contains(".."), let data = FileManager.default.contents(atPath: "/usr/share/zoneinfo/\(name)") else {
        return nil
    }
    return try? TimeZoneRules(tzif: [UInt8](data), identifier: name)
}
