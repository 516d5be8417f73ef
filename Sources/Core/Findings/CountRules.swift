import CivilTime
import Expressions
import WorkflowModel

// Rules about how many: CHK-08, CHK-16.

extension Examination {
    var countFindings: [Finding] { minimaDespiteNone + rangesAtLeast + disagreeingCounts }

    /// CHK-08: "without a minimum" and a minimum.
    private var minimaDespiteNone: [Finding] {
        guard let free = terms.ceilings.first(where: { $0.minimum == StatedAmount.none }),
            let bound = terms.ceilings.first(where: { ($0.minimum?.number).map { $0 > .zero } == true }),
            let minimum = bound.minimum
        else { return [] }
        let span = bound.per == .year ? say(" par an", " a year") : ""
        return [
            finding(
                "CHK-08", "minimum", .warning,
                say(
                    "Le contrat est dit sans minimum, et prévoit au moins \(words(minimum))\(span).",
                    "The contract is said to have no minimum, and has at least \(words(minimum))\(span)."),
                say(
                    "Traiter le minimum comme un objectif qui n'engage pas à commander.",
                    "Treat the minimum as an aim that binds nobody to order."),
                [free.clause, bound.clause])
        ]
    }

    /// CHK-08: "at least" goes with one number.
    private var rangesAtLeast: [Finding] {
        terms.counts.compactMap { count in
            guard count.number.saysAtLeast, let low = count.number.low, let high = count.number.high else { return nil }
            return finding(
                "CHK-08", slug(count.of), .warning,
                say(
                    "\(quoted(count.of)) : « au moins \(low) à \(high) » fixe à la fois un minimum et un maximum.",
                    "\(quoted(count.of)): “at least \(low) to \(high)” is a minimum and a maximum at the same time."),
                say("Retenir au moins \(low) ; \(high) ne limite pas.", "Take at least \(low); \(high) is no limit."),
                [count.clause])
        }
    }

    /// CHK-16: counts of one thing can be true together.
    private var disagreeingCounts: [Finding] {
        names(of: terms.counts.map(\.of)).compactMap { subject in
            let counts = terms.counts.filter { $0.of == subject }
            let clash = counts.indices.lazy.compactMap { first in
                counts[(first + 1)...].first {
                    $0.per == counts[first].per && !$0.number.overlaps(counts[first].number)
                }
                .map { (counts[first], $0) }
            }.first
            guard let (one, other) = clash else { return nil }
            return finding(
                "CHK-16", slug(subject), .warning,
                say(
                    "Les nombres ne concordent pas (\(subject)) : \(words(one)) d'un côté, \(words(other)) de l'autre.",
                    "The numbers disagree (\(subject)): \(words(one)) on one side, \(words(other)) on the other."),
                say("Faire préciser par l'acheteur ce qui est compté.", "Ask the buyer what is counted."),
                [one.clause, other.clause])
        }
    }

    private func words(_ count: CountTerm) -> String {
        let number =
            switch (count.number.low, count.number.high) {
            case (let low?, let high?): low == high ? "\(low)" : say("\(low) à \(high)", "\(low) to \(high)")
            case (let low?, nil): say("au moins \(low)", "at least \(low)")
            case (nil, let high?): say("au plus \(high)", "at most \(high)")
            case (nil, nil): ""
            }
        return count.called.map { "\(number) \($0)" } ?? number
    }
}
