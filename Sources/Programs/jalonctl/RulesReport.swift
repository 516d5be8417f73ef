import CivilTime
import WorkflowLoading
import WorkflowModel

/// What `rules show` prints.
struct RulesReport: Encodable {
    struct Source: Encodable {
        /// The pack that says it.
        var pack: String
        var article: String?
        var sources: [String]
        var unverified: Bool
    }

    struct Value: Encodable {
        var name: String
        var title: String
        /// In words, as `2 months`.
        var value: String
        /// The first and the last day of what it holds for, as is `until`; absent without bound.
        var from: String?
        var until: String?
        var source: Source
    }

    struct Function: Encodable {
        /// As it is called in expressions.
        var call: String
        var title: String
        var formula: String
        var source: Source
    }

    struct Named: Encodable {
        var name: String
        var title: String
    }

    /// The pack, or its edition for the day.
    var pack: Named
    /// The day of the consultation; absent where it was not given.
    var on: String?
    /// Packs that the name stands for where no day was given.
    var editions: [String]?
    var values: [Value]
    var functions: [Function]

    init(_ book: RuleBook, _ language: Language) {
        let first = book.packs.first
        pack = Named(name: first?.name ?? "", title: first?.title.words(in: language) ?? "")
        on = book.consultation.map(\.description)
        editions = first.flatMap { $0.editions.isEmpty ? nil : $0.editions.map(\.pack) }
        values = book.values.flatMap { applied in
            let entries = applied.value.entries.filter { entry in
                applied.value.basis == .day || (book.consultation.map(entry.term.contains) ?? true)
            }
            return entries.map { entry in
                Value(
                    name: applied.value.name, title: applied.origin.title,
                    value: entry.content.words(of: applied.value.kind, in: language),
                    from: entry.term.from?.description, until: entry.term.until?.description,
                    source: Source(
                        pack: applied.origin.pack, article: entry.citation.article,
                        sources: Self.sources(entry.citation, of: applied.origin.pack, in: book),
                        unverified: entry.citation.isUnverified))
            }
        }
        functions = book.functions.map { applied in
            Function(
                call: RuleBook.name + "." + applied.function.call, title: applied.origin.title,
                formula: applied.function.source,
                source: Source(
                    pack: applied.origin.pack, article: applied.origin.article, sources: applied.origin.sources,
                    unverified: applied.origin.isUnverified))
        }
    }

    private static func sources(_ citation: RuleCitation, of name: String, in book: RuleBook) -> [String] {
        let pack = book.packs.first { $0.name == name }
        return citation.sources.map { pack?.sources[$0] ?? $0 }
    }

    /// The report as people read it: a table of the values, then the formulas.
    func text(_ language: Language, style: Style) -> String {
        let french = language == .french
        var lines = [
            style.bold(pack.title) + (on.map { french ? ", consultation du \($0)" : ", consultation of \($0)" } ?? "")
        ]
        if let editions {
            lines.append(
                (french ? "selon la consultation : " : "by the consultation: ") + editions.joined(separator: ", "))
        }
        let heading =
            french
            ? ["VALEUR", "EST", "DU", "AU", "", "PACK", "SOURCE"]
            : ["VALUE", "IS", "FROM", "UNTIL", "", "PACK", "SOURCE"]
        let mark = french ? "non vérifié" : "unverified"
        func cited(_ source: Source) -> [String] {
            [
                source.unverified ? mark : "", source.pack,
                [source.article.map { "art. \($0)" }, source.sources.joined(separator: " ; ")]
                    .compactMap(\.self).filter { !$0.isEmpty }.joined(separator: ", "),
            ]
        }
        if !values.isEmpty {
            let rows = values.map { [$0.name, $0.value, $0.from ?? "", $0.until ?? ""] + cited($0.source) }
            lines += [""] + table(rows, heading: heading, style: style)
        }
        for function in functions {
            let source = (cited(function.source).dropFirst() + [function.source.unverified ? mark : ""])
                .filter { !$0.isEmpty }.joined(separator: ", ")
            lines += [
                "", style.bold(function.call), "  \(function.title)", "  = \(function.formula)",
                "  \(style.dim(source))",
            ]
        }
        return lines.joined(separator: "\n")
    }
}
