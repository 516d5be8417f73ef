import CivilTime
import Expressions
import WorkflowModel
import YAMLReader

/// What all parts of a definition are compiled into: the workflow's own and those of the blocks it uses.
final class DefinitionTables {
    var parameters: [Parameter] = []
    var parties: [Party] = []
    var committees: [Committee] = []
    var events: [EventDeclaration] = []
    var data: [DataItem] = []
    var values: [ComputedValue] = []
    /// How many values rest on one another, by value.
    var valueDepths: [Int] = []
    var dates: [NamedDate] = []
    /// Where each date is declared.
    var datePlaces: [Place] = []
    var clocks: [Clock] = []
    var clockPlaces: [Place] = []
    var cadences: [Cadence] = []
    /// As the case calls them, in the order in which they are declared.
    var cadenceNames: [String] = []
    var anchorEvents: [AnchorEvent] = []
    /// As the chart calls them.
    var anchorStates: [String] = []
    /// Events whose fields could not be read: nothing is said about what they carry.
    var brokenEvents: Set<String> = []
    /// The files of blocks, each read once; `nil` for one that could not be read.
    var blockFiles: [String: BlockFile?] = [:]
    /// The rules that hold; `nil` where the workflow names none.
    var rules: RulesInUse?
    /// What is wrong with each file that was read, the workflow's first.
    var reports: [Report] = []
    /// Everything that has names of its own: the workflow, then the blocks as they are used.
    var parts: [WorkflowLoader] = []
    /// Whether a block is read by itself, its parameters standing for anything of their type.
    var checksAlone = false
    /// Whether the date that was looked for last is one that depends on where it was looked for.
    var hasDateRing = false
    /// Whether more blocks are used than there may be, which is said once.
    var hasTooManyUses = false
    var stateCount = 0
    var transitionCount = 0

    /// A place in one of the files.
    struct Place {
        var report: Report
        var span: SourceSpan
    }

    var hasErrors: Bool { reports.contains { $0.hasErrors } }

    /// All that was found, file by file.
    var diagnostics: [Diagnostic] { reports.flatMap(\.inOrder) }
}

extension WorkflowLoader {
    var parameters: [Parameter] {
        get { tables.parameters }
        _modify { yield &tables.parameters }
    }
    var parties: [Party] {
        get { tables.parties }
        _modify { yield &tables.parties }
    }
    var committees: [Committee] {
        get { tables.committees }
        _modify { yield &tables.committees }
    }
    var events: [EventDeclaration] {
        get { tables.events }
        _modify { yield &tables.events }
    }
    var data: [DataItem] {
        get { tables.data }
        _modify { yield &tables.data }
    }
    var values: [ComputedValue] {
        get { tables.values }
        _modify { yield &tables.values }
    }
    var valueDepths: [Int] {
        get { tables.valueDepths }
        _modify { yield &tables.valueDepths }
    }
    var dates: [NamedDate] {
        get { tables.dates }
        _modify { yield &tables.dates }
    }
    var anchorEvents: [AnchorEvent] {
        get { tables.anchorEvents }
        _modify { yield &tables.anchorEvents }
    }
    var anchorStates: [String] {
        get { tables.anchorStates }
        _modify { yield &tables.anchorStates }
    }
    var brokenEvents: Set<String> {
        get { tables.brokenEvents }
        _modify { yield &tables.brokenEvents }
    }
}

/// Names of one kind in the order in which they were declared, and what each stands for.
struct NameTable<Meaning> {
    private(set) var names: [String] = []
    private var meanings: [String: Meaning] = [:]

    subscript(name: String) -> Meaning? {
        get { meanings[name] }
        set {
            if meanings[name] == nil { names.append(name) }
            meanings[name] = newValue
        }
    }
}

/// The names that a file, or a block where it is used, has for things of the definition.
struct NameTables {
    var parties = NameTable<[PartyIndex]>()
    var committees = NameTable<Int>()
    /// What the case calls them.
    var events = NameTable<String>()
    var data = NameTable<Int>()
    var dates = NameTable<Int>()
    var clocks = NameTable<Int>()
    var cadences = NameTable<Int>()
}

extension WorkflowLoader {
    /// The index of a date by its name here: its own, or a block's as `NAME.DATE`; `nil` where there is none.
    func date(named name: String) -> Int? {
        names.dates[name] ?? boundDate(name) ?? inner(name).flatMap { $0.use.inner.date(named: $0.rest) }
    }

    /// What the case calls an event by its name here; `nil` where nothing declares it.
    func event(named name: String) -> String? {
        names.events[name] ?? boundEvent(name) ?? inner(name).flatMap { $0.use.inner.event(named: $0.rest) }
    }

    /// The block that a name such as `stage-1.due` begins with, and the rest of it.
    private func inner(_ name: String) -> (use: BlockUse, rest: String)? {
        guard let dot = name.firstIndex(of: "."), let use = uses.first(where: { $0.name == name[..<dot] }) else {
            return nil
        }
        return (use, String(name[name.index(after: dot)...]))
    }

    /// Whether a name begins with that of a block that could not be read: nothing is said about what it has.
    func isBroken(_ name: String) -> Bool {
        brokenUses.contains(String(name.prefix { $0 != "." }))
    }

    /// Names of dates that can be written here, for messages.
    var dateNames: [String] {
        names.dates.names + dateBindings.keys.sorted()
            + uses.flatMap { use in use.inner.dateNames.map { "\(use.name).\($0)" } }
    }

    /// Names of events that can be written here, for messages.
    var eventNames: [String] {
        names.events.names + eventBindings.keys.sorted()
            + uses.flatMap { use in use.inner.eventNames.map { "\(use.name).\($0)" } }
    }

    /// Names of cadences that can be written here: this part's own, and those of the blocks used here.
    var cadenceNames: [String] {
        names.cadences.names + uses.flatMap { use in use.inner.cadenceNames.map { "\(use.name).\($0)" } }
    }

    /// What the case calls an event or descriptor of the file: `*` of a block hears the block's own events.
    func descriptor(_ name: String) -> String {
        if name == "*" { return prefix + "*" }
        if name.hasPrefix(Cadence.eventPrefix) {
            return Cadence.eventPrefix + prefix + name.dropFirst(Cadence.eventPrefix.count)
        }
        if isOwnEvent(name) { return name }
        let wildcard = name.hasSuffix(".*") ? ".*" : ""
        let plain = String(name.dropLast(wildcard.count))
        return (event(named: plain) ?? prefix + plain) + wildcard
    }

    /// Events that come from Jalon itself.
    func isOwnEvent(_ name: String) -> Bool {
        overEvent(name) != nil
            || ["done.state", "error", "parameters.set", "parties.set", "cadence"].contains {
                name == $0 || name.hasPrefix($0 + ".")
            }
    }
}
