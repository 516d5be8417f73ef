import CivilTime
import Foundation
import JalonTestSupport
import SQLiteStore
import Testing
import WorkflowModel

@testable import WorkflowEngine

@Suite struct AuditTests {
    /// An engine on a store whose journal of case "c7" somebody has changed behind its back.
    private func makeTampered(_ change: (inout [JournalRow]) -> Void) throws -> SimulatedWorld {
        let world = try makeWorld([counter, silent])
        for number in 0..<20 {
            try world.start("counter", id: "c\(number)")
            for value in 0...number { try world.send("c\(number)", "add", ["n": .number("\(value)")]) }
        }
        try world.start("silent", id: "s")
        let store = InMemoryStore()
        for stored in try world.store.cases(after: nil, workflow: nil, limit: .max) {
            var rows = try world.store.journal(of: stored.id)
            if stored.id == "c7" { change(&rows) }
            try store.apply([.caseCommit(CaseCommit(state: stored, journal: rows, agenda: nil, outbox: []))])
        }
        try store.apply(try world.store.definitions().map(StoreChange.definition))
        return try SimulatedWorld(
            [counter, silent], at: "2025-03-09T08:00:00Z", environment: environment, store: FaultyStore(store))
    }

    @Test("all journals are looked at a bounded slice at a time, also while they grow")
    func slices() throws {
        let world = try makeTampered { _ in }
        var audit = JournalAudit(of: nil, startedAt: world.clock.now())
        var entries = 0
        while try !audit.slice(of: world.store, rows: 10, now: world.clock.now()) {
            #expect(audit.view.entries <= entries + 10)
            entries = audit.view.entries
            if entries < 60 { try world.send("c19", "add", ["n": .number("1")]) }
        }
        #expect(audit.view.state == .done && audit.view.problems == [] && audit.view.cases == 21)
        var found: AuditView?
        world.core.beginAudit(of: nil, withReplay: false, withStore: true) { found = try? $0.get() }
        while world.core.upkeepSlice() {}
        let view = try #require(found)
        #expect(view.state == .done && view.problems == [] && view.storeProblems == [] && view.cases == 21)
        #expect(view.entries == audit.view.entries && view.entries > 231 && view.head == audit.view.head)
        #expect(try world.core.status().journals == view)
    }

