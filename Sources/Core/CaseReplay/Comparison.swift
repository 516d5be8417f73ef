package import CivilTime
import Expressions
import StatechartKernel
package import WorkflowModel

/// What differs between two lives of one case: as it was known and as it is known now, as it is and as it would be, under
/// one version of its workflow and under another.
///
/// Elements are matched by their names in the file, so the two workflows may differ. Words are of the second one's
/// language.
package struct Comparison: Hashable, Sendable {
    /// Something that is told of both lives and differs.
    package struct Move: Hashable, Sendable {
        /// A state's path, a date's, a value's or a party's name, of a child after the child's path; empty for how the
        /// case as a whole stands.
        package var element: String
        package var title: String
        /// In words; `nil` where there is nothing or it is not known.
        package var before: String?
        package var after: String?
        package var clause: Clause?

        package init(
            element: String, title: String, before: String? = nil, after: String? = nil, clause: Clause? = nil
        ) {
            self.element = element
            self.title = title
            self.before = before
            self.after = after
            self.clause = clause
        }
    }

    /// A message that is owed in one of the lives.
    package struct Letter: Hashable, Sendable {
        /// As ``Message/key(caseID:workflow:)``.
        package var key: String
        package var instant: Timestamp
        /// The day it is said of: what is owed as a day ends is of that day.
        package var day: CivilDate
        /// The party's title.
        package var recipient: String
        package var subject: String
        package var clause: Clause?

        package init(
            key: String, instant: Timestamp, day: CivilDate, recipient: String, subject: String, clause: Clause? = nil
        ) {
            self.key = key
            self.instant = instant
            self.day = day
            self.recipient = recipient
            self.subject = subject
            self.clause = clause
        }
    }

    /// A state that was passed in one of the lives, or more often in one than in the other.
    package struct Passage: Hashable, Sendable {
        package var instant: Timestamp
        /// The day it is said of: what the end of a day brings about is of that day.
        package var day: CivilDate
        package var path: String
        package var title: String
        package var clause: Clause?

        package init(instant: Timestamp, day: CivilDate, path: String, title: String, clause: Clause? = nil) {
            self.instant = instant
            self.day = day
            self.path = path
            self.title = title
            self.clause = clause
        }

        fileprivate var placeAndDay: String { "\(path) \(day)" }
    }

    /// An entry of the journal that has an effect in one of the lives.
    package struct Effect: Hashable, Sendable {
        package var entry: Int
        package var instant: Timestamp
        package var text: String
        /// Whether it has one in the second.
        package var hasEffect: Bool

        package init(entry: Int, instant: Timestamp, text: String, hasEffect: Bool) {
            self.entry = entry
            self.instant = instant
            self.text = text
            self.hasEffect = hasEffect
        }
    }

    /// Innermost active states of one life alone, and whether the case is over or cannot go on.
    package var states: [Move] = []
    /// Children that one life alone has, and those that go on in one, and are over or stuck in the other.
    package var children: [Move] = []
    /// States passed in the first life and not in the second.
    package var skipped: [Passage] = []
    /// States passed in the second life and not in the first.
    package var passed: [Passage] = []
    /// States passed in both, on different days.
    package var shifted: [Move] = []
    package var dates: [Move] = []
    /// Obligations that come back.
    package var cadences: [Move] = []
    /// Parameters, data and computed values.
    package var values: [Move] = []
    /// Who the parties are.
    package var parties: [Move] = []
    /// Messages that only the first life owes.
    package var dropped: [Letter] = []
    /// Messages that only the second life owes.
    package var owed: [Letter] = []
    package var effects: [Effect] = []

    /// True where nothing that people are told differs.
    package var isEmpty: Bool { self == Comparison() }

    /// Two lives that are the same.
    package init() {}

    /// Compares two lives at the instants they were followed to.
    ///
    /// - Parameters:
    ///   - caseID: What keys of messages begin with.
    ///   - unsent: Messages that the first life owes and that do not leave all the same, so that they count as not owed
    ///     in it.
    package init(_ before: Life, _ after: Life, caseID: String, unsent: Set<String> = []) {
        let places = Places(
            ChildPlace(workflow: before.workflow, current: before.current),
            ChildPlace(workflow: after.workflow, current: after.current))
        func moves(_ told: (ChildPlace) -> [Told]) -> [Move] {
            Self.moves(places.before.flatMap(told), places.after.flatMap(told))
        }
        let standing = moves { [$0.standing] }
        states = standing.filter(\.element.isEmpty) + Self.states(places)
        children = standing.filter { !$0.element.isEmpty }
        let (known, found) = (before.passages, after.passages)
        let (old, new) = (known.without(found, by: \.placeAndDay), found.without(known, by: \.placeAndDay))
        skipped = old.without(new, by: \.path)
        passed = new.without(old, by: \.path)
        shifted = Self.shifted(old, new, in: after.workflow.language)
        dates = moves(\.datesInWords)
        cadences = Self.cadences(places.before, places.after)
        values = moves(\.valuesInWords)
        parties = moves(\.partiesInWords)
        let (sent, due) = (before.letters(caseID).filter { !unsent.contains($0.key) }, after.letters(caseID))
        dropped = sent.without(due, by: \.key)
        owed = due.without(sent, by: \.key)
        effects = Self.effects(before, after)
    }

    /// What is told of one element in one life.
    fileprivate struct Told {
        var element: String
        var title: String
        var words: String?
        var clause: Clause?
        /// A list without members, which is told only where the other life has some.
        var isEmpty = false
    }

    /// The case and its children in two lives, as far as they are not the same in both.
    private struct Places {
        var before: [ChildPlace] = []
        var after: [ChildPlace] = []

        init(_ before: ChildPlace, _ after: ChildPlace) { add(before, after) }

        private mutating func add(_ old: ChildPlace?, _ new: ChildPlace?) {
            if let old, let new, old.workflow === new.workflow, old.title == new.title, old.current == new.current {
                return
            }
            if let old { before.append(old) }
            if let new { after.append(new) }
            let (known, found) = (old?.children ?? [], new?.children ?? [])
            let byPath = Dictionary(found.map { ($0.path, $0) }) { first, _ in first }
            let paths = Set(known.map(\.path))
            for child in known { add(child, byPath[child.path]) }
            for child in found where !paths.contains(child.path) { add(nil, child) }
        }
    }

    private static func states(_ places: Places) -> [Move] {
        let (old, new) = (places.before.flatMap(\.leaves), places.after.flatMap(\.leaves))
        let (known, found) = (Set(old.map(\.element)), Set(new.map(\.element)))
        return old.filter { !found.contains($0.element) }.map { state in
            Move(element: state.element, title: state.title, before: state.title, clause: state.clause)
        }
            + new.filter { !known.contains($0.element) }.map { state in
                Move(element: state.element, title: state.title, after: state.title, clause: state.clause)
            }
    }

    private static func moves(_ before: [Told], _ after: [Told]) -> [Move] {
        let known = Dictionary(before.map { ($0.element, $0) }) { first, _ in first }
        let names = Set(after.map(\.element))
        let gone = before.filter { !names.contains($0.element) && !$0.isEmpty }.map { told in
            Move(element: told.element, title: told.title, before: told.words, clause: told.clause)
        }
        let both = after.filter { !$0.isEmpty || known[$0.element] != nil }.map { told in
            Move(
                element: told.element, title: told.title, before: known[told.element]?.words, after: told.words,
                clause: told.clause)
        }
        return (gone + both).filter { $0.before != $0.after }
    }

    /// Passages that the other life has on no such day, the first of a state beside the first, and so on.
    private static func shifted(_ before: [Passage], _ after: [Passage], in language: Language) -> [Move] {
        var known = Dictionary(grouping: before, by: \.path).mapValues { $0[...] }
        return after.compactMap { passage in
            guard let old = known[passage.path]?.popFirst() else { return nil }
            return Move(
                element: passage.path, title: passage.title, before: language.typeset(old.day.words(in: language)),
                after: language.typeset(passage.day.words(in: language)), clause: passage.clause)
        }
    }

    private static func effects(_ before: Life, _ after: Life) -> [Effect] {
        let (old, new) = (before.receptions, after.receptions)
        let entries = Set(old.keys).union(new.keys).sorted()
        return entries.compactMap { entry in
            // What was withdrawn or supposed has no counterpart; where it has an effect, that is told by what moves.
            guard let seen = new[entry] else { return nil }
            let wasHandled = old[entry]?.isHandled ?? true
            guard wasHandled != seen.isHandled else { return nil }
            return Effect(entry: entry, instant: seen.instant, text: seen.text, hasEffect: seen.isHandled)
        }
    }
}

