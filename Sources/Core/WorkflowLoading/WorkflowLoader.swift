import CivilTime
import Expressions
import StatechartKernel
package import WorkflowModel
import YAMLReader

/// Reads a workflow file.
///
/// - Parameters:
///   - text: The file's text.
///   - file: Its name, for diagnostics only.
/// - Returns: All diagnostics in the order of the file, and the workflow unless one of them is an error.
package func loadWorkflow(
    _ text: String, file: String, environment: LoadingEnvironment
) -> (workflow: Workflow?, diagnostics: [Diagnostic]) {
    let (root, report) = readTree(text, file: file, kind: "a workflow")
    let loader = WorkflowLoader(report: report, environment: environment)
    let workflow = root.flatMap { loader.load($0) }
    return (loader.tables.hasErrors ? nil : workflow, loader.tables.diagnostics)
}

/// Reads a file as YAML; no node where the file is empty or breaks off, because what stands after the break would be
/// missed everywhere.
func readTree(_ text: String, file: String, kind: String) -> (YAMLNode?, Report) {
    let report = Report(file: file, source: Array(text.utf8))
    let (root, problems) = readYAML(utf8: report.source)
    for problem in problems { report.error(problem.code, problem.message, at: problem.span) }
    if root == nil, problems.isEmpty {
        report.error("empty-file", "the file is empty; \(kind) begins with 'jalon: 1'", at: nil)
    }
    let breaks = ["yaml-syntax", "yaml-too-deep", "yaml-too-large"]
    return (problems.contains { breaks.contains($0.code) } ? nil : root.map(LanguageVersion.current.rewritten), report)
}

/// One reading of one file, or of a block where it is used: what has been declared so far, and the names that can be
/// written there.
final class WorkflowLoader {
    let report: Report
    let environment: LoadingEnvironment
    /// Shared by all that is read for one definition.
    let tables: DefinitionTables
    /// What the names of this part begin with in the case: empty, or `stage-1.`.
    let prefix: String
    /// The block read here; `nil` for the workflow itself.
    var use: BlockUse?
    /// The blocks used here.
    var uses: [BlockUse] = []
    /// The same, by the offset of the state that uses it.
    var usesByPlace: [Int: BlockUse] = [:]
    /// Names of blocks that could not be read.
    var brokenUses: Set<String> = []
    /// Blocks of the workflow's own file.
    var localBlocks: [String: BlockFile] = [:]
    var names = NameTables()
    /// Dates and events that parameters stand for, until they are looked for.
    var dateBindings: [String: BlockParameter] = [:]
    var eventBindings: [String: BlockParameter] = [:]
    /// Parameters of dates that are being looked for.
    var boundNow: Set<String> = []
    var valueBindings: [ValueBinding] = []
    var ownDates: [DateBinding] = []
    /// What the committees that this block is given leave unsaid.
    var missingFigures: [(reference: VariableReference, parameter: String, name: String)] = []
    var missingPeriods: [String: (parameter: String, name: String)] = [:]
    /// What titles may have in them, by the parameter's name.
    var constants: [String: String] = [:]
    /// Names of parameters that were used otherwise than in expressions.
    var usedNames: Set<String> = []
    /// Events that blocks used here wait for under another name.
    var boundEvents: Set<String> = []
    /// What everything cites that has no clause of its own: that of the state that uses the block.
    var clause: Clause?
    private(set) lazy var states = StateReader(self)
    /// What `entry` means where a date counts from it.
    var entryState: StateDraft?

    var language = Language.english
    var zone = TimeZoneRules.utc
    var calendar = BusinessCalendar.everyDay
    /// Periods that have a name, to be written where dates have a period.
    var namedPeriods: [String: Period] = [:]
    /// Where those of them come from that the rules say.
    var periodOrigins: [String: ValueOrigin] = [:]
    /// Cadences that parameters stand for, by the parameter's name.
    var namedCadences: [String: CadenceRule] = [:]
    /// Dates whose windows others count from, and where they do.
    var windowPlaces: [(date: Int, span: SourceSpan)] = []
    var reminderTime = TimeOfDay.nineInTheMorning
    var defaultLadder: LadderDraft?
    /// What each name stands for in expressions, and its type.
    var scope: Scope
    /// What expressions have used so far, and the dates and parties used elsewhere.
    var used: Set<VariableReference> = []
    var usedParties: Set<PartyIndex> = []
    /// Where names are declared, for those that turn out to be used nowhere.
    var declared: [Declared] = []
    /// Of the scalar in which a mistake was found last: often there are more in it.
    var lastPlaces: (node: SourceSpan, places: ScalarPlaces)?
    /// Where dates count from events.
    var anchorPlaces: [(event: String, span: SourceSpan)] = []
    /// `needed-in` of parameters and parties, resolved once the states are known.
    var needs: [Need] = []
    /// The kinds of child cases, with the places of their names.
    var kinds: [CaseKindDraft] = []
    var kindPlaces: [SourceSpan] = []
    var openings: [Opening] = []
    /// Events that children tell this case of, with their places in the children.
    var heardFromChildren: [(name: String, span: SourceSpan)] = []
    /// The case around this one; `nil` for a contract of its own.
    var surroundings: Surroundings?
    /// Parties that are those of the case around; they come first.
    var sharedParties = 0
    /// What the case around sees and is told of this one.
    var result: [ResultField] = []
    var resultFields: [Field] = []
    var told: [(name: String, span: SourceSpan)] = []

