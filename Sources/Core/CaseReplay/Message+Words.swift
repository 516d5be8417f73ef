package import CivilTime
import Expressions
package import WorkflowModel

extension Message {
    /// What the recipient reads, typeset for the contract's language.
    ///
    /// - Parameters:
    ///   - language: The recipient's, for what Jalon itself says; the contract's where it is absent.
    ///   - caseID: The case, named at the end so that an answer can say which one it is about.
    ///   - lateDay: The day on which a late message leaves. It names dates by themselves, not by how far they are, and
    ///     says when it should have left where that was another day.
    package func words(
        caseID: String, workflow: Workflow, language: Language? = nil, leavingLateOn lateDay: CivilDate? = nil
    ) -> (subject: String, body: String) {
        let language = language ?? workflow.language
        let french = language == .french
        let day = workflow.zone.civil(at: instant).date
        var (subject, paragraphs) = content.words(
            on: day, isLate: lateDay != nil, language: language, in: definition(in: workflow))
        if let child { subject = "\(child.title) — \(subject)" }
        if let lateDay, lateDay > day {
            subject = (french ? "[En retard] " : "[Late] ") + subject
            paragraphs.insert(Self.lateOpening(in: language) + "\(day.words(in: language)).", at: 0)
        }
        if let clause, let document = workflow.document {
            paragraphs.append(
                french
                    ? "Référence : \(document), ligne \(clause.line)." : "Reference: \(document), line \(clause.line).")
        }
        let place = ([workflow.title, child?.title].compactMap(\.self)).joined(separator: ", ")
        let name = child.map { "\(caseID) \($0.path)" } ?? caseID
        paragraphs.append(
            french ? "Marché : \(place) (dossier \(name))." : "Contract: \(place) (case \(name)).")
        return (
            language.typeset("\(workflow.title) — \(subject)"),
            language.typeset(paragraphs.joined(separator: "\n\n")) + "\n"
        )
    }
}

extension Message {
    /// What the body of a message that leaves on a later day than it should have begins with, before that day.
    package static func lateOpening(in language: Language) -> String {
        language == .french ? "Ce message aurait dû partir le " : "This message should have left on "
    }

    /// What reminders of one ladder about one deadline have in common, whoever they are for, by their keys; `nil` for the
    /// key of anything else.
    package static func ladder(ofKey key: String) -> String? {
        let parts = key.split(separator: "/", omittingEmptySubsequences: false)
        guard let place = parts.lastIndex(where: isVersionOfReminder), place >= 2, parts[place - 2].contains(":") else {
            return nil
        }
        let version = parts[place].prefix { $0 != "@" }
        return (parts[..<(place - 1)] + [version]).joined(separator: "/")
    }

    private static func isVersionOfReminder(_ part: Substring) -> Bool {
        CivilDate(iso: String(part.prefix(10))) != nil && !part.contains("#") && !part.contains("..")
    }
}

extension Message.Content {
    /// The subject without the contract's name, and what the body says before its references.
    ///
    /// - Parameters:
    ///   - day: The day on which the message is owed, in the contract's zone.
    ///   - isLate: True where it is read some other day, so that nothing is said of how far a date is.
    func words(
        on day: CivilDate, isLate: Bool = false, language: Language, in workflow: Workflow
    ) -> (subject: String, paragraphs: [String]) {
        switch self {
        case .notification(let subject, let body):
            return (subject, [body.isEmpty ? sentence(subject) : body])
        case .reminder(let index, let date, let rung):
            let named = workflow.dates[index]
            var paragraphs = [Self.statement(named, date, on: day, isLate, in: language)]
            if date.isProvisional {
                paragraphs.append(
                    language == .french
                        ? "Cette date est provisoire : elle dépend d'un jour férié qui n'est pas encore annoncé."
                        : "This date is provisional: it depends on a holiday that has not been announced yet.")
            }
            return (Self.subject(named, date, rung, on: day, isLate, in: language), paragraphs)
        case .cadence(let status, let isOver):
            return status.message(isOver: isOver, on: day, isLate, language: language, in: workflow)
        }
    }

