import CivilTime
import Expressions
import StatechartKernel
package import WorkflowModel

/// An occurrence in words.
package struct Narration: Hashable, Sendable {
    /// Stable, for programs: `event`, `ignored`, `parameters`, `parties`, `decision`, `corrected`, `amended`, `due`, `entered`,
    /// `left`, `date`, `message`, `breach`, `failure`, `refused`, `over`, `fault`, `started`, `settled`.
    package var kind: String
    /// For people, in the contract's language.
    package var text: String
    /// The element's name in the file: a state's path, a date's, an event's; in a child, after the child's path. `nil`
    /// where there is none.
    package var element: String?
    package var clause: Clause?
}

extension Occurrence {
    /// The occurrence as `history` and `simulate` tell it.
    package func narration(in workflow: Workflow) -> Narration {
        var narration = told(in: definition(in: workflow))
        if let child {
            narration.text = child.title + workflow.language.colon + narration.text
            if case .message = kind {
            } else {
                narration.element = narration.element.map { child.path.name($0) } ?? "\(child.path)"
            }
        }
        narration.text = workflow.language.typeset(narration.text)
        return narration
    }

    private func told(in workflow: Workflow) -> Narration {
        let french = workflow.language == .french
        switch kind {
        case .started:
            let text =
                child == nil
                ? (french ? "Début du dossier" : "The case starts") : (french ? "ouverture" : "opened")
            return Narration(kind: "started", text: text)
        case .settled(let settlement):
            let by = settlement.by.map { french ? ", décidé par \($0)" : ", decided by \($0)" } ?? ""
            let reason = french ? "motif : \(settlement.reason)" : "reason: \(settlement.reason)"
            return Narration(
                kind: "settled",
                text: (french ? "Contradiction réglée : " : "Contradiction settled: ")
                    + "\(settlement.choice) (\(reason)\(by))", element: settlement.finding)
        case .event(let name, let payload, let isHandled):
            return event(name, payload, isHandled, in: workflow)
        case .parametersSet(let values):
            let list = values.map { given in
                let parameter = workflow.parameters[given.parameter]
                return "\(parameter.title ?? parameter.name)\(workflow.language.colon)"
                    + given.value.words(in: workflow)
            }
            return Narration(
                kind: "parameters",
                text: (french ? "Paramètres donnés : " : "Parameters given: ")
                    + list.joined(separator: french ? " ; " : "; "))
        case .partiesSet(let bindings):
            let list = bindings.map { workflow.parties[$0.party].title + workflow.language.colon + $0.address }
            return Narration(
                kind: "parties",
                text: (french ? "Acteurs nommés : " : "Parties named: ") + list.joined(separator: french ? " ; " : "; ")
            )
        case .decided(let decision):
            return Narration(kind: "decision", text: decision.words(french: french))
        case .corrected(let correction):
            return Narration(kind: "corrected", text: correction.words(in: workflow))
        case .amended(let amendment):
            return Narration(kind: "amended", text: amendment.words(in: workflow.language))
        case .timer(let index):
            return due(workflow.timers[index], in: workflow)
        case .entered(let state):
            let info = workflow.states[Int(state.rawValue)]
            return Narration(kind: "entered", text: "→ \(info.title)", element: info.path, clause: info.clause)
        case .exited(let state):
            let info = workflow.states[Int(state.rawValue)]
            return Narration(kind: "left", text: "← \(info.title)", element: info.path, clause: info.clause)
        case .dateChanged(let index, let before, let after):
            return dateChanged(workflow.dates[index], before, after, in: workflow)
        case .message(let message):
            let party = workflow.parties[message.recipient].title
            let day = workflow.zone.civil(at: message.instant).date
            let subject = message.content.words(on: day, language: workflow.language, in: workflow).subject
            return Narration(
                kind: "message", text: "Message → \(party)\(workflow.language.colon)\(subject)",
                element: message.element, clause: message.clause)
        case .cadenceMissed(let status):
            let cadence = workflow.cadences[status.cadence]
            let days = DateWindow(status.period.days.lowerBound, status.period.days.upperBound)
            let bounds = days.boundsWords(in: workflow.language)
            return Narration(
                kind: "breach",
                text: (french ? "Manquement : " : "Breach: ")
                    + "\(cadence.title), \(status.words(in: workflow.language)) (\(bounds))", element: cadence.name,
                clause: cadence.clause)
        case .failure(let reason):
            return Narration(
                kind: "failure", text: french ? "Calcul impossible : \(reason)" : "Cannot compute: \(reason)")
        case .refused(let reason, _):
            return Narration(kind: "refused", text: reason)
        case .over:
            let text = child == nil ? (french ? "Fin du dossier" : "The case is over") : (french ? "fin" : "over")
            return Narration(kind: "over", text: text)
        case .fault(let reason):
            return Narration(
                kind: "fault",
                text: child == nil
                    ? (french ? "Le dossier ne peut pas continuer : \(reason)" : "The case cannot go on: \(reason)")
                    : (french ? "ne peut pas continuer : \(reason)" : "cannot go on: \(reason)"))
        }
    }

