import CivilTime
import Expressions
import StatechartKernel
import WorkflowModel
import YAMLReader

/// A chart and the tables its numbers point into.
struct BuiltChart {
    var statechart: Statechart
    var states: [StateInfo]
    var guards: [Guard]
    var actions: [ActionBlock]
    var timers: [Timer]
    var ladders: [Ladder]
}

extension StateReader {
    /// Resolves names and compiles the chart; `nil` where the chart itself is unsound. All mistakes are reported.
    func build() -> BuiltChart? {
        var builder = ChartBuilder(self)
        return builder.build()
    }
}

/// Turns the drafts of states into a chart.
struct ChartBuilder {
    let reader: StateReader
    /// The workflow's own; blocks have their names from their states' loaders.
    let loader: WorkflowLoader
    /// Every state, the blocks' too, in the order of the chart.
    let all: [StateDraft]

    var guards: [Guard] = []
    /// Blocks of actions, still as text: events have their keys only once the chart is compiled.
    var blocks: [BlockDraft] = []
    var timers: [(timer: TimerDraft, state: String)] = []
    private var eventIndex = EventIndex()

    struct BlockDraft {
        var name: String
        /// Whose names the actions are written in.
        var loader: WorkflowLoader
        var nodes: [YAMLNode]
        /// `keep`, `set` and `notify` of the transition's own mapping, done before `nodes`.
        var shorthand: MappingReader?
        var scope: Scope
        /// The event whose payload `keep` keeps; `nil` where several or none is meant.
        var event: EventDeclaration?
        var clause: Clause?
    }

    struct TimerDraft {
        var moment: Timer.Moment
        var eventName: String
        var clause: Clause?
    }

    init(_ reader: StateReader) {
        self.reader = reader
        loader = reader.loader
        func withChildren(_ draft: StateDraft) -> [StateDraft] { [draft] + draft.children.flatMap(withChildren) }
        all = reader.top.flatMap(withChildren)
    }

    mutating func build() -> BuiltChart? {
        for event in loader.events { eventIndex.add(event.name) }
        loader.tables.parts.forEach { declareUsedEvents(of: $0) }
        markRaisedEvents()
        let needs = neededStates()
        let description = ChartDescription(
            initial: topInitial(), states: reader.top.map { describe($0, needs: needs) })
        let statechart = all.isEmpty ? nil : compile(description)
        let built = blocks.map { block in
            var actions = ActionReader(block.loader, key: { statechart?.key(for: $0) })
            return actions.read(block)
        }
        let ladders = all.map { ladderDrafts($0) }
        for (date, _) in ladders.joined() { loader.dates[date].isDeadline = true }
        for (timer, _) in timers {
            if case .date(let date) = timer.moment { loader.dates[date].isDeadline = true }
        }
        guard let statechart else { return nil }
        if !loader.tables.hasErrors { warn(statechart) }
        return assemble(statechart, actions: built, ladders: ladders, needs: needs)
    }

    private func compile(_ description: ChartDescription) -> Statechart? {
        do throws(ChartError) {
            return try Statechart(description)
        } catch {
            let misplaced = Set(error.mistakes.filter { $0.kind == .unexpectedInitial }.map(\.state))
            for mistake in error.mistakes {
                // Where there can be no default entry, what is wrong with it does not matter.
                if case .targetOutside = mistake.kind, misplaced.contains(mistake.state) { continue }
                self.report(mistake)
            }
            return nil
        }
    }

    private func report(_ mistake: ChartMistake) {
        let draft = all.first { $0.chartID == mistake.state }
        if let draft, draft.isTainted { return }
        var span = draft?.span
        var loader = draft?.loader ?? loader
        if let draft, let place = mistake.transition, draft.transitions.indices.contains(place) {
            span = draft.transitions[place].targets.first?.span ?? draft.transitions[place].span
            loader = draft.transitions[place].loader
        }
        // The chart's names have '/' where the file has '.'.
        loader.report.error("unsound-chart", String(mistake.description.map { $0 == "/" ? "." : $0 }), at: span)
    }

