import Foundation
import Glibc
import Testing

@Suite("The built service", .serialized)
struct ServiceTests {
    private static let parties = ["--party", "buyer=achat@example.org", "--party", "follow-up=comite@example.org"]

    @Test("a contract starts, takes events and shows where it stands; a second start of the service finds it again")
    func wholeJob() throws {
        let jalon = try Installation()
        #expect(try jalon.start() == nil)
        let started = try jalon.ctl(
            ["start", "tanger-ess", "--case", "demo", "--rebase", "offers-due=2999-12-16T16:30"]
                + Self.parties)
        #expect(started.status == 0, "\(started.errors)")
        #expect(started.output.contains("Réception des offres"))
        let sent = try jalon.ctl("send", "demo", "consultation.offer.received", "candidate=Étoile", "channel=poste")
        #expect(sent.status == 0, "\(sent.errors)")
        #expect(try jalon.ctl("agenda").output.contains("avant le lundi 16 décembre 2999 à 16\u{A0}h\u{A0}30"))
        #expect(try jalon.ctl("events", "demo").output.contains("consultation.offer.received"))
        #expect(jalon.stop() == 0)

        #expect(try jalon.start() == nil)
        let shown = try jalon.ctl("show", "demo", "--json")
        #expect(shown.status == 0, "\(shown.errors)")
        #expect(shown.output.contains("Étoile"))
        #expect(try jalon.ctl("history", "demo").output.contains("Étoile, voie\u{A0}: poste"))
        #expect(jalon.stop() == 0)
    }

    @Test("messages reach the plugin that delivers them, once, across restarts")
    func messages() throws {
        let jalon = try Installation()
        try jalon.start()
        try jalon.ctl(
            ["start", "tanger-ess", "--case", "demo", "--rebase", "offers-due=2999-12-16T16:30"] + Self.parties)
        try jalon.write(Self.greeting, to: "workflows/greeting.yaml")
        let reloaded = try jalon.ctl("reload")
        #expect(reloaded.status == 0, "\(reloaded.errors)")
        let started = try jalon.ctl("start", "greeting", "--case", "g", "--party", "reader=lecteur@example.org")
        #expect(started.status == 0, "\(started.errors)")
        #expect(try settled(jalon, "g"))
        #expect(jalon.delivered.components(separatedBy: "Bonjour à tous").count == 3, "\(jalon.delivered)")
        jalon.stop(SIGKILL)
        try jalon.start()
        #expect(jalon.stop() == 0)
        #expect(jalon.delivered.components(separatedBy: "Bonjour à tous").count == 3)
    }

    @Test("a user's own block runs in the service; a case keeps the block it was started with")
    func ownBlock() throws {
        let jalon = try Installation()
        let blocks = jalon.workflows.appending(path: "blocks")
        try jalon.write(Self.visit("Visite"), to: "workflows/blocks/visit.yaml")
        try jalon.write(Self.tour, to: "workflows/tour.yaml")
        let file = blocks.appending(path: "visit.yaml").path
        let checked = try jalon.ctl("check", file, jalon.workflows.appending(path: "tour.yaml").path)
        #expect(checked.status == 0 && checked.output.contains("visit.yaml: no mistakes"), "\(checked.output)")
        #expect(try jalon.ctl("explain", file).output.contains("Visit <place>"))
        try jalon.start()
        let started = try jalon.ctl("start", "tour", "--case", "t", "--party", "host=hote@example.org")
        #expect(started.status == 0, "\(started.errors)")
        let sent = try jalon.ctl("send", "t", "north.visited", "people=12")
        #expect(sent.status == 0, "\(sent.errors)")
        #expect(try jalon.ctl("eval", "t", "north.people + south.people").output.contains("12"))

        try jalon.write(Self.visit("Passage"), to: "workflows/blocks/visit.yaml")
        #expect(try jalon.ctl("reload").status == 0)
        #expect(jalon.stop() == 0)
        #expect(try jalon.start() == nil)
        let shown = try jalon.ctl("show", "t").output
        #expect(shown.contains("Visite Sud") && !shown.contains("Passage"), "\(shown)")
        #expect(try jalon.ctl("start", "tour", "--case", "u", "--party", "host=hote@example.org").status == 0)
        #expect(try jalon.ctl("show", "u").output.contains("Passage Nord"))
        #expect(try jalon.ctl("why", "t", "south.visit-due").output.contains("Visite Sud"))
        #expect(jalon.stop() == 0)
    }

