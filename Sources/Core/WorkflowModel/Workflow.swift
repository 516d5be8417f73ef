package import CivilTime
package import StatechartKernel

/// A contract's definition, checked and compiled: what a case of it can do, know and owe.
///
/// A value of this type has no diagnostics left: every name is resolved to an index, every expression is typed.
/// It is immutable and shared by all its cases; an amendment is another workflow.
package final class Workflow: Sendable {
    /// The name cases refer to, such as `tanger-ess`.
    package let name: String
    /// What people read, in ``language``.
    package let title: String
    /// The contract document that `clause` numbers are lines of; `nil` where the file names none.
    package let document: String?
    /// The language of everything this contract sends.
    package let language: Language
    /// The zone in which the contract's dates are read and written. Never the host's.
    package let zone: TimeZoneRules
    /// Working days of the contract's place.
    package let calendar: BusinessCalendar
    /// Time of day at which reminders leave, in ``zone``.
    package let reminderTime: TimeOfDay

    package let parameters: [Parameter]
    package let parties: [Party]
    package let committees: [Committee]
    package let events: [EventDeclaration]
    package let data: [DataItem]
    package let values: [ComputedValue]
    package let dates: [NamedDate]
    /// Indexes of ``dates``, each after those it depends on.
    package let dateOrder: [Int]
    package let clocks: [Clock]
    package let cadences: [Cadence]

    package let chart: Statechart
    /// One for each state of ``chart``, by `StateIndex.rawValue`; the root is the contract itself.
    package let states: [StateInfo]
    /// What a `GuardID` of the chart stands for.
    package let guards: [Guard]
    /// What an `ActionID` of the chart stands for: one block of actions each.
    package let actions: [ActionBlock]
    package let timers: [Timer]
    package let ladders: [Ladder]
    /// Events that a named date counts from, and for each the dates' anchor slot.
    package let anchorEvents: [AnchorEvent]
    /// States whose entry a named date counts from.
    package let anchorStates: [StateIndex]
    /// The kinds of child cases that a case may open, in the order of the file.
    package let kinds: [CaseKind]
    /// What `Action.open` stands for.
    package let openings: [Opening]
    /// How many of ``parties``, from the first, are those of the case around; 0 for a contract of its own.
    package let sharedParties: Int
    /// For expressions that are asked of a case from outside the file.
    package let names: ExpressionNames
    /// What dates given by expressions are computed from, values followed through.
    private let dateInputs: Set<VariableReference>
    /// True if a state has values that must be known before it is entered.
    package let needsValues: Bool
    /// What people read of parameters, data and values, by name; no two the same as far as blocks tell them apart.
    package let valueTitles: [String: String]
    /// What people call fields that events carry and rows keep, by name: where all events that title one agree.
    package let fieldTitles: [String: String]
    /// By index of ``dates``, the states that wait for the date or remind somebody of it.
    private let dateStates: [[StateIndex]]
    private let reach: ChartReach
    /// What the document says, to be looked through for contradictions; `nil` where the file says nothing of it.
    package let terms: ContractTerms?
    /// What the file decides about such contradictions.
    package let settlements: [Settlement]

    package init(
        name: String, title: String, document: String?, language: Language, zone: TimeZoneRules,
        calendar: BusinessCalendar, reminderTime: TimeOfDay, parameters: [Parameter], parties: [Party],
        committees: [Committee], events: [EventDeclaration], data: [DataItem], values: [ComputedValue],
        dates: [NamedDate], dateOrder: [Int], clocks: [Clock], cadences: [Cadence], chart: Statechart,
        states: [StateInfo], guards: [Guard],
        actions: [ActionBlock], timers: [Timer], ladders: [Ladder], anchorEvents: [AnchorEvent],
        anchorStates: [StateIndex], names: ExpressionNames, kinds: [CaseKind] = [], blockTitles: [String: String] = [:],
        openings: [Opening] = [],
        sharedParties: Int = 0, terms: ContractTerms? = nil, settlements: [Settlement] = []
    ) {
        self.name = name
        self.title = title
        self.document = document
        self.language = language
        self.zone = zone
        self.calendar = calendar
        self.reminderTime = reminderTime
        self.parameters = parameters
        self.parties = parties
        self.committees = committees
        self.events = events
        self.data = data
        self.values = values
        self.dates = dates
        self.dateOrder = dateOrder
        self.clocks = clocks
        self.cadences = cadences
        self.chart = chart
        self.states = states
        self.guards = guards
        self.actions = actions
        self.timers = timers
        self.ladders = ladders
        self.anchorEvents = anchorEvents
        self.anchorStates = anchorStates
        self.names = names
        self.kinds = kinds
        self.openings = openings
        self.sharedParties = sharedParties
        self.terms = terms
        self.settlements = settlements
        dateInputs = inputs(of: dates, values: values)
        valueTitles = titlesOfValues(parameters, data, values, blockTitles)
        fieldTitles = titlesOfFields(events)
        dateStates = statesWaiting(forEach: dates.indices, timers, ladders)
        reach = ChartReach(chart)
        needsValues = guards.contains { !$0.neededParameters.isEmpty || !$0.neededParties.isEmpty }
    }

    /// The declaration of an event, or `nil` for one the file only uses.
    package func event(named name: String) -> EventDeclaration? {
        events.first { $0.name == name }
    }

    /// The index of a party by its name.
    package func party(named name: String) -> PartyIndex? {
        parties.firstIndex { $0.name == name }
    }

    /// The index of a named date; one that a block was given is known by the block's name for it too.
    package func date(named name: String) -> Int? {
        if let index = dates.firstIndex(where: { $0.name == name }) { return index }
        guard case .date(let index) = names.references[expressionName(name)] else { return nil }
        return index
    }

    /// Whether a named date has to be computed again when this changes.
    package func datesUse(_ variable: VariableReference) -> Bool { dateInputs.contains(variable) }

    /// The named dates that a state waits for, or reminds somebody of, which is active or may still be entered, and those
    /// that no state names; by index.
    package func awaitableDates(in configuration: Configuration) -> [Bool] {
        guard !dateStates.allSatisfy(\.isEmpty) else { return dateStates.map { _ in true } }
        let reachable = reach.states(from: configuration)
        return dateStates.map { $0.isEmpty || $0.contains { reachable[Int($0.rawValue)] } }
    }
}

