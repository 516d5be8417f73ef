import CaseReplay
import CivilTime
import Foundation
import Testing
import WorkflowModel

@Suite("words for people")
struct WordsTests {
    @Test("French gets its no-break spaces whatever spaces the file has; English is left alone")
    func spaces() throws {
        func subject(_ language: String) throws -> String {
            let workflow = try load(
                """
                jalon: 1
                workflow: w
                title: W
                language: \(language)
                time-zone: Africa/Casablanca
                parties: { p: P }
                states:
                  a: { entry: { notify: { to: p, subject: "« Prêt » : oui ; à 16 h 30, 3 % ! Non ? 5 h" } } }
                """)
            var occurrences: [Occurrence] = []
            let start = try workflow.start(at: "2021-02-01T08:00")
            _ = workflow.replay([start], until: start.occurredAt, occurrences: &occurrences)
            let messages = occurrences.compactMap { occurrence in
                if case .message(let message) = occurrence.kind { message } else { nil }
            }
            return try #require(messages.first).words(caseID: "c", workflow: workflow).subject
        }
        #expect(try subject("en") == "W — « Prêt » : oui ; à 16 h 30, 3 % ! Non ? 5 h")
        #expect(
            try subject("fr").replacing("\u{A0}", with: "_") == "W — «_Prêt_»_: oui_; à 16_h_30, 3_%_! Non_? 5_h")
    }

    @Test("rows are told with the titles that events give their fields, where those agree; yes and no in the language")
    func fieldTitles() throws {
        let workflow = try load(
            """
            jalon: 1
            workflow: w
            title: W
            language: fr
            time-zone: Europe/Paris
            events:
              offered: { fields: { candidate: { type: text, title: candidat }, met: { type: boolean, title: remplie }, other: { type: text, title: un } } }
              marked: { fields: { candidate: { type: text, title: candidat }, other: { type: text, title: deux } } }
            data: { offers: { list: { candidate: text, met: boolean, other: text } } }
            states: { a: { on: { offered: { keep: offers }, marked: {} } } }
            """)
        let journal = [
            try workflow.start(at: "2021-02-01T08:00"),
            try workflow.event(
                "offered", at: "2021-02-02T08:00", ["candidate": "Atlas", "met": "true", "other": "x"]),
        ]
        let current = try #require(workflow.replay(journal, until: try workflow.time("2021-02-03")))
        #expect(
            current.data[0].words(in: workflow).replacing("\u{A0}", with: " ")
                == "candidat : Atlas, remplie : oui, other : x")
        let known = try #require(
            try Life(of: workflow, Array(journal.prefix(1)), until: try workflow.time("2021-02-03")))
        let told = try #require(try Life(of: workflow, journal, until: try workflow.time("2021-02-03")))
        #expect(
            Comparison(known, told, caseID: "w-1").values.map { $0.after?.replacing("\u{A0}", with: " ") }
                == ["candidat : Atlas, remplie : oui, other : x"])
    }

    @Test("a late message says when it should have left, and names the deadline by its date alone")
    func late() throws {
        let workflow = try load(
            """
            jalon: 1
            workflow: w
            title: W
            language: fr
            document: contrat.txt
            time-zone: Africa/Casablanca
            parties: { p: P }
            dates: { due: { title: Remise, at: 2021-03-31, clause: 12 } }
            states: { a: { at: { due: b } }, b: {} }
            """)
        var occurrences: [Occurrence] = []
        _ = workflow.replay(
            [try workflow.start(at: "2021-02-01T08:00")], until: try workflow.time("2021-03-25"),
            occurrences: &occurrences)
        guard case .message(let message)? = occurrences.last?.kind else { return #expect(Bool(false), "no message") }
        let words = message.words(caseID: "w-1", workflow: workflow, leavingLateOn: CivilDate(iso: "2021-04-01"))
        #expect(words.subject == "W — [En retard] Rappel\u{A0}: Remise, au plus tard le mercredi 31 mars 2021")
        #expect(
            words.body.replacing("\u{A0}", with: " ") == """
                Ce message aurait dû partir le mercredi 24 mars 2021.

                Échéance « Remise » : au plus tard le mercredi 31 mars 2021.

                Référence : contrat.txt, ligne 12.

                Marché : W (dossier w-1).

                """)
        let english = message.words(
            caseID: "w-1", workflow: workflow, language: .english, leavingLateOn: CivilDate(iso: "2021-03-25"))
        #expect(english.subject == "W — [Late] Reminder: Remise, by Wednesday 31 March 2021")
        #expect(
            english.body.hasPrefix(
                "This message should have left on Wednesday 24 March 2021.\n\n'Remise' is due by Wednesday 31 March 2021.\n"
            ), "\(english.body)")
        // On the same day, nobody needs to hear that it is late.
        let sameDay = message.words(caseID: "w-1", workflow: workflow, leavingLateOn: CivilDate(iso: "2021-03-24"))
        #expect(sameDay.subject == "W — Rappel\u{A0}: Remise, au plus tard le mercredi 31 mars 2021")
        #expect(sameDay.body.hasPrefix("Échéance «\u{A0}Remise\u{A0}»"))
    }

    @Test("an empty list is told as none, in a message and in what moves; what is not known is told as such")
    func emptyList() throws {
        let workflow = try load(
            """
            jalon: 1
            workflow: marks
            title: Notes
            language: fr
            time-zone: UTC
            parties: { buyer: Acheteur }
            events: { marked: Note donnée, priced: { title: Prix donné, fields: { price: integer } } }
            data: { isMarked: boolean, price: integer, rows: { title: Lignes, list: { name: text } } }
            values:
              missing: { title: Notes manquantes, is: "isMarked ? ['Rif'].filter(m, false) : ['Rif']" }
            states:
              a:
                on:
                  marked: { set: { isMarked: "true" }, notify: { to: buyer, subject: "Manquent : {{ missing }}" } }
            """.replacing("isMarked", with: "is-marked").replacing("\"is-marked", with: "\"is_marked"))
        let start = try workflow.start(at: "2026-01-01T08:00")
        let lives = try [[], [workflow.event("marked", at: "2026-01-02T08:00")]].map { more in
            try #require(try Life(of: workflow, [start] + more, until: try workflow.time("2026-01-03")))
        }
        let moves = Comparison(lives[0], lives[1], caseID: "c")
        #expect(
            moves.values.filter { $0.element == "missing" }.map { "\($0.before ?? "-") \($0.after ?? "-")" } == [
                "Rif aucun"
            ])
        #expect(moves.owed.map { $0.subject.replacing("\u{A0}", with: " ") } == ["Manquent : aucun"])
        #expect(!moves.values.contains { $0.element == "rows" })
    }

    @Test(
        "no two values of a shipped contract have one title",
        arguments: ["tanger-ess", "massif-central", "ecosolies-nantes", "mayotte-m21-11"])
    func titles(name: String) throws {
        let file = projectRoot.appending(path: "workflows/\(name).yaml")
        let workflow = try load(try String(contentsOf: file, encoding: .utf8), file: "\(name).yaml")
        for own in [workflow] + workflow.kinds.map(\.workflow) {
            let repeated = Dictionary(grouping: own.valueTitles, by: \.value).filter { $0.value.count > 1 }
            #expect(repeated.mapValues { $0.map(\.key).sorted() } == [:])
        }
        if name == "tanger-ess" {
            #expect(workflow.valueTitles["tranche-2.gross"] == "Tranche 2 — Montant dû")
        }
    }

    @Test("rows of a list stand apart, their fields under the titles that events give them")
    func rows() throws {
        let workflow = try load(
            """
            jalon: 1
            workflow: rows
            title: Lignes
            language: fr
            time-zone: UTC
            events: { marked: { title: Note donnée, fields: { candidate: { title: candidat, type: text }, mark: integer } } }
            data: { marks: { title: Notes, list: { candidate: text, mark: integer } } }
            states: { a: { on: { marked: { keep: marks } } } }
            """)
        let journal = try [
            workflow.start(at: "2026-01-01T08:00"),
            workflow.event("marked", at: "2026-01-02T08:00", ["candidate": "Rif", "mark": "3"]),
            workflow.event("marked", at: "2026-01-02T09:00", ["candidate": "Atlas", "mark": "4"]),
        ]
        let current = try #require(workflow.replay(journal, until: try workflow.time("2026-01-03")))
        #expect(
            current.data[0].words(in: workflow).replacing("\u{A0}", with: " ")
                == "candidat : Rif, mark : 3 ; candidat : Atlas, mark : 4")
    }
}
