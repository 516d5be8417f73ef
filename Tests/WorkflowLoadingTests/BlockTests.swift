import CivilTime
import Testing
import WorkflowLoading
import WorkflowModel

/// What a workflow gets from the blocks it uses.
@Suite("blocks")
struct BlockTests {
    private static func head(_ language: String = "fr") -> String {
        """
        jalon: 1
        workflow: test
        title: Test
        time-zone: UTC
        language: \(language)
        parties: { buyer: Acheteur, seller: Vendeur }
        events: { noted: { fields: { note: text } } }
        data: { rows: { list: { key: text, days: integer } } }
        dates: { start: 2021-09-15 }

        """
    }

    private func load(_ text: String, language: String = "fr") throws -> Workflow {
        let whole = Self.head(language) + text
        let (workflow, diagnostics) = loadWorkflow(whole, file: "test.yaml", environment: smallEnvironment)
        return try #require(workflow, "\(diagnostics.map { $0.rendered(source: whole) }.joined(separator: "\n"))")
    }

    private static let step = """
        states:
          first:
            use: step
            clause: 42
            with: { name: Étude, due: start, by: buyer, register: rows, validated: noted }
            outcomes: { accepted: { to: second, set: { rows: "[]" } } }
          second:
            title: Seconde étape
            use: step
            with: { name: Plan, due: 30 days after first.submitted, by: [buyer, seller], register: rows }
            outcomes: { accepted: end, refused: first }
          end: { type: final }

        """

    @Test("its states stand in the one that uses it, its names begin with that one's")
    func names() throws {
        let workflow = try load(Self.step + "values: { late: first.late_days + second.late_days }")
        #expect(
            workflow.states.map(\.path) == [
                "", "first", "first.preparing", "first.waiting", "first.accepted", "first.refused", "second",
                "second.preparing", "second.waiting", "second.accepted", "second.refused", "end",
            ])
        #expect(workflow.events.map(\.name) == ["noted", "first.submitted", "second.submitted", "second.validated"])
        #expect(workflow.data.map(\.name) == ["rows", "first.late-days", "second.late-days"])
        #expect(workflow.dates.map(\.name) == ["start", "first.answer-due", "second.answer-due", "second.due"])
        #expect(workflow.names.references["second.due"] == .date(3))
        // A date given by name stays one date, known by either name.
        #expect(workflow.date(named: "first.due") == workflow.date(named: "start"))
        #expect(workflow.states[1].clause == Clause(line: 42))
        #expect(workflow.states[2].clause == Clause(line: 42))
    }

    @Test("its texts are those of the contract's language", arguments: [("fr", "Étape Plan"), ("en", "Step Plan")])
    func languages(language: String, title: String) throws {
        let workflow = try load(Self.step.replacing("title: Seconde étape\n    ", with: ""), language: language)
        #expect(workflow.states[6].title == title)
        #expect(workflow.dates[3].title == (language == "fr" ? "Remise Plan" : "Due Plan"))
        #expect(workflow.events[1].title == (language == "fr" ? "Étude remis" : "Étude submitted"))
    }

    @Test("a title beside 'use' is the state's")
    func ownTitle() throws { #expect(try load(Self.step).states[6].title == "Seconde étape") }

    @Test("blocks in blocks have chained names, and each its own data")
    func nesting() throws {
        let workflow = try load(
            """
            blocks:
              inner:
                title: "Dedans {{ name }}"
                parameters: { name: text, factor: integer }
                outcomes: { ended: }
                data: { count: integer }
                values: { product: count * factor }
                events: { counted: }
                states: { one: { on: { counted: { to: ended, set: { count: count + 1 } } } } }
              outer:
                title: "Dehors {{ name }}"
                parameters: { name: text }
                data: { count: integer }
                values: { sum: left.product + right.product + count }
                states:
                  left: { use: inner, with: { name: "{{ name }} gauche", factor: 2 }, outcomes: { ended: right } }
                  right: { use: inner, with: { name: droite, factor: left.count + 1 }, outcomes: { ended: end } }
                  end: { type: final }
            values: { all: one.sum + two.left.count }
            states:
              one: { use: outer, with: { name: A }, done: two }
              two: { use: outer, with: { name: B }, done: done }
              done: { type: final }
            """)
        #expect(workflow.states.first { $0.path == "two.left" }?.title == "Dedans B gauche")
        #expect(workflow.events.map(\.name).contains("two.right.counted"))
        #expect(workflow.names.references["one.left.count"] != workflow.names.references["two.left.count"])
        #expect(workflow.names.references["one.right.product"] != nil)
    }

    @Test("sixty blocks are read in a moment")
    func many() throws {
        var text = "states:\n"
        for number in 0..<60 {
            text +=
                "  step-\(number):\n    use: step\n"
                + "    with: { name: Étape \(number), due: 3 days after entry, by: buyer, register: rows }\n"
                + "    outcomes: { accepted: step-\(number + 1) }\n"
        }
        let whole = text + "  step-60: { type: final }\n"
        let clock = ContinuousClock()
        var workflow: Workflow?
        let time = try clock.measure { workflow = try load(whole) }
        #expect(workflow?.dates.count == 121)
        // Far more than it takes even unoptimised; only something that grows with the square would take it.
        #expect(time < .seconds(5), "\(time)")
    }

    @Test("blocks too deep in one another, and too many of them, are refused")
    func bounds() {
        var deep = "blocks:\n"
        for number in 0..<12 {
            deep += "  b\(number): { title: B, states: { one: { use: b\(number + 1) } } }\n"
        }
        deep += "  b12: { title: B, states: { one: { type: final } } }\nstates: { one: { use: b0 } }\n"
        let many =
            "blocks: { b: { title: B, states: { one: { type: final } } } }\nstates:\n"
            + (0..<600).map { "  s\($0): { use: b, done: s\(($0 + 1) % 600) }\n" }.joined()
        // Twelve blocks that each use the next four times would be sixteen million.
        var wide = "blocks:\n"
        for number in 0..<12 {
            let uses = (0..<4).map { "u\($0): { use: b\(number + 1) }" }.joined(separator: ", ")
            wide += "  b\(number): { title: B, states: { \(uses) } }\n"
        }
        wide += "  b12: { title: B, states: { one: { type: final } } }\nstates: { one: { use: b0 } }\n"
        for text in [deep, many, wide] {
            let (workflow, diagnostics) = loadWorkflow(
                Self.head() + text, file: "test.yaml", environment: smallEnvironment)
            #expect(workflow == nil)
            #expect(diagnostics.contains { $0.code == "too-large" })
            #expect(diagnostics.count < 1_100)
        }
    }
}