    private static func subject(
        _ named: NamedDate, _ date: ResolvedDate, _ rung: Rung, on day: CivilDate, _ isLate: Bool, in language: Language
    ) -> String {
        let (title, french) = (named.title, language == .french)
        let isOver = named.kind == .deadline && date.day < day
        if case .onOpening = rung.moment, let window = date.window, !isOver {
            let days = window.words(in: language)
            return (french ? "Ouverture" : "Opening") + language.colon + "\(title), \(days)"
        }
        let kind =
            switch (rung.isEscalation, isOver) {
            case (true, true): french ? "Relance, échéance dépassée" : "Escalation, overdue"
            case (true, false): french ? "Relance" : "Escalation"
            case (false, true): french ? "Échéance dépassée" : "Overdue"
            case (false, false): french ? "Rappel" : "Reminder"
            }
        // What is over by then is no time limit any more: its day alone is told.
        let when =
            if !isLate {
                date.day.distanceWords(from: day, in: language)
            } else if isOver {
                (french ? "le " : "on ") + date.day.words(in: language)
            } else {
                date.words(of: named, in: language)
            }
        return kind + language.colon + "\(title), \(when)"
    }

    private static func statement(
        _ named: NamedDate, _ date: ResolvedDate, on day: CivilDate, _ isLate: Bool, in language: Language
    ) -> String {
        let limit = date.words(of: named, in: language)
        if isLate { return lateStatement(named, limit, isOver: date.day < day, in: language) }
        let distance = date.day.distanceWords(from: day, in: language)
        if let window = date.window, window.first <= day, day <= window.last {
            return language == .french
                ? "« \(named.title) » est à faire \(limit) : la période est ouverte et se termine \(distance)."
                : "'\(named.title)' is to be done \(limit): the period is open and ends \(distance)."
        }
        guard named.kind == .deadline else {
            let was = language == .french ? "c'était " : "it was "
            let name = language == .french ? "« \(named.title) » : " : "'\(named.title)': "
            return name + (date.day < day ? was : "") + "\(limit), \(distance)."
        }
        return switch (language, date.day < day) {
        case (.french, true):
            "L'échéance « \(named.title) » est dépassée : c'était \(limit), \(distance). Rien n'indique que ce soit fait."
        case (.french, false): "L'échéance « \(named.title) » arrive \(distance) : \(limit)."
        case (_, true): "'\(named.title)' was due \(limit), \(distance). Nothing says that it has been done."
        case (_, false): "'\(named.title)' is due \(distance): \(limit)."
        }
    }
}

extension Message.Content {
    /// The same without a word of how far the date is.
    private static func lateStatement(
        _ named: NamedDate, _ limit: String, isOver: Bool, in language: Language
    ) -> String {
        let isDeadline = named.kind == .deadline
        return switch (language, isOver) {
        case (.french, true) where isDeadline:
            "L'échéance « \(named.title) » est dépassée : c'était \(limit). Rien n'indique que ce soit fait."
        case (.french, true): "« \(named.title) » : c'était \(limit)."
        case (.french, false): (isDeadline ? "Échéance " : "") + "« \(named.title) » : \(limit)."
        case (_, true) where isDeadline: "'\(named.title)' was due \(limit). Nothing says that it has been done."
        case (_, true): "'\(named.title)': it was \(limit)."
        case (_, false): isDeadline ? "'\(named.title)' is due \(limit)." : "'\(named.title)': \(limit)."
        }
    }
}

/// A subject that stands alone as a body.
private func sentence(_ subject: String) -> String {
    subject.last.map { ".!?…".contains($0) } == true ? subject : subject + "."
}

extension ResolvedDate {
    /// The day in a sentence: `avant le vendredi 24 septembre 2021 à 16 h 30`, `by Friday 15 October 2021`; where
    /// nothing has to be done by then, `le mercredi 15 septembre 2021`, or `à partir du`.
    package func words(of date: NamedDate, in language: Language) -> String {
        if let window { return window.wordsWithBounds(in: language) }
        let day =
            time.map { CivilDateTime(date: self.day, time: $0).words(in: language) } ?? self.day.words(in: language)
        let isBefore = time != nil && date.isStrict
        return switch (language, date.kind, date.isDeadline) {
        case (.french, .earliest, _): "à partir du " + day
        case (.french, .deadline, true): (isBefore ? "avant le " : "au plus tard le ") + day
        case (.french, _, _): "le " + day
        case (_, .earliest, _): "from " + day
        case (_, .deadline, true): (isBefore ? "before " : "by ") + day
        case (_, _, _): "on " + day
        }
    }
}
