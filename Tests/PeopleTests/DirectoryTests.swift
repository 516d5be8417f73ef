import CivilTime
import People
import Testing
import WorkflowLoading
import YAMLReader

private let text = """
    jalon: 1
    people:
      amina: { name: Amina Saïdi, address: amina@example.org, language: fr }
      ben: { name: Ben Ouma, address: ben@example.org }
      chloe: { name: Chloé Petit, address: chloe@example.org }
    roles:
      buyer: [{ person: amina, until: 2021-12-31 }, { person: ben, from: 2022-01-01 }]
      supplier: chloe
    organs:
      follow-up:
        title: Comité de suivi
        seats:
          - { title: Présidente, chair: true, holder: amina, deputies: [ben] }
          - { holder: { person: chloe, until: 2021-06-30 }, vote: false }
    absences:
      - { person: amina, from: 2021-08-01, until: 2021-08-31, delegate: chloe, for: buyer }
      - { person: chloe, from: 2021-08-10, until: 2021-08-12, delegate: amina }
      - { person: ben, from: 2022-02-01, until: 2022-02-02 }

    """

private func directory() throws -> Directory {
    let (directory, diagnostics) = loadDirectory(text, file: "people.yaml")
    #expect(diagnostics.isEmpty)
    return try #require(directory)
}

private func day(_ iso: String) throws -> CivilDate { try #require(CivilDate(iso: iso)) }

struct DirectoryTests {
    @Test(
        "a message goes to who holds the role on that day, or stands in",
        arguments: [
            ("role:buyer", "2021-07-31", "amina"), ("role:buyer", "2021-08-01", "chloe for Amina Saïdi"),
            // Chloé is away too and hands back to Amina: the ring ends where it began.
            ("role:buyer", "2021-08-11", "amina"), ("role:buyer", "2022-01-01", "ben"),
            // Away without a delegate: the mail goes to the person all the same.
            ("role:buyer", "2022-02-01", "ben"), ("person:chloe", "2021-08-11", "amina for Chloé Petit"),
            // A delegation has its scope: the committee is not the buyer.
            ("organ:follow-up", "2021-05-05", "amina, chloe, ben"), ("organ:follow-up", "2021-08-05", "amina, ben"),
            ("role:nobody", "2021-08-05", ""), ("person:nobody", "2021-08-05", ""),
        ])
    func recipients(reference: String, on iso: String, are expected: String) throws {
        let found = try directory().recipients(of: try #require(Reference(reference)), on: day(iso))
        let words = found.map { $0.person.id + ($0.standsInFor.map { " for \($0.name)" } ?? "") }
        #expect(words.joined(separator: ", ") == expected)
    }

    @Test("a party that nobody is named for is the role or the organ of its name")
    func parties() throws {
        let directory = try directory()
        #expect(directory.reference(forParty: "buyer") == Reference(.role, "buyer"))
        #expect(directory.reference(forParty: "follow-up") == Reference(.organ, "follow-up"))
        #expect(directory.reference(forParty: "bank") == nil)
        #expect(Reference("someone@example.org") == nil)
        #expect(Reference("role:") == nil)
        #expect(Reference("mailto:someone") == nil)
    }

    @Test("roles and seats with nobody behind them are found")
    func vacancies() throws {
        #expect(try directory().vacancies(on: day("2021-05-05")) == [])
        #expect(try directory().vacancies(on: day("2021-07-01")) == ["seat 2 of organ 'follow-up'"])
    }

    @Test(
        "the directory's mistakes are shown with their place and a guess",
        arguments: [
            ("roles: { buyer: amino }", "4:17 person 'amino' does not exist, 'amina'?"),
            ("absences: [{ person: amina, from: 2021-08-02, until: 2021-08-01 }]", "4:54 'until' is before 'from'"),
            (
                "absences: [{ person: amina, from: 2021-08-01, until: 2021-08-01, delegate: amina }]",
                "4:76 'amina' cannot stand in for 'amina'; name somebody else"
            ),
            (
                "organs: { jury: { seats: [{ holder: amina, chair: true }, { holder: amina, chair: true }] } }",
                "4:11 'jury' has more than one chair; keep one"
            ),
            (
                "role: {}",
                "4:1 a directory has no key 'role'; it may have jalon, people, roles, organs, absences, 'roles'?"
            ),
        ])
    func mistakes(line: String, found expected: String) {
        let start = "jalon: 1\npeople:\n  amina: { name: Amina, address: a@example.org }\n"
        let (directory, diagnostics) = loadDirectory(start + line + "\n", file: "people.yaml")
        #expect(directory == nil)
        let found = diagnostics.map { diagnostic in
            let place = diagnostic.span.map { "\($0.start.line):\($0.start.column) " } ?? ""
            return place + diagnostic.message + (diagnostic.guess.map { ", '\($0)'?" } ?? "")
        }
        #expect(found == [expected])
    }
}