    @Test(
        "a broken journal is named with its entry, stands still, and others go on",
        arguments: ["text", "missing", "short", "long"])
    func broken(how: String) throws {
        let world = try makeTampered { rows in
            switch how {
            case "text": rows[3].text = rows[3].text.replacing("\"n\":2", with: "\"n\":9")
            case "missing": rows.remove(at: 4)
            case "short": rows.removeLast()
            default:
                var row = rows[8]
                row.sequence += 1
                row.hash = JournalCoding.hash(row.text, after: rows[8].hash)
                rows.append(row)
            }
        }
        let entry = ["text": 4, "missing": 6, "short": 8, "long": 10][how]
        let view = try world.verify()
        #expect(view.problems.map(\.caseID) == ["c7"] && view.problems.first?.entry == entry, "\(view.problems)")
        #expect(world.core.problems.map(\.kind) == ["the journal of case 'c7' was changed"])
        let error = expectRefusal(.chainBroken, saying: "case 'c7' was changed") { () throws(EngineError) in
            try world.send("c7", "add", ["n": .number("1")])
        }
        #expect(error?.hint?.contains("jalond restore") == true)
        #expect(try world.core.show("c7", at: nil).fault == error?.message)
        #expect(
            try world.core.cases(after: nil, workflow: nil, limit: 99).filter { $0.status == "fault" }.map(\.id) == [
                "c7"
            ])
        try world.send("c8", "add", ["n": .number("1")])
        #expect(try world.core.show("c8", at: nil).data.map(\.words) == ["37"])
        #expect(try world.verify("c8").problems == [] && world.verify("c7").problems.count == 1)
    }

    @Test("a journal whose end was changed is found before anything is added to it, without a look at all of it")
    func endChecked() throws {
        for change in [
            { (rows: inout [JournalRow]) in _ = rows.removeLast() }, { $0[8].text += " " }, { $0[8].hash[0] ^= 1 },
        ] {
            let world = try makeTampered(change)
            expectRefusal(.chainBroken, saying: "case 'c7' was changed") { () throws(EngineError) in
                try world.send("c7", "add", ["n": .number("1")])
            }
            #expect(try world.core.status().problems.count == 1)
        }
        let sound = try makeTampered { _ in }
        #expect(try sound.send("c7", "add", ["n": .number("1")]).sequence == 10)
    }

    @Test("the head of all journals changes with any of them, and with nothing else")
    func head() throws {
        let world = try makeTampered { _ in }
        let before = try world.verify()
        #expect(before.head.count == 64)
        world.clock.pass(.seconds(60))
        #expect(try world.verify(withReplay: true).head == before.head)
        try world.send("c3", "add", ["n": .number("1")])
        #expect(try world.verify().head != before.head)
    }

    @Test("a case that is not what its journal comes to is found by computing it again")
    func replay() throws {
        let world = try makeTampered { _ in }
        #expect(try world.verify(withReplay: true).problems == [])
        var stored = try #require(try world.store.storedCase("c5"))
        let other = try #require(try world.store.storedCase("c6"))
        stored.snapshot = other.snapshot
        try world.store.apply([.caseCommit(CaseCommit(state: stored, journal: [], agenda: nil, outbox: []))])
        try world.restart()
        #expect(try world.verify().problems == [])
        #expect(try world.verify(withReplay: true).problems.map(\.caseID) == ["c5"])
    }

    @Test("backups are taken one after another between turns, and given up when the service stops")
    func backups() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "jalon-backups-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (file, other) = (folder.appending(path: "backup").path, folder.appending(path: "other").path)
        let store = FaultyStore(try SQLiteCaseStore(path: folder.appending(path: "store").path))
        let world = try SimulatedWorld([counter], at: "2025-03-01T08:00:00Z", environment: environment, store: store)
        try world.start("counter", id: "c")
        let long = StoredDefinition(
            digest: "long", name: "long", text: String(repeating: "x", count: 6 << 20), savedAt: world.clock.now())
        try store.apply([.definition(long)])
        var answers: [Result<BackupView, EngineError>] = []
        for _ in 0..<2 {
            world.core.beginBackup(to: file, replacing: false) { answers.append($0) }
        }
        #expect(world.core.upkeepSlice() && answers.isEmpty)
        try world.send("c", "add", ["n": .number("4")])
        while world.core.upkeepSlice() {}
        let view = try #require(answers.first).get()
        #expect(view.bytes > 6 << 20 && view.problems == [])
        #expect(throws: EngineError.self) { try answers.last?.get() }
        #expect(try SQLiteCaseStore(path: file).storedCase("c")?.journalCount == 2)

        // What is known not to be sound is copied and said, and never takes the place of another backup.
        world.core.broken["c"] = JournalProblem(caseID: "c", entry: 2, message: "entry 2 is another")
        world.core.beginBackup(to: file, replacing: true) { answers.append($0) }
        while world.core.upkeepSlice() {}
        #expect(throws: EngineError.self) { try answers.removeLast().get() }
        #expect(try SQLiteCaseStore(path: file).storedCase("c")?.journalCount == 2)
        world.core.beginBackup(to: other, replacing: false) { answers.append($0) }
        while world.core.upkeepSlice() {}
        #expect(try answers.removeLast().get().problems.count == 1)
        try FileManager.default.removeItem(atPath: other)

        world.core.beginBackup(to: other, replacing: false) { answers.append($0) }
        #expect(world.core.upkeepSlice() && answers.count == 2)
        world.core.endUpkeep()
        #expect(throws: EngineError.self) { try answers[2].get() }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).allSatisfy { !$0.hasPrefix("other") })
    }

    @Test("a store that fails ends the look and is told")
    func failing() throws {
        let world = try makeTampered { _ in }
        world.store.crash(after: 0, .before)
        _ = world.write([.start(StartRequest(workflow: "counter", caseID: "x", author: 1))])
        expectRefusal(.storeFailed, saying: "crashed") { () throws(EngineError) in try world.verify() }
        #expect(!world.core.upkeepSlice())
    }

    @Test("history tells the number of the journal entry that each fact is, whenever it was recorded")
    func numbers() throws {
        let world = try makeWorld()
        try world.start("counter", id: "c")
        world.clock.pass(.days(2))
        try world.send("c", "add", ["n": .number("1")])
        try world.send("c", "add", ["n": .number("2")], on: "2025-03-02")
        let told = try world.core.history("c").filter { $0.entry != nil }
        #expect(told.map(\.entry) == [1, 3, 2] && told.map(\.kind) == ["started", "event", "event"])
        #expect(try world.core.history("c").count { $0.entry == nil } == 1, "a state that is entered is no entry")
    }
}
