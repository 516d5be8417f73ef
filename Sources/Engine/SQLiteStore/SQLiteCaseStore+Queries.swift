package import CivilTime
import GRDB
package import WorkflowEngine

extension SQLiteCaseStore {
    /// Every definition ever used, by when it was saved.
    package func definitions() throws(StoreError) -> [StoredDefinition] {
        try rows("SELECT digest, name, text, saved_at FROM definitions ORDER BY saved_at, number") { row in
            try StoredDefinition(row)
        }
    }

    /// A case; `nil` for an unknown one.
    package func storedCase(_ id: String) throws(StoreError) -> StoredCase? {
        try rows("SELECT \(StoredCase.columns) FROM cases WHERE id = ?", [.text(id)]) { row in
            try StoredCase(row)
        }.first
    }

    /// The journal of a case by sequence; empty for an unknown case.
    package func journal(of caseID: String) throws(StoreError) -> [JournalRow] {
        try rows(
            """
            SELECT sequence, occurred_at, recorded_at, text, hash FROM journal
            WHERE case_number = (SELECT number FROM cases WHERE id = ?) ORDER BY sequence
            """, [.text(caseID)]
        ) { row in
            try JournalRow(row)
        }
    }

    /// A part of a journal, by sequence.
    package func journal(of caseID: String, after sequence: Int, limit: Int) throws(StoreError) -> [JournalRow] {
        try rows(
            """
            SELECT sequence, occurred_at, recorded_at, text, hash FROM journal
            WHERE case_number = (SELECT number FROM cases WHERE id = ?) AND sequence > ? ORDER BY sequence LIMIT ?
            """, [.text(caseID), .count(sequence), .count(limit)]
        ) { row in
            try JournalRow(row)
        }
    }

    /// Cases in the order of the bytes of their ids.
    package func cases(after id: String?, workflow: String?, limit: Int) throws(StoreError) -> [StoredCase] {
        let (comparison, bound) = id.map { (">", $0) } ?? (">=", "")
        let ofWorkflow = workflow == nil ? "" : "workflow = ? AND "
        return try rows(
            "SELECT \(StoredCase.columns) FROM cases WHERE \(ofWorkflow)id \(comparison) ? ORDER BY id LIMIT ?",
            (workflow.map { [.text($0)] } ?? []) + [.text(bound), .count(limit)]
        ) { row in
            try StoredCase(row)
        }
    }

    /// Counts, which are kept and not counted.
    package func counts() throws(StoreError) -> StoreCounts {
        let pairs = try rows("SELECT name, value FROM counts") { row in
            (try row.text(0), try row.count(1))
        }
        let values = Dictionary(pairs, uniquingKeysWith: +)
        return StoreCounts(
            running: values[StoredCase.Status.running.countName] ?? 0,
            over: values[StoredCase.Status.over.countName] ?? 0,
            faults: values[StoredCase.Status.fault.countName] ?? 0,
            waiting: values[OutboxRow.State.waiting.countName] ?? 0,
            dead: values[OutboxRow.State.dead.countName] ?? 0, held: values[OutboxRow.State.held.countName] ?? 0)
    }

    /// Cases due at an instant or before, earliest first, then by id.
    package func casesDue(by instant: Timestamp, limit: Int) throws(StoreError) -> [String] {
        try rows(
            "SELECT case_id FROM dues WHERE due <= ? ORDER BY due, case_id LIMIT ?", [.instant(instant), .count(limit)]
        ) { row in
            try row.text(0)
        }
    }

    /// The earliest due of all cases; `nil` if nothing is due ever.
    package func earliestDue() throws(StoreError) -> Timestamp? {
        try earliest("SELECT min(due) FROM dues")
    }

    /// What lies ahead from an instant until before another; at the same instant by case, then as given.
    package func agenda(
        from: Timestamp, until: Timestamp, caseID: String?, limit: Int
    ) throws(StoreError) -> [AgendaRow] {
        // The plus keeps SQLite from walking through everybody's agenda by instant to find one case's.
        let condition =
            caseID == nil ? "instant >= ? AND instant < ?" : "case_id = ? AND +instant >= ? AND +instant < ?"
        return try rows(
            """
            SELECT case_id, instant, element, title, words, clause FROM agenda
            WHERE \(condition) ORDER BY instant, case_id, ordinal LIMIT ?
            """,
            (caseID.map { [.text($0)] } ?? []) + [.instant(from), .instant(until), .count(limit)]
        ) { row in
            try AgendaRow(row)
        }
    }