    private func assemble(
        _ chart: Statechart, actions: [ActionBlock], ladders drafts: [[(date: Int, draft: LadderDraft)]],
        needs: [String: Needs]
    ) -> BuiltChart {
        var built = BuiltChart(
            statechart: chart, states: [StateInfo(path: "", title: "", clause: nil)], guards: guards,
            actions: actions, timers: [], ladders: [])
        let places = Dictionary(uniqueKeysWithValues: all.enumerated().map { ($0.element.chartID, $0.offset) })
        for index in 1..<chart.stateCount {
            let state = StateIndex(rawValue: Int32(index))
            guard let place = places[chart.id(of: state)] else { continue }
            let draft = all[place]
            let path = draft.path
            let firstTimer = built.timers.count
            for (timer, owner) in timers where owner == path {
                built.timers.append(
                    Timer(
                        state: state, moment: timer.moment, key: chart.key(for: timer.eventName),
                        eventName: timer.eventName, clause: timer.clause))
            }
            let firstLadder = built.ladders.count
            for (date, ladder) in drafts[place] {
                built.ladders.append(Ladder(state: state, date: date, rungs: ladder.rungs, clause: ladder.clause))
            }
            built.states.append(
                StateInfo(
                    path: path, title: draft.title, clause: draft.clause,
                    neededParameters: needs[path]?.parameters ?? [], neededParties: needs[path]?.parties ?? [],
                    timers: firstTimer..<built.timers.count, ladders: firstLadder..<built.ladders.count))
        }
        return built
    }

    // MARK: States

    private mutating func describe(_ draft: StateDraft, needs: [String: Needs]) -> StateDescription {
        let entry =
            draft.entry.map { [block("\(draft.path) entry", of: draft.loader, list($0), clause: draft.clause)] } ?? []
        let exit =
            draft.exit.map { [block("\(draft.path) exit", of: draft.loader, list($0), clause: draft.clause)] } ?? []
        var transitions: [TransitionDescription] = []
        for (number, transition) in draft.transitions.enumerated() {
            transitions.append(describe(transition, number: number, of: draft, needs: needs))
        }
        return StateDescription(
            id: draft.chartID, kind: draft.kind, initial: initial(of: draft), entry: entry, exit: exit,
            transitions: transitions, children: draft.children.map { describe($0, needs: needs) })
    }

    /// A compound state without `initial` begins in its first child, as in SCXML.
    private mutating func initial(of draft: StateDraft) -> InitialDescription? {
        if let given = draft.initial {
            let actions = given.actions.map {
                [block("\(draft.path) initial", of: given.loader, list($0), clause: draft.clause)]
            }
            return InitialDescription(
                targets: given.targets.compactMap {
                    given.loader.states.target($0.text, at: $0.span, from: draft)?.chartID
                },
                actions: actions ?? [])
        }
        guard draft.kind == .compound, let first = draft.children.first(where: { !$0.kind.isHistory }) else {
            return nil
        }
        return InitialDescription(targets: [first.chartID], actions: [])
    }

    private mutating func topInitial() -> InitialDescription {
        guard let given = reader.initial else {
            return InitialDescription(targets: reader.top.first.map { [$0.chartID] } ?? [], actions: [])
        }
        let actions = given.actions.map { [block("initial", of: loader, list($0), clause: nil)] }
        return InitialDescription(
            targets: given.targets.compactMap { reader.target($0.text, at: $0.span, from: nil)?.chartID },
            actions: actions ?? [])
    }

    // MARK: Transitions

    private mutating func describe(
        _ draft: TransitionDraft, number: Int, of state: StateDraft, needs: [String: Needs]
    ) -> TransitionDescription {
        let loader = draft.loader
        let targets = draft.targets.compactMap { loader.states.target($0.text, at: $0.span, from: draft.place) }
        var events: [String] = []
        var scope = loader.scope
        var declaration: EventDeclaration?
        switch draft.trigger {
        case .always: break
        case .done: events = ["done.state.\(state.chartID)"]
        case .events(let names):
            events = names.map { descriptor($0, at: draft.span, from: draft.place) }
            // Without a sound name it must not become a transition that waits for nothing.
            if events.isEmpty { events = [Timer.eventPrefix] }
            let declared = Set(names.flatMap { eventIndex.matching(loader.descriptor($0)) }).map { loader.events[$0] }
            if declared.count == 1, !names.contains(where: { $0 == "*" || loader.isOwnEvent($0) }),
                !loader.brokenEvents.contains(declared[0].name)
            {
                declaration = declared[0]
                scope = scope.handling(declared[0].type)
            } else if names.count == 1, let over = loader.overEvent(names[0]) {
                declaration = over
                scope = scope.handling(over.type)
            }
        case .date(let index): events = [timer(.date(index), draft, of: state)]
        case .period(let period): events = [timer(.period(period), draft, of: state)]
        }
        var actions: [ActionID] = []
        if let reader = draft.reader, draft.hasActions {
            actions = [
                block(
                    "\(state.path) transition \(number + 1)", of: loader, list(reader["do"]), shorthand: reader,
                    scope: scope, event: declaration, clause: draft.clause ?? state.clause)
            ]
        }
        return TransitionDescription(
            events: events, guardID: condition(draft, from: state, to: targets, scope: scope, needs: needs),
            targets: targets.map(\.chartID), isInternal: draft.isInternal, actions: actions)
    }

