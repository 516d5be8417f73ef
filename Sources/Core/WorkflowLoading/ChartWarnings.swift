import StatechartKernel
import WorkflowModel
import YAMLReader

extension ChartBuilder {
    /// Beyond this a chart is not examined: what that costs grows with the square of the chart.
    private static let mostComparisons = 2_000_000

    /// Warns of what the chart can never do.
    func warn(_ chart: Statechart) {
        guard chart.transitionCount * (chart.transitionCount + chart.stateCount) < Self.mostComparisons else { return }
        let drafts = Dictionary(uniqueKeysWithValues: all.map { ($0.chartID, $0) })
        func draft(_ state: StateIndex) -> StateDraft? { drafts[chart.id(of: state)] }
        let analysis = ChartAnalysis(chart)
        let unreachable = Set(analysis.unreachable)
        for state in analysis.unreachable {
            // What stands in an unreachable state goes without saying.
            if let parent = chart.parent(of: state), unreachable.contains(parent) { continue }
            guard let draft = draft(state) else { continue }
            draft.loader.report.warning(
                "unreachable-state", "no transition ever leads to state '\(draft.localPath)'", at: draft.span)
        }
        for state in analysis.deadEnds {
            guard let draft = draft(state) else { continue }
            draft.loader.report.warning(
                "dead-end",
                "nothing ever leads out of state '\(draft.localPath)': give it a transition, or 'type: final'",
                at: draft.span)
        }
        for state in analysis.stuckFinals {
            guard let draft = draft(state), let parent = draft.parent else { continue }
            if let use = draft.loader.use, use.draft === parent {
                use.user.report.warning(
                    "stuck-final",
                    "the block can end with '\(draft.name)', and nothing follows: give it 'done', or say under 'outcomes' "
                        + "where that leads", at: use.span)
                continue
            }
            draft.loader.report.warning(
                "stuck-final",
                "state '\(parent.localPath)' is done here, and nothing follows: give it 'done', or end the "
                    + "workflow", at: draft.span)
        }
        func written(_ index: TransitionIndex) -> TransitionDraft? {
            let source = chart.transition(index).source
            guard let place = chart.transitions(of: source).firstIndex(where: { $0.index == index }) else { return nil }
            return draft(source)?.transitions[place]
        }
        for shadowed in analysis.shadowed {
            guard let loser = written(shadowed.transition), let winner = written(shadowed.winner) else { continue }
            let line = (winner.targets.first?.span ?? winner.span).start.line
            loser.loader.report.warning(
                "shadowed-transition", "never taken: the transition at line \(line) always comes first",
                at: loser.targets.first?.span ?? loser.span)
        }
        for draft in all {
            for transition in draft.transitions {
                guard case .done = transition.trigger, !canBeDone(draft) else { continue }
                let reason =
                    draft.children.isEmpty
                    ? "has no states in it"
                    : draft.kind == .parallel
                        ? "has a region without a final state" : "has no final state in it"
                transition.loader.report.warning(
                    "never-done", "state '\(draft.localPath)' is never done: it \(reason)", at: transition.span)
            }
        }
    }

    private func canBeDone(_ draft: StateDraft) -> Bool {
        switch draft.kind {
        case .compound: draft.children.contains { $0.kind == .final }
        case .parallel: draft.children.allSatisfy { $0.kind.isHistory || canBeDone($0) }
        default: false
        }
    }
}

extension WorkflowLoader {
    /// Warns of names that are declared and used nowhere, and of events that nothing waits for.
    func warnOfUnusedNames() {
        let heard = DescriptorSet(
            tables.parts.flatMap { part in part.states.usedEvents.inOrder.map { part.descriptor($0.name) } })
        for declared in declared where !isUsed(declared.subject, heard) {
            report.warning("unused-name", "\(declared.kind) '\(declared.name)' is not used anywhere", at: declared.span)
        }
        let waitedFor = states.usedEvents.inOrder.map(\.name)
        for (name, span) in states.raisedEvents.inOrder where !heard.hears(descriptor(name)) {
            // What a block says to those who use it they may be deaf to.
            if use != nil, names.events[name] != nil { continue }
            report.warning(
                "unheard-event", "no state waits for event '\(name)'", at: span,
                guess: report.guess(name, among: waitedFor))
        }
        for (name, span) in anchorPlaces
        where !heard.hears(descriptor(name)) && !states.raisedEvents.contains(name)
            && !name.hasPrefix(Cadence.eventPrefix) && overEvent(name) == nil
        {
            report.warning(
                "unheard-event", "no state waits for event '\(name)', so the date never counts from it", at: span,
                guess: report.guess(name, among: waitedFor))
        }
    }

    private func isUsed(_ subject: Declared.Subject, _ heard: DescriptorSet) -> Bool {
        switch subject {
        // What follows from a contract may be there to be read only, and so may all that a block knows.
        case .variable(.value): true
        case .variable where use != nil: true
        case .variable(.parameter(let index)):
            used.contains(.parameter(index)) || needs.contains { $0.subject == .parameter(index) }
        case .variable(let variable): used.contains(variable)
        case .party(let index): usedParties.contains(index)
        case .event(let name):
            heard.hears(descriptor(name)) || anchorPlaces.contains { $0.event == name }
                || boundEvents.contains(descriptor(name)) || (use != nil && states.raisedEvents.contains(name))
        case .blockParameter(let name): isParameterUsed(name, heard)
        }
    }

    private func isParameterUsed(_ name: String, _ heard: DescriptorSet) -> Bool {
        let word = expressionName(name)
        if usedNames.contains(name) || usedNames.contains(word) || states.raisedEvents.contains(name) { return true }
        if let event = names.events[name] { return heard.hears(event) || anchorPlaces.contains { $0.event == name } }
        if let reference = scope.references[word], used.contains(reference) { return true }
        // A committee's figures and periods.
        return scope.references.contains { $0.key.hasPrefix(word + ".") && used.contains($0.value) }
            || usedNames.contains { $0.hasPrefix(name + ".") }
    }
}
