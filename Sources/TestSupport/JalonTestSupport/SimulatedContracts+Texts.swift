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

    /// A framework with orders: children under a ceiling, each with a clock and something that comes back.
    package static let orders = """
        jalon: 1
        workflow: orders
        title: Accord-cadre
        language: fr
        time-zone: Europe/Paris
        calendar: france
        parties: { buyer: { title: Acheteur, address: buyer@example.org } }
        events:
          placed: { fields: { number: text, amount: { type: money, currency: EUR, basis: excl-vat } } }
          prolonged: Prolongé
          late: { fields: { key: text } }
          closed: Clos
        data: { delays: integer }
        dates:
          start: { at: 2025-03-01 }
          end: { at: 90 days after start, or: prolonged }
        reminders: { to: buyer, before: [5 days], after: 1 day }
        cases:
          order:
            title: Bon de commande
            parameters: { amount: { type: money, currency: EUR, basis: excl-vat }, last: date }
            parties: { maker: Titulaire }
            events: { delivered: Livré, stopped: Suspendu, resumed: Repris, reported: Point fait }
            clocks: { work: { stop: stopped, resume: resumed } }
            dates:
              due: { at: 20 days after entry of making, clock: work }
              limit: { is: last }
            cadences:
              reports: { event: reported, at: 2 per month, from: entry of making, until: limit, to: [maker, buyer], lead: 4 days }
            result: { amount: amount }
            states:
              making:
                remind: { of: due, to: [maker, buyer], before: [5 days, 1 day], every: 7 days }
                on: { delivered: done, cadence.reports.missed: { notify: { to: buyer, subject: "Point manqué" } } }
                at: { due: { tell: late }, limit: done }
              done: { type: final }
        states:
          running:
            on:
              placed:
                - when: "sum(cases.order.map(o, o.amount), money('0 EUR excl-vat')) + event.amount <= money('150000 EUR excl-vat')"
                  open: { case: order, key: event.number, with: { amount: event.amount, last: end } }
                - notify: { to: buyer, subject: "Plafond dépassé" }
              prolonged: {}
              late: { set: { delays: delays + 1 } }
              closed: over
            at: { end: over }
          over: { type: final }
        """
}
