import CaseReplay
import CivilTime
import StatechartKernel
import WorkflowModel

/// A case or a child of one that somebody asks about, as `CASE` or `CASE/KIND/KEY`.
struct Subject {
    var stored: StoredCase
    /// The whole case, and the workflow it is a case of.
    var whole: Case
    var root: Workflow
    /// The case itself, or the child.
    var place: ChildPlace

    var path: ChildPath { place.path }
    var current: Case { place.current }
    var workflow: Workflow { place.workflow }
    /// What people call the child; `nil` for the case itself.
    var title: String? { place.title }
    /// What it is asked for by.
    var id: String { path.isEmpty ? stored.id : "\(stored.id)/\(path)" }
}

/// A case or a child that is told something: what it follows and shares only the case around it can change.
struct SpokenTo {
    var workflow: Workflow
    private var followed: [Int] = []

    init(_ place: ChildPlace) {
        workflow = place.workflow
        followed = place.followed
    }

    /// A child that is not there.
    init(absent workflow: Workflow) { self.workflow = workflow }

    func parameterValue(_ given: PlainValue.Member) throws(TypeProblem) -> ParameterValue {
        let value = try workflow.parameterValue(given)
        guard !followed.contains(value.parameter) else {
            throw TypeProblem(
                path: workflow.parameters[value.parameter].name,
                message: "it follows the case around, so it changes there")
        }
        return value
    }

    func partyBinding(_ given: PlainValue.Member) throws(TypeProblem) -> PartyBinding {
        let binding = try workflow.partyBinding(given)
        guard binding.party >= workflow.sharedParties else {
            throw TypeProblem(
                path: workflow.parties[binding.party].name,
                message: "it is a party of the whole case: send parties.set to the case itself")
        }
        return binding
    }
}

extension EngineCore {
    /// What a path leads to, whether or not there is such a child now.
    func place(of path: ChildPath, _ current: Case, _ workflow: Workflow) -> SpokenTo {
        if let place = try? workflow.child(at: path, of: current) { return SpokenTo(place) }
        return SpokenTo(absent: workflow.definition(at: path) ?? workflow)
    }

    /// Splits `CASE/KIND/KEY` into the case's id, which has no slash, and the path of the child.
    static func split(_ id: String) throws(EngineError) -> (caseID: String, path: ChildPath) {
        guard let slash = id.firstIndex(of: "/") else { return (id, ChildPath()) }
        let rest = String(id[id.index(after: slash)...])
        guard let path = ChildPath(rest) else {
            throw EngineError(
                .badRequest, "'\(rest)' names no child of a case",
                hint: "write CASE/KIND/KEY; jalonctl show \(id[..<slash]) lists the children")
        }
        return (String(id[..<slash]), path)
    }

    /// A case or a child, now or at an instant as people write it.
    func subject(_ id: String, at text: String? = nil) throws(EngineError) -> Subject {
        let (caseID, path) = try Self.split(id)
        let (stored, current, workflow) = try standing(caseID, at: text)
        let place = try child(at: path, of: current, workflow, caseID: caseID)
        return Subject(stored: stored, whole: current, root: workflow, place: place)
    }

    /// The same of a name that may begin with the path of a child, as `order/BC-7/due`; and the name without it.
    func subject(_ id: String, named name: String) throws(EngineError) -> (asked: Subject, name: String) {
        guard let (path, own) = ChildPath.split(name) else {
            throw EngineError(
                .badRequest, "'\(name)' is no name", hint: "what a child has is named KIND/KEY/NAME")
        }
        return (try subject(path.isEmpty ? id : "\(id)/\(path)"), own)
    }

    /// A child of a case.
    ///
    /// - Throws: `case-not-found` where there is none.
    func child(
        at path: ChildPath, of current: Case, _ workflow: Workflow, caseID: String
    ) throws(EngineError) -> ChildPlace {
        do throws(QuestionError) {
            return try workflow.child(at: path, of: current)
        } catch {
            throw EngineError(
                .caseNotFound, "case '\(caseID)': \(error.message)", hint: "jalonctl show \(caseID) lists its children")
        }
    }

    /// The children of a case as rows; where there are more than are shown, those that run first.
    func childViews(_ subject: Subject) -> [ChildView] {
        let all = zip(subject.workflow.kinds, subject.current.children).flatMap { kind, children in
            children.map { (kind: kind, child: $0) }
        }
        let shown =
            all.count <= EngineSettings.shownChildren
            ? all : all.filter { !$0.child.current.isOver } + all.filter(\.child.current.isOver)
        return shown.prefix(EngineSettings.shownChildren).map { kind, child in
            let path = ChildPath(steps: subject.path.steps + [.init(kind: kind.name, key: child.key)])
            var current = child.current
            // A child stands where the case around it stands.
            if let place = try? subject.workflow.child(
                at: ChildPath(steps: [.init(kind: kind.name, key: child.key)]), of: subject.current)
            {
                current = place.current
            }
            let next = kind.workflow.agenda(current, limit: 1, asOf: subject.current.position.instant).first
            return ChildView(
                path: "\(path)", kind: kind.title, key: child.key, title: child.title, status: current.status.rawValue,
                fault: current.fault, states: innermost(current, of: kind.workflow).map(\.title),
                next: next.map { "\($0.title)\(kind.workflow.language == .french ? "\u{A0}:" : ":") \($0.words)" },
                nextAt: next.map { $0.instant.rfc3339(in: kind.workflow.zone) })
        }
    }

    /// The events that a case and its running children wait for now, children's with their paths.
    func acceptedViews(of subject: Subject) -> [AcceptedView] {
        var views = acceptedViews(subject.current, of: subject.workflow, in: nil)
        for (kind, children) in zip(subject.workflow.kinds, subject.current.children) {
            for child in children where !subject.current.isOver && !child.current.isOver {
                guard views.count < EngineSettings.shownEvents else { return views }
                let path = ChildPath(steps: [.init(kind: kind.name, key: child.key)])
                guard let place = try? subject.workflow.child(at: path, of: subject.current) else { continue }
                views += acceptedViews(
                    place.current, of: kind.workflow, in: ChildReference(path: path, title: child.title))
            }
        }
        return views
    }
}

extension EngineCore.Watcher {
    /// Whether an occurrence of a case is watched: of the case itself or of any, or of the child that is watched.
    func sees(_ occurrence: Occurrence, of id: String) -> Bool {
        guard let caseID else { return true }
        if caseID == id { return true }
        guard let child = occurrence.child else { return false }
        let place = "\(id)/\(child.path)"
        return place == caseID || place.hasPrefix(caseID + "/")
    }
}