    private func event(_ name: String, _ payload: Value, _ isHandled: Bool, in workflow: Workflow) -> Narration {
        let declaration = workflow.declaration(ofEvent: name)
        var text = workflow.title(ofEvent: name)
        if case .map(let map) = payload, !map.isEmpty {
            let fields = map.entries.map { entry in
                let name = entry.key.words(in: workflow.language, zone: workflow.zone)
                let title = declaration?.fields.first { $0.name == name }?.title ?? name
                return title + workflow.language.colon + entry.value.words(in: workflow)
            }
            text += " (\(fields.joined(separator: ", ")))"
        }
        if !isHandled { text += workflow.language == .french ? " — sans effet" : " — no effect" }
        return Narration(
            kind: isHandled ? "event" : "ignored", text: text, element: name, clause: declaration?.clause)
    }

    private func due(_ timer: Timer, in workflow: Workflow) -> Narration {
        let french = workflow.language == .french
        switch timer.moment {
        case .date(let index):
            let date = workflow.dates[index]
            let word = date.kind == .deadline ? (french ? "Échéance : " : "Due: ") : ""
            return Narration(
                kind: "due", text: word + date.title, element: date.name,
                clause: timer.clause ?? date.clause)
        case .period(let period):
            let info = workflow.states[Int(timer.state.rawValue)]
            let words = period.words(in: workflow.language)
            return Narration(
                kind: "due", text: french ? "Délai de \(words) écoulé : \(info.title)" : "\(words) over: \(info.title)",
                element: info.path, clause: timer.clause)
        }
    }

    private func dateChanged(
        _ date: NamedDate, _ before: ResolvedDate?, _ after: ResolvedDate?, in workflow: Workflow
    ) -> Narration {
        let french = workflow.language == .french
        var text = "\(date.title)\(workflow.language.colon)"
        if let after {
            text += after.words(of: date, in: workflow.language)
            if after.nominal != after.day {
                let nominal = after.nominal.words(in: workflow.language)
                text += french ? " (reporté du \(nominal))" : " (moved from \(nominal))"
            }
            if let before, before.day != after.day || before.time != after.time {
                let old = before.day.words(in: workflow.language)
                text += french ? ", au lieu du \(old)" : ", instead of \(old)"
            }
        } else if date.clock != nil {
            // What its clock measures from stays known, so only the clock can have taken the day away.
            text += french ? "suspendu" : "suspended"
        } else {
            text += french ? "inconnue" : "unknown"
        }
        return Narration(kind: "date", text: text, element: date.name, clause: date.clause)
    }
}

extension Workflow {
    /// What people call an event; one of a child that is not there begins with the child.
    func title(ofEvent name: String) -> String {
        guard let (path, own) = ChildPath.split(name), !path.isEmpty else { return event(named: name)?.title ?? name }
        return "\(title(of: path)) — \(definition(at: path)?.event(named: own)?.title ?? own)"
    }

    fileprivate func declaration(ofEvent name: String) -> EventDeclaration? {
        guard let (path, own) = ChildPath.split(name) else { return nil }
        return definition(at: path)?.event(named: own)
    }

    /// What a child is called where nobody says otherwise, from the top: `Lot 2 › Bon de commande BC-7`.
    func title(of path: ChildPath) -> String {
        var kinds = kinds
        return path.steps.map { step in
            let kind = kinds.first { $0.name == step.kind }
            kinds = kind?.workflow.kinds ?? []
            return "\(kind?.title ?? step.kind) \(step.key)"
        }.joined(separator: " › ")
    }
}

extension MessageDecision {
    fileprivate func words(french: Bool) -> String {
        let said =
            switch kind {
            case .retried: french ? "Message remis à l'envoi : \(subject)" : "Message to be sent again: \(subject)"
            case .dropped: french ? "Message abandonné : \(subject)" : "Message given up: \(subject)"
            }
        guard !reason.isEmpty else { return said }
        return said + (french ? " — motif : \(reason)" : " — reason: \(reason)")
    }
}