    /// `done.state.NAME` waits for the state the name means here.
    private func descriptor(_ name: String, at span: SourceSpan, from state: StateDraft) -> String {
        let prefix = "done.state."
        guard name.hasPrefix(prefix), !name.hasSuffix("*") else { return state.loader.descriptor(name) }
        let target = state.loader.states.target(String(name.dropFirst(prefix.count)), at: span, from: state)
        return target.map { prefix + $0.chartID } ?? name
    }

    private mutating func timer(_ moment: Timer.Moment, _ draft: TransitionDraft, of state: StateDraft) -> String {
        // Several transitions of one state on the same moment are one due, tried in order like those of an event.
        if let known = timers.first(where: { $0.state == state.path && $0.timer.moment == moment }) {
            return known.timer.eventName
        }
        let name = "\(Timer.eventPrefix)\(timers.count)"
        timers.append((TimerDraft(moment: moment, eventName: name, clause: draft.clause), state.path))
        return name
    }

    private mutating func condition(
        _ draft: TransitionDraft, from source: StateDraft, to targets: [StateDraft], scope: Scope,
        needs: [String: Needs]
    ) -> GuardID? {
        let loader = draft.loader
        let condition = draft.reader?["when"].flatMap { node in
            let condition = loader.expression(node, in: scope, expecting: .bool)
            // What is false whatever the names stand for is false for ever.
            if case .bool(false) = try? condition?.expression.evaluate(slots: { _ in nil }) {
                loader.report.warning(
                    "always-false", "this never holds, so the transition is never taken", at: node.span)
            }
            if case .always = draft.trigger, let condition,
                loader.variables(of: condition).contains(where: { [.now, .today].contains($0) })
            {
                loader.report.warning(
                    "untimed-guard",
                    "time passing does not try this again, only what happens does; to wait for a moment, "
                        + "use 'at' or 'after'", at: node.span)
            }
            return condition
        }
        var needed = Needs()
        for state in entered(by: targets, from: source) {
            guard let more = needs[state.path] else { continue }
            needed.parameters += more.parameters.filter { !needed.parameters.contains($0) }
            needed.parties += more.parties.filter { !needed.parties.contains($0) }
        }
        guard condition != nil || !needed.parameters.isEmpty || !needed.parties.isEmpty else { return nil }
        guards.append(
            Guard(
                condition: condition, neededParameters: needed.parameters, neededParties: needed.parties,
                title: draft.reader?.text("title"), clause: draft.clause ?? source.clause))
        return GuardID(rawValue: Int32(guards.count - 1))
    }

    /// The states a transition is sure to enter: its targets, what encloses them and not the source, and where they
    /// begin.
    private func entered(by targets: [StateDraft], from source: StateDraft) -> [StateDraft] {
        let around = source.ancestry
        var result: [StateDraft] = []
        func begin(_ state: StateDraft) {
            result.append(state)
            switch state.kind {
            case .parallel: state.children.forEach(begin)
            case .compound:
                let first = state.children.first { !$0.kind.isHistory }.map { [$0] } ?? []
                let given = state.initial.map { initial in
                    initial.targets.compactMap { initial.loader.states.find($0.text, from: state) }
                }
                // A state that begins in itself is reported elsewhere.
                (given ?? first).filter { child in !result.contains { $0 === child } }.forEach(begin)
            default: break
            }
        }
        for target in targets {
            begin(target)
            result += target.ancestry.dropFirst().filter { state in !around.contains { $0 === state } }
        }
        return result
    }

    // MARK: Needs

