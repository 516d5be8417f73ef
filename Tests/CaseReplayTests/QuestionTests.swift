import CaseReplay
import CivilTime
import Expressions
import Testing
import WorkflowModel

/// Why a value is what it is, and why an event is not taken.
@Suite("why and why not")
struct QuestionTests {
    private static let text = """
        jalon: 1
        workflow: marks
        title: Notation
        document: marks.txt
        language: LANGUAGE
        time-zone: Africa/Casablanca
        calendar: morocco
        parameters:
          offer: { title: Montant de l'offre, type: money, currency: MAD, basis: incl-vat, default: 120000, clause: 117 }
          penalty: { title: Taux de pénalité, type: decimal, needed-in: execution, clause: 122 }
          capped: { type: boolean, default: false }
        parties:
          buyer: Acheteur
          supplier: { title: Prestataire, needed-in: execution }
        events:
          offer.marked: { title: Offre notée, fields: { technical: { type: integer } } }
          signed: Contrat signé
          paid: { title: Paiement, fields: { amount: { type: integer } } }
        data:
          technical: { title: Note technique, type: integer, initial: 65 }
          days-late: { title: Jours de retard, type: integer, initial: 6 }
          ready: { title: Dossier complet, type: boolean }
        values:
          raw: { title: Pénalité brute, is: offer * penalty * days_late / 1000, clause: 122 }
          penalties: { title: Pénalités, is: "capped ? offer * 0.10 : raw", clause: 123 }
        states:
          marking:
            title: Notation
            on:
              signed:
                - { title: seuil, to: execution, when: technical >= 70 && ready && !(days_late > 5), clause: 140 }
                - { to: archived, when: technical < 50 || days_late == 0 }
              offer.marked: { when: event.technical > technical && ready, set: { technical: event.technical } }
          archived: { title: Classé, on: { reopened: marking } }
          execution: { title: Exécution, on: { paid: { to: end, when: event.amount > 10 } } }
          end: { type: final }
        """

    private func workflow(_ language: String = "fr") throws -> Workflow {
        try load(Self.text.replacing("LANGUAGE", with: language))
    }

    private func start(_ workflow: Workflow, _ parameters: [String: String] = [:]) throws -> Case {
        let journal = [try workflow.start(at: "2021-09-01T08:00", parameters)]
        return try #require(workflow.replay(journal, until: try workflow.time("2021-09-02")))
    }

    private func plain(_ lines: [String]) -> [String] {
        lines.map { $0.replacing("\u{A0}", with: " ").replacing("\u{202F}", with: " ") }
    }

    // MARK: Values