    /// Effects whose turn has come, in the order in which they were owed, then recorded.
    package func outbox(readyBy instant: Timestamp, limit: Int) throws(StoreError) -> [OutboxRow] {
        // The inner query reads nothing but the index of those that wait. Left to itself, SQLite walks through all that
        // was ever owed, in order, because it hopes to reach the limit early.
        try rows(
            """
            SELECT \(OutboxRow.columns) FROM outbox WHERE number IN (
                SELECT number FROM outbox INDEXED BY outbox_waiting WHERE state = 'waiting' AND next_attempt <= ?
                ORDER BY owed_at, number LIMIT ?)
            ORDER BY owed_at, number
            """, [.instant(instant), .count(limit)]
        ) { row in
            try OutboxRow(row)
        }
    }

    /// Effects of one case or of all, latest owed first, then latest recorded.
    package func outbox(of caseID: String?, limit: Int) throws(StoreError) -> [OutboxRow] {
        let condition = caseID == nil ? "" : "WHERE case_id = ?"
        return try rows(
            "SELECT \(OutboxRow.columns) FROM outbox \(condition) ORDER BY owed_at DESC, number DESC LIMIT ?",
            (caseID.map { [.text($0)] } ?? []) + [.count(limit)]
        ) { row in
            try OutboxRow(row)
        }
    }

    /// When the next waiting effect may be tried; `nil` if none waits.
    package func earliestDelivery() throws(StoreError) -> Timestamp? {
        try earliest("SELECT min(next_attempt) FROM outbox WHERE state = 'waiting'")
    }

    /// When the next waiting effect may be tried, of those that may not yet.
    package func earliestDelivery(after instant: Timestamp) throws(StoreError) -> Timestamp? {
        try earliest(
            "SELECT min(next_attempt) FROM outbox WHERE state = 'waiting' AND next_attempt > ?", [.instant(instant)])
    }

    /// The latest instant at which a waiting effect may be tried.
    package func latestDelivery() throws(StoreError) -> Timestamp? {
        try earliest("SELECT max(next_attempt) FROM outbox WHERE state = 'waiting'")
    }

    /// The earliest due later than an instant.
    package func earliestDue(after instant: Timestamp) throws(StoreError) -> Timestamp? {
        try earliest("SELECT min(due) FROM dues WHERE due > ?", [.instant(instant)])
    }

    /// Effects of one case or of all that are in a state, latest owed first.
    package func outbox(
        in state: OutboxRow.State, of caseID: String?, limit: Int
    ) throws(StoreError) -> [OutboxRow] {
        // Written out, so that SQLite sees that the index of unsettled effects will do.
        let ofCase = caseID == nil ? "" : "AND case_id = ?"
        return try rows(
            """
            SELECT \(OutboxRow.columns) FROM outbox WHERE state = '\(state.text)' \(ofCase)
            ORDER BY owed_at DESC, number DESC LIMIT ?
            """,
            (caseID.map { [.text($0)] } ?? []) + [.count(limit)]
        ) { row in
            try OutboxRow(row)
        }
    }

    /// An effect by its key.
    package func effect(_ key: String) throws(StoreError) -> OutboxRow? {
        try rows("SELECT \(OutboxRow.columns) FROM outbox WHERE key = ?", [.text(key)]) { row in
            try OutboxRow(row)
        }.first
    }

    /// Something kept under a name.
    package func mark(_ name: String) throws(StoreError) -> String? {
        try rows("SELECT value FROM marks WHERE name = ?", [.text(name)]) { row in
            try row.text(0)
        }.first
    }

    private func earliest(
        _ sql: String, _ values: [PreparedStatement.Value] = []
    ) throws(StoreError) -> Timestamp? {
        try rows(sql, values) { row in
            row.isNull(0) ? nil : try row.instant(0)
        }.first ?? nil
    }

    private func rows<Value>(
        _ sql: String, _ values: [PreparedStatement.Value] = [], read: (Columns) throws -> Value
    ) throws(StoreError) -> [Value] {
        try perform { database in
            var found: [Value] = []
            try PreparedStatement(sql, in: database).run(values) { found.append(try read($0)) }
            return found
        }
    }
}
