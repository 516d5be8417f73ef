import Findings
import Testing
import WorkflowModel

@Suite("what became of the document's lines")
struct CitationTests {
    @Test("every element that cites the document is there, in the order of its lines, once")
    func citations() throws {
        let workflow = try Fixture.workflow("tanger-ess")
        let cited = Findings.citations(in: workflow)
        #expect(cited.map(\.clause.line) == cited.map(\.clause.line).sorted())
        #expect(Set(cited).count == cited.count)
        let of104 = cited.filter { $0.clause.line == 104 }.map { "\($0.kind) \($0.name): \($0.title)" }
        #expect(
            of104 == [
                "date start: Début de la prestation", "date end: Fin de la prestation", "terme period: 3 mois",
                "terme written: 15 septembre", "terme written: 15 décembre 2021",
            ])
        #expect(cited.contains { $0.clause.line == 100 && $0.kind == "comité" })
        #expect(cited.contains { $0.clause.line == 122 && $0.kind == "paramètre" && $0.name == "penalty" })
    }

    @Test(
        "a line that may oblige somebody is told from one that does not",
        arguments: [
            ("Le contractant devra remettre les livrables suivants", true),
            ("2 séminaires par an minimum", true),
            ("- Prix : 30%", true),
            ("The supplier shall report within 10 days", true),
            ("Depuis 2009, les six régions du Massif central se sont engagées", false),
            ("CONTEXTE ET JUSTIFICATION", false),
            ("www.ecosolies.fr", false),
        ])
    func obliging(line: String, obliges: Bool) { #expect(mayOblige(line) == obliges) }
}
