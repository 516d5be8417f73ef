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

    /// How a named date came to be, in words of the contract's language: itself, what it counts from, and so on.
    ///
    /// - Throws: ``QuestionError`` for a name that is no date's.
    package func explain(_ name: String, in current: Case) throws(QuestionError) -> [String] {
        guard let index = date(named: name) else {
            throw QuestionError(
                message: "there is no date '\(name)'; there are \(dates.map(\.name).joined(separator: ", "))")
        }
        return explanation(of: index, in: current).map { language.typeset($0) }
    }

    private func explanation(of index: Int, in current: Case) -> [String] {
        let date = dates[index]
        let french = language == .french
        let cited =
            date.clause.map { clause in
                document.map { french ? " (\($0), ligne \(clause.line))" : " (\($0), line \(clause.line))" }
                    ?? " (l. \(clause.line))"
            } ?? ""
        guard let resolved = current.dates[index] else {
            return ["\(date.title)\(cited)\(language.colon)" + (french ? "pas encore connue" : "not known yet")]
                + unknownAnchor(of: date, in: current)
        }
        var lines = ["\(date.title)\(cited)\(language.colon)\(resolved.words(of: date, in: language))"]
        if let event = date.replacedBy, let instant = current.eventAnchors[event] {
            let title = self.event(named: anchorEvents[event].name)?.title ?? anchorEvents[event].name
            let day = zone.civil(at: instant).date.words(in: language)
            return lines + [french ? "  fixée par « \(title) », le \(day)" : "  set by '\(title)' on \(day)"]
        }
        switch date.source {
        case .literal(let day, _):
            if current.shiftDays == 0 {
                lines.append(french ? "  écrite dans le document" : "  written in the document")
            } else {
                let written = day.words(in: language)
                lines.append(
                    french
                        ? "  écrite dans le document pour le \(written), décalée de \(current.shiftDays) jours"
                        : "  written in the document as \(written), moved by \(current.shiftDays) days")
            }
        case .expression(let expression):
            lines.append((french ? "  calculée : " : "  computed: ") + expression.expression.source)
            lines += rules(of: expression).map { "  \($0)" }
        case .counted(let period, let direction, let anchor):
            guard let start = day(of: anchor, in: current) else { return lines }
            if period.duration == nil {
                let derived =
                    direction == .after
                    ? limit(period, after: start, calendar: calendar, roll: date.roll)
                    : limit(period, before: start, calendar: calendar, roll: date.roll)
                lines += derived.steps.map { "  \($0.words(in: language))" }
            } else {
                lines.append("  \(period.words(in: language))")
            }
            lines += date.origin.map { ["  \($0.title)\(language.colon)\($0.words(in: language))"] } ?? []
            lines += origin(of: anchor, in: current)
        }
        return lines
    }

    /// The rules that an expression is computed with, a line each.
    package func rules(of expression: CheckedExpression) -> [String] {
        let ofValues: [String] = expression.variables.compactMap { variable in
            guard case .value(let index) = variable, let origin = values[index].origin else { return nil }
            return "\(origin.title)\(language.colon)\(origin.words(in: language))"
        }
        let ofFunctions = expression.expression.hostFunctions.compactMap { name in
            names.environment.functions.first { $0.name == name }?.source.map { "\(name)\(language.colon)\($0)" }
        }
        return ofValues + ofFunctions
    }

    private func origin(of anchor: DateAnchor, in current: Case) -> [String] {
        let french = language == .french
        switch anchor {
        case .date(let index): return explanation(of: index, in: current)
        case .event(let index):
            let name = anchorEvents[index].name
            let title = event(named: name)?.title ?? name
            guard let instant = current.eventAnchors[index] else { return [] }
            let moment = zone.civil(at: instant).words(in: language)
            return [french ? "\(title) : le \(moment)" : "\(title): \(moment)"]
        case .entry(let index):
            let title = states[Int(anchorStates[index].rawValue)].title
            guard let instant = current.entryAnchors[index] else { return [] }
            let moment = zone.civil(at: instant).words(in: language)
            return [french ? "Entrée dans « \(title) » : le \(moment)" : "Entry of '\(title)': \(moment)"]
        }
    }

    private func unknownAnchor(of date: NamedDate, in current: Case) -> [String] {
        guard case .counted(let period, _, let anchor) = date.source else { return [] }
        let french = language == .french
        let what =
            switch anchor {
            case .date(let index): dates[index].title
            case .event(let index): event(named: anchorEvents[index].name)?.title ?? anchorEvents[index].name
            case .entry(let index): states[Int(anchorStates[index].rawValue)].title
            }
        let words = period.words(in: language)
        return [
            french
                ? "  \(words) comptés à partir de « \(what) », qui n'a pas encore de date"
                : "  \(words) counted from '\(what)', which has no date yet"
        ]
    }

    private func day(of anchor: DateAnchor, in current: Case) -> CivilDate? {
        switch anchor {
        case .date(let index): current.dates[index]?.nominal
        case .event(let index): current.eventAnchors[index].map { zone.civil(at: $0).date }
        case .entry(let index): current.entryAnchors[index].map { zone.civil(at: $0).date }
        }
    }
}

/// Why a question about a case has no answer.
package struct QuestionError: Error, Hashable, Sendable {
    /// For people.
    package var message: String
}
