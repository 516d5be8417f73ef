import Foundation
import StatechartKernel
import Testing

/// The cases beside the project, by file; see the README in that folder for their form and their licences.
private enum Conformance {
    static let folder: URL = {
        let file = URL(filePath: #filePath).resolvingSymlinksInPath()
        let root = file.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return root.deletingLastPathComponent().appending(path: "shared/conformance/statecharts")
    }()

    static let isPresent = FileManager.default.fileExists(atPath: folder.path)

    static func cases(_ name: String) throws -> [JSONValue] {
        let text = try String(contentsOf: folder.appending(path: name + ".jsonl"), encoding: .utf8)
        return try text.split(separator: "\n").map { try JSONDecoder().decode(JSONValue.self, from: Data($0.utf8)) }
    }
}

@Suite(
    "the public statechart suites", .enabled(if: Conformance.isPresent, "no ../shared/conformance beside the project"))
struct ConformanceTests {
    @Test(
        "every case enters, leaves and ends as recorded",
        arguments: [("scion", 41), ("xstate", 78), ("python-statemachine", 28), ("random", 87)])
    func cases(file: String, count: Int) throws {
        let cases = try Conformance.cases(file)
        #expect(cases.count == count)
        for json in cases { try run(json) }
    }

    private func run(_ json: JSONValue) throws {
        let name = Comment(rawValue: json["id"]?.text ?? "")
        let sample = try SampleChart(try #require(json["chart"]))
        let chart = try Statechart(sample.description)
        var host = SampleHost(chart, sample)
        var step = try chart.start(host: &host)
        for (place, expected) in (json["steps"]?.elements ?? []).enumerated() {
            if place > 0 { host.trace = [] }
            let end = host.now + (expected["advance_ms"]?.number ?? 0)
            while let next = host.delayed.first, next.due <= end {
                host.delayed.removeFirst()
                host.now = next.due
                step = try chart.step(step.configuration, on: next.event, host: &host)
            }
            host.now = end
            if let event = expected["event"]?.text {
                step = try chart.step(step.configuration, on: host.event(event, expected["data"]), host: &host)
            }
            #expect(chart.isLegal(step.configuration), name)
            let leaves = step.configuration.active.filter { [.atomic, .final].contains(chart.kind(of: $0)) }
            let wanted = try #require(expected["expect"]).elements.compactMap(\.text)
            #expect(leaves.map { chart.id(of: $0) }.sorted() == wanted.sorted(), "\(name), step \(place)")
            #expect(step.isOver == (expected["terminated"]?.isTrue ?? false), "\(name), step \(place)")
            if let trace = expected["trace"] {
                #expect(host.trace == trace.elements.compactMap(\.text), "\(name), step \(place)")
            }
        }
    }
}