    struct Needs {
        var parameters: [Int] = []
        var parties: [PartyIndex] = []
    }

    private func neededStates() -> [String: Needs] {
        var needs: [String: Needs] = [:]
        for need in loader.needs {
            guard let state = reader.target(need.state, at: need.span, from: nil) else { continue }
            switch need.subject {
            case .parameter(let index): needs[state.path, default: Needs()].parameters.append(index)
            case .party(let index): needs[state.path, default: Needs()].parties.append(index)
            }
        }
        return needs
    }

    // MARK: Events

    /// An event that transitions wait for and nothing declares may be reported all the same; it carries nothing.
    private mutating func declareUsedEvents(of part: WorkflowLoader) {
        let declared = part.eventNames
        for (name, span) in part.states.usedEvents.inOrder {
            let event = part.descriptor(name)
            let isInternal = name.hasSuffix("*") || part.isOwnEvent(name) || part.states.raisedEvents.contains(name)
            guard !isInternal, !part.isBroken(name), eventIndex.matching(event).isEmpty else { continue }
            if let near = part.report.guess(name, among: declared) {
                part.report.warning(
                    "undeclared-event", "event '\(name)' is not declared under 'events'", at: span, guess: near)
            }
            part.names.events[name] = event
            part.events.append(EventDeclaration(name: event, title: event, fields: [], clause: nil))
            eventIndex.add(event)
        }
    }

    /// Marks events of blocks that the blocks raise themselves: nobody else is to report them.
    private func markRaisedEvents() {
        let raised = loader.tables.parts.filter { $0.use != nil }.flatMap { part in
            part.states.raisedEvents.inOrder.compactMap { name, _ in
                part.names.events[name] == part.prefix + name ? part.prefix + name : nil
            }
        }
        let names = Set(raised)
        for index in loader.events.indices where names.contains(loader.events[index].name) {
            loader.events[index].isRaisedByBlock = true
        }
    }

    // MARK: Blocks and ladders

    private mutating func block(
        _ name: String, of loader: WorkflowLoader, _ nodes: [YAMLNode], shorthand: MappingReader? = nil,
        scope: Scope? = nil, event: EventDeclaration? = nil, clause: Clause?
    ) -> ActionID {
        blocks.append(
            BlockDraft(
                name: name, loader: loader, nodes: nodes, shorthand: shorthand, scope: scope ?? loader.scope,
                event: event, clause: clause))
        return ActionID(rawValue: Int32(blocks.count - 1))
    }

    /// The ladders of a state: those it asks for, and the default one for every other deadline it waits for.
    private func ladderDrafts(_ draft: StateDraft) -> [(date: Int, draft: LadderDraft)] {
        if draft.remind?.text == "none" { return [] }
        let loader = draft.loader
        let report = loader.report
        var ladders: [(date: Int, draft: LadderDraft)] = []
        for node in list(draft.remind) {
            guard let reader = MappingReader(node, .ladder, report), let of = reader["of"], let name = reader.text("of")
            else { continue }
            guard let date = loader.date(named: name) else {
                if !loader.isBroken(name) { report.unknown("date", name, at: of.span, among: loader.dateNames) }
                continue
            }
            loader.used.insert(.date(date))
            let recipients = reader["to"].map { loader.parties($0) } ?? loader.defaultLadder?.rungs.first?.recipients
            if recipients == nil {
                report.error(
                    "missing-key", "'remind' needs 'to': 'reminders' names nobody", at: node.span.firstCharacter)
            }
            ladders.append((date, loader.ladder(reader, to: recipients ?? [])))
            if let node = reader["on-opening"], loader.dates[date].source.isSingleDay {
                report.warning("no-effect", "date '\(name)' is a single day, so it does not open", at: node.span)
            }
            if let node = reader["on-the-day"], loader.dates[date].kind == .earliest,
                draft.transitions.contains(where: { $0.leavesAlways(at: date) })
            {
                report.warning(
                    "no-effect", "the state is left as the day of '\(name)' begins, before anybody is reminded",
                    at: node.span)
            }
        }

        guard let standard = loader.defaultLadder else { return ladders }
        for transition in draft.transitions {
            guard case .date(let date) = transition.trigger, !ladders.contains(where: { $0.date == date }) else {
                continue
            }
            ladders.append((date, standard))
        }
        return ladders
    }
}
