package import SeededRandom

/// The text of a workflow from a seed.
package struct RandomWorkflow {
    /// For what a test draws beside the text.
    package var random: SeededGenerator
    /// YAML; it has no mistakes.
    package private(set) var text = ""
    private var states: [(path: String, isHistory: Bool)] = []
    private var nextState = 0
    private var events = ["e0", "e1", "e2", "e3", "e4", "raised"]
    private var windowNames: [String] = []
    /// Levels of child cases below this one, and whether it is one itself.
    private let levels: Int
    private let isChild: Bool
    private let dates = ["d0", "d1", "d2", "d3", "d4", "d5"]
    /// Events of the blocks in use, as the workflow calls them.
    package private(set) var blockEvents: [String] = []
    /// Values of theirs.
    private var blockValues: [String] = []
    /// What a name within a block is called.
    private let inside: (String) -> String
    /// At which dates of the workflow fall, in its zone.
    package let moments = ["2021-02-10T16:30", "2021-03-01T09:00", "2021-03-01", "2021-04-30", "2021-05-03T12:00"]

    /// Draws a workflow; the same for the same seed.
    ///
    /// - Parameters:
    ///   - levels: Of child cases below this one.
    ///   - isChild: Whether it is one itself: a section of the workflow around it.
    ///   - inside: What a name within a block is called: as in the workflow itself unless something else is wanted.
    package init(
        seed: UInt64, levels: Int = 0, isChild: Bool = false, inside: @escaping (String) -> String = { $0 }
    ) {
        random = SeededGenerator(seed: seed)
        self.levels = levels
        self.isChild = isChild
        self.inside = inside
        if levels > 0 { events += ["unit.over", "told"] }
        addStates()
        let states = text
        let place = """
            jalon: 1
            workflow: random
            title: Random
            language: fr
            time-zone: Africa/Casablanca
            calendar: morocco
            parties:
              buyer: { title: Buyer }
              supplier: { title: Supplier }

            """
        text = isChild ? "parties: { contact\(levels): Contact }\nresult: { x: x, total: twice, day: d1 }\n" : place
        text += """
            parameters:
              limit: { type: integer, needed-in: \(random.chance(50) ? "s0" : "s1") }
              factor: { type: integer, default: 2 }
            \(isChild ? "  bound-day: date" : "")
            events:
              e0: { fields: { n: integer } }
              e1: { fields: { key: text, n: { type: integer, optional: true } } }
              e2:
              e3:
              e4: { fields: { day: date } }
              raised:
            \(levels > 0 ? "  told: { fields: { v: { type: integer, optional: true } } }" : "")
            data:
              x: integer
              day: date
              rows: { list: { key: text, n: integer }, key: key }
            values:
              total: "rows.map(r, has(r.n) ? r.n : 0).sum() + x"
              twice: total * factor
              seen: "[\(blockValues.joined(separator: ", "))].sum() + 0"

            """
        addDates()
        addClocksAndCadences()
        addReminders()
        addChildren()
        if !isChild { text += RandomBlocks.text(inside) }
        text += states
    }

    // MARK: Children

    private mutating func addChildren() {
        guard levels > 0 else { return }
        let child = RandomWorkflow(seed: random.next(), levels: levels - 1, isChild: true)
        text += "cases:\n  unit:\n"
        for line in child.text.split(separator: "\n") { text += "    \(line)\n" }
    }

    private mutating func opening() -> String {
        let key = random.pick(["\"'a'\"", "\"'a'\"", "\"'b'\"", "\"'c'\"", "string(x % 4)"])
        let factor = random.chance(60) ? ", factor: \(random.pick(["twice", "x", "total"]))" : ""
        let day = random.pick(isChild ? dates + ["bound_day"] : dates)
        let contact = random.chance(50) ? ", parties: { contact\(levels - 1): \"'contact@example.org'\" }" : ""
        return "{ open: { case: unit, key: \(key), with: { bound-day: \(day)\(factor) }\(contact) } }"
    }

    private mutating func telling() -> String {
        random.pick([
            "{ tell: { event: e0, data: { n: x } } }", "{ tell: e2 }", "{ tell: { event: told, data: { v: x } } }",
            "{ tell: { event: told, data: { v: 1 } } }",
        ])
    }

    // MARK: Dates

    private mutating func addDates() {
        text += "dates:\n"
        for (index, name) in dates.enumerated() {
            var entry = ""
            var isCounted = false
            switch random.below(index == 0 ? 4 : 12) {
            case 0, 1: entry = "at: \(random.pick(moments))"
            case 2, 3: entry = "at: \(index == 0 ? random.pick(Self.windows) : calendarDate(index))"
            case 4, 5, 6: entry = "at: \(period()) \(random.pick(["after", "before"])) \(dates[random.below(index)])"
            case 7, 8:
                entry = "at: \(period()) after \(random.pick(events + blockEvents))"
                isCounted = true
            case 9:
                entry = "at: \(period()) after entry of s\(random.below(2))"
                isCounted = true
            case 10 where windowNames.isEmpty == false:
                entry = "at: \(period()) after opens of \(random.pick(windowNames))"
            default:
                var ways = ["day + 3", "\(dates[random.below(index)]) + x", "day + twice"]
                if isChild { ways += ["bound_day", "bound_day + x", "bound_day"] }
                if levels > 0 { ways.append("\(dates[random.below(index)]) + cases.unit.size()") }
                entry = "is: \(random.pick(ways))"
            }
            let isWritten = Self.windows.contains(String(entry.dropFirst(4)))
            if isWritten { windowNames.append(name) }
            if !isWritten, !entry.hasPrefix("at: month after"), random.chance(20) { entry += ", kind: earliest" }
            if isCounted, random.chance(60) { entry += ", clock: work" }
            if random.chance(30) { entry += ", strict: true" }
            if random.chance(20) { entry += ", or: \(random.pick(["e2", "e3"]))" }
            if random.chance(20) { entry += ", roll: \(random.pick(["none", "previous-working-day"]))" }
            text += "  \(name): { \(entry) }\n"
        }
    }

    private static let windows = [
        "March 2021", "first half of 2021", "early 2021", "2021-03-10..2021-04-20", "2021-Q2",
    ]

    private mutating func calendarDate(_ index: Int) -> String {
        let day = random.pick(["last working day", "first day", "2nd Tuesday", "3rd last workable day"])
        return random.pick([
            random.pick(Self.windows), "\(day) of \(random.pick(Self.windows))",
            "\(day) of month \(random.pick(["of", "after", "before"])) \(dates[random.below(index)])",
            "month after \(random.pick(events))",
        ])
    }

    private mutating func addClocksAndCadences() {
        let stop = levels > 0 ? random.pick(["e2", "[e2, unit.over]", "[e2, told]"]) : "e2"
        text += "clocks: { work: { stop: \(stop), resume: e3, clause: 12 } }\ncadences:\n"
        for name in ["c0", "c1"] {
            let rule = random.pick([
                "at: 1 per month", "at: at least 2 per quarter, basis: calendar", "at: every 2 weeks",
                "rrule: \"FREQ=WEEKLY;BYDAY=FR\"",
            ])
            let from = random.pick([dates[0], "e1", "entry of s0"])
            let until = random.chance(50) ? ", until: \(random.pick(dates))" : ""
            let event = random.pick(levels > 0 ? ["e0", "e1", "unit.over", "told"] : ["e0", "e1"])
            text += "  \(name): { event: \(event), \(rule), from: \(from)\(until)"
            text += ", lead: \(random.pick(["5 days", "3 working days", "1 month"])), to: [buyer, supplier] }\n"
        }
    }

    private mutating func period() -> String {
        let unit = random.pick([
            "hours", "days", "days", "working days", "workable days", "clear days", "weeks", "months",
        ])
        return "\(unit == "months" ? 1 : random.below(9)) \(unit)"
    }

    private mutating func addReminders() {
        switch random.below(4) {
        case 0: text += "reminders: none\n"
        case 1: text += "reminders: { to: buyer, \(rungs()) }\n"
        case 2: text += "reminders: { at: \"16:30\", before: [7 days, 1 day], after: [1 day] }\n"
        default: break
        }
    }

    private mutating func rungs() -> String {
        var parts = ["before: [\(period()), \(period())]"]
        if random.chance(50) { parts.append("on-the-day: true") }
        if random.chance(50) { parts.append("after: [\(period())]") }
        if random.chance(50) { parts.append("every: \(1 + random.below(5)) \(random.pick(["days", "working days"]))") }
        if random.chance(50) { parts.append("escalate: { after: \(period()), to: supplier }") }
        return parts.joined(separator: ", ")
    }

    // MARK: States

    /// The tree is drawn first, so that transitions may aim anywhere in it.
    private final class Node {
        var name: String
        var path: String
        var kind = "atomic"
        var children: [Node] = []

        init(_ name: String, in parent: String?) {
            self.name = name
            path = parent.map { "\($0).\(name)" } ?? name
        }
    }

    private mutating func addStates() {
        var top = (0..<(3 + random.below(2))).map { _ in node(in: nil, depth: 0) }
        let end = Node("end", in: nil)
        end.kind = "final"
        top.append(end)
        text += "initial: s0\nstates:\n"
        for node in top { write(node, indent: "  ") }
    }

    private mutating func node(in parent: String?, depth: Int) -> Node {
        let node = Node("s\(nextState)", in: parent)
        nextState += 1
        if depth < 2, random.chance(depth == 0 ? 60 : 35) {
            node.kind = random.chance(40) ? "parallel" : "compound"
            for _ in 0..<(2 + random.below(2)) {
                node.children.append(self.node(in: node.path, depth: depth + 1))
            }
            if random.chance(40) {
                let history = Node("h\(nextState)", in: node.path)
                nextState += 1
                history.kind = random.chance(50) && node.kind == "compound" ? "history" : "deep history"
                if node.kind == "compound" { node.children.append(history) }
            }
            if node.kind == "compound", random.chance(40) {
                let last = Node("f\(nextState)", in: node.path)
                nextState += 1
                last.kind = "final"
                node.children.append(last)
            }
        }
        if node.children.isEmpty, random.chance(20) { node.kind = random.chance(60) ? "small" : "large" }
        states.append((node.path, false))
        for child in node.children where child.kind.hasSuffix("history") { states.append((child.path, true)) }
        return node
    }

    private mutating func write(_ node: Node, indent: String) {
        text += "\(indent)\(node.name):\n"
        let inner = indent + "  "
        switch node.kind {
        case "final": text += "\(inner)type: final\n"
        case "history", "deep history":
            let first = node.path.split(separator: ".").dropLast().joined(separator: ".")
            text += "\(inner)type: history\n\(inner)deep: \(node.kind == "deep history")\n"
            text += "\(inner)default: \(states.first { $0.path.hasPrefix(first + ".") && !$0.isHistory }?.path ?? "")\n"
        default:
            if node.kind == "parallel" { text += "\(inner)type: parallel\n" }
            if ["small", "large"].contains(node.kind) { writeUse(of: node, inner) }
            writeBehaviour(of: node, inner)
            if !node.children.isEmpty {
                text += "\(inner)states:\n"
                for child in node.children { write(child, indent: inner + "  ") }
            }
        }
    }

    private mutating func writeUse(of node: Node, _ indent: String) {
        let event = node.kind == "small" ? inside("e0") : "\(inside("s0")).\(inside("e0"))"
        blockEvents.append("\(node.name).\(event)")
        blockValues.append("\(node.name).\(inside("twice"))")
        var with = [
            "\(inside("e2")): \(random.pick(Array(events.prefix(5))))",
            "\(inside("buyer")): \(random.pick(["buyer", "supplier", "[buyer, supplier]"]))", "\(inside("rows")): rows",
        ]
        text += "\(indent)use: \(node.kind)\n"
        if node.kind == "small" {
            with.append("\(inside("limit")): \(random.pick(["x + 1", "total", "7"]))")
            let due = random.pick(dates + ["5 days after entry", "2 weeks after e0", "2021-03-09"])
            with.append("\(inside("d1")): \(due)")
            let bad = random.chance(50) ? ", bad: { to: \(target()), set: { x: x + 1 } }" : ""
            text += "\(indent)outcomes: { good: \(target())\(bad) }\n"
        } else if random.chance(50) {
            text += "\(indent)done: \(target())\n"
        }
        text += "\(indent)with: { \(with.joined(separator: ", ")) }\n"
    }

    private mutating func writeBehaviour(of node: Node, _ indent: String) {
        let opens = levels > 0 && (node.name == "s0" || random.chance(25)) ? ", \(opening())" : ""
        if random.chance(40) || !opens.isEmpty {
            text += "\(indent)entry: [\(action(inEvent: nil))\(opens)]\n"
        }
        if random.chance(25) { text += "\(indent)exit: [\(action(inEvent: nil))]\n" }
        if random.chance(35) {
            text += "\(indent)remind: { of: \(random.pick(dates)), to: [buyer, supplier], \(rungs()) }\n"
        }
        var triggers: [String] = []
        for event in events where random.chance(35) {
            triggers.append("\(indent)  \(event): \(transition(event, from: node))")
        }
        if random.chance(15) {
            triggers.append("\(indent)  cadence.\(random.pick(["c0", "c1"])).missed: \(transition(nil, from: node))")
        }
        // It would hear that an opening was refused, and open again.
        if levels == 0, random.chance(5) { triggers.append("\(indent)  \"*\": \(transition(nil, from: node))") }
        if !triggers.isEmpty { text += "\(indent)on:\n" + triggers.joined(separator: "\n") + "\n" }
        if random.chance(50) {
            // A date that is over falls due again at each entry: what leads round must come to an end.
            let way =
                random.chance(20)
                ? transition(nil, from: node) : "{ to: \(target()), when: x < 30, set: { x: x + 7 } }"
            text += "\(indent)at:\n\(indent)  \(random.pick(dates)): \(way)\n"
        }
        if random.chance(40) {
            // Where many cases go round together, each goes round less often.
            let fewest = levels > 0 || isChild ? 20 : 2
            let period = random.pick(["\(fewest + random.below(60)) hours", "\(1 + random.below(20)) days", "1 months"])
            text += "\(indent)after:\n\(indent)  \(period): \(transition(nil, from: node))\n"
        }
        if random.chance(20) {
            let children = levels > 0 && random.chance(50) ? " && cases.unit.all(u, u.over)" : ""
            let condition = "x >= \(random.below(4)) && x < \(4 + random.below(4))\(children)"
            text += "\(indent)always: { when: \"\(condition)\", to: \(target()), set: { x: x + 5 } }\n"
        }
        if !node.children.isEmpty, random.chance(50) { text += "\(indent)done: \(target())\n" }
    }

    private mutating func target() -> String { random.chance(12) ? "end" : random.pick(states).path }

    private mutating func transition(_ event: String?, from node: Node) -> String {
        if random.chance(30) { return target() }
        var parts: [String] = []
        if random.chance(70) { parts.append("to: \(target())") }
        if random.chance(40) { parts.append("when: \(condition(event))") }
        if event == "e1", random.chance(70) { parts.append("keep: rows") }
        parts.append("do: [\(action(inEvent: event))]")
        if random.chance(20) { parts.append("internal: true") }
        return "{ \(parts.joined(separator: ", ")) }"
    }

    private mutating func condition(_ event: String?) -> String {
        if levels > 0, random.chance(30) {
            return random.pick([
                "cases.unit.size() < 3", "\"sum(cases.unit.map(u, u.x), 0) > 2\"",
                "\"cases.unit.exists(u, u.key == 'a' && !u.over)\"",
            ])
        }
        return switch random.below(event == "e0" ? 7 : 6) {
        case 0: "x > \(random.below(5))"
        case 1: "\"'\(random.pick(states).path)' in active\""
        case 2: "limit > 3"
        case 3: "twice < 20"
        case 4: "\(random.pick(["c0.missing > 0", "c1.held < c1.required"]))"
        case 5: "today >= \(random.pick(dates))"
        default: "event.n > \(random.below(5))"
        }
    }

    private mutating func action(inEvent event: String?) -> String {
        if levels > 0, random.chance(25) { return opening() }
        if isChild, random.chance(30) { return telling() }
        return switch random.below(event == nil ? 7 : 8) {
        case 0: "{ set: { x: x + 1 } }"
        // Raised where only something from outside leads, so that few charts run for ever.
        case 1: event.map { $0 == "raised" ? "{ cancel: a }" : "{ raise: raised }" } ?? "{ set: { x: x + 2 } }"
        case 2:
            "{ send: { event: \(random.pick(["e2", "e3"])), after: \(1 + random.below(90)) hours, id: \(random.pick(["a", "b"])) } }"
        case 3: "{ cancel: \(random.pick(["a", "b"])) }"
        case 4, 5: "{ notify: { to: [buyer, supplier], subject: \"x {{ x }} {{ twice }}\" } }"
        case 6: "{ if: x > 3, then: [{ set: { x: 0 } }], else: [{ notify: { to: supplier, subject: low } }] }"
        default: event == "e4" ? "{ set: { day: event.day } }" : "{ set: { x: x + 2 } }"
        }
    }
}
