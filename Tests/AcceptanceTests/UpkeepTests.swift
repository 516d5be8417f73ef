import Foundation
import Glibc
import Testing

@Suite("Backups, proofs and messages to decide about", .serialized)
struct UpkeepTests {
    private static let bell = """
        jalon: 1
        workflow: bell
        title: Sonnette
        language: fr
        time-zone: Europe/Paris
        parties: { reader: { title: Lecteur, address: lecteur@example.org } }
        events:
          ring: { title: Coup, fields: { n: { title: numéro, type: integer } } }
          said: { title: Parole, fields: { words: { title: mots, type: text } } }
        states:
          open:
            on:
              ring: { notify: { to: reader, subject: "Coup {{ event.n }}." } }
              said: { to: open, internal: true }
        """

    private func makeBell() throws -> Installation {
        let jalon = try Installation()
        try jalon.write(Self.bell, to: "workflows/bell.yaml")
        try jalon.start()
        #expect(try jalon.ctl("start", "bell", "--case", "b").status == 0)
        return jalon
    }

    private func ring(_ jalon: Installation, _ number: Int) throws {
        let sent = try jalon.ctl("send", "b", "ring", "n=\(number)")
        #expect(sent.status == 0, "\(sent.errors)")
    }

    /// Asks until the answer has some words.
    private func wait(for words: String, _ jalon: Installation, _ command: String...) throws -> Bool {
        for _ in 0..<400 where try jalon.ctl(command).output.contains(words) { return true }
        return false
    }

    private func count(_ words: String, in text: String) -> Int { text.components(separatedBy: words).count - 1 }

    /// How often a message was delivered.
    private func deliveries(_ number: Int, _ jalon: Installation) -> Int {
        count("Subject: Sonnette — Coup \(number).", in: jalon.delivered)
    }

    private func breakPlugin(_ jalon: Installation) throws -> () throws -> Void {
        let program = jalon.folder.appending(path: "plugins/journal/jalon-journal")
        let target = try FileManager.default.destinationOfSymbolicLink(atPath: program.path)
        try FileManager.default.removeItem(at: program)
        try Data("#!/bin/sh\nexit 3\n".utf8).write(to: program)
        chmod(program.path, 0o755)
        return {
            try FileManager.default.removeItem(at: program)
            try FileManager.default.createSymbolicLink(atPath: program.path, withDestinationPath: target)
        }
    }

