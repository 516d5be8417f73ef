import CivilTime
package import Expressions
import StatechartKernel
package import WorkflowModel

extension Workflow {
    /// Computes an expression with what a case knows.
    ///
    /// - Throws: ``QuestionError`` for a mistake in the expression or a value that cannot be computed.
    package func evaluate(_ source: String, in current: Case) throws(QuestionError) -> Value {
        let (expression, problems) = Expression.compile(source, in: names.environment)
        guard let expression, problems.isEmpty else {
            let problem = problems.first
            let guess = problem?.guess.map { "; did you mean '\($0)'?" } ?? ""
            throw QuestionError(
                message: "column \((problem?.offset ?? 0) + 1): \(problem?.message ?? "no expression")\(guess)")
        }
        let checked = CheckedExpression(
            expression: expression, variables: expression.variables.compactMap { names.references[$0] })
        do {
            return try Run(self, resuming: current).evaluate(checked)
        } catch {
            throw QuestionError(message: error.message)
        }
    }

    /// How a date, a value, a parameter or an obligation that comes back came to be, in words of the contract's language:
    /// itself, what it rests on, and so on.
    ///
    /// - Throws: ``QuestionError`` for a name that stands for nothing.
    package func explain(_ name: String, in current: Case) throws(QuestionError) -> [String] {
        if let lines = explanation(called: name, in: current) { return lines.map { language.typeset($0) } }
        let known = dates.map(\.name) + cadences.map(\.name) + values.map(\.name) + parameters.map(\.name)
        throw QuestionError(
            message: "there is no date, value or cadence '\(name)'; \(offered(for: name, among: known))")
    }

    private func explanation(called name: String, in current: Case) -> [String]? {
        if let index = date(named: name) { return explanation(of: index, in: current) }
        if let index = cadences.firstIndex(where: { $0.name == name }) {
            return explanation(ofCadence: index, in: current)
        }
        return explanation(ofName: name, in: current)
    }

    /// How a named date came to be, in lines.
    func explanation(of index: Int, in current: Case) -> [String] {
        var seen: Set<VariableReference> = [.date(index)]
        return explanation(of: index, in: current, &seen)
    }

    /// - Parameter seen: What has been told already.
    func explanation(of index: Int, in current: Case, _ seen: inout Set<VariableReference>) -> [String] {
        let date = dates[index]
        let french = language == .french
        let cited = cited(date.clause)
        guard let resolved = current.dates[index] else {
            let words = words(ofDate: index, in: current)
            let unknown = french ? "pas encore connue" : "not known yet"
            var lines = ["\(date.title)\(cited)\(language.colon)\(words.isEmpty ? unknown : words)"]
            if case .expression(let expression) = date.source {
                lines += explanation(
                    of: expression, in: current, indent: "  ", after: french ? "calculée : " : "computed: ", &seen)
            }
            return lines + unknownAnchor(of: date, in: current) + clockLines(of: date, in: current)
        }
        var lines = ["\(date.title)\(cited)\(language.colon)\(resolved.words(of: date, in: language))"]
        if let event = date.replacedBy, let position = current.eventAnchors[event] {
            let title = self.event(named: anchorEvents[event].name)?.title ?? anchorEvents[event].name
            let day = zone.day(of: position).words(in: language)
            return lines + [french ? "  fixée par « \(title) », le \(day)" : "  set by '\(title)' on \(day)"]
        }
        switch date.source {
        case .literal(let day, _): lines.append(written(day.words(in: language), french ? "le " : "", current))
        case .calendar(_, .fixed(let window)):
            lines.append(written(window.words(in: language), "", current))
            if window.isFuzzy {
                lines.append(
                    french
                        ? "  texte imprécis : lu comme les trois premiers mois de l'année"
                        : "  the text is imprecise: read as the first three months of the year")
            }
        case .expression(let expression):
            let word = french ? "calculée : " : "computed: "
            lines += explanation(of: expression, in: current, indent: "  ", after: word, &seen)
        case .counted(let period, _, _) where period.duration != nil:
            lines.append("  \(period.words(in: language))")
        case .counted, .calendar(_, .relative): break
        }
        if case .expression = date.source, resolved.day != resolved.nominal {
            let steps = rolled(resolved.nominal, of: date)?.steps ?? []
            lines += steps.dropFirst().map { "  \($0.words(in: language))" }
        }
        lines += (derived(date, in: current)?.steps ?? []).map { "  \($0.words(in: language))" }
        lines += date.origin.map { ["  \($0.title)\(language.colon)\($0.words(in: language))"] } ?? []
        lines += clockLines(of: date, in: current)
        if let anchor = date.source.anchor { lines += origin(of: anchor, in: current, &seen) }
        return lines
    }

