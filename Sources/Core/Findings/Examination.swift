import CivilTime
import Expressions
import WorkflowModel

/// One look through a contract's terms: what every rule works with, and what they have in common.
struct Examination {
    let terms: ContractTerms
    let language: Language

    /// What all rules find, by severity and rule.
    var findings: [Finding] {
        let found =
            dateFindings + periodFindings + phaseFindings + amountFindings + valueFindings + criteriaFindings
            + countFindings + paymentFindings + renewalFindings + documentFindings
        var seen: Set<String> = []
        return found.filter { seen.insert($0.key).inserted }
            .sorted { ($0.severity, $0.rule, $0.subject) < ($1.severity, $1.rule, $1.subject) }
    }

    var thresholds: Thresholds { terms.thresholds }

    // MARK: Words

    /// The sentence in the contract's language.
    func say(_ french: String, _ english: String) -> String { language == .french ? french : english }

    func finding(
        _ rule: String, _ subject: String, _ severity: Finding.Severity, _ message: String, _ proposal: String,
        _ clauses: [Clause?]
    ) -> Finding {
        var places: [Clause] = []
        for clause in clauses.compactMap(\.self) where !places.contains(clause) { places.append(clause) }
        return Finding(
            rule: rule, subject: subject, severity: severity, message: language.typeset(message),
            proposal: language.typeset(proposal), clauses: places)
    }

    func words(_ day: CivilDate) -> String { day.words(in: language) }

    func words(_ day: StatedDay) -> String {
        guard let date = day.day else { return day.title }
        guard let time = day.time else { return words(date) }
        return "\(words(date)) \(say("à", "at")) \(time.words(in: language))"
    }

    func words(_ period: Period) -> String { period.words(in: language) }

    func words(_ number: Decimal) -> String { number.withoutTrailingZeros.formatted(in: language.ofAmounts) }

    func words(_ money: Money) -> String {
        let basis = money.basis.label(in: language.ofAmounts)
        return money.formatted(in: language.ofAmounts) + (basis.isEmpty ? "" : "\u{A0}\(basis)")
    }

    func days(_ count: Int) -> String { "\(count) \(PeriodUnit.days.words(count, in: language))" }

    /// `a, b et c`.
    func list(_ items: [String]) -> String {
        guard let last = items.last, items.count > 1 else { return items.first ?? "" }
        return items.dropLast().joined(separator: ", ") + say(" et ", " and ") + last
    }

    func quoted(_ text: String) -> String { say("« \(text) »", "“\(text)”") }

    /// A lot's name in a sentence, and in a key.
    func lot(_ ceiling: CeilingTerm) -> String { ceiling.lot.map { " (\($0))" } ?? "" }
    func subject(_ lot: String?) -> String { lot.map(slug) ?? "contract" }

    // MARK: What several rules ask

    /// The day that dated thresholds are looked up for.
    var consultationDay: CivilDate? {
        terms.offers.compactMap(\.due?.day).first ?? terms.procedures.compactMap(\.during?.days.lowerBound).first
    }

    var firstDays: [(day: StatedDay, clause: Clause?)] {
        terms.periods.compactMap { term in term.start.map { ($0, $0.clause ?? term.clause) } }
    }

    var firstDay: CivilDate? { firstDays.compactMap(\.day.day).first }

    /// The days of the contract, one entry for each statement that gives its first and last, or its year.
    var spans: [(days: ClosedRange<CivilDate>, clause: Clause?)] {
        terms.periods.compactMap { term in
            if let within = term.within { return (within.days, term.clause) }
            guard let first = term.start?.day ?? firstDay else { return nil }
            if let last = term.end?.day, last >= first { return (first...last, term.clause) }
            guard let last = term.lasts.flatMap({ lastDay(of: $0, from: first) }), last >= first else { return nil }
            return (first...last, term.clause)
        }
    }

    /// The last day of a duration whose first day counts; `nil` for hours and less.
    func lastDay(of period: Period, from first: CivilDate) -> CivilDate? {
        period.duration == nil ? duration(period, from: first, calendar: .everyDay).date : nil
    }

    /// A length in months; `nil` for one in other units.
    func months(_ period: Period) -> Int? {
        switch period.unit {
        case .months: period.count
        case .years: period.count * 12
        default: nil
        }
    }

    /// The length with all renewals, in months, and where it is said.
    var wholeMonths: (months: Int, clauses: [Clause?])? {
        if let renewal = terms.renewals.first(where: { $0.total.flatMap(months) != nil }),
            let total = renewal.total.flatMap(months)
        {
            return (total, [renewal.clause])
        }
        guard let term = terms.periods.first(where: { $0.lasts.flatMap(months) != nil }),
            let first = term.lasts.flatMap(months)
        else { return nil }
        guard let renewal = terms.renewals.first, let times = renewal.times else { return (first, [term.clause]) }
        let each = renewal.each.flatMap(months) ?? first
        return (first + times * each, [term.clause, renewal.clause])
    }

    /// Reports a quantity that is stated with different values.
    ///
    /// - Parameter values: Each statement's value in words with its clause; equal words are equal values.
    func disagreement(
        _ subject: String, _ quantity: String, _ values: [(text: String, clause: Clause?)], _ proposal: String
    ) -> [Finding] {
        var distinct: [(text: String, clause: Clause?)] = []
        for value in values where !distinct.contains(where: { $0.text == value.text }) { distinct.append(value) }
        guard distinct.count > 1 else { return [] }
        let told = list(
            distinct.map { value in
                value.text + (value.clause.map { say(" (ligne \($0.line))", " (line \($0.line))") } ?? "")
            })
        return [
            finding(
                "CHK-03", subject, .error,
                say(
                    "Le document donne plusieurs valeurs pour \(quantity) : \(told).",
                    "The document gives several values for \(quantity): \(told)."),
                proposal, distinct.map(\.clause))
        ]
    }
}

/// Words as part of a key: small letters without accents, digits, and hyphens between them.
func slug(_ text: String) -> String {
    let plain: [Character: String] = [
        "à": "a", "â": "a", "ä": "a", "ç": "c", "é": "e", "è": "e", "ê": "e", "ë": "e", "î": "i", "ï": "i", "ô": "o",
        "ö": "o", "ù": "u", "û": "u", "ü": "u", "œ": "oe", "æ": "ae",
    ]
    var words: [String] = [""]
    for character in text.lowercased() {
        if let letters = plain[character]
            ?? (character.isASCII && (character.isLetter || character.isNumber)
                ? String(character) : nil)
        {
            words[words.count - 1] += letters
        } else if words.last != "" {
            words.append("")
        }
    }
    return words.filter { !$0.isEmpty }.joined(separator: "-")
}