    @Test("a backup made under load restores to a sound store, and what was sent since is not sent again")
    func backupAndRestore() throws {
        let jalon = try makeBell()
        try ring(jalon, 1)
        #expect(try wait(for: "delivered", jalon, "outbox", "b", "--json"))
        jalon.stop()
        let repair = try breakPlugin(jalon)
        try jalon.start()
        try ring(jalon, 2)
        #expect(try wait(for: "waiting", jalon, "outbox", "b", "--json"))

        // Six people report things while the backup is made.
        let file = jalon.state.appending(path: "backup.db").path
        let backups = DispatchQueue(label: "backup")
        let group = DispatchGroup()
        let ctl: @Sendable ([String]) -> Void = { [socket = jalon.socket] arguments in
            let program = Installation.programs.appending(path: "jalonctl").path
            _ = try? Installation.run(program, arguments, environment: ["JALON_SOCKET": socket])
        }
        backups.async(group: group) { ctl(["backup", file]) }
        DispatchQueue.concurrentPerform(iterations: 6) { person in
            for number in 0..<8 { ctl(["send", "b", "said", "words=\(person)-\(number)"]) }
        }
        group.wait()
        var status = stat()
        #expect(stat(file, &status) == 0 && status.st_mode & 0o777 == 0o600)
        #expect(try jalon.ctl("show", "b", "--json").output.contains("\"journalCount\" : 51"))
        jalon.stop()
        try repair()
        try jalon.start()
        #expect(try wait(for: "0 waiting", jalon, "status"))
        try ring(jalon, 3)
        #expect(try wait(for: "0 waiting", jalon, "status"))
        #expect([1, 2, 3].map { deliveries($0, jalon) } == [1, 1, 1], "\(jalon.delivered)")

        // While the service runs nothing is restored; then the replaced store is kept.
        let refused = try jalon.restore(file)
        #expect(refused.status == 8 && refused.errors.contains("stop it first: systemctl stop jalond"), "\(refused)")
        jalon.stop()
        let restored = try jalon.restore(file)
        #expect(restored.status == 0, "\(restored)")
        #expect(restored.output.contains("messages held: 1"), "\(restored.output)")
        let names = try FileManager.default.contentsOfDirectory(atPath: jalon.state.path)
        #expect(names.contains { $0.hasPrefix("jalon.db.replaced-") } && !names.contains { $0.contains("restoring") })

        try jalon.start()
        #expect(try jalon.ctl("verify").status == 0)
        #expect(try jalon.ctl("status").output.contains("1 held (jalonctl outbox list --state held)"))
        let held = try jalon.ctl("outbox", "list", "--state", "held", "--messages")
        #expect(
            held.output.contains("Coup 2.") && held.output.contains("it may have been sent before"), "\(held.output)")
        // What happened after the backup is entered again, at its own time: nobody is told a second time.
        #expect(try jalon.ctl("send", "b", "ring", "n=3", "--on", "2020-01-01").status == 4)
        #expect([1, 2, 3].map { deliveries($0, jalon) } == [1, 1, 1])
        let dropped = try jalon.ctl("outbox", "drop", "--all-held", "--reason", "le lecteur l'a reçu")
        #expect(dropped.status == 0 && dropped.output.contains("dropped: b/"), "\(dropped)")
        try ring(jalon, 4)
        #expect(try wait(for: "0 waiting", jalon, "status"))
        #expect([1, 2, 3, 4].map { deliveries($0, jalon) } == [1, 1, 1, 1])
        #expect(try jalon.ctl("history", "b").output.contains("Message abandonné"))
        #expect(jalon.stop() == 0)
    }

    @Test("a backup never replaces what it should not, and one that is not sound is not restored")
    func careful() throws {
        let jalon = try makeBell()
        #expect(try jalon.ctl("send", "b", "said", "words=originalwords").status == 0)
        let file = jalon.state.appending(path: "backup.db").path
        #expect(try jalon.ctl("backup", file).status == 0)
        let again = try jalon.ctl("backup", file)
        #expect(again.status == 8 && again.errors.contains("exists already"), "\(again.errors)")
        #expect(try jalon.ctl("backup", file, "--overwrite").status == 0)
        for other in ["\(jalon.state.path)/jalon.db", jalon.folder.appending(path: "workflows/bell.yaml").path] {
            let refused = try jalon.ctl("backup", other, "--overwrite")
            #expect(refused.status == 8 && refused.errors.contains("is no backup of Jalon"), "\(refused.errors)")
        }
        #expect(try jalon.ctl("backup", "/nonexistent/backup.db").errors.contains("the folder does not exist"))
        jalon.stop()
        let before = try content(of: jalon.state.appending(path: "jalon.db"))
        try Self.replace("originalwords", with: "falsifiedword", in: file)
        let unsound = try jalon.restore(file)
        #expect(
            unsound.status == 8 && unsound.errors.contains("the journal of case 'b' was changed: entry 2"), "\(unsound)"
        )
        #expect(try jalon.restore(jalon.folder.appending(path: "workflows/bell.yaml").path).status == 8)
        #expect(try jalon.restore("/nonexistent").errors.contains("cannot be read"))
        #expect(try content(of: jalon.state.appending(path: "jalon.db")) == before)
        let names = try FileManager.default.contentsOfDirectory(atPath: jalon.state.path)
        #expect(!names.contains { $0.contains("restoring") || $0.contains("replaced") })
    }

    /// The bytes of a store without SQLite's two change counters: whoever looks whether it is in use counts as a writer.
    private func content(of store: URL) throws -> Data {
        var data = try Data(contentsOf: store)
        for place in [24, 92] { data.replaceSubrange(place..<place + 4, with: Data(count: 4)) }
        return data
    }

    @Test("a journal changed behind the service's back is named, stands still, and the others go on")
    func brokenJournal() throws {
        let jalon = try makeBell()
        #expect(try jalon.ctl("send", "b", "said", "words=originalwords").status == 0)
        for number in 0..<3 { try ring(jalon, number) }
        #expect(try jalon.ctl("start", "bell", "--case", "other").status == 0)
        jalon.stop()
        try Self.replace("originalwords", with: "falsifiedword", in: jalon.state.appending(path: "jalon.db").path)
        try jalon.start()
        #expect(try wait(for: "the journal of case 'b' was changed: entry 2", jalon, "status"))
        let verified = try jalon.ctl("verify", "b")
        #expect(verified.status == 9 && verified.output.contains("entry 2 does not follow"), "\(verified)")
        let sent = try jalon.ctl("send", "b", "ring", "n=9")
        #expect(sent.status == 9 && sent.errors.contains("jalond restore"), "\(sent)")
        #expect(try jalon.ctl("send", "other", "ring", "n=9").status == 0)
        #expect(try jalon.ctl("verify", "other").status == 0)
        #expect(try jalon.ctl("history", "b", "--proof", jalon.folder.appending(path: "p").path).status == 9)
        #expect(jalon.logged.contains("the journal of case 'b' was changed"))
        #expect(jalon.stop() == 0)
    }

    /// Changes bytes of a file in place, everywhere they stand.
    private static func replace(_ old: String, with new: String, in file: String) throws {
        var data = try Data(contentsOf: URL(fileURLWithPath: file))
        #expect(old.utf8.count == new.utf8.count)
        while let place = data.range(of: Data(old.utf8)) { data.replaceSubrange(place, with: Data(new.utf8)) }
        try data.write(to: URL(fileURLWithPath: file))
    }

    @Test("a proof is checked without Jalon, and one that was changed anywhere is not sound")
    func proof() throws {
        let jalon = try makeBell()
        for number in 0..<250 { try ring(jalon, number) }
        #expect(try jalon.ctl("send", "b", "said", "words=l'« été »\u{2028}fin").status == 0)
        let file = jalon.folder.appending(path: "proof").path
        let made = try jalon.ctl("history", "b", "--proof", file)
        #expect(made.status == 0, "\(made.errors)")
        #expect(try jalon.ctl("history", "b", "--proof", file).status == 7, "nothing is overwritten")
        let sound = try Installation.verifyProof(file)
        #expect(sound.status == 0 && sound.output.contains("the 252 entries of case b"), "\(sound)")
        let head = try jalon.ctl("verify", "b", "--json").output
        let known = try #require(head.split(separator: "\"").first { $0.count == 64 })
        #expect(try Installation.verifyProof(file, String(known)).status == 0)
        #expect(try Installation.verifyProof(file, String(repeating: "0", count: 64)).status == 1)
        let text = try String(contentsOfFile: file, encoding: .utf8)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let changes: [[String]] = [
            lines.map { $0.replacing("Lecteur", with: "Auditeur") },
            lines.map { $0.replacing("\\\"n\\\":41}", with: "\\\"n\\\":42}") },
            Array(lines[..<5] + lines[6...]), Array(lines[..<5] + [lines[6], lines[5]] + lines[7...]),
            lines.map { $0.replacing("\"state\":\"delivered\"", with: "\"state\":\"dropped\"") },
            lines.dropLast(2) + [""],
            lines.map { $0.replacing("lecteur@example.org", with: "autre@example.org") }, lines.dropLast(),
        ]
        for (number, change) in changes.enumerated() {
            let text = change.joined(separator: "\n")
            try Data(text.utf8).write(to: URL(fileURLWithPath: file))
            #expect(try Installation.verifyProof(file).status == 1, "change \(number)")
        }
        try Data("{}\n".utf8).write(to: URL(fileURLWithPath: file))
        #expect(try Installation.verifyProof(file).status == 2)
        #expect(jalon.stop() == 0)
    }

    @Test("a message that was given up is shown, tried again and refused once it is delivered")
    func decisions() throws {
        let jalon = try makeBell()
        try jalon.write(
            Self.bell.replacing("bell", with: "knock").replacing(", address: lecteur@example.org", with: ""),
            to: "workflows/knock.yaml")
        #expect(try jalon.ctl("reload").status == 0)
        #expect(try jalon.ctl("start", "knock", "--case", "k").status == 0)
        #expect(try jalon.ctl("send", "k", "ring", "n=5").status == 0)
        let key = try #require(
            try jalon.ctl("outbox", "list", "k", "--json").output.firstMatch(of: /"key" : "([^"]+)"/)?.1)
        let name = String(key).replacing("\\/", with: "/")
        let shown = try jalon.ctl("outbox", "show", name)
        #expect(shown.output.contains("nobody is named for the party") && shown.output.contains("dead"), "\(shown)")
        let refused = try jalon.ctl("outbox", "retry", "--all-dead")
        #expect(refused.status == 4 && refused.errors.contains("parties.set"), "\(refused)")
        #expect(try jalon.ctl("outbox", "drop", name).status == 2, "a reason is needed")
        #expect(try jalon.ctl("outbox", "show", "k/none").status == 3)
        #expect(try jalon.ctl("send", "k", "parties.set", "reader=nouveau@example.org").status == 0)
        #expect(try wait(for: "delivered", jalon, "outbox", "list", "k", "--json"))
        #expect(deliveries(5, jalon) == 1)
        let late = try jalon.ctl("outbox", "retry", name)
        #expect(late.status == 4 && late.errors.contains("nothing is sent twice"), "\(late)")
        #expect(jalon.stop() == 0)
    }

    @Test(
        "who may do what follows from supplementary groups too, and others reach the socket where they may look",
        .enabled(if: geteuid() == 0 && access("/usr/bin/setpriv", X_OK) == 0, "needs root and setpriv"))
    func groups() throws {
        let jalon = try Installation()
        try jalon.write("operator-groups: [54321]\nothers: viewer\n", to: "jalond.yaml")
        try jalon.write(Self.bell, to: "workflows/bell.yaml")
        try jalon.start(["--settings", jalon.folder.appending(path: "jalond.yaml").path])
        func asOther(_ groups: String, _ command: String...) throws -> Installation.Answer {
            let identity = ["--reuid", "54320", "--regid", "54320"]
            let list = groups.isEmpty ? ["--clear-groups"] : ["--groups", groups]
            return try Installation.run(
                "/usr/bin/setpriv",
                identity + list + [
                    "--", Installation.programs.appending(path: "jalonctl").path, "--socket", jalon.socket,
                ] + command)
        }
        #expect(try asOther("", "status").status == 0)
        #expect(try asOther("", "start", "bell").status == 6)
        #expect(try asOther("1,2,3", "start", "bell").status == 6)
        let many = (60_000..<60_040).map { "\($0)" }.joined(separator: ",")
        let started = try asOther(many + ",54321", "start", "bell")
        #expect(started.status == 0, "\(started.errors)")
        #expect(try asOther("54321", "backup", "/tmp/none").status == 6)
        jalon.stop()
        try jalon.write("operator-groups: [54321]\n", to: "jalond.yaml")
        try jalon.start(["--settings", jalon.folder.appending(path: "jalond.yaml").path])
        #expect(try asOther("54321", "status").status == 6, "nobody else reaches the socket")
        #expect(jalon.stop() == 0)
    }
}
