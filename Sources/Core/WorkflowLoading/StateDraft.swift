import CivilTime
import StatechartKernel
import WorkflowModel
import YAMLReader

/// A state as it stands in the file: names are still text.
final class StateDraft {
    let name: String
    /// Names from the top, joined by dots.
    let path: String
    let span: SourceSpan
    unowned let parent: StateDraft?
    /// Of the file in which the state stands, with the names that can be written there.
    unowned let loader: WorkflowLoader
    var title: String
    var clause: Clause?
    var kind = StateKind.atomic
    var children: [StateDraft] = []
    var transitions: [TransitionDraft] = []
    var initial: InitialDraft?
    var entry: YAMLNode?
    var exit: YAMLNode?
    var remind: YAMLNode?

    init(name: String, path: String, span: SourceSpan, parent: StateDraft?, loader: WorkflowLoader) {
        self.name = name
        self.path = path
        self.span = span
        self.parent = parent
        self.loader = loader
        title = name
        chartID = String(path.map { $0 == "." ? "/" : $0 })
    }

    /// What the chart calls the state: its path without dots, so that the end of a state is not taken for the end of
    /// those around it (`done.state.a` would match `done.state.a.b`).
    let chartID: String
    /// Names in it that could not be resolved are reported; what the chart lacks because of them is not.
    var isTainted = false

    /// The path as it is known in the state's own file: within a block, from the block on.
    var localPath: String {
        guard let around = loader.use?.draft else { return path }
        return String(path.dropFirst(around.path.count + 1))
    }

    /// This state and those it stands in, inside out.
    var ancestry: [StateDraft] { [self] + (parent?.ancestry ?? []) }
}

struct InitialDraft {
    var targets: [(text: String, span: SourceSpan)]
    var actions: YAMLNode?
    unowned var loader: WorkflowLoader
}

struct TransitionDraft {
    enum Trigger {
        case events([String])
        /// The state's own end (`done`).
        case done
        case always
        /// A named date (`at`).
        case date(Int)
        /// A period after entry (`after`).
        case period(Period)
    }

    var trigger: Trigger
    var span: SourceSpan
    var targets: [(text: String, span: SourceSpan)]
    /// The mapping with `when`, `do` and the like; `nil` for a bare target.
    var reader: MappingReader?
    var isInternal: Bool
    var clause: Clause?
    /// The state at which its names are looked for: its own, or the one that uses the block which it leads out of.
    unowned var place: StateDraft

    var loader: WorkflowLoader { place.loader }

    /// Whether nothing but the date has to come for the state to be left.
    func leavesAlways(at date: Int) -> Bool {
        guard case .date(date) = trigger else { return false }
        return !targets.isEmpty && !isInternal && reader?["when"] == nil
    }

    var hasActions: Bool {
        guard let reader else { return false }
        return ["keep", "set", "notify", "open", "tell", "do"].contains { reader[$0] != nil }
    }
}
