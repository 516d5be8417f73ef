import Calculations
import CivilTime
import Foundation
import Testing
import WorkflowModel

/// The samples, asked and answered in lines of JSON as programs do.
@Suite("Sample cases as lines")
struct ConformanceTests {
    @Test(
        "every expression gives the value or the error it should",
        .enabled(if: Conformance.isPresent, "shared/conformance is absent"))
    func expressions() throws {
        let lines = try Conformance.lines("cel")
        #expect(lines.count >= 400)
        for line in lines {
            let (question, sample) = try Conformance.asked(line, without: ["want", "error"])
            let text = answer(line: question) { plain throws(CalculationError) in
                try evaluateCase(plain, zones: zone)
            }
            let given = try object(text)
            let name = ["file", "section", "name"].compactMap { sample[$0] as? String }.joined(separator: "/")
            if let want = sample["want"] {
                #expect(same(given["value"], want), "\(name): \(sample["expr"] ?? "") gave \(text)")
            } else {
                #expect(given["error"] is String, "\(name): \(sample["expr"] ?? "") gave \(text)")
            }
        }
    }

    @Test(
        "every rule occurs when it should",
        .enabled(if: Conformance.isPresent && Zones.arePresent, "shared/conformance or the zone files are absent"))
    func recurrences() throws {
        let lines = try Conformance.lines("recurrences")
        #expect(lines.count >= 200)
        for line in lines {
            var sample = try object(line)
            let expected = try #require(sample.removeValue(forKey: "expected") as? [String])
            let isComplete = try #require(sample["complete"] as? Bool)
            if isOutdated(expected, in: sample["tz"] as? String ?? "") { continue }
            // One more would be found if there were one.
            for count in isComplete ? [expected.count, expected.count + 1] : [expected.count] {
                sample["count"] = count
                let question = [UInt8](try JSONSerialization.data(withJSONObject: sample))
                let text = answer(line: question) { plain throws(CalculationError) in
                    try recurrenceCase(plain, zones: zone)
                }
                let given = try object(text)
                #expect(given["id"] as? String == sample["id"] as? String)
                #expect(given["starts"] as? [String] == expected, "\(line) gave \(text)")
                #expect(given["complete"] as? Bool == isComplete, "\(line) gave \(text)")
            }
        }
    }

    @Test(
        "every deadline ends when it should, with the calendars that ship",
        .enabled(if: Conformance.isPresent, "shared/conformance is absent"))
    func deadlines() throws {
        let lines = try Conformance.lines("deadlines.jsonl")
        #expect(lines.count >= 15)
        for line in lines {
            let (question, sample) = try Conformance.asked(
                line, without: ["expected_last_day", "expected_end", "expected_weekday", "why"])
            let text = answer(line: question) { plain throws(CalculationError) in
                try deadlineCase(plain, calendars: Calendars.names, zones: zone, calendar: Calendars.calendar)
            }
            let given = try object(text)
            #expect(given["id"] as? String == sample["id"] as? String)
            #expect(given["last_day"] as? String == sample["expected_last_day"] as? String, "\(text)")
            #expect(given["end"] as? String == sample["expected_end"] as? String, "\(text)")
            #expect((given["why"] as? [String])?.isEmpty == false)
        }
    }
}
