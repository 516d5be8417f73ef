import CaseReplay
import CivilTime
import ControlAPI
import ControlClient
import DefinitionFiles
import Foundation
import Testing
import WorkflowLoading

@testable import jalonctl

/// What people read, compared with files.
@Suite("Screens")
struct ScreenTests {
    @Test("status")
    func status() throws {
        var reply = StatusReply(
            now: "2021-09-24T12:00:00Z", startedAt: "2021-09-20T07:00:00Z", version: "1.2.3",
            cases: CaseCounts(running: 12, over: 3, fault: 0), messages: MessageCounts(waiting: 4, dead: 0),
            workflows: 5, brokenFiles: [], nextDue: "2021-09-24T15:30:00Z", zoneData: "2025b",
            store: "/var/lib/jalon/jalon.db")
        let sound = StatusCommand.text(reply, zone: .utc, style: .plain)
        reply.cases.fault = 1
        reply.messages.dead = 2
        reply.brokenFiles = ["/etc/jalon/workflows/tanger.yaml:12:3: error: unknown state 'aproved'"]
        reply.nextDue = nil
        let troubled = StatusCommand.text(reply, zone: .utc, style: .plain)
        try Fixture.expect("\(sound)\n\n\(troubled)", is: "screen-status.txt")
    }

    @Test(
        "the next due is told from now",
        arguments: [
            ("2021-09-24T12:00:30Z", "in less than a minute"), ("2021-09-24T13:59:00Z", "in 119 min"),
            ("2021-09-24T14:00:00Z", "in 2 h"), ("2021-09-30T12:00:00Z", "in 6 days"),
        ])
    func distance(due: String, words: String) {
        let reply = StatusReply(
            now: "2021-09-24T12:00:00Z", startedAt: "2021-09-20T07:00:00Z", version: "1",
            cases: CaseCounts(running: 0, over: 0, fault: 0), messages: MessageCounts(waiting: 0, dead: 0),
            workflows: 0, brokenFiles: [], nextDue: due, zoneData: "2025b", store: "s")
        #expect(StatusCommand.text(reply, zone: .utc, style: .plain).contains(", \(words)\n"))
    }

