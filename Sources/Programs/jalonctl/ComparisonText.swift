import CivilTime
import ControlAPI

/// What moves in a case, as its manager reads it: in the contract's language.
struct ComparisonText {
    let comparison: Comparison
    let style: Style
    /// Numbers of entries that are supposed and that the case would not take.
    var notTaken: Set<Int> = []

    private var isFrench: Bool { comparison.language == "fr" }
    private var language: Language { isFrench ? .french : .english }

    /// The lines, each section under its heading; one line where nothing moves.
    func lines(indent: Int = 0) -> [String] {
        let moved =
            standing + children + states + dates + cadences + values + parties + messages + entries
        let lines = moved.isEmpty ? [isFrench ? "Rien ne change." : "Nothing moves."] : moved
        return lines.map { $0.isEmpty ? $0 : String(repeating: " ", count: indent) + $0 }
    }

    private func section(_ french: String, _ english: String, _ rows: [[String]]) -> [String] {
        rows.isEmpty ? [] : [style.bold(isFrench ? french : english)] + table(rows, indent: 2, style: style)
    }

    // MARK: States

    /// How the case as a whole stands.
    private var standing: [String] {
        section("Dossier", "Case", comparison.states.filter { $0.element.isEmpty }.map { [arrow($0)] })
    }

    private var children: [String] {
        let nothing = isFrench ? "non ouvert" : "not opened"
        return section(
            "Dossiers", "Children", comparison.children.map { [$0.title, arrow($0, nothing), clauseMark($0.clause)] })
    }

    private var states: [String] {
        let rows = comparison.states.filter { !$0.element.isEmpty }.map { move in
            [move.after == nil ? "−" : "+", move.title, clauseMark(move.clause)]
        }
        return section("Étapes en cours", "Active states", rows)
            + section("Étapes franchies en moins", "States passed no more", comparison.skipped.map(row))
            + section("Étapes franchies en plus", "States passed in addition", comparison.passed.map(row))
            + section(
                "Étapes franchies un autre jour", "States passed on another day", comparison.shifted.map(row))
    }

    private func row(_ passage: Passage) -> [String] { [day(passage.day), passage.title] }

    // MARK: Dates and values

    private var dates: [String] { section("Dates", "Dates", comparison.dates.map(row)) }
    private var cadences: [String] { section("Cadences", "Cadences", comparison.cadences.map(row)) }
    private var values: [String] { section("Valeurs", "Values", comparison.values.map(row)) }

    private var parties: [String] {
        let nothing = isFrench ? "personne" : "nobody"
        return section(
            "Acteurs", "Parties", comparison.parties.map { [$0.title, arrow($0, nothing), clauseMark($0.clause)] })
    }

    private func row(_ move: Move) -> [String] { [move.title, arrow(move), clauseMark(move.clause)] }

    private func arrow(_ move: Move, _ nothing: String? = nil) -> String {
        let nothing = nothing ?? (isFrench ? "non connu" : "not known")
        return "\(move.before ?? nothing) → \(move.after ?? nothing)"
    }

    // MARK: Messages

    private var messages: [String] {
        func rows(_ messages: [MovedMessage], _ fate: String) -> [[String]] {
            let messages = messages.filter { $0.fate == fate }
            let told = Repetitions.told(messages.map { Repetitions.group(ofKey: $0.key) }, in: language) { index in
                day(messages[index].day)
            }
            return told.map { index, words in
                let message = messages[index]
                return [day(message.day), message.to, message.subject + words, clauseMark(message.clause)]
            }
        }
        return section(
            "Messages déjà envoyés, qui n'auraient pas dû l'être", "Messages sent that should not have been",
            rows(comparison.notOwed, "sent"))
            + section("Messages qui ne partent plus", "Messages not sent any more", rows(comparison.notOwed, "dropped"))
            + section("Messages à envoyer", "Messages to be sent", rows(comparison.owed, "owed"))
            + section(
                "Messages à envoyer dès qu'un destinataire est nommé", "Messages to be sent once somebody is named",
                rows(comparison.owed, "nobody"))
            + section(
                "Rappels qui ne partent pas, car ils n'apprendraient plus rien",
                "Reminders not sent, for they would tell nothing any more", rows(comparison.owed, "overtaken"))
            + section(
                "Messages déjà envoyés, qui ne repartent pas", "Messages sent before, not sent again",
                rows(comparison.owed, "sent"))
    }

    // MARK: Entries

    private var entries: [String] {
        func rows(_ hasEffect: Bool) -> [[String]] {
            comparison.entries.filter { $0.hasEffect == hasEffect && !notTaken.contains($0.entry) }
                .map { ["\($0.entry)", day($0.at), $0.text] }
        }
        let refused = comparison.entries.filter { notTaken.contains($0.entry) }.map { [day($0.at), $0.text] }
        return section("Événements supposés que le dossier ne prend pas", "Supposed events that are not taken", refused)
            + section("Écritures sans effet désormais", "Entries without effect now", rows(false))
            + section("Écritures qui prennent effet", "Entries that take effect", rows(true))
    }

    private func day(_ iso: String) -> String { dayWords(iso, in: language) }
}
