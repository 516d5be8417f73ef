import CivilTime
import Expressions
import WorkflowModel
import YAMLReader

/// Reads `terms`: what the contract document says, statement by statement.
///
/// It comes after the declarations, because statements name dates, events and parameters.
struct TermsReader {
    let loader: WorkflowLoader
    var report: Report { loader.report }

    func read(_ node: YAMLNode?) -> ContractTerms? {
        guard let node, let top = MappingReader(node, .terms, report) else { return nil }
        var terms = ContractTerms()
        readProcedure(top, into: &terms)
        readDuration(top, into: &terms)
        readMoney(top, into: &terms)
        readEvaluation(top, into: &terms)
        readRest(top, into: &terms)
        terms.organs = loader.committees.filter(decides).map {
            OrganTerm(
                name: $0.name, title: $0.title, hasSeats: isStated($0.seats), hasQuorum: hasStatedQuorum($0),
                hasMajority: $0.majority != nil, clause: $0.clause)
        }
        terms.thresholds = loader.thresholds(for: node)
        return terms
    }

    /// False for a committee that only meets: it wants no quorum and has no majority.
    private func decides(_ committee: Committee) -> Bool {
        if case .some(.none) = committee.quorum { committee.majority != nil } else { true }
    }

    /// Whether the document says it: a parameter is what the document leaves open.
    private func isStated(_ figure: CheckedExpression?) -> Bool {
        figure.map { figure in
            !loader.variables(of: figure).contains { if case .parameter = $0 { true } else { false } }
        } ?? false
    }

    private func hasStatedQuorum(_ committee: Committee) -> Bool {
        switch committee.quorum {
        case nil: false
        case .number(let figure)?: isStated(figure)
        case .some: true
        }
    }

    private func readProcedure(_ top: MappingReader, into terms: inout ContractTerms) {
        terms.procedures = statements(top, "procedure", .procedure).map {
            ProcedureTerm(
                kind: $0.choice("kind", ProcedureTerm.Kind.self), buyer: $0.choice("buyer", ProcedureTerm.Buyer.self),
                isFramework: $0.flag("framework") ?? false, during: $0["during"].flatMap { days($0) },
                clause: $0.clause())
        }
        terms.offers = statements(top, "offers", .offers).map {
            OffersTerm(due: day($0, "due"), site: $0.text("site"), clause: $0.clause())
        }
        terms.channels = statements(top, "channels", .channel).compactMap { reader in
            let kinds = ChannelTerm.Kind.allCases.filter { reader[$0.rawValue] != nil }
            guard let kind = kinds.first, kinds.count == 1 else {
                report.error(
                    "missing-key",
                    "a channel has one of \(ChannelTerm.Kind.allCases.map(\.rawValue).joined(separator: ", "))",
                    at: reader.node.span.firstCharacter)
                return nil
            }
            return ChannelTerm(kind: kind, address: reader.text(kind.rawValue) ?? "", clause: reader.clause())
        }
        terms.written = statements(top, "written", .written).map {
            WordTerm(word: $0.text("as") ?? "", of: day($0, "date")?.title ?? "", clause: $0.clause())
        }
    }

    private func readDuration(_ top: MappingReader, into terms: inout ContractTerms) {
        terms.periods = statements(top, "period", .contractPeriod).map {
            PeriodTerm(
                start: day($0, "start"), end: day($0, "end"), lasts: period($0, "lasts"),
                counted: $0.choice("counted", PeriodTerm.Counting.self), within: $0["within"].flatMap { days($0) },
                clause: $0.clause())
        }
        terms.renewals = statements(top, "renewal", .renewal).map {
            RenewalTerm(
                times: count($0, "times"), each: period($0, "each"), total: period($0, "total"),
                mode: $0.choice("mode", RenewalTerm.Mode.self), notice: period($0, "notice"), clause: $0.clause())
        }
        terms.phases = statements(top, "phases", .phase).map {
            PhaseTerm(
                name: $0.text("name") ?? "", delay: period($0, "delay"),
                from: $0.choice("from", PhaseTerm.Anchor.self) ?? .unsaid, fromClause: $0.clause("from-clause"),
                share: decimal($0, "share"), content: $0["content"].map { items($0) }, clause: $0.clause())
        }
        terms.obligations = statements(top, "obligations", .obligation).map { reader in
            ObligationTerm(
                of: reader.text("of") ?? "", during: reader["during"].map { list($0).compactMap { days($0) } } ?? [],
                clause: reader.clause())
        }
    }

