import CivilTime
import Expressions
import StatechartKernel
package import WorkflowModel

/// A child as a case that can be asked, or the case itself.
package struct ChildPlace: Sendable {
    package var workflow: Workflow
    package var current: Case
    /// Which child it is; empty for the case itself.
    package private(set) var path = ChildPath()
    /// What people call it; `nil` for the case itself.
    package private(set) var title: String?
    /// The case around it; none for the case itself.
    private(set) var around: [ChildPlace] = []
    /// What opened it, as an index of `Workflow.openings` of the case around.
    private(set) var opening: Int?

    /// The case itself.
    package init(workflow: Workflow, current: Case) {
        self.workflow = workflow
        self.current = current
    }

    /// Goes down to a child.
    ///
    /// - Parameter around: This case in a list, where one is made already.
    mutating func enter(_ child: Child, of kind: CaseKind, from around: [ChildPlace]? = nil) {
        // Nothing has happened to it since, and a case that is over ends its children.
        var inner = child.current
        inner.position = max(inner.position, current.position)
        inner.isOver = inner.isOver || current.isOver
        self.around = around ?? [self]
        opening = child.opening
        title = title.map { "\($0) › \(child.title)" } ?? child.title
        path.steps.append(.init(kind: kind.name, key: child.key))
        (workflow, current) = (kind.workflow, inner)
    }

    /// Its children, kinds in the order of the file and those of a kind in the order of their opening.
    package var children: [ChildPlace] {
        let around = [self]
        return zip(workflow.kinds, current.children).flatMap { kind, children in
            children.map { child in
                var place = self
                place.enter(child, of: kind, from: around)
                return place
            }
        }
    }

    /// Its children and theirs, each before its own.
    package var descendants: [ChildPlace] { children.flatMap { [$0] + $0.descendants } }

    /// One of its children; `nil` where there is none of that kind and key.
    package func child(_ step: ChildPath.Step) -> ChildPlace? {
        guard let index = workflow.kinds.firstIndex(where: { $0.name == step.kind }),
            let child = current.children[index].first(where: { $0.key == step.key })
        else { return nil }
        var place = self
        place.enter(child, of: workflow.kinds[index])
        return place
    }

    /// What its opening says of its parameters.
    private var bindings: [Opening.Binding] {
        guard let opening, let around = around.first else { return [] }
        return around.workflow.openings[opening].bindings
    }

    /// Its parameters that follow the case around, which alone may change them.
    package var followed: [Int] { bindings.filter(\.isLive).map(\.parameter) }

    /// The case that a party belongs to, and whose `parties.set` names it: this one or one around it.
    package func owner(of party: PartyIndex) -> ChildPath {
        guard party < workflow.sharedParties, let around = around.first else { return path }
        return around.owner(of: party)
    }

    // MARK: Questions

    /// How a date, a value, a parameter or an obligation that comes back came to be: as ``Workflow/explain(_:in:)``, and
    /// where it rests on something that the child follows, how that came to be in the case around.
    ///
    /// - Throws: ``QuestionError`` for a name that stands for nothing.
    package func explain(_ name: String) throws(QuestionError) -> [String] {
        let lines = try workflow.explain(name, in: current)
        let followed = followed
        return lines
            + workflow.parameters(behind: name).filter(followed.contains).flatMap { explanation(ofFollowed: $0) }
    }

    private func explanation(ofFollowed index: Int) -> [String] {
        guard let around = around.first, let binding = bindings.first(where: { $0.parameter == index }) else {
            return []
        }
        let parameter = workflow.parameters[index]
        let title = parameter.title ?? parameter.name
        let source = binding.value.expression.source
        let line =
            workflow.language == .french
            ? "  « \(title) » suit le dossier autour : \(source)" : "  '\(title)' follows the case around: \(source)"
        let names = binding.value.variables.compactMap { around.workflow.name(of: $0) }
        let told = names.flatMap { (try? around.explain($0)) ?? [] }
        return [workflow.language.typeset(line)] + told.map { "    " + $0 }
    }
}

extension Workflow {
    /// The parameters that a date, a value or an obligation that comes back rests on, each once.
    fileprivate func parameters(behind name: String) -> [Int] {
        var found: [Int] = []
        var seen: Set<VariableReference> = []
        func follow(_ anchor: DateAnchor?) {
            switch anchor {
            case .date(let index), .opening(let index): follow(.date(index))
            case .event, .entry, nil: break
            }
        }
        func follow(_ reference: VariableReference) {
            guard seen.insert(reference).inserted else { return }
            switch reference {
            case .parameter(let index): found.append(index)
            case .value(let index): values[index].expression.variables.forEach { follow($0) }
            case .date(let index):
                if case .expression(let expression) = dates[index].source {
                    expression.variables.forEach { follow($0) }
                }
                follow(dates[index].source.anchor)
            case .cadence(let index, _):
                follow(cadences[index].from)
                follow(cadences[index].until)
            case .data, .event, .now, .today, .active, .children: break
            }
        }
        if let index = date(named: name) {
            follow(.date(index))
        } else if let index = cadences.firstIndex(where: { $0.name == name }) {
            follow(.cadence(index, .held))
        } else if let reference = names.references[expressionName(name)] {
            follow(reference)
        }
        return found
    }

    /// What the file calls something that a case knows; `nil` for a word of the language.
    fileprivate func name(of reference: VariableReference) -> String? {
        switch reference {
        case .parameter(let index): parameters[index].name
        case .data(let index): data[index].name
        case .value(let index): values[index].name
        case .date(let index): dates[index].name
        case .cadence(let index, _): cadences[index].name
        case .event, .now, .today, .active, .children: nil
        }
    }
}