    @Test("a block explained, in either language", arguments: [Language.french, .english])
    func block(language: Language) throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "../../workflows/blocks/deliverable.yaml")
        let text = try String(contentsOf: file, encoding: .utf8)
        let environment = LoadingEnvironment(zone: { _ in nil }, calendar: { _ in nil }, calendarNames: [])
        let (block, diagnostics) = readBlock(
            text, file: "deliverable.yaml", language: language, environment: environment)
        #expect(diagnostics == [])
        let lines = BlockText(try #require(block), language: language, style: .plain).lines
        try Fixture.expect(lines.joined(separator: "\n"), is: "screen-explain-\(language.rawValue).txt")
    }

    @Test(
        "what is due by the end of a day is within that day and not within the next",
        arguments: [
            "UTC", "Africa/Casablanca", "Indian/Mayotte", "Pacific/Auckland", "America/Santiago",
        ])
    func agendaOfDays(name: String) throws {
        let zone = try #require(ZoneFiles(folder: ZoneFiles.systemFolder).zone(name))
        let day = try #require(CivilDate(iso: "2026-12-02"))
        func bound(_ text: String, isEnd: Bool = false) throws -> Timestamp {
            try instant(text, "--from", in: zone, isEnd: isEnd)
        }
        let due = Position(zone.endOfDay(day), .dayEnds).calendarInstant
        #expect(try bound("2026-12-02") <= due && due < bound("2026-12-02", isEnd: true))
        #expect(try due < bound("2026-12-03") && due >= bound("2026-12-01", isEnd: true))
        #expect(dueTime(due.rfc3339(in: zone)) == "2026-12-02")
        #expect(clockTime(due.rfc3339(in: zone)) == "2026-12-02 24:00")
        // What begins then is of the next day.
        let opening = Position(zone.startOfDay(day.adding(days: 1)), .strictDues).calendarInstant
        #expect(try bound("2026-12-03") <= opening && opening >= bound("2026-12-02", isEnd: true))
        #expect(dueTime(opening.rfc3339(in: zone)).hasPrefix("2026-12-03 0"))
    }

    @Test("one long cell keeps to itself and moves no other row's")
    func longCell() {
        let long = String(repeating: "x", count: 300)
        let lines = table([["a", long, "l. 1"], ["b", "short", "l. 2"], ["c", "longer", "l. 3"]], style: .plain)
        #expect(lines == ["a  \(long)  l. 1", "b  short   l. 2", "c  longer  l. 3"])
    }

    private let parameter = Parameter(
        name: "penalty", title: "Pénalité de retard", type: "a number", value: nil, clause: 122)
    private let party = Party(name: "buyer", title: "Maître d'ouvrage", address: "marches@example.org")
    private let accepted = AcceptedEvent(
        name: "offer.received", title: "Offre reçue",
        fields: [
            Field(name: "candidate", type: "text", isOptional: false),
            Field(name: "price", type: "an amount in MAD", isOptional: true),
        ], unmet: ["parameter 'penalty' is not known yet"], clause: 126)

    @Test("workflows, and one of them")
    func workflows() throws {
        let workflow = Workflow(
            name: "tanger-ess", title: "Cluster de l'économie sociale", digest: String(repeating: "ab", count: 32),
            file: "/etc/jalon/workflows/tanger-ess.yaml", language: "fr", zone: "Africa/Casablanca",
            parameters: [parameter], parties: [party, Party(name: "supplier", title: "Prestataire")],
            dates: ["offers-due", "start"], problems: ["12:3: warning: no clause"])
        var other = workflow
        other.name = "m21"
        other.title = "Accord-cadre"
        let list = WorkflowsCommand.list(WorkflowsReply(workflows: [other, workflow]), style: .plain)
        let one = WorkflowsCommand.text(workflow, style: .plain)
        try Fixture.expect("\(list)\n\n\(one)", is: "screen-workflows.txt")
        #expect(WorkflowsCommand.list(WorkflowsReply(workflows: []), style: .plain) == "no workflows are loaded")
    }

    @Test("cases line up whatever letters they have")
    func cases() throws {
        let cases = [
            CaseSummary(
                caseID: "t-1", workflow: "tanger-ess", title: "Cluster", status: "running",
                states: ["Étape 1", "Tranche 1 en attente"], nextDue: "2021-10-14T23:59:59.999999+01:00"),
            CaseSummary(
                caseID: "marché-été", workflow: "m21", title: "Accord-cadre", status: "over", states: []),
        ]
        let text = CasesCommand.text(CasesReply(cases: cases, next: "marché-été"), style: .plain)
        try Fixture.expect(text, is: "screen-cases.txt")
        #expect(CasesCommand.text(CasesReply(cases: []), style: .plain) == "no cases")
    }

    @Test("a case")
    func show() throws {
        var reply = CaseReply(
            caseID: "t-1", workflow: "tanger-ess", title: "Cluster de l'économie sociale", digest: "abcdef0123456789",
            document: "tanger-ess.txt", zone: "Africa/Casablanca", status: "running",
            at: "2021-09-24T13:00:00+01:00", startedAt: "2021-09-01T09:00:00+01:00",
            states: [
                State(path: "consultation", title: "Consultation", since: "2021-09-01T09:00:00+01:00"),
                State(
                    path: "consultation.open", title: "Réception des offres", since: "2021-09-01T09:00:00+01:00",
                    clause: 126),
            ],
            dates: [
                NamedDate(
                    name: "offers-due", title: "Remise des offres", date: "2021-09-24T16:30",
                    words: "avant le vendredi 24 septembre 2021 à 16 h 30", isProvisional: false, clause: 126),
                NamedDate(
                    name: "stage-2-due", title: "Remise de l'étape 2", date: "2021-11-15", nominal: "2021-11-14",
                    words: "au plus tard le lundi 15 novembre 2021", isProvisional: true),
                NamedDate(name: "paid", title: "Paiement", isProvisional: false),
            ],
            parameters: [parameter], parties: [party, Party(name: "supplier", title: "Prestataire")],
            data: [DataItem(name: "offer", title: "Offre", words: "100 001,01 MAD", value: .number("100001.01"))],
            accepts: [accepted],
            next: [
                AgendaEntry(
                    caseID: "t-1", at: "2021-09-24T15:30:00Z", element: "offers-due", title: "Remise des offres",
                    words: "avant le vendredi 24 septembre 2021 à 16 h 30", clause: 126)
            ], journalCount: 1)
        let running = CaseText.text(reply, style: .plain)
        reply.status = "fault"
        reply.fault = "it never comes to rest"
        reply.accepts = []
        reply.next = []
        let stuck = CaseText.text(reply, style: .plain)
        try Fixture.expect("\(running)\n\n\(stuck)", is: "screen-show.txt")
    }

    @Test("events and agenda")
    func eventsAndAgenda() throws {
        let events = EventsCommand.text(EventsReply(events: [accepted]), style: .plain)
        let entries = [
            AgendaEntry(
                caseID: "t-1", at: "2021-09-24T15:30:00Z", element: "offers-due", title: "Remise des offres",
                words: "avant le vendredi 24 septembre 2021 à 16 h 30", clause: 126),
            AgendaEntry(
                caseID: "m21-7", at: "2021-10-01T00:00:00Z", element: "end", title: "End", words: "by Thursday"),
        ]
        let all = AgendaCommand.text(AgendaReply(entries: entries), namesCases: true, style: .plain)
        let one = AgendaCommand.text(
            AgendaReply(entries: [entries[0]]), namesCases: false, isMore: true, style: .plain)
        try Fixture.expect("\(events)\n\n\(all)\n\n\(one)", is: "screen-events-agenda.txt")
        #expect(EventsCommand.text(EventsReply(events: []), style: .plain) == "the case waits for no event")
        #expect(
            AgendaCommand.text(AgendaReply(entries: []), namesCases: true, style: .plain) == "nothing lies ahead")
    }

    private func happened(
        _ at: String, _ kind: String, _ text: String, _ element: String? = nil, of day: String? = nil
    ) -> Happened {
        Happened(at: at, day: day, kind: kind, text: text, element: element, clause: kind == "entered" ? 117 : nil)
    }

    @Test("states that a child enters one inside the other are named with it once")
    func childSteps() {
        let items = [
            happened("2021-09-01T09:00:00+01:00", "entered", "Bon BC-1 : → Réparation", "order/BC-1/repair"),
            happened("2021-09-01T09:00:00+01:00", "entered", "Bon BC-1 : → Préparation", "order/BC-1/repair.preparing"),
        ]
        #expect(Timeline(items).lines.map(\.text) == ["Bon BC-1 : → Réparation › Préparation"])
    }

    @Test("a French hour does not break, the end of a day neither")
    func hours() throws {
        let moment = try #require(CivilDateTime(iso: "2021-09-01T10:05"))
        #expect(Timeline.names(of: moment, ending: nil, in: .french).hour == "10\u{A0}h\u{A0}05")
        let midnight = try #require(CivilDateTime(iso: "2021-09-02T00:00"))
        #expect(Timeline.names(of: midnight, ending: moment.date, in: .french).hour == "24\u{A0}h")
    }

    @Test("what the end of a day brings about stands at 24:00 of that day, what people report at midnight at 00:00")
    func ends() throws {
        let midnight = "2021-10-16T00:00:00+01:00"
        let items = [
            happened(midnight, "due", "Échéance", of: "2021-10-15"), happened(midnight, "event", "Livrable remis"),
        ]
        #expect(Timeline(items).lines.map(\.day) == ["2021-10-15", "2021-10-16"])
        #expect(Timeline(items).lines.map(\.hour) == ["24:00", "00:00"])
    }

    @Test("a backup whose name is taken says how to replace it")
    func backupThere() {
        let error = ControlClientError.refused(
            ControlError(.backupFailed, "b.db: File exists", hint: "the cases are as they were"))
        #expect(BackupCommand.failure(error, isReplacing: false).hint?.contains("--overwrite") == true)
        #expect(BackupCommand.failure(error, isReplacing: true).hint == "the cases are as they were")
    }

    @Test("history, starts and events tell what happened by day and hour")
    func timeline() throws {
        let items = [
            happened("2021-09-01T09:00:00+01:00", "started", "Début du dossier"),
            happened("2021-09-01T09:00:00+01:00", "entered", "→ Exécution", "execution"),
            happened("2021-09-01T09:00:00+01:00", "entered", "→ Étape 1", "execution.stage-1"),
            happened("2021-09-01T09:00:00+01:00", "entered", "→ Suivi", "follow-up"),
            happened("2021-09-01T14:30:00+01:00", "event", "Livrable remis", "deliverable.submitted"),
            happened("2021-10-16T00:00:00+01:00", "due", "Échéance : Étape 1", "stage-1-due", of: "2021-10-15"),
            happened("2021-10-16T00:00:00+01:00", "left", "← Étape 1", "execution.stage-1", of: "2021-10-15"),
            happened(
                "2021-10-16T00:00:00+01:00", "message", "Message à Maître d'ouvrage : en retard", of: "2021-10-15"),
            happened("2021-10-18T00:00:00+01:00", "event", "Reçu à minuit"),
        ]
        let history = Timeline(items).rendered(.plain).joined(separator: "\n")
        let reply = SendReply(caseID: "t-1", sequence: 7, happened: Array(items[4...4]))
        let started = StartCommand.text(reply, style: .plain)
        let sent = SendCommand.text(reply, event: "deliverable.submitted", style: .plain)
        let watched = [1, 5].map { WatchCommand.line("t-1", items[$0], namesCase: true, style: .plain) }
        try Fixture.expect(([history, started, sent] + watched).joined(separator: "\n\n"), is: "screen-timeline.txt")
    }

    @Test("outbox")
    func outbox() throws {
        let message = Message(
            key: "t-1/execution:end/before 7 days/2021-10-15/buyer", caseID: "t-1", address: "marches@example.org",
            subject: "Cluster — Rappel : Étape 1, dans 7 jours", body: "Bonjour,\n\nL'échéance approche.\n",
            owedAt: "2021-10-08T08:00:00Z", isLate: true, state: "waiting", attempts: 2,
            nextAttempt: "2021-10-08T08:05:00Z", detail: "421 try later")
        var other = message
        other.address = nil
        other.isLate = false
        other.state = "dead"
        let reply = OutboxReply(messages: [message, other])
        let list = OutboxList.list(reply, zone: .utc, style: .plain)
        let full = OutboxList.full(reply, zone: .utc, style: .plain)
        try Fixture.expect("\(list)\n\n\(full)", is: "screen-outbox.txt")
        #expect(OutboxList.list(OutboxReply(messages: []), zone: .utc, style: .plain) == "no messages")
    }

    @Test("a terminal's width is kept, counting what a terminal shows")
    func wrapping() {
        #expect("Étape".displayWidth == 5)
        #expect("e\u{301}tape".displayWidth == 5)
        #expect("契約書".displayWidth == 6)
        #expect("a\u{200B}b".displayWidth == 2)
        #expect(wrapped("un deux trois", to: 8) == ["un deux", "trois"])
        #expect(wrapped("un\u{A0}deux trois", to: 8) == ["un\u{A0}deux", "trois"])
        #expect(wrapped("anticonstitutionnellement", to: 8) == ["anticonstitutionnellement"])
        #expect(wrapped("", to: 8) == [""])
        let items = [happened("2021-09-01T09:00:00+01:00", "event", "Un événement dont le titre est assez long")]
        let lines = Timeline(items).rendered(Style(hasColours: false, width: 32))
        #expect(lines == ["2021-09-01", "  09:00  Un événement dont le", "         titre est assez long"])
    }

    @Test("colours mark what matters and add nothing where they are not wanted")
    func colours() {
        let items = [happened("2021-09-01T09:00:00+01:00", "fault", "Bloqué")]
        let coloured = Timeline(items).rendered(Style(hasColours: true, width: nil))
        #expect(coloured == ["\u{1B}[1m2021-09-01\u{1B}[0m", "  \u{1B}[2m09:00\u{1B}[0m  \u{1B}[31mBloqué\u{1B}[0m"])
    }

    @Test("control characters of a contract do not reach the terminal")
    func safety() {
        let items = [happened("2021-09-01T09:00:00+01:00", "event", "a\u{1B}[31mb\nc")]
        #expect(Timeline(items).rendered(.plain)[1] == "  09:00  a\u{FFFD}[31mb\u{FFFD}c")
        #expect(table([["a\u{7}", "b"]], style: .plain) == ["a\u{FFFD}  b"])
    }
}
