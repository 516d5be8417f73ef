package import CivilTime
import Expressions
import StatechartKernel
package import WorkflowModel

/// A child case: a case of its own inside the case that opened it.
///
/// Immutable and shared, so that a step on one child costs nothing on the others; what is computed from ``current`` is
/// kept beside it for the same reason, and is no part of what a child is.
package final class Child: Sendable {
    /// Tells it from the others of its kind.
    package let key: String
    /// What people call it.
    package let title: String
    /// What opened it, as an index of `Workflow.openings` of the case around.
    let opening: Int
    /// Where it stands. Its position is the one at which it was last touched: nothing has happened to it since.
    package let current: Case

    /// When it is due next; `nil` for never.
    package let nextDue: Position?
    /// What expressions of the case around see of it, in `cases.KIND`.
    let row: Value
    /// The earliest limit of its dates, and those of its children, that lies after its position or is still waited for.
    let nextLimit: Position?
    /// When the last of its dates, and of those of its children, is over.
    let lastLimit: Timestamp?
    /// ``current`` as bytes.
    let bytes: [UInt8]

    /// - Parameters:
    ///   - nextDue: When it is due next, where that is known.
    ///   - bytes: The case as bytes, where they are known.
    init(
        key: String, title: String, opening: Int, current: Case, of kind: CaseKind, nextDue: Position?? = nil,
        bytes: [UInt8]? = nil
    ) {
        self.key = key
        self.title = title
        self.opening = opening
        self.current = current
        self.nextDue = nextDue ?? kind.workflow.nextDue(current)
        row = kind.row(key: key, title: title, current)
        let awaited = kind.workflow.awaitedDates(current)
        var limits = current.dates.enumerated().compactMap { index, date in
            date.map(\.limit).flatMap { $0 > current.position || awaited.contains(index) ? $0 : nil }
        }
        limits += current.children.joined().compactMap(\.nextLimit)
        nextLimit = limits.min()
        lastLimit = current.lastLimit
        self.bytes = bytes ?? current.bytes
    }
}

extension Case {
    /// When the last of its dates, and of those of its children, is over; `nil` where none is known.
    package var lastLimit: Timestamp? {
        var last: Timestamp?
        for limit in dates.lazy.compactMap({ $0?.limit.instant }) { last = max(last ?? limit, limit) }
        for limit in children.joined().lazy.compactMap(\.lastLimit) { last = max(last ?? limit, limit) }
        return last
    }
}

extension Child: Equatable {
    package static func == (one: Child, other: Child) -> Bool {
        one === other
            || one.key == other.key && one.title == other.title && one.opening == other.opening
                && one.current == other.current
    }
}

extension CaseKind {
    /// The row of a child in `cases.KIND`. A result that cannot be computed yet is left out.
    fileprivate func row(key: String, title: String, _ current: Case) -> Value {
        let leaves = current.configuration.active.filter { workflow.chart.children(of: $0).isEmpty }
        let paths = leaves.map { Value.string(workflow.states[Int($0.rawValue)].path) }
        var entries: [(Value, Value)] = [
            (.string("key"), .string(key)), (.string("title"), .string(title)),
            (.string("over"), .bool(current.isOver)),
            (.string("outcome"), .string(outcome(of: current))), (.string("states"), .list(paths)),
        ]
        let run = Run(workflow, resuming: current)
        for field in result {
            guard let value = try? run.evaluate(field.expression) else { continue }
            entries.append((.string(field.name), value))
        }
        return .map(ValueMap(entries))
    }

    /// The final state that a child ended in; empty while it runs.
    func outcome(of current: Case) -> String {
        guard current.isOver else { return "" }
        let end = current.configuration.active.first { state in
            workflow.chart.parent(of: state)?.rawValue == 0 && workflow.chart.children(of: state).isEmpty
                && workflow.chart.kind(of: state) == .final
        }
        return end.map { workflow.states[Int($0.rawValue)].path } ?? ""
    }
}

extension Workflow {
    /// The workflow of the children that a path leads to; `nil` where it names a kind that there is not.
    package func definition(at path: ChildPath) -> Workflow? {
        var workflow = self
        for step in path.steps {
            guard let kind = workflow.kinds.first(where: { $0.name == step.kind }) else { return nil }
            workflow = kind.workflow
        }
        return workflow
    }

    /// A child of a case as a case that can be asked: at the same position, and over where a case around it is.
    ///
    /// - Throws: ``QuestionError`` where the path leads to no child.
    package func child(
        at path: ChildPath, of current: Case
    ) throws(QuestionError) -> ChildPlace {
        var place = ChildPlace(workflow: self, current: current)
        for step in path.steps {
            guard let index = place.workflow.kinds.firstIndex(where: { $0.name == step.kind }) else {
                let names = place.workflow.kinds.map(\.name).joined(separator: ", ")
                throw QuestionError(
                    message: "there is no kind of case '\(step.kind)': "
                        + (names.isEmpty ? "the workflow has none" : "the workflow has \(names)"))
            }
            let children = place.current.children[index]
            guard let child = children.first(where: { $0.key == step.key }) else {
                let keys = children.prefix(12).map(\.key).joined(separator: ", ")
                throw QuestionError(
                    message: "there is no \(step.kind) '\(step.key)': "
                        + (keys.isEmpty
                            ? "none has been opened" : "there are \(keys)\(children.count > 12 ? ", …" : "")"))
            }
            place.enter(child, of: place.workflow.kinds[index])
        }
        return place
    }
}
