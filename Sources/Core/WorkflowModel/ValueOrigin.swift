package import CivilTime

/// Where a value that no line of the contract states comes from: a rule pack, or what the contract put in its place.
package struct ValueOrigin: Hashable, Sendable {
    /// What the value is called in the pack, such as `verification-period`.
    package var name: String
    /// What the value is, for people.
    package var title: String
    /// The pack that states it, such as `fr-ccag-pi-2021`.
    package var pack: String
    package var packTitle: String
    /// The article or chapter, as it is cited.
    package var article: String?
    /// Pages the value was read from.
    package var sources: [String]
    /// Consultations it holds for; without bounds where it never changed.
    package var term: RuleTerm
    /// True where no source was seen.
    package var isUnverified: Bool
    /// False for a value of a pack that the contract does not cite: a default, which binds nobody.
    package var isContractual: Bool
    /// The value in words, as a pack writes it: `10 %`, `2 mois`; absent for what has no single value.
    package var stated: String?
    /// What the pack says, in words, where the contract says otherwise.
    package var replaced: String?
    /// Where the contract says otherwise.
    package var clause: Clause?

    package init(
        name: String, title: String, pack: String, packTitle: String, article: String?, sources: [String],
        term: RuleTerm, isUnverified: Bool, isContractual: Bool, replaced: String? = nil, clause: Clause? = nil
    ) {
        self.name = name
        self.title = title
        self.pack = pack
        self.packTitle = packTitle
        self.article = article
        self.sources = sources
        self.term = term
        self.isUnverified = isUnverified
        self.isContractual = isContractual
        self.replaced = replaced
        self.clause = clause
    }
}

/// Consultations that a rule holds for, by the day their notice was sent; an absent bound is none.
package struct RuleTerm: Hashable, Sendable {
    /// The first day.
    package var from: CivilDate?
    /// The last day.
    package var until: CivilDate?

    package init(from: CivilDate? = nil, until: CivilDate? = nil) {
        self.from = from
        self.until = until
    }

    /// Whether the rule holds for a consultation of that day.
    package func contains(_ day: CivilDate) -> Bool {
        (from.map { $0 <= day } ?? true) && (until.map { day <= $0 } ?? true)
    }
}

// MARK: In words

extension ValueOrigin {
    /// One sentence without its full stop: pack, article, consultations, sources, and how sure it is.
    package func words(in language: Language) -> String {
        let french = language == .french
        let cited = [packTitle, article.map { "art. \($0)" }, term.words(in: language).map { "consultations \($0)" }]
            .compactMap(\.self).joined(separator: ", ")
        var parts = [cited]
        if let replaced {
            let line = clause.map { french ? " (ligne \($0.line))" : " (line \($0.line))" } ?? ""
            let start = french ? "fixé par le contrat\(line) au lieu de" : "set by the contract\(line) instead of"
            parts = ["\(start) \(replaced) (\(cited))"]
        }
        if !sources.isEmpty { parts.append((french ? "source : " : "source: ") + sources.joined(separator: ", ")) }
        if isUnverified { parts.append(french ? "non vérifié" : "unverified") }
        if !isContractual, replaced == nil {
            parts.append(french ? "valeur par défaut, non contractuelle" : "default, not contractual")
        }
        return parts.joined(separator: french ? " ; " : "; ")
    }
}

extension RuleTerm {
    /// `du 1er janvier 2020 au 31 décembre 2021`, `since 1 January 2022`; absent without bounds.
    package func words(in language: Language) -> String? {
        switch (from?.wordsWithoutWeekday(in: language), until?.wordsWithoutWeekday(in: language), language) {
        case (nil, nil, _): nil
        case (let first?, nil, .french): "à compter du \(first)"
        case (nil, let last?, .french): "jusqu'au \(last)"
        case (let first?, let last?, .french): "du \(first) au \(last)"
        case (let first?, nil, .english): "since \(first)"
        case (nil, let last?, .english): "until \(last)"
        case (let first?, let last?, .english): "from \(first) to \(last)"
        }
    }
}
