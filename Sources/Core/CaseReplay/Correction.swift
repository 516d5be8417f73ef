package import CivilTime
package import Expressions
package import WorkflowModel

/// What was wrong with an entry of a journal. The journal keeps both; a case follows from its entries as corrected.
package struct Correction: Sendable {
    /// The number of the entry that was wrong.
    package var entry: Int
    /// The child that the entry is about, whose names the values below have; empty for the case itself.
    package var child = ChildPath()
    /// True where it never happened; nothing else is said of it then.
    package var isWithdrawal: Bool
    /// When it happened instead; `nil` where the instant was right.
    package var occurredAt: Timestamp?
    /// The event it is about, where fields are corrected.
    package var event: String?
    /// Of an event: its fields' values instead; those of other names were right.
    package var fields = ValueMap()
    /// Of parameters or of a start: values instead.
    package var parameters: [ParameterValue] = []
    /// Of parties or of a start: who they are instead.
    package var parties: [PartyBinding] = []
    /// Of a start: days by which literal dates are moved instead.
    package var shiftDays: Int?
    /// Why, for people.
    package var reason: String
    /// The entry as it stood before; known once corrections were taken into account.
    package internal(set) var original: JournalEntry?

    package init(entry: Int, isWithdrawal: Bool = false, occurredAt: Timestamp? = nil, reason: String) {
        self.entry = entry
        self.isWithdrawal = isWithdrawal
        self.occurredAt = occurredAt
        self.reason = reason
    }
}

/// A case's change to another version of its workflow.
package struct Amendment: Hashable, Sendable {
    /// Digests of the definitions before and after, as hexadecimal.
    package var from: String
    package var to: String
    /// Why, for people.
    package var reason: String

    package init(from: String, to: String, reason: String) {
        self.from = from
        self.to = to
        self.reason = reason
    }
}

extension Workflow {
    /// What a journal says once its corrections are taken into account: each entry as it was last corrected, without
    /// those that were withdrawn. Corrections stay, as what `history` tells.
    ///
    /// - Parameter journal: Entries in any order, each with its number; supposed facts have none or higher ones.
    package func effective(_ journal: [JournalEntry]) -> [JournalEntry] {
        guard journal.contains(where: { $0.correction != nil }) else { return journal }
        let ordered = journal.enumerated()
            .sorted { ($0.element.sequence ?? .max, $0.offset) < ($1.element.sequence ?? .max, $1.offset) }
            .map(\.element)
        let withdrawn = withdrawn(ordered)
        var places: [Int: Int] = [:]
        var effective = ordered
        for (index, entry) in ordered.enumerated() {
            if let sequence = entry.sequence { places[sequence] = index }
            guard var correction = entry.correction, let place = places[correction.entry], place < index else {
                continue
            }
            correction.original = effective[place]
            effective[index].fact = .corrected(correction)
            guard let sequence = entry.sequence, !withdrawn.contains(sequence) else { continue }
            effective[place] = effective[place].corrected(by: correction)
        }
        return effective.filter { entry in
            entry.correction != nil || entry.sequence.map { !withdrawn.contains($0) } ?? true
        }
    }

    /// The number of the entry that withdrew another and still stands; `nil` where that one counts.
    package func withdrawal(of entry: Int, in journal: [JournalEntry]) -> Int? {
        let ordered = journal.sorted { ($0.sequence ?? .max) < ($1.sequence ?? .max) }
        let withdrawn = withdrawn(ordered)
        return ordered.last { other in
            other.correction.map { $0.isWithdrawal && $0.entry == entry } == true
                && other.sequence.map { !withdrawn.contains($0) } == true
        }?.sequence
    }

    /// The numbers of entries that do not count. A withdrawal that was withdrawn itself has no effect, so the last one
    /// decides first.
    private func withdrawn(_ ordered: [JournalEntry]) -> Set<Int> {
        var withdrawn: Set<Int> = []
        for entry in ordered.reversed() {
            guard let correction = entry.correction, correction.isWithdrawal, let sequence = entry.sequence,
                correction.entry < sequence, !withdrawn.contains(sequence)
            else { continue }
            withdrawn.insert(correction.entry)
        }
        return withdrawn
    }
}

extension JournalEntry {
    /// What it corrects; `nil` for any other fact.
    package var correction: Correction? {
        if case .corrected(let correction) = fact { correction } else { nil }
    }