extension Array {
    /// The elements that others lack, each as often as it lacks.
    fileprivate func without(_ others: [Element], by name: (Element) -> String) -> [Element] {
        var left: [String: Int] = [:]
        for other in others { left[name(other), default: 0] += 1 }
        return filter { element in
            guard let count = left[name(element)], count > 0 else { return true }
            left[name(element)] = count - 1
            return false
        }
    }
}

extension ChildPlace {
    private var language: Language { workflow.language }

    /// What is told of the case or the child, named and titled from the whole case.
    private func told(_ name: String, _ title: String, _ words: String?, _ clause: Clause?) -> Comparison.Told {
        Comparison.Told(
            element: path.name(name), title: self.title.map { "\($0) — \(title)" } ?? title, words: words,
            clause: clause)
    }

    /// Whether it goes on, for people.
    fileprivate var standing: Comparison.Told {
        Comparison.Told(element: "\(path)", title: title ?? "", words: standingInWords)
    }

    private var standingInWords: String {
        let french = language == .french
        if let fault = current.fault { return (french ? "bloqué : " : "stuck: ") + fault }
        if current.isOver { return french ? "terminé" : "over" }
        return french ? "en cours" : "running"
    }

    /// The innermost active states, titled with the way there.
    fileprivate var leaves: [Comparison.Told] {
        let active = current.configuration.active
        return active.filter { workflow.chart.children(of: $0).isEmpty }.map { leaf in
            let info = workflow.states[Int(leaf.rawValue)]
            let way = active.map { workflow.states[Int($0.rawValue)] }.filter { state in
                !state.path.isEmpty && (info.path == state.path || info.path.hasPrefix(state.path + "."))
            }
            return told(info.path, way.map(\.title).joined(separator: " › "), nil, info.clause)
        }
    }