    /// Longer chains of values or dates nobody writes, and following them would take the stack.
    static let deepestChain = 100

    struct Declared {
        enum Subject {
            case variable(VariableReference), party(PartyIndex), event(String)
            case blockParameter(String)
        }
        var subject: Subject
        var kind: String
        var name: String
        var span: SourceSpan
    }

    struct Need {
        enum Subject: Equatable { case parameter(Int), party(PartyIndex) }
        var subject: Subject
        var state: String
        var span: SourceSpan
    }

    init(report: Report, environment: LoadingEnvironment) {
        self.report = report
        self.environment = environment
        tables = DefinitionTables()
        prefix = ""
        scope = Scope(zones: environment.zone)
        tables.reports.append(report)
        tables.parts.append(self)
    }

    /// Reads a block where it is used.
    init(report: Report, user: WorkflowLoader, prefix: String) {
        self.report = report
        self.prefix = prefix
        environment = user.environment
        tables = user.tables
        language = user.language
        zone = user.zone
        calendar = user.calendar
        scope = Scope(zones: environment.zone)
        takeUpRules()
        tables.parts.append(self)
    }

    func load(_ root: YAMLNode) -> Workflow? {
        guard let top = MappingReader(root, .workflow, report) else { return nil }
        top.checkVersion()
        readPlace(top)
        let name = top.text("workflow") ?? ""
        if let node = top["workflow"] { _ = report.checkName(name, allowingDots: false, at: node.span) }
        return contents(of: top, name: name, title: words(top, "title") ?? name, document: top.text("document"))
    }

    /// Reads what a contract and a child case alike consist of.
    func contents(of top: MappingReader, name: String, title: String, document: String?) -> Workflow? {
        declareNames(top, document: document)
        readRemindersOfUses()
        if surroundings != nil { readResult(top["result"]) }
        states.read(top)
        for part in tables.parts { part.readClocks(part.own(top)["clocks"]) }
        readDates(top["dates"])
        tables.parts.forEach { $0.checkWindows() }
        for part in tables.parts { part.readCadences(part.own(top)["cadences"]) }
        bindValuesOfUses()
        reportValueRings()
        reportDateRings()
        let terms = TermsReader(loader: self).read(top["terms"])
        let settlements = readSettlements(top["settled"])
        for part in tables.parts { part.makeChecks(part.own(top)["checks"]) }
        let chart = states.build()
        tables.parts.forEach { $0.reportMissingFigures() }
        guard let chart, !tables.hasErrors else { return nil }
        tables.parts.forEach { $0.warnOfUnusedNames() }
        warnOfUnusedClocks()
        warnOfUnopenedKinds()
        return Workflow(
            name: name, title: title, document: document, language: language, zone: zone, calendar: calendar,
            reminderTime: reminderTime, parameters: parameters, parties: parties,
            committees: committees, events: events, data: data, values: values, dates: dates,
            dateOrder: dateOrder(), clocks: tables.clocks, cadences: tables.cadences, chart: chart.statechart,
            states: chart.states,
            guards: chart.guards,
            actions: chart.actions, timers: chart.timers, ladders: chart.ladders, anchorEvents: anchorEvents,
            anchorStates: anchorStates.compactMap { chart.statechart.index(of: $0) },
            names: ExpressionNames(environment: scope.environment, references: scope.references),
            kinds: kinds.compactMap { kind in
                kind.workflow.map {
                    CaseKind(name: kind.name, title: kind.title, clause: kind.clause, workflow: $0, result: kind.result)
                }
            }, blockTitles: blockTitles, openings: openings, sharedParties: sharedParties, terms: terms,
            settlements: settlements)
    }

    /// What people call the blocks, by what their names begin with.
    private var blockTitles: [String: String] {
        let titles = tables.parts.compactMap { part in
            part.use?.draft.map { (String(part.prefix.dropLast()), $0.title) }
        }
        return Dictionary(titles) { first, _ in first }
    }

    /// What this part is read from: the block's file, or the workflow itself.
    private func own(_ top: MappingReader) -> MappingReader { use?.header.file.top ?? top }

    /// Takes up every name that expressions, states and dates can use, the blocks' too.
    private func declareNames(_ top: MappingReader, document: String?) {
        readLocalBlocks(top["blocks"])
        readParameters(top["parameters"])
        readParties(top["parties"])
        readEvents(top["events"])
        readData(top["data"])
        declareDates(top["dates"])
        readRules(top)
        declareCadences(top["cadences"])
        readCommittees(top["committees"])
        for (index, committee) in committees.enumerated() {
            names.committees[committee.name] = index
            names.parties[committee.name] = [committee.party]
        }
        readReminders(top["reminders"])
        readKinds(top["cases"], document: document)
        declareUses(top["states"])
        bindUses()
        declareValuesOfUses()
        readValues(top["values"])
    }

    /// Language, zone and calendar: what the rest of the file is read with.
    private func readPlace(_ top: MappingReader) {
        language = top.language() ?? language
        if let node = top["time-zone"], let text = top.text("time-zone") {
            if let rules = environment.zone(text) {
                zone = rules
            } else {
                report.error(
                    "unknown-time-zone",
                    "time zone '\(text)' is not in this system's zone data; zones have names such "
                        + "as Europe/Paris", at: node.span)
            }
        }
        if let node = top["calendar"], let text = top.text("calendar") {
            if let known = environment.calendar(text) {
                calendar = known
            } else {
                report.unknown("calendar", text, at: node.span, among: environment.calendarNames)
            }
        }
    }
}
