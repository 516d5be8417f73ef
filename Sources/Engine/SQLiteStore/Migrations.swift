import GRDB

/// The steps that bring a file up to date, each a numbered sentence.
///
/// A released step is never edited: a file that has taken it will not take it again. A new one comes last, with a
/// fixture of the file as it was before.
enum Migrations {
    static let all: DatabaseMigrator = {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("0001 cases have a journal, a due, an agenda and effects", migrate: casesAndEffects)
        migrator.registerMigration(
            "0002 a store keeps marks, and finds messages that a person must see", migrate: marks)
        return migrator
    }()

    @Sendable private static func marks(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE marks (
                    name TEXT NOT NULL PRIMARY KEY,
                    value TEXT NOT NULL
                ) STRICT, WITHOUT ROWID;

                -- Beside these, a state is 'dropped' or what the first step names.
                CREATE INDEX outbox_unsettled ON outbox (state, owed_at) WHERE state IN ('dead', 'held');
                """)
    }

    /// Instants are microseconds since 1970 in UTC.
    @Sendable private static func casesAndEffects(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE definitions (
                    number INTEGER PRIMARY KEY,
                    digest TEXT NOT NULL UNIQUE,
                    name TEXT NOT NULL,
                    text TEXT NOT NULL,
                    saved_at INTEGER NOT NULL
                ) STRICT;

                CREATE TABLE cases (
                    number INTEGER PRIMARY KEY,
                    id TEXT NOT NULL UNIQUE,
                    workflow TEXT NOT NULL,
                    digest TEXT NOT NULL,
                    status TEXT NOT NULL, -- running, over, fault
                    started_at INTEGER NOT NULL,
                    entered_at INTEGER NOT NULL,
                    due INTEGER,
                    journal_count INTEGER NOT NULL,
                    journal_hash BLOB NOT NULL,
                    snapshot BLOB NOT NULL
                ) STRICT;
                CREATE INDEX cases_by_workflow ON cases (workflow, id);

                -- The dues of cases over again, clustered so that the earliest lie together.
                CREATE TABLE dues (
                    due INTEGER NOT NULL,
                    case_id TEXT NOT NULL,
                    PRIMARY KEY (due, case_id)
                ) STRICT, WITHOUT ROWID;

                CREATE TABLE journal (
                    case_number INTEGER NOT NULL,
                    sequence INTEGER NOT NULL,
                    occurred_at INTEGER NOT NULL,
                    recorded_at INTEGER NOT NULL,
                    text TEXT NOT NULL,
                    hash BLOB NOT NULL,
                    PRIMARY KEY (case_number, sequence)
                ) STRICT, WITHOUT ROWID;

                -- Clustered by case, because a case's agenda is replaced whole.
                CREATE TABLE agenda (
                    case_id TEXT NOT NULL,
                    ordinal INTEGER NOT NULL,
                    instant INTEGER NOT NULL,
                    element TEXT NOT NULL,
                    title TEXT NOT NULL,
                    words TEXT NOT NULL,
                    clause INTEGER NOT NULL,
                    PRIMARY KEY (case_id, ordinal)
                ) STRICT, WITHOUT ROWID;
                CREATE INDEX agenda_by_instant ON agenda (instant, case_id, ordinal);

                CREATE TABLE outbox (
                    number INTEGER PRIMARY KEY,
                    key TEXT NOT NULL UNIQUE,
                    case_id TEXT NOT NULL,
                    address TEXT,
                    subject TEXT NOT NULL,
                    body TEXT NOT NULL,
                    owed_at INTEGER NOT NULL,
                    is_late INTEGER NOT NULL,
                    state TEXT NOT NULL, -- waiting, delivered, dead, obsolete
                    attempts INTEGER NOT NULL,
                    next_attempt INTEGER NOT NULL, -- or when it was settled
                    detail TEXT NOT NULL
                ) STRICT;
                CREATE INDEX outbox_waiting ON outbox (next_attempt, owed_at, state) WHERE state = 'waiting';
                CREATE INDEX outbox_by_case ON outbox (case_id, owed_at);
                CREATE INDEX outbox_by_owed ON outbox (owed_at);

                -- How many cases and effects there are of each status and state.
                CREATE TABLE counts (
                    name TEXT NOT NULL PRIMARY KEY,
                    value INTEGER NOT NULL
                ) STRICT, WITHOUT ROWID;
                """)
    }
}
