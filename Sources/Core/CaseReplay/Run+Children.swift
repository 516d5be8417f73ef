import CivilTime
import Expressions
import StatechartKernel
import WorkflowModel

// How a tree of cases goes through time. All of it stands at one position. At one position the case takes its own dues
// first, then each child its own, kinds in the order of the file and children in the order of their opening. What a
// child says is heard by the case around it before anything else happens; what has changed by then is passed on to
// children last.

/// What a child has said to the case around it.
struct Told {
    var name: String
    var payload: Value
    /// True for `KIND.over`, which Jalon says by itself.
    var isOver = false
}

extension Run {
    /// More children in one case are a loop, or several contracts.
    static let mostChildren = 10_000

    // MARK: Opening

    /// Opens a child. One that cannot be opened is a failure of the action, and told.
    mutating func open(_ index: Int) throws(HostFailure) {
        let opening = workflow.openings[index]
        let kind = workflow.kinds[opening.kind]
        guard case .string(let key) = try compute(opening.key) else {
            throw HostFailure("'\(opening.key.expression.source)' is no text")
        }
        if let reason = refusal(key, of: opening.kind) {
            throw HostFailure(reason, told: .refused(reason, isKey: ChildPath.isKey(key)))
        }
        let title = try opening.title.map { title throws(HostFailure) in try words(title) } ?? "\(kind.title) \(key)"
        var start = Start(shiftDays: current.shiftDays)
        for binding in opening.bindings {
            // What the case around does not know yet, the child learns when it does.
            let value = binding.isLive ? try? evaluate(binding.value) : try compute(binding.value)
            if let value { start.parameters.append(ParameterValue(parameter: binding.parameter, value: value)) }
        }
        var bindings = current.addresses.enumerated().compactMap { party, address in
            address.map { PartyBinding(party: party, address: $0) }
        }
        for given in opening.addresses {
            guard case .string(let address) = try compute(given.value), !address.isEmpty else {
                throw HostFailure("'\(given.value.expression.source)' is no address")
            }
            bindings.append(PartyBinding(party: given.party, address: address))
        }
        start.parties = bindings
        if current.bound[index] == nil { current.bound[index] = liveValues(of: opening) }
        let run = Run(kind.workflow, start: start, at: current.position, moment: moment)
        let child = Child(key: key, title: title, opening: index, current: run.current, of: kind)
        current.children[opening.kind].append(child)
        take(over: run, from: child, of: opening.kind, wasOver: false)
    }

    /// Why no child of a kind can be opened under a key, in the contract's language; `nil` where one can.
    private func refusal(_ key: String, of kind: Int) -> String? {
        let french = workflow.language == .french
        let title = workflow.kinds[kind].title
        if !ChildPath.isKey(key) {
            return french
                ? "\(title) non ouvert : « \(key) » n'est pas une clé (1 à \(ChildPath.longestKey) caractères, sans « / », ni "
                    + "espace au début ou à la fin)"
                : "\(title) not opened: '\(key)' is no key (1 to \(ChildPath.longestKey) characters, without '/', and no "
                    + "space at either end)"
        }
        if let known = current.children[kind].first(where: { $0.key == key }) {
            return french
                ? "\(title) « \(key) » non ouvert : « \(known.title) » a déjà cette clé"
                : "\(title) '\(key)' not opened: '\(known.title)' has this key already"
        }
        guard current.children.reduce(0, { $0 + $1.count }) < Self.mostChildren else {
            return french
                ? "\(title) « \(key) » non ouvert : il y en a déjà \(Self.mostChildren)"
                : "\(title) '\(key)' not opened: there are \(Self.mostChildren) already"
        }
        return nil
    }

    // MARK: Steps of children

    /// Takes what is due in each child at the position under way; where the case has ended there, only what stretches that
    /// end with it came to.
    mutating func takeDuesOfChildren() {
        guard !workflow.kinds.isEmpty else { return }
        let position = current.position
        let due = current.children.enumerated().flatMap { kind, children in
            children.indices.filter { children[$0].isDue(by: position) }.map { (kind: kind, place: $0) }
        }
        for (kind, place) in due {
            guard current.fault == nil else { return }
            // What came before may have moved or undone it.
            guard current.children[kind][place].isDue(by: position) else { continue }
            inChild(kind, place) { ((), due: $0.advance(to: position)) }
            settle()
        }
    }

    /// Lets a fact happen to a child.
    mutating func record(_ entry: JournalEntry, in step: ChildPath.Step) -> Reception {
        let kind = workflow.kinds.firstIndex { $0.name == step.kind }
        guard !current.isOver, current.fault == nil, let kind,
            let place = current.children[kind].firstIndex(where: { $0.key == step.key })
        else {
            noteIgnored(entry)
            return .ignored
        }
        var inner = entry
        inner.child.steps.removeFirst()
        return inChild(kind, place) { [inner] in ($0.record(inner), due: nil) }
    }

    /// Notes a fact of a child that is not there, or that ended with the case around it.
    private mutating func noteIgnored(_ entry: JournalEntry) {
        let (name, payload): (String, Value)
        switch entry.fact {
        case .event(let event, let carried): (name, payload) = (event, carried)
        case .parameters: (name, payload) = (Fact.parametersEvent, .null)
        case .parties: (name, payload) = (Fact.partiesEvent, .null)
        case .started, .decided, .corrected, .amended: return
        }
        guard let title = try? workflow.child(at: entry.child, of: current).title else {
            note(.event(name: entry.child.name(name), payload: payload, isHandled: false))
            return
        }
        note(.event(name: name, payload: payload, isHandled: false))
        occurrences[occurrences.count - 1].child = ChildReference(path: entry.child, title: title)
    }