    /// The entry as a correction has it; a withdrawal leaves it as it is.
    fileprivate func corrected(by correction: Correction) -> JournalEntry {
        var entry = self
        if let instant = correction.occurredAt { entry.occurredAt = instant }
        switch fact {
        case .event(let name, .map(let payload)):
            let merged = correction.fields.entries.reduce(into: payload) { $0[$1.key] = $1.value }
            entry.fact = .event(name: name, payload: .map(merged))
        case .parameters(let values): entry.fact = .parameters(values.replacing(correction.parameters))
        case .parties(let bindings): entry.fact = .parties(bindings.replacing(correction.parties))
        case .started(var start):
            start.parameters = start.parameters.replacing(correction.parameters)
            start.parties = start.parties.replacing(correction.parties)
            start.shiftDays = correction.shiftDays ?? start.shiftDays
            entry.fact = .started(start)
        case .event, .corrected, .amended, .decided: break
        }
        return entry
    }
}

extension [ParameterValue] {
    fileprivate func replacing(_ values: [ParameterValue]) -> Self {
        filter { known in !values.contains { $0.parameter == known.parameter } } + values
    }
}

extension [PartyBinding] {
    fileprivate func replacing(_ bindings: [PartyBinding]) -> Self {
        filter { known in !bindings.contains { $0.party == known.party } } + bindings
    }
}

// MARK: Words

extension Correction {
    /// The correction as `history` tells it.
    func words(in workflow: Workflow) -> String {
        let french = workflow.language == .french
        var text =
            isWithdrawal
            ? (french ? "Écriture \(entry) retirée" : "Entry \(entry) withdrawn")
            : (french ? "Écriture \(entry) corrigée" : "Entry \(entry) corrected")
        if let original { text += workflow.language.colon + original.words(in: workflow) }
        let changes = changes(in: workflow)
        if !changes.isEmpty { text += " → " + changes.joined(separator: ", ") }
        return text + because(reason, in: workflow.language)
    }

    private func changes(in root: Workflow) -> [String] {
        let workflow = root.definition(at: child) ?? root
        let language = workflow.language
        func words(_ value: Value) -> String { value.words(in: workflow) }
        var changes: [String] = []
        if let occurredAt {
            let moment = workflow.zone.civil(at: occurredAt).words(in: language)
            changes.append(language == .french ? "le \(moment)" : "on \(moment)")
        }
        if case .event(let name, _) = original?.fact {
            let fields = workflow.event(named: name)?.fields ?? []
            changes += self.fields.entries.map { entry in
                let name = words(entry.key)
                return (fields.first { $0.name == name }?.title ?? name) + language.colon + words(entry.value)
            }
        }
        changes += parameters.map { given in
            let parameter = workflow.parameters[given.parameter]
            return (parameter.title ?? parameter.name) + language.colon + words(given.value)
        }
        changes += parties.map { workflow.parties[$0.party].title + language.colon + $0.address }
        if let shiftDays {
            var moved = shiftDays
            if case .started(let start) = original?.fact { moved -= start.shiftDays }
            let days = Period(abs(moved), .days).words(in: language)
            changes.append(
                language == .french
                    ? "dates \(moved < 0 ? "avancées" : "décalées") de \(days)"
                    : "dates moved \(days) \(moved < 0 ? "earlier" : "later")")
        }
        return changes
    }
}

extension Amendment {
    /// The change as `history` tells it.
    func words(in language: Language) -> String {
        let (old, new) = (from.prefix(12), to.prefix(12))
        return
            (language == .french
            ? "Nouvelle version du contrat : \(new) au lieu de \(old)"
            : "New version of the contract: \(new) instead of \(old)") + because(reason, in: language)
    }
}

extension Workflow {
    /// An entry of a journal in words of the contract's language: the fact and its day.
    package func words(of entry: JournalEntry) -> String { entry.words(in: self) }
}

extension JournalEntry {
    fileprivate func words(in workflow: Workflow) -> String {
        let kind: Occurrence.Kind
        switch fact {
        case .started: kind = .started
        case .event(let name, let payload): kind = .event(name: name, payload: payload, isHandled: true)
        case .parameters(let values): kind = .parametersSet(values)
        case .parties(let bindings): kind = .partiesSet(bindings)
        case .corrected(let correction): return correction.words(in: workflow)
        case .amended(let amendment): kind = .amended(amendment)
        case .decided(let decision): kind = .decided(decision)
        }
        let place = child.isEmpty ? nil : ChildReference(path: child, title: workflow.title(of: child))
        let text = Occurrence(position: Position(occurredAt, .events), kind: kind, child: place).narration(in: workflow)
            .text
        let moment = workflow.zone.civil(at: occurredAt).words(in: workflow.language)
        return workflow.language == .french ? "\(text), le \(moment)" : "\(text), on \(moment)"
    }
}

private func because(_ reason: String, in language: Language) -> String {
    guard !reason.isEmpty else { return "" }
    return language == .french ? " — motif : \(reason)" : " — reason: \(reason)"
}
