package import CivilTime

/// What a case calls those a message is for: `role:buyer`, `organ:follow-up`, `person:amina`.
package struct Reference: Hashable, Sendable, CustomStringConvertible {
    /// What is meant by the name.
    package enum Kind: String, CaseIterable, Sendable { case role, organ, person }

    package var kind: Kind
    package var name: String

    package init(_ kind: Kind, _ name: String) {
        self.kind = kind
        self.name = name
    }

    /// Reads `role:NAME` and its like; `nil` for anything else, such as an e-mail address.
    package init?(_ text: String) {
        guard let colon = text.firstIndex(of: ":"), let kind = Kind(rawValue: String(text[..<colon])) else {
            return nil
        }
        let name = text[text.index(after: colon)...]
        guard !name.isEmpty, name.allSatisfy({ $0.isLetter || $0.isNumber || "-_.".contains($0) }) else { return nil }
        self.init(kind, String(name))
    }

    package var description: String { "\(kind.rawValue):\(name)" }
}

/// Somebody a message goes to.
package struct Recipient: Hashable, Sendable {
    package var person: Person
    /// Whom this person stands in for.
    package var standsInFor: Person?
}

extension Directory {
    /// What a party of a contract means where the case names nobody: the role of that name, or the organ.
    package func reference(forParty name: String) -> Reference? {
        if roles.contains(where: { $0.name == name }) { return Reference(.role, name) }
        if organs.contains(where: { $0.name == name }) { return Reference(.organ, name) }
        return nil
    }

    /// What a party of a contract means: what the case binds it to, else the role or organ of its name; `nil` for a plain
    /// address and for nobody.
    package func reference(for party: String, bound address: String?) -> Reference? {
        address.map { Reference($0) } ?? reference(forParty: party)
    }

    /// Who a party is on a day, in words: names and addresses, or the plain address; `nil` for nobody.
    package func words(for party: String, bound address: String?, on day: CivilDate) -> String? {
        guard let reference = reference(for: party, bound: address) else { return address }
        let people = recipients(of: reference, on: day).map { "\($0.person.name) <\($0.person.address)>" }
        return people.isEmpty ? "\(reference): nobody on \(day)" : people.joined(separator: ", ")
    }

    /// Those a message goes to on a day, each person once; empty where nobody is behind the name then.
    ///
    /// An organ is all its members, titular, deputy and consultative: whoever is not convened makes a decision void
    /// (CE, convocation of committees; RULES.md C-01).
    package func recipients(of reference: Reference, on day: CivilDate) -> [Recipient] {
        var found: [Recipient] = []
        for id in members(of: reference, on: day) {
            guard let recipient = recipient(id, in: reference, on: day),
                !found.contains(where: { $0.person.id == recipient.person.id })
            else { continue }
            found.append(recipient)
        }
        return found
    }

    /// A person by id.
    package func person(_ id: String) -> Person? { people.first { $0.id == id } }

    private func members(of reference: Reference, on day: CivilDate) -> [String] {
        func inTerm(_ mandates: [Mandate]) -> [String] {
            mandates.filter { $0.term.contains(day) }.map(\.person)
        }
        switch reference.kind {
        case .person: return [reference.name]
        case .role: return inTerm(roles.first { $0.name == reference.name }?.holders ?? [])
        case .organ:
            let seats = organs.first { $0.name == reference.name }?.seats ?? []
            return seats.flatMap { inTerm($0.holders) } + seats.flatMap { inTerm($0.deputies) }
        }
    }

    /// The person, or who stands in on that day; a delegate who is away too hands on, and a ring ends where it began.
    private func recipient(_ id: String, in reference: Reference, on day: CivilDate) -> Recipient? {
        var current = id
        var seen: Set<String> = [id]
        while let delegate = delegate(of: current, in: reference, on: day) {
            current = seen.insert(delegate).inserted ? delegate : id
            if current == id { break }
        }
        guard let person = person(current) else { return nil }
        return Recipient(person: person, standsInFor: current == id ? nil : self.person(id))
    }

    private func delegate(of id: String, in reference: Reference, on day: CivilDate) -> String? {
        absences.first { absence in
            absence.person == id && absence.term.contains(day) && absence.delegate != nil
                && (absence.scope.isEmpty || absence.scope.contains(reference.name))
        }?.delegate
    }
}

extension Directory {
    /// Roles and seats that nobody holds on a day, in words.
    package func vacancies(on day: CivilDate) -> [String] {
        func isVacant(_ mandates: [Mandate]) -> Bool { !mandates.contains { $0.term.contains(day) } }
        let roles = roles.filter { isVacant($0.holders) }.map { "role '\($0.name)'" }
        let seats = organs.flatMap { organ in
            organ.seats.enumerated().filter { isVacant($0.element.holders) }
                .map { "seat \($0.element.title.map { "'\($0)'" } ?? String($0.offset + 1)) of organ '\(organ.name)'" }
        }
        return roles + seats
    }
}
