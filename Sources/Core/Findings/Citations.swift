import CivilTime
import StatechartKernel
package import WorkflowModel

/// An element of a workflow and the line of the document that it was made of.
package struct Citation: Hashable, Sendable {
    package var clause: Clause
    /// What the element is, in the contract's language: `date`, `étape`.
    package var kind: String
    /// Its name in the file; a term's is its key.
    package var name: String
    /// What people read.
    package var title: String
}

/// All elements of a workflow that cite the document, in the order of its lines.
package func citations(in workflow: Workflow) -> [Citation] {
    var collector = CitationCollector(language: workflow.language)
    collector.addElements(of: workflow)
    if let terms = workflow.terms { collector.addTerms(terms) }
    var seen: Set<Citation> = []
    return collector.citations.enumerated().filter { seen.insert($0.element).inserted }
        .sorted { ($0.element.clause.line, $0.offset) < ($1.element.clause.line, $1.offset) }.map(\.element)
}

private struct CitationCollector {
    let language: Language
    var citations: [Citation] = []
    /// What names of a kind of child begin with: `order/`.
    private var prefix = ""

    init(language: Language) { self.language = language }

    mutating func add(_ kind: (french: String, english: String), _ name: String, _ title: String?, _ clause: Clause?) {
        guard let clause else { return }
        citations.append(
            Citation(
                clause: clause, kind: language == .french ? kind.french : kind.english, name: prefix + name,
                title: title ?? name))
    }

    mutating func addElements(of workflow: Workflow) {
        addDeclarations(of: workflow)
        addStates(of: workflow)
        for opening in workflow.openings {
            let kind = workflow.kinds[opening.kind]
            add(("dossier", "case"), kind.name, opening.title.map(words) ?? kind.title, opening.clause)
        }
        let around = prefix
        for kind in workflow.kinds {
            add(("dossier", "case"), kind.name, kind.title, kind.clause)
            prefix = "\(around)\(kind.name)/"
            addElements(of: kind.workflow)
            prefix = around
        }
    }

    /// A text with what is known of it before any case.
    private func words(_ text: MessageText) -> String {
        text.parts.map { part in if case .text(let text) = part { text } else { "…" } }.joined()
    }

    private mutating func addDeclarations(of workflow: Workflow) {
        for item in workflow.parameters { add(("paramètre", "parameter"), item.name, item.title, item.clause) }
        for item in workflow.parties.dropFirst(workflow.sharedParties)
        where !workflow.committees.contains(where: { $0.name == item.name }) {
            add(("acteur", "party"), item.name, item.title, item.clause)
        }
        for item in workflow.committees { add(("comité", "committee"), item.name, item.title, item.clause) }
        for item in workflow.events { add(("événement", "event"), item.name, item.title, item.clause) }
        for item in workflow.data { add(("donnée", "data"), item.name, item.title, item.clause) }
        for item in workflow.dates { add(("date", "date"), item.name, item.title, item.clause) }
        for item in workflow.values where !item.name.contains(".") {
            add(("valeur", "value"), item.name, item.title, item.clause)
        }
        for item in workflow.clocks { add(("horloge", "clock"), item.name, item.title, item.clause) }
        for item in workflow.cadences { add(("obligation périodique", "cadence"), item.name, item.title, item.clause) }
    }

    private mutating func addStates(of workflow: Workflow) {
        for state in workflow.states { add(("étape", "state"), state.path, state.title, state.clause) }
        for timer in workflow.timers {
            let state = workflow.states[Int(timer.state.rawValue)]
            add(("échéance", "due"), state.path, state.title, timer.clause)
        }
        for ladder in workflow.ladders {
            add(
                ("rappel", "reminder"), workflow.dates[ladder.date].name, workflow.dates[ladder.date].title,
                ladder.clause)
        }
        for block in workflow.actions { block.actions.forEach { addMessages($0) } }
    }

    private mutating func addMessages(_ action: Action) {
        switch action {
        case .notify(let message):
            let subject = words(message.subject)
            let place = message.element.split(separator: " ").first.map(String.init)
            add(("message", "message"), place ?? message.element, subject, message.clause)
        case .choose(let branches, let otherwise):
            for branch in branches { branch.actions.forEach { addMessages($0) } }
            otherwise.forEach { addMessages($0) }
        default: break
        }
    }

    mutating func addTerms(_ terms: ContractTerms) {
        func add(_ key: String, _ title: String?, _ clause: Clause?) {
            self.add(("terme", "term"), key, title, clause)
        }
        for term in terms.procedures { add("procedure", term.kind?.rawValue, term.clause) }
        for term in terms.offers { add("offers", term.site ?? term.due?.title, term.clause) }
        for term in terms.channels { add("channels", term.address, term.clause) }
        for term in terms.periods { add("period", term.lasts?.words(in: language) ?? term.within?.text, term.clause) }
        for term in terms.renewals { add("renewal", term.total?.words(in: language), term.clause) }
        for term in terms.ceilings { add("ceilings", term.lot, term.clause) }
        for term in terms.prices { add("price", term.form.rawValue, term.clause) }
        for term in terms.phases {
            add("phases", term.name, term.clause)
            add("phases", term.name, term.fromClause)
        }
        for term in terms.criteria { add("criteria", term.name, term.clause) }
        for term in terms.minimumMarks { add("minimum-marks", "\(term.points)", term.clause) }
        for term in terms.penalties { add("penalty", term.parameter?.title ?? term.rules, term.clause) }
        for term in terms.payments { add("payment", term.within?.words(in: language), term.clause) }
        for term in terms.references { add("references", term.to, term.clause) }
        for term in terms.counts { add("counts", term.of, term.clause) }
        for term in terms.obligations { add("obligations", term.of, term.clause) }
        for term in terms.symbols { add("symbols", "\(term.word) = \(term.of)", term.clause) }
        for term in terms.vocabulary { add("vocabulary", term.word, term.clause) }
        for term in terms.written { add("written", term.word, term.clause) }
    }
}

/// Whether a line of a document speaks of what somebody has to do, by when, how much or how often: worth a look where
/// no element was made of it. It errs towards yes.
package func mayOblige(_ line: String) -> Bool {
    let text = line.lowercased()
    let words = Set(text.split { !$0.isLetter && !$0.isNumber }.map(String.init))
    let duties: Set<String> = [
        "devra", "devront", "doit", "doivent", "tenu", "minimum", "maximum", "minima", "délai", "délais", "durée",
        "pénalité", "pénalités", "résiliation", "paiement", "paiements", "validation", "valider", "comité", "annuel",
        "annuelle", "annuels", "trimestre", "semestre", "reconduit", "reconductibles", "limite", "must", "shall",
        "least", "most", "penalty", "penalties", "deadline", "payment", "committee", "renewal", "yearly",
    ]
    if !words.isDisjoint(with: duties) { return true }
    let units: Set<String> = [
        "jour", "jours", "semaine", "semaines", "mois", "an", "ans", "fois", "ht", "ttc", "points", "day", "days",
        "week",
        "weeks", "month", "months", "year", "years", "times",
    ]
    let hasNumber = text.contains(where: \.isNumber)
    return hasNumber && (!words.isDisjoint(with: units) || text.contains("%") || text.contains("€"))
}