private func statesWaiting(
    forEach dates: Range<Int>, _ timers: [Timer], _ ladders: [Ladder]
) -> [[StateIndex]] {
    var waiting = Array(repeating: [StateIndex](), count: dates.count)
    for timer in timers {
        if case .date(let index) = timer.moment { waiting[index].append(timer.state) }
    }
    for ladder in ladders { waiting[ladder.date].append(ladder.state) }
    return waiting
}

private func inputs(of dates: [NamedDate], values: [ComputedValue]) -> Set<VariableReference> {
    var inputs: Set<VariableReference> = []
    func add(_ expression: CheckedExpression) {
        for variable in expression.variables where inputs.insert(variable).inserted {
            if case .value(let index) = variable { add(values[index].expression) }
        }
    }
    for date in dates {
        if case .expression(let expression) = date.source { add(expression) }
    }
    return inputs
}

/// What people are told about a state, beside the chart that runs it.
package struct StateInfo: Sendable {
    /// The names from the top, joined by dots; empty for the root.
    package var path: String
    /// What people read; the last name of the path where the file gives none.
    package var title: String
    package var clause: Clause?
    /// Parameters that must be known before this state is entered (`needed-in`), as indexes.
    package var neededParameters: [Int]
    /// Parties that must be known before this state is entered, as indexes.
    package var neededParties: [PartyIndex]
    /// Dues of this state while it is active, as indexes of `Workflow.timers`.
    package var timers: Range<Int>
    /// Reminder ladders of this state while it is active, as indexes of `Workflow.ladders`.
    package var ladders: Range<Int>

    package init(
        path: String, title: String, clause: Clause?, neededParameters: [Int] = [], neededParties: [PartyIndex] = [],
        timers: Range<Int> = 0..<0, ladders: Range<Int> = 0..<0
    ) {
        self.path = path
        self.title = title
        self.clause = clause
        self.neededParameters = neededParameters
        self.neededParties = neededParties
        self.timers = timers
        self.ladders = ladders
    }
}

/// A place in the contract document.
package struct Clause: Hashable, Sendable {
    /// 1-based line of `Workflow.document`.
    package var line: Int

    package init(line: Int) { self.line = line }
}

/// An index of `Workflow.parties`.
package typealias PartyIndex = Int

/// An event that a named date counts from.
package struct AnchorEvent: Hashable, Sendable {
    package var name: String

    package init(name: String) { self.name = name }
}
