import Foundation
import Testing

@Suite("Questions to the built service", .serialized)
struct QuestionTests {
    private static let workflow = """
        jalon: 1
        workflow: questions
        title: Questions
        document: questions.txt
        language: fr
        time-zone: Africa/Casablanca
        calendar: morocco
        parameters:
          offer: { title: Offre, type: money, currency: EUR, basis: excl-vat, default: 30000, clause: 7 }
          rate: { title: Taux, type: decimal, needed-in: execution, clause: 8 }
        parties: { buyer: Acheteur }
        events: { signed: Signature, meeting.held: Réunion tenue, order.stopped: Arrêt, order.resumed: Reprise }
        data: { technical: { title: Note technique, type: integer, initial: 65 } }
        values: { penalties: { title: Pénalités, is: offer * rate / 1000, clause: 122 } }
        dates:
          begin: 2021-01-04
          delivery: { title: Livraison, at: 30 days after begin, clock: work, clause: 9 }
          seminar: { title: Séminaire, at: November 2999, clause: 10 }
        clocks: { work: { title: Délai, stop: order.stopped, resume: order.resumed, clause: 12 } }
        cadences:
          steering: { title: Comités, event: meeting.held, at: 2 per year, from: begin, to: buyer, clause: 261 }
        states:
          waiting:
            title: Attente
            on: { signed: { title: seuil, to: execution, when: technical >= 70, clause: 140 } }
            at: { seminar: over }
          execution: { title: Exécution, on: { paid: over } }
          over: { type: final }
        """

    @Test("why not, why, show and agenda answer through the service, and its restart changes none of it")
    func questions() throws {
        let jalon = try Installation()
        try jalon.start()
        try jalon.write(Self.workflow, to: "workflows/questions.yaml")
        #expect(try jalon.ctl("reload").status == 0)
        let started = try jalon.ctl("start", "questions", "--case", "q", "--party", "buyer=a@example.org")
        #expect(started.status == 0, "\(started.errors)")
        for event in ["meeting.held", "order.stopped"] {
            let sent = try jalon.ctl("send", "q", event)
            #expect(sent.status == 0, "\(sent.errors)")
        }
        for _ in 0..<2 {
            try ask(jalon)
            #expect(jalon.stop() == 0)
            try jalon.start()
        }
        #expect(jalon.stop() == 0)
    }

    private func ask(_ jalon: Installation) throws {
        func answer(_ arguments: String...) throws -> String {
            let outcome = try jalon.ctl(arguments)
            #expect(outcome.status == 0, "\(outcome.errors)")
            return outcome.output.replacingOccurrences(of: "\u{A0}", with: " ")
        }
        let whyNot = try answer("why-not", "q", "signed")
        #expect(whyNot.contains("seuil : Note technique vaut 65, et il faut au moins 70 (ligne 140)"), "\(whyNot)")
        #expect(whyNot.contains("jalonctl send q parameters.set rate=…"), "\(whyNot)")
        let json = try answer("why-not", "q", "paid", "--json")
        #expect(json.contains("\"accepted\" : false") || json.contains("\"accepted\":false"), "\(json)")
        let unknown = try jalon.ctl("why-not", "q", "singed")
        #expect(unknown.status != 0 && unknown.errors.contains("did you mean 'signed'?"), "\(unknown.errors)")
        let why = try answer("why", "q", "penalties")
        #expect(
            why.hasPrefix("Pénalités (questions.txt, ligne 122) : pas encore connu\n  = offer * rate / 1000"), "\(why)")
        #expect(try answer("why", "q", "steering").contains("Réunion tenue : "))
        let shown = try answer("show", "q")
        #expect(shown.contains("Cadences") && shown.contains("1 sur 2, il en manque 1"), "\(shown)")
        #expect(shown.contains("en novembre 2999 (du "), "\(shown)")
        #expect(try answer("agenda").contains("il en manque 1"))
    }
}