    fileprivate var datesInWords: [Comparison.Told] {
        zip(workflow.dates, current.dates).map { date, resolved in
            let provisional =
                resolved?.isProvisional == true ? (language == .french ? " (provisoire)" : " (provisional)") : ""
            return told(
                date.name, date.title,
                resolved.map { language.typeset($0.words(of: date, in: language)) + provisional }, date.clause)
        }
    }

    /// Parameters, data and computed values.
    fileprivate var valuesInWords: [Comparison.Told] {
        func told(_ name: String, _ title: String?, _ value: Value?, _ clause: Clause?) -> Comparison.Told {
            let isKnown = value != nil && ![.null, .string("")].contains(value)
            var told = self.told(
                name, workflow.valueTitles[name] ?? title ?? name, isKnown ? value?.words(in: workflow) : nil, clause)
            told.isEmpty = value == .list([])
            return told
        }
        let parameters = zip(workflow.parameters, current.parameters).map { told($0.name, $0.title, $1, $0.clause) }
        let data = zip(workflow.data, current.data).map { told($0.name, $0.title, $1, $0.clause) }
        let computed = workflow.values.enumerated().filter(\.element.isForPeople).map { index, item in
            told(item.name, item.title, workflow.computed(index, in: current), item.clause)
        }
        return parameters + data + computed
    }

    /// Who its own parties are; those it shares are told of the case around.
    fileprivate var partiesInWords: [Comparison.Told] {
        zip(workflow.parties, current.addresses).dropFirst(workflow.sharedParties).map { party, address in
            told(party.name, party.title, address, party.clause)
        }
    }
}

extension Life {
    /// The innermost states that were entered, in order.
    fileprivate var passages: [Comparison.Passage] {
        occurrences.compactMap { occurrence in
            let own = occurrence.definition(in: workflow)
            guard case .entered(let state) = occurrence.kind, own.chart.children(of: state).isEmpty else { return nil }
            let info = own.states[Int(state.rawValue)]
            return Comparison.Passage(
                instant: occurrence.instant, day: workflow.zone.day(of: occurrence.position),
                path: occurrence.name(info.path), title: occurrence.titled(info.title), clause: info.clause)
        }
    }

    /// The messages owed, each once.
    fileprivate func letters(_ caseID: String) -> [Comparison.Letter] {
        var keys: Set<String> = []
        return occurrences.compactMap { occurrence in
            guard case .message(let message) = occurrence.kind else { return nil }
            let key = message.key(caseID: caseID, workflow: workflow)
            guard keys.insert(key).inserted else { return nil }
            let day = workflow.zone.civil(at: message.instant).date
            let language = workflow.language
            let subject = message.content.words(on: day, language: language, in: message.definition(in: workflow))
                .subject
            return Comparison.Letter(
                key: key, instant: message.instant, day: workflow.zone.day(of: occurrence.position),
                recipient: message.party(in: workflow).title,
                subject: language.typeset(occurrence.titled(subject)), clause: message.clause)
        }
    }

    /// The messages of some keys.
    package func messages(_ caseID: String, among keys: Set<String>) -> [String: Message] {
        guard !keys.isEmpty else { return [:] }
        return occurrences.reduce(into: [:]) { found, occurrence in
            guard case .message(let message) = occurrence.kind else { return }
            let key = message.key(caseID: caseID, workflow: workflow)
            if keys.contains(key) { found[key] = message }
        }
    }

    /// What became of each event of the journal, by its number.
    fileprivate var receptions: [Int: (isHandled: Bool, instant: Timestamp, text: String)] {
        var receptions: [Int: (isHandled: Bool, instant: Timestamp, text: String)] = [:]
        for occurrence in occurrences {
            guard let entry = occurrence.entry, case .event(let name, _, let isHandled) = occurrence.kind else {
                continue
            }
            let title = occurrence.titled(occurrence.definition(in: workflow).title(ofEvent: name))
            receptions[entry] = (isHandled, occurrence.instant, title)
        }
        return receptions
    }
}

extension Occurrence {
    /// The workflow that ``kind`` is of.
    func definition(in workflow: Workflow) -> Workflow {
        child.flatMap { workflow.definition(at: $0.path) } ?? workflow
    }

    /// A name in it, as the whole case has it.
    fileprivate func name(_ name: String) -> String { child?.path.name(name) ?? name }

    /// What people call something in it.
    fileprivate func titled(_ title: String) -> String { child.map { "\($0.title) — \(title)" } ?? title }
}