    private static func visit(_ word: String) -> String {
        """
        jalon: 1
        block: visit
        title: { fr: "\(word) {{ place }}", en: "Visit {{ place }}" }
        parameters:
          place: text
          host: { type: party }
        outcomes: { done: }
        events:
          visited: { title: { fr: Visite faite, en: Visited }, fields: { people: integer } }
        data: { people: { title: { fr: Personnes, en: People }, type: integer } }
        dates: { visit-due: { title: { fr: "\(word) {{ place }}", en: "Visit {{ place }}" }, at: 30 days after entry } }
        states:
          waiting:
            remind: { of: visit-due, to: host, before: [7 days] }
            on: { visited: { to: done, set: { people: event.people } } }
        """
    }

    private static let tour = """
        jalon: 1
        workflow: tour
        title: Tournée
        language: fr
        time-zone: Europe/Paris
        parties: { host: Hôte }
        states:
          north: { use: visit, with: { place: Nord, host: host }, outcomes: { done: south } }
          south: { use: visit, with: { place: Sud, host: host }, outcomes: { done: end } }
          end: { type: final }
        """

    /// Its subject and its text say the same words, so each delivery shows them twice.
    private static let greeting = """
        jalon: 1
        workflow: greeting
        title: Accueil
        language: fr
        time-zone: Europe/Paris
        parties: { reader: Lecteur }
        states:
          open:
            entry: [{ notify: { to: reader, subject: Bonjour à tous, text: Bonjour à tous } }]
        """

    /// Asks until nothing of a case waits to be delivered.
    private func settled(_ jalon: Installation, _ id: String) throws -> Bool {
        for _ in 0..<200 {
            let answer = try jalon.ctl("outbox", id, "--json")
            if answer.output.contains("delivered") { return true }
        }
        return false
    }

    @Test("a second service on the same store is refused and harms nothing")
    func secondService() throws {
        let jalon = try Installation()
        try jalon.start()
        let other = try Installation(state: jalon.state)
        #expect(try other.start() == 8)
        #expect(other.logged.contains("another program works in this folder"))
        #expect(try jalon.ctl("status").status == 0)
        #expect(jalon.stop() == 0)
    }

