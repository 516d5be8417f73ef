import CivilTime
import JalonTestSupport
import Testing
import WorkflowModel

@testable import WorkflowEngine

private let contract = """
    jalon: 1
    workflow: contract
    title: A contract
    time-zone: UTC
    parties: { buyer: Buyer, jury: Jury, other: Other }
    events: { ring: {}, step: {} }
    dates: { due: { at: 2025-03-20 } }
    initial: on
    states:
      on:
        on:
          ring: { notify: { to: [buyer, jury, other], subject: "Ring" } }
        remind: { of: due, to: buyer, before: [2 days] }
        at: { due: done }
      done: { type: final }
    """

private let people = """
    jalon: 1
    people:
      amina: { name: Amina, address: amina@example.org, language: fr }
      ben: { name: Ben, address: ben@example.org }
      chloe: { name: Chloé, address: chloe@example.org }
    roles:
      buyer: [{ person: amina, until: 2025-03-10 }, { person: ben, from: 2025-03-11 }]
    organs:
      jury: { seats: [{ holder: amina, deputies: [chloe] }] }
    absences: [{ person: ben, from: 2025-03-18, until: 2025-03-19, delegate: amina }]
    """

@Suite struct DirectoryTests {
    private func makeContract() throws -> SimulatedWorld {
        let world = try makeWorld([contract])
        world.source.people = people
        _ = world.core.reload()
        try world.start("contract", id: "c")
        world.settle()
        return world
    }

    private func letters(_ world: SimulatedWorld) -> [String] {
        world.plugins.letters.map { "\($0.to): \($0.subject)" }
    }

    @Test("a message goes to each person behind a role or organ, and to who stands in, in their language")
    func recipients() throws {
        let world = try makeContract()
        try world.send("c", "ring")
        world.settle()
        #expect(
            letters(world) == [
                "amina@example.org: A contract — Ring", "amina@example.org: A contract — Ring",
                "chloe@example.org: A contract — Ring",
            ])
        #expect(
            try world.core.outbox("c", limit: 9).filter { $0.state == .dead }.map(\.detail) == [
                "nobody is named for the party"
            ])
        world.pass(to: try at("2025-03-18T10:00:00Z"))
        #expect(
            Array(letters(world).dropFirst(3)) == ["amina@example.org: A contract — Rappel\u{A0}: due, dans 2 jours"])
    }

    @Test("a successor does not get what was sent before, when a late fact has the case computed again")
    func successor() throws {
        let world = try makeContract()
        try world.send("c", "ring")
        world.settle()
        world.pass(to: try at("2025-03-12T10:00:00Z"))
        world.source.people = people.replacing(
            "person: amina, until: 2025-03-10", with: "person: chloe, until: 2025-03-10")
        _ = world.core.reload()
        let before = letters(world).count
        try world.send("c", "ring", on: "2025-03-02T08:00:00Z")
        world.settle()
        // The late ring is owed to who is behind the names now, in one message each; the first ring was sent.
        let late = world.plugins.letters.dropFirst(before)
        #expect(late.map(\.to).sorted() == ["amina@example.org", "chloe@example.org"])
        #expect(
            late.allSatisfy { $0.subject.contains("[Late]") || $0.subject.contains("[En retard]") },
            "\(late.map(\.subject))")
    }

    @Test("a message to nobody that has found several people stays theirs when a late fact has the case computed again")
    func foundLater() throws {
        let world = try makeContract()
        world.plugins.behave { _ in .failsForNow }
        let start = world.clock.now()
        try world.send("c", "ring")
        try world.send("c", "parties.set", ["other": .text("organ:jury")])
        world.settle()
        func toOther() throws -> [OutboxRow] {
            try world.core.outbox("c", limit: 99).filter { $0.key.contains("/other") }
        }
        let found = try toOther()
        #expect(Set(found.map(\.address)) == ["amina@example.org", "chloe@example.org"])
        world.clock.set(to: start + .seconds(7_200))
        try world.send("c", "ring", on: (start + .seconds(3_600)).rfc3339)
        for row in found { #expect(try toOther().first { $0.key == row.key }?.state == .waiting) }
    }

    @Test(
        "somebody the people's file does not know is refused where a party is named, and kept where a journal says it")
    func unknownPeople() throws {
        let world = try makeContract()
        func refuse(_ text: String, saying words: String) throws {
            expectRefusal(.badRequest, saying: words) { () throws(EngineError) in
                try world.send("c", "parties.set", ["buyer": .text(text)])
            }
            expectRefusal(.badRequest, saying: words) { () throws(EngineError) in
                try world.start("contract", id: "d", parties: ["buyer": text])
            }
            expectRefusal(.badRequest, saying: words) { () throws(EngineError) in
                try world.correct("c", 1, ["buyer": .text(text)])
            }
        }
        try refuse("person:zoe", saying: "buyer: the people's file has no person 'zoe'")
        try refuse("person:zoe", saying: "there are amina, ben, chloe")
        try refuse("role:nobody", saying: "has no role 'nobody': there are buyer")
        try refuse("organ:x", saying: "there are jury")
        try refuse("role: buyer", saying: "has no role ' buyer'")
        try refuse("Amina Saïdi", saying: "'Amina Saïdi' is no address")
        try refuse("  ", saying: "is no address")
        try refuse("", saying: "expected an address")
        for (number, text) in ["person:ben", "organ:jury", "Ben <ben@example.org>", "tel:+33 1 23", "#tenders"]
            .enumerated()
        {
            try world.send("c", "parties.set", ["other": .text(text)])
            #expect(try world.store.journal(of: "c").count == number + 2)
        }
        // Who has left the file stays where a journal has the name; without a file any name may be one of later.
        try world.send("c", "parties.set", ["other": .text("person:chloe")])
        world.source.people = people.replacing(
            "chloe: { name: Chloé, address: chloe@example.org }", with: "dan: { name: Dan, address: dan@example.org }"
        )
        .replacing("[chloe]", with: "[dan]")
        #expect(world.core.reload().problems == [])
        try world.send("c", "ring")
        #expect(try world.verify("c", withReplay: true).problems == [])
        let bare = try makeWorld([contract])
        try bare.start("contract", id: "c", parties: ["buyer": "role:buyer"])
    }

    @Test("a broken directory keeps its last good state and shows as such")
    func broken() throws {
        let world = try makeContract()
        world.source.people = "jalon: 1\npeople: {}\nroles: { buyer: amina }\n"
        #expect(world.core.reload().problems == ["people.yaml: person 'amina' does not exist: there are none"])
        try world.send("c", "ring")
        world.settle()
        #expect(letters(world).count == 3)
    }
}