    private func readMoney(_ top: MappingReader, into terms: inout ContractTerms) {
        terms.ceilings = statements(top, "ceilings", .ceiling).map { reader in
            CeilingTerm(
                lot: reader.text("lot"), minimum: reader["minimum"].flatMap { amount($0) },
                maximum: reader["maximum"].map { list($0).compactMap { amount($0) } } ?? [],
                per: reader.choice("per", CeilingTerm.Span.self), isEstimated: reader.flag("estimated") ?? false,
                clause: reader.clause())
        }
        terms.prices = statements(top, "price", .price).compactMap { reader in
            guard let form = reader.choice("form", PriceTerm.Form.self) else { return nil }
            return PriceTerm(
                form: form, currency: reader.text("currency"),
                basis: reader.choice("basis", TaxBasis.self) ?? .unspecified, clause: reader.clause())
        }
        terms.penalties = statements(top, "penalty", .penalty).map {
            PenaltyTerm(
                permillePerDay: decimal($0, "permille-per-day"), rules: $0.text("rules"), parameter: parameter($0),
                clause: $0.clause())
        }
        terms.payments = statements(top, "payment", .paymentTerm).map {
            PaymentTerm(within: period($0, "within"), parameter: parameter($0), clause: $0.clause())
        }
    }

    private func readEvaluation(_ top: MappingReader, into terms: inout ContractTerms) {
        let readers = statements(top, "criteria", .criterion)
        let names = readers.compactMap { $0.text("name") }
        terms.criteria = readers.map { reader in
            let parent = reader.text("of")
            if let parent, let node = reader["of"], !names.contains(parent) {
                report.unknown("criterion", parent, at: node.span, among: names)
            }
            return CriterionTerm(
                name: reader.text("name") ?? "", parent: parent, weight: decimal(reader, "weight"),
                rank: count(reader, "rank"), items: reader["items"].map { items($0) } ?? [], clause: reader.clause())
        }
        terms.minimumMarks = statements(top, "minimum-marks", .minimumMark).map {
            MinimumMarkTerm(
                points: decimal($0, "points") ?? .zero, scale: decimal($0, "scale"), clause: $0.clause())
        }
        terms.symbols = statements(top, "symbols", .symbol).map {
            WordTerm(word: $0.text("symbol") ?? "", of: $0.text("means") ?? "", clause: $0.clause())
        }
    }

    private func readRest(_ top: MappingReader, into terms: inout ContractTerms) {
        terms.references = statements(top, "references", .reference).map {
            ReferenceTerm(to: $0.text("to") ?? "", isMissing: $0.flag("missing") ?? false, clause: $0.clause())
        }
        terms.counts = statements(top, "counts", .count).compactMap { reader in
            guard let node = reader["is"], let number = number(node) else { return nil }
            return CountTerm(
                of: reader.text("of") ?? "", number: number, per: reader.choice("per", CountTerm.Recurring.self),
                counted: reader.choice("counted", PeriodTerm.Counting.self), called: reader.text("called"),
                clause: reader.clause())
        }
        terms.vocabulary = statements(top, "vocabulary", .vocabulary).map {
            WordTerm(word: $0.text("word") ?? "", of: $0.text("of") ?? "", clause: $0.clause())
        }
    }
}

extension WorkflowLoader {
    /// Reads `settled`: what somebody decided about contradictions of the document. A parameter with `settles` takes the
    /// choice as its value.
    func readSettlements(_ node: YAMLNode?) -> [Settlement] {
        guard let node else { return [] }
        guard case .sequence(let nodes) = node.content else {
            report.error("wrong-type", "'settled' is a list, found \(node.kindInWords)", at: node.span)
            return []
        }
        return nodes.compactMap { node in
            guard let reader = MappingReader(node, .settlement, report), let key = reader.text("finding"),
                let choice = reader.text("choice"), let reason = reader.text("reason")
            else { return nil }
            for index in parameters.indices where parameters[index].settles == key {
                parameters[index].defaultValue = reader["choice"].flatMap { literal($0, as: parameters[index].type) }
            }
            return Settlement(finding: key, choice: choice, reason: reason, by: reader.text("by"))
        }
    }
}
