package import CivilTime
import Expressions
package import WorkflowModel

extension Message {
    /// What the recipient reads.
    ///
    /// - Parameters:
    ///   - caseID: The case, named in the subject so that messages of one contract are found together.
    ///   - lateBy: The day on which the message leaves, where it should have left on an earlier one.
    package func words(caseID: String, workflow: Workflow, leavingLateOn lateDay: CivilDate? = nil) -> (
        subject: String, body: String
    ) {
        let french = workflow.language == .french
        var subject: String
        var paragraphs: [String]
        switch content {
        case .notification(let text, let body):
            subject = text
            paragraphs = body.isEmpty ? [text] : [body]
        case .reminder(let index, let date, let rung):
            let title = workflow.dates[index].title
            let limit = date.words(of: workflow.dates[index], in: workflow.language)
            subject = Self.reminderSubject(title, date, rung, on: workflow.zone.civil(at: instant).date, french: french)
            paragraphs = [
                Self.reminderSentence(title, limit, date, on: workflow.zone.civil(at: instant).date, french: french)
            ]
            if date.isProvisional {
                paragraphs.append(
                    french
                        ? "Cette date est provisoire : elle dépend d'un jour férié qui n'est pas encore annoncé."
                        : "This date is provisional: it depends on a holiday that has not been announced yet.")
            }
        }
        if let lateDay {
            subject = (french ? "[En retard] " : "[Late] ") + subject
            let owed = workflow.zone.civil(at: instant).date.words(in: workflow.language)
            let day = lateDay.words(in: workflow.language)
            paragraphs.insert(
                french
                    ? "Ce message aurait dû partir le \(owed) ; il part le \(day)."
                    : "This message should have left on \(owed); it leaves on \(day).", at: 0)
        }
        if let clause, let document = workflow.document {
            paragraphs.append(
                french ? "Référence : \(document), ligne \(clause.line)." : "Reference: \(document), line \(clause.line).")
        }
        paragraphs.append(french ? "Marché : \(workflow.title) (dossier \(caseID))."
            : "Contract: \(workflow.title) (case \(caseID)).")
        return ("\(workflow.title) — \(subject)", paragraphs.joined(separator: "\n\n") + "\n")
    }

    private static func reminderSubject(
        _ title: String, _ date: ResolvedDate, _ rung: Rung, on day: CivilDate, french: Bool
    ) -> String {
        let distance = date.day.distanceWords(from: day, in: french ? .french : .english)
        if rung.isEscalation { return french ? "Relance : \(title), \(distance)" : "Escalation: \(title), \(distance)" }
        if date.day < day { return french ? "Échéance passée : \(title), \(distance)" : "Overdue: \(title), \(distance)" }
        return french ? "Rappel : \(title), \(distance)" : "Reminder: \(title), \(distance)"
    }

    private static func reminderSentence(
        _ title: String, _ limit: String, _ date: ResolvedDate, on day: CivilDate, french: Bool
    ) -> String {
        let distance = date.day.distanceWords(from: day, in: french ? .french : .english)
        if date.day < day {
            return french
                ? "L'échéance « \(title) » était fixée \(limit) : c'était \(distance), et elle attend toujours."
                : "'\(title)' was due \(limit): that was \(distance), and it is still waiting."
        }
        return french
            ? "L'échéance « \(title) » est fixée \(limit), c'est-à-dire \(distance)."
            : "'\(title)' is due \(limit), that is \(distance)."
    }
}

extension ResolvedDate {
    /// The day in a sentence: `avant le vendredi 24 septembre 2021 à 16 h 30`, `by Friday 15 October 2021`; where
    /// nothing has to be done by then, `le mercredi 15 septembre 2021`.
    package func words(of date: NamedDate, in language: Language) -> String {
        let day = time.map { CivilDateTime(date: self.day, time: $0).words(in: language) } ?? self.day.words(in: language)
        let isBefore = time != nil && date.isStrict
        return switch (language, date.isDeadline) {
        case (.french, true): (isBefore ? "avant le " : "au plus tard le ") + day
        case (.french, false): "le " + day
        case (_, true): (isBefore ? "before " : "by ") + day
        case (_, false): "on " + day
        }
    }
}