    @Test("a broken workflow file is named, and the rest goes on; a file that breaks keeps its last good version")
    func brokenWorkflow() throws {
        let jalon = try Installation()
        try jalon.write("jalon: 1\nworkflow: broken\nstates: {a: {on: {x: b}}}\n", to: "workflows/broken.yaml")
        try jalon.start()
        let status = try jalon.ctl("status")
        #expect(status.output.contains("broken.yaml"))
        try jalon.write("\u{0}garbage: [", to: "workflows/tanger-ess.yaml")
        kill(try #require(jalon.daemon).processIdentifier, SIGHUP)
        #expect(jalon.waitForNotice("READY=1"))
        #expect(try jalon.ctl("status").output.contains("tanger-ess.yaml"))
        let started = try jalon.ctl(["start", "tanger-ess", "--rebase", "offers-due=2999-12-16"] + Self.parties)
        #expect(started.status == 0, "\(started.errors)")
        #expect(jalon.stop() == 0)
    }

    @Test("garbage, half a request and a flood on the socket cost nobody else anything")
    func garbage() throws {
        let jalon = try Installation()
        try jalon.start()
        _ = exchange(Array("GET / HTTP/1.1\r\n\r\n\0".utf8), with: jalon.socket, thenClose: false)
        _ = exchange(Array(#"{"method":"org.jalon.Control.Sta"#.utf8), with: jalon.socket, thenClose: true)
        _ = exchange([UInt8](repeating: UInt8(ascii: "["), count: 1 << 20) + [0], with: jalon.socket, thenClose: false)
        _ = exchange((0..<4096).map { _ in UInt8.random(in: 0...255) }, with: jalon.socket, thenClose: true)
        let unknown = exchange(
            Array(#"{"method":"org.jalon.Control.Nope"}"#.utf8) + [0], with: jalon.socket, thenClose: false)
        #expect(String(decoding: unknown, as: UTF8.self).contains("MethodNotFound"))
        #expect(try jalon.ctl("status").status == 0)
        #expect(jalon.stop() == 0)
    }

    @Test("a plugin that cannot be started leaves its messages waiting and the service well")
    func brokenPlugin() throws {
        let jalon = try Installation()
        let program = jalon.folder.appending(path: "plugins/journal/jalon-journal")
        try FileManager.default.removeItem(at: program)
        try Data("#!/bin/sh\nexit 3\n".utf8).write(to: program)
        chmod(program.path, 0o755)
        try jalon.start()
        try jalon.write(Self.greeting, to: "workflows/greeting.yaml")
        try jalon.ctl("reload")
        #expect(try jalon.ctl("start", "greeting", "--case", "g", "--party", "reader=lecteur@example.org").status == 0)
        #expect(try jalon.ctl("outbox", "g", "--json").output.contains("waiting"))
        #expect(try jalon.ctl("status").status == 0)
        #expect(jalon.stop() == 0)
    }

    @Test(
        "a full disk is said clearly, loses nothing, and is over when there is room",
        .enabled(if: geteuid() == 0, "mounting a small file system needs root"))
    func fullDisk() throws {
        let disk = "/tmp/jalon-small-disk-\(getpid())"
        mkdir(disk, 0o755)
        guard mount("tmpfs", disk, "tmpfs", 0, "size=4m") == 0 else {
            withKnownIssue("this machine does not let a test mount a file system") { Issue.record("not mounted") }
            return
        }
        defer {
            umount2(disk, 2)
            rmdir(disk)
        }
        let jalon = try Installation(state: URL(fileURLWithPath: disk))
        try jalon.start()
        try jalon.ctl(["start", "tanger-ess", "--case", "demo", "--rebase", "offers-due=2999-12-16"] + Self.parties)
        let ballast = "\(disk)/ballast"
        _ = FileManager.default.createFile(atPath: ballast, contents: nil)
        let file = try #require(FileHandle(forWritingAtPath: ballast))
        while (try? file.write(contentsOf: Data(count: 4096))) != nil {}
        try? file.close()
        var accepted = 0
        var refusal = Installation.Answer(status: 0, output: "", errors: "")
        for number in 0..<2_000 {
            refusal = try jalon.ctl("send", "demo", "consultation.offer.received", "candidate=F\(number)")
            guard refusal.status == 0 else { break }
            accepted += 1
        }
        #expect(refusal.status == 8, "\(refusal.errors)")
        #expect(refusal.errors.contains("jalon.db"))
        #expect(try jalon.ctl("status").status == 0)
        try FileManager.default.removeItem(atPath: ballast)
        let again = try jalon.ctl("send", "demo", "consultation.offer.received", "candidate=after")
        #expect(again.status == 0, "\(again.errors)")
        let shown = try jalon.ctl("show", "demo", "--json").output
        #expect(shown.components(separatedBy: "\"candidate\"").count - 1 >= accepted + 1)
        #expect(jalon.stop() == 0)
    }

    @Test("without a service, with a wrong file or a wrong name, each command says what is wrong and exits by its kind")
    func errors() throws {
        let jalon = try Installation()
        for command in [["status"], ["cases"], ["show", "x"], ["agenda"], ["send", "x", "y"], ["history", "x"]] {
            let answer = try jalon.ctl(command)
            #expect(answer.status == 5, "\(command): \(answer.errors)")
            #expect(answer.errors.split(separator: "\n").count == 1)
        }
        #expect(try jalon.ctl("check", "/nonexistent.yaml").status == 7)
        #expect(try jalon.ctl("nonsense").status == 2)
        try jalon.start()
        #expect(try jalon.ctl("show", "nobody").status == 3)
        #expect(try jalon.ctl("start", "nothing").status == 3)
        #expect(jalon.stop() == 0)
    }

    @Test("the Tangier contract simulated shows the dates and sums of its document")
    func simulation() throws {
        let jalon = try Installation()
        var events = """
            start: 2021-09-01T09:00
            until: 2022-01-31
            parameters: { penalty: 1, follow-up-seats: 3 }
            parties: { buyer: achat@example.org, follow-up: comite@example.org, supplier: a@example.org }
            events:
              - { at: 2021-09-10T10:00, event: consultation.offer.received, candidate: A }
              - { at: 2021-09-27T10:00, event: consultation.offer.marked, candidate: A, criterion: Note technique, mark: 80 }
              - { at: 2021-09-27T11:00, event: consultation.marking.closed }
              - { at: 2021-09-27T12:00, event: consultation.price.opened, candidate: A, price: 100001.01 }
              - { at: 2021-09-27T13:00, event: consultation.award.decided, candidate: A }
              - { at: 2021-09-27T14:00, event: award.rejections.sent }
              - { at: 2021-09-27T15:00, event: award.signed }
              - { at: 2021-09-27T16:00, event: award.contract.notified }

            """
        events += vote("method-1.decision", convened: "2021-09-27", on: "2021-10-04")
        events += items("stage-1", ["document de présentation du cluster", "rapport du diagnostic"], on: "2021-10-14")
        events += vote("stage-1.vote", convened: "2021-10-14", on: "2021-10-20")
        events += vote("selection-vote", convened: "2021-10-20", on: "2021-10-26")
        events += line("2021-10-26T12:00", "projects.selected", ["projects": "Miel et argan"])
        events += vote("method-2.decision", convened: "2021-10-26", on: "2021-11-02")
        let second = ["feuille de route"] + ["Tanger", "Larache", "Tétouan"].map { "compte rendu de \($0)" }
        events += items("stage-2", second + ["rapport global"], on: "2021-11-15")
        events += vote("stage-2.vote", convened: "2021-11-15", on: "2021-11-22")
        events += vote("method-3.decision", convened: "2021-11-22", on: "2021-11-29")
        let third = ["statut", "règlement", "formulaire d'adhésion", "registre des membres", "modèles de documents"]
        events += items("stage-3", third + ["plan stratégique", "planning d'un an"], on: "2021-12-14")
        events += vote("stage-3.vote", convened: "2021-12-14", on: "2021-12-20")
        events += line("2021-12-21T10:00", "final-report.delivery.submitted")
        events += vote("final-report.vote", convened: "2021-12-21", on: "2021-12-27")
        for (number, amount) in [("1", "30000.30"), ("2", "30000.30"), ("3", "30000.30"), ("4", "10000.11")] {
            events += line(
                "2021-12-28T1\(number):00", "tranche-\(number).invoice.received", ["amount": "\(amount) MAD"])
            events += line("2022-01-03T1\(number):00", "tranche-\(number).payment.made")
        }
        try jalon.write(events, to: "events.yaml")
        let answer = try jalon.ctl(
            "simulate", jalon.workflows.appending(path: "tanger-ess.yaml").path, "--events",
            jalon.folder.appending(path: "events.yaml").path)
        #expect(answer.status == 0, "\(answer.errors)")
        let plain = answer.output.replacing("\u{202F}", with: " ").replacing("\u{A0}", with: " ")
        for words in [
            "vendredi 15 octobre 2021", "lundi 15 novembre 2021 (reporté du dimanche 14 novembre 2021)",
            "mardi 14 décembre 2021", "mardi 21 décembre 2021", "Tranche 1 à payer : 30 000,30 MAD TTC",
            "Tranche 2 à payer : 30 000,30 MAD TTC", "Tranche 3 à payer : 30 000,30 MAD TTC",
            "Tranche 4 à payer : 10 000,11 MAD TTC", "Contrat achevé",
        ] {
            #expect(plain.contains(words), "\(words) is missing in:\n\(plain)")
        }
    }

    // MARK: Lines of an events file

    private func line(_ at: String, _ event: String, _ fields: [String: String] = [:]) -> String {
        let fields = fields.sorted { $0.key < $1.key }.map { ", \($0.key): \"\($0.value)\"" }.joined()
        return "  - { at: \(at), event: \(event)\(fields) }\n"
    }

    /// A decision of all three members, carried.
    private func vote(_ block: String, convened: String, on day: String) -> String {
        let seats = ["présidence", "trésorerie", "secrétariat"]
        return line(convened + "T17:00", block + ".convened", ["on": day, "agenda": "Point unique"])
            + seats.map { line(day + "T10:00", block + ".attended", ["seat": $0]) }.joined()
            + line(day + "T10:30", block + ".opened")
            + seats.map { line(day + "T11:00", block + ".voted", ["seat": $0, "vote": "pour"]) }.joined()
            + line(day + "T11:30", block + ".closed")
    }

    private func items(_ stage: String, _ items: [String], on day: String) -> String {
        items.map { line(day + "T16:00", stage + ".delivery.item.submitted", ["item": $0]) }.joined()
    }
}
