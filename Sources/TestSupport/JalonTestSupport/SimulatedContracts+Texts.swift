extension SimulatedContracts {
    /// A report with reminders, a silence that accepts, delayed events and two things at a time.
    package static let report = """
        jalon: 1
        workflow: report
        title: Rapport annuel
        language: fr
        time-zone: Europe/Paris
        parties:
          supplier: { title: Titulaire, address: supplier@example.org }
          buyer: Acheteur
        parameters:
          price: { title: Prix, type: money, currency: EUR, basis: excl-vat, needed-in: paying }
        events:
          submitted: { fields: { pages: integer } }
          refused: Refusé
          kept: { fields: { name: text, mark: decimal } }
          paid: Payé
          moved: Date convenue
          nagged: Relance
        data:
          rows: { list: { name: text, mark: decimal }, key: name }
        dates:
          start: { at: 2025-03-01, or: moved }
          due: { at: 30 days after start }
          answer: { at: 5 working days after due }
        reminders: { to: buyer, before: [3 days, 1 day], after: 1 day }
        initial: working
        states:
          working:
            type: parallel
            done: paying
            states:
              write:
                initial: draft
                states:
                  draft:
                    remind: { of: due, to: [supplier, buyer], before: [10 days, 2 days], every: 7 days }
                    on: { submitted: { when: event.pages > 1, to: review } }
                    at: { due: { notify: { to: buyer, subject: Rien n'est remis } } }
                  review:
                    entry: [{ send: { event: nagged, after: 36 hours, id: nag } }]
                    exit: [{ cancel: nag }]
                    on:
                      refused: draft
                      nagged: { notify: { to: supplier, subject: "On attend encore" } }
                    after: { 10 days: read }
                  read: { type: final }
              collect:
                initial: open
                states:
                  open:
                    on: { kept: { keep: rows }, moved: {} }
                    always: { when: rows.size() >= 3, to: full }
                    at: { answer: full }
                  full:
                    entry: [{ notify: { to: buyer, subject: "{{ rows.size() }} lignes" } }]
                    type: final
          paying:
            remind: { of: answer, to: buyer, after: [1 day, 5 days] }
            on: { paid: over }
          over: { type: final }
        """

    /// Goes round and round by itself, at hours of its own.
    package static let rounds = """
        jalon: 1
        workflow: rounds
        title: Rounds
        time-zone: America/New_York
        parties: { watch: { title: The watch, address: watch@example.org } }
        events: { stop: Stop, skip: Skip }
        data: { count: integer }
        initial: day
        states:
          day:
            after: { 14 hours: night }
            on: { stop: done, skip: night }
          night:
            entry: [{ set: { count: count + 1 } }, { notify: { to: watch, subject: "Round {{ count }}" } }]
            after: { 100 hours: day }
            on: { stop: done }
          done: { type: final }
        """
}