    /// That a date is written in the document, and by how much the case has moved it.
    private func written(_ words: String, _ article: String, _ current: Case) -> String {
        let french = language == .french
        if current.shiftDays == 0 { return french ? "  écrite dans le document" : "  written in the document" }
        let (days, isEarlier) = (Period(abs(current.shiftDays), .days).words(in: language), current.shiftDays < 0)
        return french
            ? "  écrite dans le document pour \(article)\(words), \(isEarlier ? "avancée" : "décalée") de \(days)"
            : "  written in the document as \(words), moved \(days) \(isEarlier ? "earlier" : "later")"
    }

    /// By which clock a date counts, and when it was stopped.
    private func clockLines(of date: NamedDate, in current: Case) -> [String] {
        guard let index = date.clock else { return [] }
        let french = language == .french
        let clock = clocks[index]
        let stops = current.clocks[index].map { stop in
            let since = zone.day(of: stop.since).words(in: language)
            let until = stop.until.map { zone.day(of: $0).words(in: language) }
            if french {
                return until.map { "arrêt le \(since), reprise le \($0)" }
                    ?? "arrêt le \(since), sans reprise à ce jour"
            }
            return until.map { "stopped on \(since), resumed on \($0)" } ?? "stopped on \(since), not resumed so far"
        }
        let never = french ? "jamais arrêté" : "never stopped"
        let list = stops.isEmpty ? never : stops.joined(separator: french ? " ; " : "; ")
        return [
            (french ? "  compté par « \(clock.title) »" : "  counted by '\(clock.title)'") + cited(clock.clause)
                + language.colon + list
        ]
    }

    /// What a date or an obligation counts from, in lines.
    func origin(of anchor: DateAnchor, in current: Case, indent: String = "") -> [String] {
        var seen: Set<VariableReference> = []
        return origin(of: anchor, in: current, &seen).map { indent + $0 }
    }

    private func origin(of anchor: DateAnchor, in current: Case, _ seen: inout Set<VariableReference>) -> [String] {
        let french = language == .french
        switch anchor {
        case .date(let index):
            guard seen.insert(.date(index)).inserted else { return [] }
            return explanation(of: index, in: current, &seen)
        case .opening(let index):
            guard let window = window(of: index, in: current) else { return [] }
            let day = window.first.words(in: language)
            let title = dates[index].title
            let opening = french ? "Ouverture de « \(title) » : le \(day)" : "Opening of '\(title)': \(day)"
            guard seen.insert(.date(index)).inserted else { return [opening] }
            return [opening] + explanation(of: index, in: current, &seen)
        case .event, .entry:
            guard let position = position(of: anchor, in: current) else { return [] }
            let words =
                zone.dayEnding(at: position)?.endWords(in: language)
                ?? zone.civil(at: position.instant).words(in: language)
            return [name(of: anchor) + language.colon + (french ? "le " : "") + words]
        }
    }

    /// What people call what something counts from.
    private func name(of anchor: DateAnchor) -> String {
        let french = language == .french
        switch anchor {
        case .date(let index): return dates[index].title
        case .opening(let index):
            return french ? "Ouverture de « \(dates[index].title) »" : "Opening of '\(dates[index].title)'"
        case .event(let index): return event(named: anchorEvents[index].name)?.title ?? anchorEvents[index].name
        case .entry(let index):
            let title = states[Int(anchorStates[index].rawValue)].title
            return french ? "Entrée dans « \(title) »" : "Entry of '\(title)'"
        }
    }

    private func unknownAnchor(of date: NamedDate, in current: Case) -> [String] {
        guard let anchor = date.source.anchor, start(of: anchor, in: current) == nil else { return [] }
        let french = language == .french
        let what =
            switch anchor {
            case .date(let index), .opening(let index): dates[index].title
            case .event: name(of: anchor)
            case .entry(let index): states[Int(anchorStates[index].rawValue)].title
            }
        var words = ""
        var counted = "comptés"
        if case .counted(let period, _, _) = date.source {
            words = period.words(in: language)
            counted = period.unit.counted(period.count)
        }
        if words.isEmpty {
            return [
                french
                    ? "  dépend de « \(what) », qui n'a pas encore de date"
                    : "  rests on '\(what)', which has no date yet"
            ]
        }
        return [
            french
                ? "  \(words) \(counted) à partir de « \(what) », qui n'a pas encore de date"
                : "  \(words) counted from '\(what)', which has no date yet"
        ]
    }
}

/// Why a question about a case has no answer.
package struct QuestionError: Error, Hashable, Sendable {
    /// For people.
    package var message: String

    package init(message: String) { self.message = message }
}
