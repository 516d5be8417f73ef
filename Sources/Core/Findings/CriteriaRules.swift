import CivilTime
import Expressions
import WorkflowModel

// Rules about how offers are judged: CHK-06, CHK-07, CHK-24, CHK-25.

extension Examination {
    var criteriaFindings: [Finding] { weights + marksWithoutScale + repeatedSymbols + repeatedItems }

    /// CHK-06: criteria have weights (or an order), and these make 100.
    private var weights: [Finding] {
        var parents: [String?] = []
        for parent in terms.criteria.map(\.parent) where !parents.contains(parent) { parents.append(parent) }
        return parents.flatMap { parent -> [Finding] in
            let group = terms.criteria.filter { $0.parent == parent }
            let subject = parent.map { "-\(slug($0))" } ?? ""
            let place = parent.map { say(" de \(quoted($0))", " of \(quoted($0))") } ?? ""
            let clauses = [group.first?.clause, group.last?.clause]
            let effect =
                parent == nil
                ? say("les offres ne peuvent pas être classées", "offers cannot be ranked")
                : say("cette note ne se calcule pas", "this mark cannot be computed")
            let weights = group.compactMap(\.weight)
            if weights.count < group.count {
                guard group.contains(where: { $0.rank == nil }) else { return [] }
                return [
                    finding(
                        "CHK-06", "weights" + subject, parent == nil ? .error : .warning,
                        say(
                            "Les \(group.count) critères\(place) n'ont pas tous un poids : \(effect).",
                            "The \(group.count) criteria\(place) do not all have weights: \(effect)."),
                        say(
                            "Fixer et publier les poids, ou au moins l'ordre d'importance, avant d'ouvrir les offres.",
                            "Fix and publish weights, or at least their order, before offers are opened."), clauses)
                ]
            }
            guard let sum = total(weights), sum != Decimal(100) else { return [] }
            return [
                finding(
                    "CHK-06", "sum" + subject, .error,
                    say(
                        "Les poids des critères\(place) font \(words(sum)) % et non 100 %.",
                        "The weights of the criteria\(place) make \(words(sum))% and not 100%."),
                    say(
                        "Corriger les poids avant d'ouvrir les offres.", "Correct the weights before offers are opened."
                    ),
                    clauses)
            ]
        }
    }

    /// CHK-07: a minimum mark is out of something.
    private var marksWithoutScale: [Finding] {
        terms.minimumMarks.filter { $0.scale == nil }.map { mark in
            finding(
                "CHK-07", "minimum-mark", .warning,
                say(
                    "Il faut au moins \(words(mark.points)) points, et rien ne dit sur combien.",
                    "At least \(words(mark.points)) points are needed, and nothing says out of how many."),
                say("Noter sur 100.", "Give marks out of 100."), [mark.clause])
        }
    }

    /// CHK-24: a symbol stands for one thing; an index (`NFi`) does not make another symbol.
    private var repeatedSymbols: [Finding] {
        func stem(_ symbol: String) -> String {
            let isIndexed =
                symbol.count > 1 && "ijkn".contains(symbol.last ?? " ")
                && symbol.dropLast().allSatisfy(\.isUppercase)
            return isIndexed ? String(symbol.dropLast()) : symbol
        }
        return names(of: terms.symbols.map { stem($0.word) }).compactMap { symbol in
            let uses = terms.symbols.filter { stem($0.word) == symbol }
            let meanings = names(of: uses.map(\.of))
            guard meanings.count > 1 else { return nil }
            return finding(
                "CHK-24", slug(symbol), .note,
                say(
                    "\(quoted(symbol)) désigne à la fois \(list(meanings.map { quoted($0) })).",
                    "\(quoted(symbol)) stands for \(list(meanings.map { quoted($0) })) at the same time."),
                say("Donner à chacun son symbole.", "Give each a symbol of its own."), uses.map(\.clause))
        }
    }

    /// CHK-25: nothing is judged twice.
    private var repeatedItems: [Finding] {
        let items = terms.criteria.flatMap { criterion in criterion.items.map { (item: $0, criterion: criterion) } }
        return names(of: items.map { slug($0.item) }).compactMap { item in
            let uses = items.filter { slug($0.item) == item }
            guard uses.count > 1, let first = uses.first else { return nil }
            let criteria = names(of: uses.map(\.criterion.name)).map { quoted($0) }
            return finding(
                "CHK-25", item, .warning,
                say(
                    "\(quoted(first.item)) compte \(uses.count) fois, dans \(list(criteria)).",
                    "\(quoted(first.item)) counts \(uses.count) times, in \(list(criteria))."),
                say("Ne le noter qu'une fois.", "Mark it once."), uses.map(\.criterion.clause))
        }
    }
}