    @Test("a value is told with its expression and what went in, recursively, with clauses")
    func value() throws {
        let workflow = try workflow()
        let current = try start(workflow, ["penalty": "1"])
        #expect(
            plain(try workflow.explain("penalties", in: current)) == [
                "Pénalités (marks.txt, ligne 123) : 720,00 MAD TTC", "  = capped ? offer * 0.10 : raw",
                "  capped, paramètre : non", "  Pénalité brute [raw] (ligne 122) : 720,00 MAD TTC",
                "    = offer * penalty * days_late / 1000",
                "    Montant de l'offre [offer], paramètre (ligne 117) : 120 000,00 MAD TTC",
                "    Taux de pénalité [penalty], paramètre (ligne 122) : 1", "    Jours de retard [days_late] : 6",
            ])
    }

    @Test("a value that cannot be computed says what is missing")
    func unknownValue() throws {
        let workflow = try workflow("en")
        let lines = plain(try workflow.explain("penalties", in: try start(workflow)))
        #expect(lines.first == "Pénalités (marks.txt, line 123): not known yet")
        #expect(lines.contains("    Taux de pénalité [penalty], parameter (line 122): not given yet"), "\(lines)")
        #expect(plain(try workflow.explain("offer", in: try start(workflow))).count == 1)
        #expect(throws: QuestionError.self) { try workflow.explain("pnalties", in: try start(workflow)) }
    }

    @Test("a function of the host appears with its arguments and its result")
    func hostCall() throws {
        let workflow = try workflow()
        var environment = workflow.names.environment
        environment.functions.append(
            HostFunction("late_penalty", parameters: [.int, .int], result: .int) { values throws(EvaluationError) in
                guard case .int(let a) = values[0], case .int(let b) = values[1] else { return .null }
                return .int(a * b)
            })
        let expression = try #require(
            Expression.compile("late_penalty(technical, days_late + 1) > 3", in: environment).0)
        let outline = expression.outline
        guard case .comparison(.greater, let call, _) = outline.kind,
            case .call("late_penalty", let arguments) = call.kind
        else { return #expect(Bool(false), "\(outline)") }
        #expect(arguments.map(\.source) == ["technical", "days_late + 1"])
    }

    @Test("every part of an expression is an expression of its own")
    func parts() throws {
        let environment = try workflow().names.environment
        for source in [
            "(technical + days_late) * 2 >= 70 && !(ready || capped)", "capped ? offer * 0.10 : (raw)",
            "[1, technical].exists(x, x > days_late)", "math.least(technical, 3) in [1, 2, 3]",
            "{'a': technical}['a'] == -days_late", "technical > 3 ? (ready ? 1 : 2) : 3",
        ] {
            let expression = try #require(Expression.compile(source, in: environment).0, "\(source)")
            func check(_ part: ExpressionPart) {
                #expect(Expression.compile(part.source, in: environment).0 != nil, "\(part.source) of \(source)")
                part.children.forEach(check)
            }
            check(expression.outline)
        }
    }

    // MARK: Events

    @Test("each failing part is told with its values, missing values with how to give them")
    func unmet() throws {
        let workflow = try workflow()
        let current = try start(workflow)
        let answer = try workflow.whyNot("signed", carrying: .map(ValueMap([])), in: current, caseID: "m-1")
        #expect(!answer.isAccepted)
        #expect(answer.title == "Contrat signé")
        #expect(answer.obstacles.map(\.targets) == [["Exécution"], ["Classé"]])
        #expect(
            plain(answer.obstacles[0].unmet) == [
                "le paramètre « Taux de pénalité (ligne 122) » n'est pas encore donné : jalonctl send m-1 parameters.set penalty=…",
                "seuil : Note technique vaut 65, et il faut au moins 70 (ligne 140)",
                "seuil : Dossier complet vaut non, et il faut oui (ligne 140)",
                "seuil : la condition !(days_late > 5) n'est pas remplie (Jours de retard : 6) (ligne 140)",
            ])
        #expect(
            plain(answer.obstacles[1].unmet) == [
                "aucune de ces conditions n'est remplie : Note technique vaut 65, et il faut moins de 50 ; "
                    + "Jours de retard vaut 6, et il faut 0"
            ])
    }

    @Test("in English")
    func english() throws {
        let workflow = try workflow("en")
        let answer = try workflow.whyNot("signed", carrying: .map(ValueMap([])), in: start(workflow), caseID: "m-1")
        #expect(
            plain(answer.obstacles[0].unmet).prefix(2) == [
                "parameter 'Taux de pénalité (line 122)' is not given yet: jalonctl send m-1 parameters.set penalty=…",
                "seuil: Note technique is 65, and at least 70 is needed (line 140)",
            ])
    }

    @Test("conditions on what an event carries are told as they stand, or tried with what it would carry")
    func payload() throws {
        let workflow = try workflow()
        let current = try start(workflow)
        let open = try workflow.whyNot("offer.marked", carrying: nil, in: current, caseID: "m-1")
        #expect(
            plain(open.obstacles[0].unmet) == [
                "selon ce que porte l'événement, il faut event.technical > technical",
                "Dossier complet vaut non, et il faut oui",
            ])
        let payload = Value.map(ValueMap([(.string("technical"), .int(60))]))
        let tried = try workflow.whyNot("offer.marked", carrying: payload, in: current, caseID: "m-1")
        #expect(
            plain(tried.obstacles[0].unmet) == [
                "event.technical vaut 60, et il faut plus de 65 (Note technique)",
                "Dossier complet vaut non, et il faut oui",
            ])
    }

    @Test("an event of other states, of a case that is over, and one that there is not")
    func elsewhere() throws {
        let workflow = try workflow()
        let current = try start(workflow)
        let answer = try workflow.whyNot("paid", carrying: nil, in: current, caseID: "m-1")
        #expect(
            plain(answer.reasons) == ["le dossier est dans « Notation » ; l'événement est attendu dans « Exécution »"])
        let error = #expect(throws: QuestionError.self) {
            try workflow.whyNot("singed", carrying: nil, in: current, caseID: "m-1")
        }
        #expect(error?.message == "there is no event 'singed'; did you mean 'signed'?")
    }

    @Test("of many names the nearest are offered first, and not all of them")
    func nearestNames() throws {
        let others = (1...40).map { "  v\($0): { is: '\($0)' }\n" }.joined()
        let text = Self.text.replacing("LANGUAGE", with: "fr").replacing("values:\n", with: "values:\n" + others)
        let workflow = try load(text)
        let current = try start(workflow)
        let error = try #require(throws: QuestionError.self) { try workflow.explain("penaltie", in: current) }
        #expect(error.message.contains("the nearest are penalties, penalty"), "\(error.message)")
        #expect(error.message.count < 250)
    }
}