    /// Takes a step with a child at the position under way.
    ///
    /// - Parameter step: What comes of it, and when the child is due next where the step knows.
    @discardableResult
    private mutating func inChild<Result>(
        _ kind: Int, _ place: Int, _ step: (inout Run) -> (Result, due: Position??)
    ) -> Result {
        let child = current.children[kind][place]
        var run = Run(workflow.kinds[kind].workflow, resuming: child.current)
        // A due of this very position still lies ahead: the child's turn comes after this step.
        run.current.position = child.isDue(by: current.position) ? current.position.predecessor : current.position
        run.moment = moment
        run.isClosed = current.isOver || isClosed
        let (result, due) = step(&run)
        let changed = Child(
            key: child.key, title: child.title, opening: child.opening, current: run.current, of: workflow.kinds[kind],
            nextDue: due)
        current.children[kind][place] = changed
        take(over: run, from: changed, of: kind, wasOver: child.current.isOver, before: child.row)
        return result
    }

    /// Takes over what a step of a child came to.
    private mutating func take(over run: Run, from child: Child, of kind: Int, wasOver: Bool, before row: Value? = nil)
    {
        let name = workflow.kinds[kind].name
        let step = ChildPath.Step(kind: name, key: child.key)
        for occurrence in run.occurrences { occurrences.append(occurrence.within(step, title: child.title)) }
        for said in run.told { inbox.append(said.with(key: child.key, in: workflow)) }
        if child.current.isOver, !wasOver, case .map(let fields) = child.row {
            let kept = fields.entries.filter {
                ![.string("title"), .string("over"), .string("states")].contains($0.key)
            }
            inbox.append(
                Told(
                    name: CaseKind.overEvent(of: name), payload: .map(ValueMap(kept.map { ($0.key, $0.value) })),
                    isOver: true))
        }
        guard child.row != row else { return }
        childrenChanged = true
        if workflow.datesUse(.children(kind)) { resolveDates() }
    }

    // MARK: Between the case and its children

    /// Hears what a child said.
    mutating func hear(_ said: Told) {
        childrenChanged = false
        guard said.isOver else {
            _ = handle(name: said.name, payload: said.payload)
            return
        }
        _ = take(said.name)
        hear(said.name, payload: said.payload)
    }

    /// Tries eventless transitions again, because something about children has changed.
    mutating func lookAtChildren() {
        childrenChanged = false
        let configuration = current.configuration
        _ = macrostep { (chart, host) throws(MacrostepError) in try chart.settle(configuration, host: &host) }
    }

    /// Gives children the values that they follow, where those have changed.
    ///
    /// - Returns: False where there was nothing to give.
    mutating func passOnBindings() -> Bool {
        var changed: [Int: [(parameter: Int, value: Value?)]] = [:]
        for (index, opening) in workflow.openings.enumerated() {
            guard let known = current.bound[index], !known.isEmpty else { continue }
            let values = liveValues(of: opening)
            guard values != known else { continue }
            current.bound[index] = values
            let parameters = opening.bindings.filter(\.isLive).map(\.parameter)
            changed[index] = zip(parameters, values).map { (parameter: $0, value: $1) }
        }
        guard !changed.isEmpty else { return false }
        forEachRunningChild(where: { changed[$0.opening] != nil }) { child, run in
            run.bind(changed[child.opening] ?? [])
        }
        return true
    }

    /// Names the parties that children share.
    mutating func passOn(_ bindings: [PartyBinding]) {
        forEachRunningChild(where: { _ in true }) { _, run in
            run.name(bindings)
            run.settle()
        }
    }

    private mutating func forEachRunningChild(where isMeant: (Child) -> Bool, _ step: (Child, inout Run) -> Void) {
        for kind in workflow.kinds.indices {
            for place in current.children[kind].indices {
                let child = current.children[kind][place]
                guard !child.current.isOver, child.current.fault == nil, isMeant(child) else { continue }
                inChild(kind, place) { (step(child, &$0), due: nil) }
            }
        }
    }

    /// What the parameters that a child follows come to now, in the order of the bindings; `nil` while unknown.
    private func liveValues(of opening: Opening) -> [Value?] {
        opening.bindings.filter(\.isLive).map { try? evaluate($0.value) }
    }

    private mutating func bind(_ values: [(parameter: Int, value: Value?)]) {
        let changed = values.filter { current.parameters[$0.parameter] != $0.value }
        guard !changed.isEmpty else { return }
        give(changed)
        settle()
    }
}

extension Child {
    fileprivate func isDue(by position: Position) -> Bool { nextDue.map { $0 <= position } ?? false }
}

extension Told {
    /// With the key of the child that said it, where the case around has a place for it.
    fileprivate func with(key: String, in workflow: Workflow) -> Told {
        let declared = workflow.event(named: name)
        guard declared?.fields.contains(where: { $0.name == "key" }) ?? true, case .map(var fields) = payload else {
            return self
        }
        fields["key"] = .string(key)
        return Told(name: name, payload: .map(fields))
    }
}
