import CivilTime
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
                [.text(name), .text(value)])
        }
    }

    /// Writes what is kept once a batch. Nothing else may follow.
    func finish() throws {
        for (name, shift) in shifts.sorted(by: { $0.key < $1.key }) where shift != 0 {
            try run(
                """
                INSERT INTO counts (name, value) VALUES (?1, ?2)
                ON CONFLICT (name) DO UPDATE SET value = value + excluded.value
                """, [.text(name), .count(shift)])
        }
    }

    // MARK: Definitions

    private func write(_ definition: StoredDefinition) throws {
        try run(
            """
            INSERT INTO definitions (digest, name, text, saved_at) VALUES (?, ?, ?, ?)
            ON CONFLICT (digest) DO NOTHING
            """,
            [
                .text(definition.digest), .text(definition.name), .text(definition.text), .instant(definition.savedAt),
            ])
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
                    .integer(number), .count(row.sequence), .instant(row.occurredAt), .instant(row.recordedAt),
                    .text(row.text), .bytes(row.hash),
                ])
        }
        if let agenda = commit.agenda { try replaceAgenda(of: commit.state.id, with: agenda) }
        for row in commit.outbox { try add(row, isOwedAnew: commit.isOwedAnew) }
        for key in commit.obsolete {
            try run("UPDATE outbox SET state = 'obsolete' WHERE key = ? AND state = 'waiting'", [.text(key)])
            guard database.changesCount > 0 else { continue }
            shift(OutboxRow.State.waiting.countName, to: OutboxRow.State.obsolete.countName)
        }
    }

    /// Writes a case's row and moves its due; returns its number.
    private mutating func write(_ state: StoredCase) throws -> Int64 {
        var known: (number: Int64, workflow: String, status: StoredCase.Status, due: Timestamp?)?
        try PreparedStatement("SELECT number, workflow, status, due FROM cases WHERE id = ?", in: database)
            .run([.text(state.id)]) { row in
                known = (
                    try row.integer(0), try row.text(1), try StoredCase.Status(text: row.text(2)),
                    row.isNull(3) ? nil : try row.instant(3)
                )
            }
        guard let known else { return try add(state) }
        try run(
            """
            UPDATE cases SET digest = ?, status = ?, started_at = ?, entered_at = ?, due = ?, journal_count = ?,
                journal_hash = ?, snapshot = ? WHERE number = ?
            """,
            [
                .text(state.digest), .text(state.status.text), .instant(state.startedAt), .instant(state.enteredAt),
                .instant(orNull: state.due), .count(state.journalCount), .bytes(state.journalHash),
                .bytes(state.snapshot), .integer(known.number),
            ])
        // An indexed column is written only when it differs, so that its index is left alone.
        if known.workflow != kept(state.workflow) {
            try run(
                "UPDATE cases SET workflow = ? WHERE number = ?", [.text(state.workflow), .integer(known.number)])
        }
        if known.status != state.status { shift(known.status.countName, to: state.status.countName) }
        if known.due != state.due {
            if let due = known.due {
                try run("DELETE FROM dues WHERE due = ? AND case_id = ?", [.instant(due), .text(state.id)])
            }
            try addDue(of: state)
        }
        return known.number
    }

    private mutating func add(_ state: StoredCase) throws -> Int64 {
        try run(
            Self.insertCase,
            [
                .text(state.id), .text(state.workflow), .text(state.digest), .text(state.status.text),
                .instant(state.startedAt), .instant(state.enteredAt), .instant(orNull: state.due),
                .count(state.journalCount), .bytes(state.journalHash), .bytes(state.snapshot),
            ])
        let number = database.lastInsertedRowID
        shift(nil, to: state.status.countName)
        try addDue(of: state)
        return number
    }

    private func addDue(of state: StoredCase) throws {
        guard let due = state.due else { return }
        try run("INSERT INTO dues (due, case_id) VALUES (?, ?)", [.instant(due), .text(state.id)])
    }

    private func replaceAgenda(of id: String, with agenda: [AgendaRow]) throws {
        try run("DELETE FROM agenda WHERE case_id = ?", [.text(id)])
        for (ordinal, row) in agenda.enumerated() {
            precondition(row.caseID == id, "an agenda belongs to the case it is committed with")
            try run(
                """
                INSERT INTO agenda (case_id, ordinal, instant, element, title, words, clause)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    .text(id), .count(ordinal), .instant(row.instant), .text(row.element), .text(row.title),
                    .text(row.words), .count(row.clause),
                ])
        }
    }

    // MARK: Outbox

    private mutating func add(_ row: OutboxRow, isOwedAnew: Bool) throws {
        try run(Self.insertEffect, [.text(row.key), .text(row.caseID)] + row.said)
        if database.changesCount > 0 { return shift(nil, to: row.state.countName) }
        guard isOwedAnew else { return }
        var known: OutboxRow?
        try PreparedStatement("SELECT \(OutboxRow.columns) FROM outbox WHERE key = ?", in: database)
            .run([.text(row.key)]) { known = try OutboxRow($0) }
        guard let known, known.state == .obsolete, !known.isGathered else { return }
        try run(Self.reviveEffect, row.owedAgain(after: known).said + [.text(row.key)])
        shift(known.state.countName, to: row.state.countName)
    }

    private mutating func write(_ delivery: DeliveryCommit) throws {
        var known: OutboxRow.State?
        try PreparedStatement("SELECT state FROM outbox WHERE key = ?", in: database).run([.text(delivery.key)]) {
            known = try OutboxRow.State(text: $0.text(0))
        }
        guard let known else { return }
        try run(
            """
            UPDATE outbox SET state = ?, attempts = ?, next_attempt = ?, detail = ?, address = coalesce(?, address),
            subject = coalesce(?, subject), body = coalesce(?, body) WHERE key = ?
            """,
            [
                .text(delivery.state.text), .count(delivery.attempts), .instant(delivery.nextAttempt),
                .text(delivery.detail), .text(orNull: delivery.address),
                .text(orNull: delivery.words?.subject), .text(orNull: delivery.words?.body), .text(delivery.key),
            ])
        shift(known.countName, to: delivery.state.countName)
    }

    // MARK: Helpers

    private static let insertCase = """
        INSERT INTO cases (\(StoredCase.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    private static let insertEffect = """
        INSERT INTO outbox (\(OutboxRow.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (key) DO NOTHING
        """
    private static let reviveEffect = """
        UPDATE outbox SET address = ?, subject = ?, body = ?, owed_at = ?, is_late = ?, state = ?, attempts = ?,
            next_attempt = ?, detail = ?
        WHERE key = ?
        """

    private mutating func shift(_ old: String?, to new: String) {
        if let old { shifts[old, default: 0] -= 1 }
        shifts[new, default: 0] += 1
    }

    private func run(_ sql: String, _ values: [PreparedStatement.Value]) throws {
        try PreparedStatement(sql, in: database).run(values)
    }
}

extension OutboxRow {
    /// What a row holds behind its key and its case.
    fileprivate var said: [PreparedStatement.Value] {
        [
            .text(orNull: address), .text(subject), .text(body), .instant(owedAt), .integer(isLate ? 1 : 0),
            .text(state.text), .count(attempts), .instant(nextAttempt), .text(detail),
        ]
    }
}
