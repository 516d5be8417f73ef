import CaseReplay
import CivilTime
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

    @Test("a late message says when it should have left")
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
        #expect(words.subject == "W — [En retard] Rappel\u{A0}: Remise, dans 7 jours")
        #expect(
            words.body.replacing("\u{A0}", with: " ") == """
                Ce message aurait dû partir le mercredi 24 mars 2021 ; il part le jeudi 1er avril 2021.

                L'échéance « Remise » arrive dans 7 jours : au plus tard le mercredi 31 mars 2021.

                Référence : contrat.txt, ligne 12.

                Marché : W (dossier w-1).

                """)
    }
}
