package import CivilTime
package import Expressions

/// Rules that hold for many contracts, as data: a law, general clauses that contracts cite, a house's custom.
///
/// Each value says where it was read and for which consultations it holds.
package struct RulePack: Sendable {
    /// Why its rules hold for a contract.
    package enum Standing: String, CaseIterable, Sendable {
        /// For every contract that it applies to.
        case law
        /// For contracts that cite it; for others its values are defaults.
        case citation
        /// As a default.
        case usage
    }

    /// Such as `fr-ccag-pi-2021`; the name of its file too.
    package var name: String
    package var title: RuleText
    /// The pack whose values and functions this one has too, unless it has its own of the same name.
    package var base: String?
    package var standing: Standing
    /// Consultations that it is meant for.
    package var term: RuleTerm
    /// What was read, by tag.
    package var sources: [String: String]
    /// Where the name stands for another pack according to the consultation: which, and when.
    package var editions: [Edition]
    package var values: [RuleValue]
    package var functions: [RuleFunction]

    /// A pack that another name stands for, for some consultations.
    package struct Edition: Sendable {
        package var pack: String
        package var term: RuleTerm

        package init(pack: String, term: RuleTerm) {
            self.pack = pack
            self.term = term
        }
    }

    package init(
        name: String, title: RuleText, base: String?, standing: Standing, term: RuleTerm, sources: [String: String],
        editions: [Edition], values: [RuleValue], functions: [RuleFunction]
    ) {
        self.name = name
        self.title = title
        self.base = base
        self.standing = standing
        self.term = term
        self.sources = sources
        self.editions = editions
        self.values = values
        self.functions = functions
    }
}

/// A text for people in the languages there are.
package struct RuleText: Hashable, Sendable {
    /// At least one of the two is there.
    package var french: String?
    package var english: String?

    package init(french: String?, english: String?) {
        self.french = french
        self.english = english
    }

    /// The text in a language, else in the other.
    package func words(in language: Language) -> String {
        (language == .french ? french ?? english : english ?? french) ?? ""
    }
}

/// What is cited for a rule.
package struct RuleCitation: Hashable, Sendable {
    /// The article or chapter.
    package var article: String?
    /// Tags of ``RulePack/sources``.
    package var sources: [String]
    /// True where no source was seen.
    package var isUnverified: Bool

    package init(article: String?, sources: [String], isUnverified: Bool) {
        self.article = article
        self.sources = sources
        self.isUnverified = isUnverified
    }
}

/// A value of a pack, with what it was and is.
package struct RuleValue: Sendable {
    /// What it is, and how it is written.
    package enum Kind: Hashable, Sendable {
        case period
        /// A number of hundredths: 20 for 20 %.
        case percent
        /// A number of thousandths.
        case permille
        case value(ValueType)
    }

    /// The day that chooses among dated values.
    package enum Basis: String, CaseIterable, Sendable {
        /// That of the consultation: one value for a contract's whole life.
        case consultation
        /// Any day that is asked for: `rules.NAME(day)` in expressions.
        case day
    }

    /// Such as `verification-period`.
    package var name: String
    package var title: RuleText
    package var kind: Kind
    package var basis: Basis
    /// In the order of their terms, which neither overlap nor leave out a day between two of them.
    package var entries: [Entry]

    /// What the value is for some consultations or days.
    package struct Entry: Sendable {
        package var term: RuleTerm
        package var content: RuleContent
        package var citation: RuleCitation

        package init(term: RuleTerm, content: RuleContent, citation: RuleCitation) {
            self.term = term
            self.content = content
            self.citation = citation
        }
    }

    package init(name: String, title: RuleText, kind: Kind, basis: Basis, entries: [Entry]) {
        self.name = name
        self.title = title
        self.kind = kind
        self.basis = basis
        self.entries = entries
    }

    /// What holds on a day; `nil` for a day outside all terms, and without a day unless there is one entry without term.
    package func entry(on day: CivilDate?) -> Entry? {
        guard let day else {
            return entries.count == 1 && entries[0].term == RuleTerm() ? entries[0] : nil
        }
        return entries.first { $0.term.contains(day) }
    }
}

/// What a value of a pack comes to.
package enum RuleContent: Hashable, Sendable {
    case period(Period)
    case value(Value)
}

/// A formula of a pack.
package struct RuleFunction: Sendable {
    /// Such as `late-penalty`; `rules.late_penalty(…)` in expressions.
    package var name: String
    package var title: RuleText
    package var parameters: [Parameter]
    package var result: ValueType
    /// As it is written.
    package var source: String
    package var citation: RuleCitation

    /// Something the formula is told.
    package struct Parameter: Sendable {
        /// As in expressions.
        package var name: String
        package var type: ValueType

        package init(name: String, type: ValueType) {
            self.name = name
            self.type = type
        }
    }

    package init(
        name: String, title: RuleText, parameters: [Parameter], result: ValueType, source: String,
        citation: RuleCitation
    ) {
        self.name = name
        self.title = title
        self.parameters = parameters
        self.result = result
        self.source = source
        self.citation = citation
    }

    /// How it is called: `late_penalty(late, days, contract)`.
    package var call: String { "\(expressionName(name))(\(parameters.map(\.name).joined(separator: ", ")))" }
}

// MARK: In words

extension RuleContent {
    /// The value as people read it: `2 mois`, `10 %`, `1 000,00 EUR HT`.
    package func words(of kind: RuleValue.Kind, in language: Language) -> String {
        let french = language == .french
        let amounts: AmountLanguage = french ? .fr : .en
        switch (self, kind) {
        case (.period(let period), _): return period.words(in: language)
        case (.value(.decimal(let number)), .percent):
            return number.withoutTrailingZeros.formatted(in: amounts) + (french ? "\u{A0}%" : "%")
        case (.value(.decimal(let number)), .permille):
            return number.withoutTrailingZeros.formatted(in: amounts) + (french ? "\u{A0}‰" : "‰")
        case (.value(.decimal(let number)), _): return number.withoutTrailingZeros.formatted(in: amounts)
        case (.value(.int(let number)), _): return Decimal(number).formatted(in: amounts)
        case (.value(.bool(let flag)), _): return french ? (flag ? "oui" : "non") : (flag ? "yes" : "no")
        case (.value(.money(let money)), _):
            return [money.formatted(in: amounts), money.basis.label(in: amounts)]
                .filter { !$0.isEmpty }.joined(separator: "\u{A0}")
        case (.value(.string(let text)), _): return text
        case (.value(.date(let day)), _): return day.wordsWithoutWeekday(in: language)
        case (.value(let value), _): return value.description
        }
    }
}
