import CaseReplay
import CivilTime
import Expressions
import Foundation
import SeededRandom
import Testing
import WorkflowLoading
import WorkflowModel

/// What a loader must bear: files that people, editors and enemies have spoilt.
@Suite("spoilt files")
struct FuzzTests {
    @Test("a spoilt workflow is diagnosed or sound; `JALON_SEED` replays one, `JALON_FUZZ` multiplies")
    func mutations() throws {
        let original = try String(contentsOf: projectRoot.appending(path: "workflows/tanger-ess.yaml"), encoding: .utf8)
        var outcomes = (loaded: 0, refused: 0)
        for seed in seeds(60) {
            var random = SeededGenerator(seed: seed)
            let text = spoilt(original, &random)
            let (workflow, diagnostics) = loadWorkflow(text, file: "spoilt.yaml", environment: smallEnvironment)
            for diagnostic in diagnostics { #expect(!diagnostic.rendered(source: text).isEmpty) }
            #expect((workflow == nil) == diagnostics.contains { $0.severity == .error }, "JALON_SEED=\(seed)")
            outcomes =
                workflow == nil ? (outcomes.loaded, outcomes.refused + 1) : (outcomes.loaded + 1, outcomes.refused)
            if let workflow { try live(workflow, seed) }
        }
        #expect(replayedSeed != nil || (outcomes.loaded > 0 && outcomes.refused > 0), "\(outcomes)")
    }

    @Test("a spoilt rule pack is diagnosed or sound, and whatever is sound can be computed with")
    func rulePacks() throws {
        let file = projectRoot.appending(path: "workflows/rules/fr-ccag-pi-2021.yaml")
        let original = try String(contentsOf: file, encoding: .utf8)
        var environment = smallEnvironment
        var outcomes = (loaded: 0, refused: 0)
        for seed in seeds(40) {
            var random = SeededGenerator(seed: seed)
            let text = spoilt(original, &random)
            environment.library = { wanted in
                wanted.name == "spoilt" ? LibraryText(text: text, path: "spoilt") : libraryText(wanted, in: "workflows")
            }
            let (pack, diagnostics) = readRulePack(text, file: "spoilt", environment: environment)
            #expect((pack == nil) == diagnostics.contains { $0.severity == .error }, "seed \(seed)")
            for diagnostic in diagnostics { #expect(!diagnostic.rendered(source: text).isEmpty) }
            outcomes = pack == nil ? (outcomes.loaded, outcomes.refused + 1) : (outcomes.loaded + 1, outcomes.refused)
            guard pack != nil, let day = CivilDate(iso: "2021-06-01") else { continue }
            let loaded = loadRuleBook(
                "spoilt", consultation: day, language: .french,
                environment: LoadingEnvironment(
                    zone: { _ in nil }, calendar: { _ in nil }, calendarNames: [],
                    library: { wanted in
                        let named = text.replacing(/\nrules: .*/, with: "\nrules: spoilt")
                        return wanted.name == "spoilt"
                            ? LibraryText(text: named, path: "spoilt") : libraryText(wanted, in: "workflows")
                    }))
            for applied in try #require(loaded.book, "seed \(seed)").functions { #expect(applied.call.formula != nil) }
        }
        #expect(outcomes.loaded > 0 && outcomes.refused > 0, "\(outcomes)")
    }

    @Test("a workflow with blocks is diagnosed or sound, whichever of its files is spoilt")
    func mutationsOfBlocks() throws {
        func text(_ path: String) throws -> String {
            try String(contentsOf: projectRoot.appending(path: path), encoding: .utf8)
        }
        let blocks = [
            "deliverable": try text("workflows/blocks/deliverable.yaml"),
            "payment": try text("workflows/blocks/payment.yaml"),
        ]
        var outcomes = (loaded: 0, refused: 0)
        for seed in seeds(90) {
            var random = SeededGenerator(seed: seed)
            let victim = ["deliverable", "payment", "itself"][Int(seed % 3)]
            let whole = victim == "itself" ? spoilt(Self.withBlocks, &random) : Self.withBlocks
            let spoiltBlock = blocks[victim].map { spoilt($0, &random) }
            var surroundings = smallEnvironment
            surroundings.library = { wanted in
                let text = wanted.name == victim ? spoiltBlock : blocks[wanted.name]
                return text.map { LibraryText(text: $0, path: "blocks/\(wanted.name).yaml") }
            }
            let (workflow, diagnostics) = loadWorkflow(whole, file: "spoilt.yaml", environment: surroundings)
            #expect((workflow == nil) == diagnostics.contains { $0.severity == .error }, "JALON_SEED=\(seed)")
            outcomes =
                workflow == nil ? (outcomes.loaded, outcomes.refused + 1) : (outcomes.loaded + 1, outcomes.refused)
            if let workflow { try live(workflow, seed) }
            if let spoiltBlock {
                let (_, alone) = readBlock(
                    spoiltBlock, file: "\(victim).yaml", language: .french, environment: surroundings)
                for diagnostic in alone { #expect(!diagnostic.rendered(source: spoiltBlock).isEmpty) }
            }
        }
        #expect(replayedSeed != nil || (outcomes.loaded > 0 && outcomes.refused > 0), "\(outcomes)")
    }

    private static let withBlocks = """
        jalon: 1
        workflow: blocks
        title: Blocs
        time-zone: UTC
        language: fr
        parties: { buyer: Acheteur, supplier: Titulaire }
        data: { total: { type: money, currency: EUR, initial: 1000 } }
        dates: { start: 2021-09-15 }
        values: { late: study.late_days + plan.late_days }
        blocks:
          stage:
            title: "Étape {{ name }}"
            parameters: { name: text, due: date, amount: money, buyer: party, supplier: party }
            values: { late-days: work.late_days }
            states:
              work:
                use: deliverable
                with: { name: "{{ name }}", due: due, supplier: supplier, validated-by: buyer, tacit: true }
                outcomes: { validated: share }
                done: lost
              share:
                use: payment
                with: { name: "Part de {{ name }}", payer: buyer, payee: supplier, amount: amount, rate: 8 }
                done: over
              over: { type: final }
              lost: { type: final }
        states:
          study:
            use: stage
            with: { name: Étude, due: 30 days after start, amount: total * 0.3, buyer: buyer, supplier: supplier }
            done: plan
          plan:
            use: stage
            with: { name: Plan, due: 30 days after study.work.submitted, amount: total * 0.7, buyer: buyer, supplier: supplier }
            done: end
          end: { type: final }
        """

    /// Whatever it says now, a workflow without errors runs, and its cases are put down and taken up.
    private func live(_ workflow: Workflow, _ seed: UInt64) throws {
        let start = Timestamp(secondsSinceEpoch: 1_630_000_000)
        var journal = [JournalEntry(occurredAt: start, fact: .started(Start()))]
        for event in workflow.events where event.fields.isEmpty {
            journal.append(
                JournalEntry(
                    occurredAt: start + .seconds(86_400 * journal.count),
                    fact: .event(name: event.name, payload: .map(ValueMap([])))))
        }
        let current = try #require(workflow.replay(journal, until: start + .seconds(86_400 * 200)))
        #expect(Case(snapshot: current.snapshot(), of: workflow) == current, "JALON_SEED=\(seed)")
    }

    private func spoilt(_ text: String, _ random: inout SeededGenerator) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        for _ in 0...random.below(3) {
            let place = random.below(lines.count)
            switch random.below(7) {
            case 0: lines.remove(at: place)
            case 1: lines.insert(lines[place], at: place)
            case 2: lines.insert(lines[random.below(lines.count)], at: place)
            case 3: lines.swapAt(place, random.below(lines.count))
            case 4: lines.removeSubrange(place..<min(lines.count, place + random.below(20)))
            case 5:
                var bytes = Array(lines[place].utf8)
                guard !bytes.isEmpty else { continue }
                bytes[random.below(bytes.count)] = UInt8(random.below(256))
                lines[place] = String(decoding: bytes, as: UTF8.self)
            default:
                let words = [
                    "'", "{", "}}", ": ", "null", "2021-02-30", "- ", "done", "*", "event", "\"", "#", "\t", "{{",
                ]
                let characters = lines[place]
                let cut = characters.index(characters.startIndex, offsetBy: random.below(characters.count + 1))
                lines[place] = characters[..<cut] + random.pick(words) + characters[cut...]
            }
            if lines.isEmpty { lines = [""] }
        }
        return lines.joined(separator: "\n")
    }

    @Test(
        "a file made to take for ever does not",
        arguments: [
            "30,000 states", "2,000 states in a ring", "deep states", "unknown names", "values of values", "texts",
            "dates", "transitions",
        ])
    func bombs(kind: String) {
        let head = "jalon: 1\nworkflow: w\ntitle: W\ntime-zone: UTC\n"
        let parties = "parties: { p: P }\n"
        let text: String =
            switch kind {
            case "30,000 states":
                head + "states:\n" + (0..<30_000).map { "  s\($0): { on: { go: s\($0 + 1) } }\n" }.joined()
            case "2,000 states in a ring":
                head + "states:\n" + (0..<2_000).map { "  s\($0): { on: { go: s\(($0 + 1) % 2_000) } }\n" }.joined()
            case "deep states":
                head + "states: " + String(repeating: "{ a: { states: ", count: 30) + "{ b: {} }"
                    + String(repeating: " } }", count: 30)
            case "unknown names":
                head + "states:\n  a:\n    on:\n"
                    + (0..<9_000).map { "      e\($0): staaaaaaaaaaaaaaaaaaaaaaaaaaaaaaate\($0)\n" }.joined()
                    + (0..<1_000).map { "  staaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaex\($0): {}\n" }.joined()
            case "values of values":
                head + "values:\n  v0: \"[1, 2]\"\n"
                    + (1..<1_000).map { "  v\($0): v\($0 - 1) + v\($0 - 1)\n" }.joined()
                    + "dates: { d: { is: \"size(v999) > 0 ? d2 : d2\" }, d2: 2021-01-01 }\nstates: { a: { at: { d: a } } }\n"
            case "texts":
                head + parties + "states:\n  a:\n    entry: { notify: { to: p, subject: \""
                    + String(repeating: "{{x}}", count: 5_000) + "\" } }\n"
            case "dates":
                head + "dates:\n  d0: 2021-01-01\n"
                    + (1..<2_000).map { "  d\($0): 1 days after d\($0 - 1)\n" }.joined()
                    + "states: { a: { at: { d1999: a } } }\n"
            default:
                head + "events:\n" + (0..<1_900).map { "  e\($0):\n" }.joined() + "states:\n  a:\n    on:\n"
                    + (0..<9_000).map { "      \"e\($0 % 1_900) x\($0)\": a\n" }.joined()
            }
        let elapsed = ContinuousClock().measure {
            let loaded = loadWorkflow(text, file: "bomb.yaml", environment: smallEnvironment)
            if let workflow = loaded.workflow {
                let start = Timestamp(secondsSinceEpoch: 1_600_000_000)
                _ = workflow.replay(
                    [JournalEntry(occurredAt: start, fact: .started(Start()))], until: start + .seconds(86_400))
            } else {
                #expect(loaded.diagnostics.contains { $0.severity == .error })
            }
        }
        #expect(elapsed < .seconds(60), "\(kind)")
        if elapsed > .seconds(2) { print("\(kind): \(elapsed)") }
    }

    @Test("more states, transitions or names than anybody writes are refused, once")
    func limits() {
        let head = "jalon: 1\nworkflow: w\ntitle: W\ntime-zone: UTC\n"
        let pairs = (0..<50).map { outer in
            "  s\(outer): { states: { " + (0..<50).map { "t\($0): {}" }.joined(separator: ", ") + " } }\n"
        }
        #expect(
            rendered(head + "states:\n" + pairs.joined(), file: "x.yaml").contains(
                "error: the workflow has more than 2000 states; make it several workflows [too-large]"))
        let wrong = (0..<3_000).map { "    - x\($0)\n" }.joined()
        let many = rendered(head + "states:\n  a:\n    entry:\n" + wrong, file: "x.yaml")
        #expect(
            many.contains(
                "error: there are 1000 mistakes or more; mend those before this one first [too-many-mistakes]"))
        #expect(many.components(separatedBy: "x.yaml:").count == 1_001)
        let names = (0..<2_001).map { "  d\($0): text\n" }.joined()
        let found = rendered(head + "data:\n" + names + "states: { a: {} }\n", file: "x.yaml")
        #expect(found.contains("x.yaml:2006:3: error: 'data' holds 2001 names, and 2000 are allowed [too-large]"))
    }

    @Test("lines may end with CR LF or CR, and columns count characters")
    func lineEnds() {
        let text =
            "jalon: 1\nworkflow: w\ntitle: W\ntime-zone: UTC\nstates:\n  a: { title: \"e\u{301}\", on: { go: b } }\n"
        let wanted = rendered(text, file: "x.yaml")
        #expect(wanted.contains("x.yaml:6:31: error"))
        #expect(wanted.contains("\n" + String(repeating: " ", count: 33) + "^\n"))
        #expect(rendered(text.replacing("\n", with: "\r\n"), file: "x.yaml") == wanted)
        #expect(rendered(text.replacing("\n", with: "\r"), file: "x.yaml") == wanted)
    }
}
