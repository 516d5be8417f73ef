import Foundation
import Glibc
import Testing

@Suite("Corrections and versions through the built service", .serialized)
struct CorrectionTests {
    /// The subject and the body of a message say its words once each.
    private func count(_ words: String, in jalon: Installation) -> Int {
        (jalon.delivered.components(separatedBy: words).count - 1) / 2
    }

    private func waitForDelivery(of words: String, by jalon: Installation) throws {
        for _ in 0..<300 where count(words, in: jalon) == 0 { _ = try jalon.ctl("status") }
    }

    @Test("a correction drops what has not left, sends what is owed, and nothing twice, across a kill")
    func corrections() throws {
        let jalon = try Installation()
        try jalon.write(Self.memo, to: "workflows/memo.yaml")
        // Nobody listens at port 1, so messages wait.
        try jalon.write(
            """
            messages: mail
            plugins:
              mail: { server: 127.0.0.1, port: 1, tls: none, from: marches@example.org }
            """, to: "jalond.yaml")
        #expect(
            try jalon.start(["--settings", jalon.folder.appending(path: "jalond.yaml").path]) == nil, "\(jalon.logged)")
        try jalon.ctl("start", "memo", "--case", "m", "--party", "reader=lecteur@example.org")
        let sent = try jalon.ctl("send", "m", "note.written", "text=faux")
        #expect(sent.status == 0, "\(sent.errors)")
        let tried = try jalon.ctl("correct", "m", "2", "--withdraw", "--reason", "mauvais dossier", "--dry-run")
        #expect(
            tried.output.contains("nothing was") && tried.output.contains("Messages qui ne partent plus"),
            "\(tried.output)")
        let withdrawn = try jalon.ctl("correct", "m", "2", "--withdraw", "--reason", "mauvais dossier")
        #expect(withdrawn.status == 0 && withdrawn.output.contains("is entry 3 of its journal"), "\(withdrawn.errors)")
        #expect(try jalon.ctl("outbox", "m", "--json").output.contains("\"obsolete\""))
        #expect(jalon.stop() == 0)

        #expect(try jalon.start() == nil)
        try jalon.ctl("send", "m", "note.written", "text=premier")
        try waitForDelivery(of: "Note\u{A0}: premier", by: jalon)
        let corrected = try jalon.ctl("correct", "m", "4", "--replace", "text=juste", "--reason", "faute de frappe")
        #expect(corrected.output.contains("Messages déjà envoyés, qui n'auraient pas dû l'être"), "\(corrected.output)")
        try waitForDelivery(of: "Note\u{A0}: juste", by: jalon)
        jalon.stop(SIGKILL)
        #expect(try jalon.start() == nil)
        let undone = try jalon.ctl("correct", "m", "5", "--withdraw", "--reason", "c'était juste")
        #expect(
            undone.output.contains("Messages déjà envoyés, qui ne repartent pas"), "\(undone.output)\(undone.errors)")
        #expect(try jalon.ctl("doctor", "--replay").output.contains("1 case computed again: all come to the same"))
        #expect(jalon.stop() == 0)
        #expect(
            count("Note\u{A0}: premier", in: jalon) == 1 && count("Note\u{A0}: juste", in: jalon) == 1,
            "\(jalon.delivered)")
        #expect(!jalon.delivered.contains("faux"))
    }

    @Test("a case is looked at in other times, supposed otherwise, and goes over to a new version of its contract")
    func versions() throws {
        let jalon = try Installation()
        try jalon.write(Self.memo, to: "workflows/memo.yaml")
        try jalon.start()
        try jalon.ctl("start", "memo", "--case", "m", "--party", "reader=lecteur@example.org")
        #expect(try jalon.ctl("show", "m", "--at", "2999-06-01").output.contains("late"))
        #expect(try jalon.ctl("eval", "m", "active", "--at", "2999-06-01").output == "late\n")
        #expect(try jalon.ctl("agenda", "--at", "2999-06-01").output == "nothing lies ahead\n")
        let future = try jalon.ctl("simulate", "m").output
        #expect(future.contains("Échéance\u{A0}: Remise"))
        #expect(try jalon.ctl("what-if", "m").output == future)
        let supposed = try jalon.ctl("what-if", "m", "note.written", "text=x", "done", "--on", "2999-03-01")
        #expect(
            supposed.output.contains("à la place de « personne ne fait rien »"), "\(supposed.output)\(supposed.errors)")
        #expect(supposed.output.contains("terminé") && supposed.output.contains("Note\u{A0}: x"), "\(supposed.output)")
        try jalon.write("events: [{ event: done, at: 2999-03-01, colour: red }]\n", to: "events.yaml")
        let wrong = try jalon.ctl("what-if", "m", "--events", jalon.folder.appending(path: "events.yaml").path)
        #expect(wrong.status == 4 && wrong.errors.contains("supposed event 1, 'done'"), "\(wrong.errors)")

        try jalon.write(Self.memo.replacing("2999-05-04", with: "2999-06-08"), to: "workflows/memo.yaml")
        #expect(try jalon.ctl("reload").status == 0)
        let plan = try jalon.ctl("plan", "memo")
        #expect(
            plan.output.contains("samedi 4 mai 2999 → au plus tard le samedi 8 juin 2999"),
            "\(plan.output)\(plan.errors)")
        let digest = try #require(plan.output.split(separator: " ").last?.split(separator: "\n").first.map(String.init))
        let applied = try jalon.ctl("apply", "--plan", digest, "--reason", "avenant n° 1")
        #expect(applied.status == 0 && applied.output.contains("is at version"), "\(applied.errors)")
        let again = try jalon.ctl("apply", "--plan", digest)
        #expect(again.status == 11 && again.errors.contains("no case was switched"), "\(again.errors)")
        #expect(try jalon.ctl("history", "m").output.contains("motif\u{A0}: avenant n° 1"))
        #expect(try jalon.ctl("plan", "memo").output == "no case of memo is of another version\n")
        let proof = jalon.folder.appending(path: "proof").path
        #expect(try jalon.ctl("history", "m", "--proof", proof).status == 0)
        let checked = try Installation.verifyProof(proof)
        #expect(checked.status == 0, "\(checked.errors)")
        let restored = try jalon.restore(proof)
        #expect(restored.status == 8 && restored.errors.contains("another program works in this folder"), "\(restored)")
        #expect(jalon.stop() == 0)
        #expect(try jalon.start() == nil)
        #expect(try jalon.ctl("show", "m").output.contains("samedi 8 juin 2999"))
        #expect(jalon.stop() == 0)
    }

    private static let memo = """
        jalon: 1
        workflow: memo
        title: Mémoire
        language: fr
        time-zone: Etc/UTC
        parties: { reader: Lecteur }
        events:
          note.written: { title: Note écrite, fields: { text: text } }
          done: Terminé
        dates:
          due: { title: Remise, at: 2999-05-04 }
        initial: open
        states:
          open:
            remind: none
            on:
              note.written: { do: [{ notify: { to: reader, subject: "Note : {{ event.text }}" } }] }
              done: closed
            at: { due: late }
          late: { title: En retard, on: { done: closed } }
          closed: { type: final }
        """
}
