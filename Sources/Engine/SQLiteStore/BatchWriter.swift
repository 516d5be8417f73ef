import CivilTime
import FoundationEssentials
import GRDB
import WorkflowEngine

/// Writes the changes of one batch, inside a transaction that someone else opens and commits.
struct BatchWriter {
    private let database: Database
    /// By how much each count has changed.
    private var shifts: [String: Int] = [:]

    init(_ database: Database) { self.database = database }

    mutating func write(_ change: StoreChange) throws {
        switch change {
        case .definition(let definition): try write(definition)
        case .caseCommit(let commit): try write(commit)
        case .delivery(let delivery): try write(delivery)
        case .mark(let name, let value):
            try run(
                "INSERT INTO marks (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                [kept(name), kept(value)])
        }
    }

    /// Writes what is kept once a batch. Nothing else may follow.
    func finish() throws {
        for (name, shift) in shifts.sorted(by: { $0.key < $1.key }) where shift != 0 {
            try run(
                """
                INSERT INTO counts (name, value) VALUES (?1, ?2)
                ON CONFLICT (name) DO UPDATE SET value = value + excluded.value
                """, [name, shift])
        }
    }

    // MARK: Definitions

    private func write(_ definition: StoredDefinition) throws {
        try run(
            """
            INSERT INTO definitions (digest, name, text, saved_at) VALUES (?, ?, ?, ?)
            ON CONFLICT (digest) DO NOTHING
            """,
            [kept(definition.digest), kept(definition.name), kept(definition.text), definition.savedAt.microseconds])
    }

    // MARK: Cases

    private mutating func write(_ commit: CaseCommit) throws {
        let number = try write(commit.state)
        for row in commit.journal {
            try run(
                """
                INSERT INTO journal (case_number, sequence, occurred_at, recorded_at, text, hash)
                VALUES (?, ?, ?, ?, ?, ?)
                """,
                [
                    number, row.sequence, row.occurredAt.microseconds, row.recordedAt.microseconds, kept(row.text),
                    Data(row.hash),
                ])
        }
        if let agenda = commit.agenda { try replaceAgenda(of: commit.state.id, with: agenda) }
        for row in commit.outbox { try add(row) }
        for key in commit.obsolete {
            try run("UPDATE outbox SET state = 'obsolete' WHERE key = ? AND state = 'waiting'", [kept(key)])
            guard database.changesCount > 0 else { continue }
            shift(OutboxRow.State.waiting.countName, to: OutboxRow.State.obsolete.countName)
        }
    }

    /// Writes a case's row and moves its due; returns its number.
    private mutating func write(_ state: StoredCase) throws -> Int64 {
        let id = kept(state.id)
        let known = try Row.fetchOne(
            database.cachedStatement(sql: "SELECT number, workflow, status, due FROM cases WHERE id = ?"),
            arguments: [id])
        guard let known else { return try add(state) }
        let number = try known.decode(Int64.self, atIndex: 0)
        try run(
            """
            UPDATE cases SET digest = ?, status = ?, started_at = ?, entered_at = ?, due = ?, journal_count = ?,
                journal_hash = ?, snapshot = ? WHERE number = ?
            """,
            [
                kept(state.digest), state.status.text, state.startedAt.microseconds, state.enteredAt.microseconds,
                state.due?.microseconds, state.journalCount, Data(state.journalHash), Data(state.snapshot), number,
            ])
        // An indexed column is written only when it differs, so that its index is left alone.
        if try known.decode(String.self, atIndex: 1) != kept(state.workflow) {
            try run("UPDATE cases SET workflow = ? WHERE number = ?", [kept(state.workflow), number])
        }
        let status = try StoredCase.Status(text: known.decode(String.self, atIndex: 2))
        if status != state.status { shift(status.countName, to: state.status.countName) }
        let due = try known.decode(Int64?.self, atIndex: 3)
        if due != state.due?.microseconds {
            if let due { try run("DELETE FROM dues WHERE due = ? AND case_id = ?", [due, id]) }
            try addDue(of: state)
        }
        return number
    }

    private mutating func add(_ state: StoredCase) throws -> Int64 {
        try run(
            Self.insertCase,
            [
                kept(state.id), kept(state.workflow), kept(state.digest), state.status.text,
                state.startedAt.microseconds, state.enteredAt.microseconds, state.due?.microseconds,
                state.journalCount, Data(state.journalHash), Data(state.snapshot),
            ])
        let number = database.lastInsertedRowID
        shift(nil, to: state.status.countName)
        try addDue(of: state)
        return number
    }

    private func addDue(of state: StoredCase) throws {
        guard let due = state.due else { return }
        try run("INSERT INTO dues (due, case_id) VALUES (?, ?)", [due.microseconds, kept(state.id)])
    }

    private func replaceAgenda(of id: String, with agenda: [AgendaRow]) throws {
        try run("DELETE FROM agenda WHERE case_id = ?", [kept(id)])
        for (ordinal, row) in agenda.enumerated() {
            precondition(row.caseID == id, "an agenda belongs to the case it is committed with")
            try run(
                """
                INSERT INTO agenda (case_id, ordinal, instant, element, title, words, clause)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    kept(id), ordinal, row.instant.microseconds, kept(row.element), kept(row.title), kept(row.words),
                    row.clause,
                ])
        }
    }

    // MARK: Outbox

    private mutating func add(_ row: OutboxRow) throws {
        try run(
            Self.insertEffect,
            [
                kept(row.key), kept(row.caseID), row.address.map(kept), kept(row.subject), kept(row.body),
                row.owedAt.microseconds, row.isLate, row.state.text, row.attempts, row.nextAttempt.microseconds,
                kept(row.detail),
            ])
        if database.changesCount > 0 { shift(nil, to: row.state.countName) }
    }

    private mutating func write(_ delivery: DeliveryCommit) throws {
        let key = kept(delivery.key)
        let known = try String.fetchOne(
            database.cachedStatement(sql: "SELECT state FROM outbox WHERE key = ?"), arguments: [key])
        guard let known else { return }
        try run(
            """
            UPDATE outbox SET state = ?, attempts = ?, next_attempt = ?, detail = ?, address = coalesce(?, address)
            WHERE key = ?
            """,
            [
                delivery.state.text, delivery.attempts, delivery.nextAttempt.microseconds, kept(delivery.detail),
                delivery.address.map(kept), key,
            ])
        shift(try OutboxRow.State(text: known).countName, to: delivery.state.countName)
    }

    // MARK: Helpers

    private static let insertCase = """
        INSERT INTO cases (\(StoredCase.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    private static let insertEffect = """
        INSERT INTO outbox (\(OutboxRow.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (key) DO NOTHING
        """

    private mutating func shift(_ old: String?, to new: String) {
        if let old { shifts[old, default: 0] -= 1 }
        shifts[new, default: 0] += 1
    }

    private func run(_ sql: String, _ arguments: StatementArguments) throws {
        try database.cachedStatement(sql: sql).execute(arguments: arguments)
    }
}
