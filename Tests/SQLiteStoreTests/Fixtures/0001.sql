PRAGMA application_id = 1245793358;
CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
INSERT INTO grdb_migrations VALUES ('0001 cases have a journal, a due, an agenda and effects');
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

INSERT INTO definitions VALUES (1, '5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03', 'tanger-ess', 'hello' || char(10), 1630483200000000);
INSERT INTO cases VALUES (1, 'tanger-2021', 'tanger-ess', '5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03', 'running', 1630483200000000, 1630483200000000, 1632497400000000, 2, x'0202020202020202020202020202020202020202020202020202020202020202', x'010203');
INSERT INTO cases VALUES (2, 'tanger-2020', 'tanger-ess', '5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03', 'over', 1598947200000000, 1630483200000000, NULL, 1, x'0303030303030303030303030303030303030303030303030303030303030303', x'04');
INSERT INTO dues VALUES (1632497400000000, 'tanger-2021');
INSERT INTO journal VALUES (1, 1, 1630483200000000, 1630483200000000, '{"event":"start"}', x'0101010101010101010101010101010101010101010101010101010101010101');
INSERT INTO journal VALUES (1, 2, 1631264400000000, 1631354400000000, '{"event":"offer"}', x'0202020202020202020202020202020202020202020202020202020202020202');
INSERT INTO journal VALUES (2, 1, 1598947200000000, 1630483200000000, '{"event":"start"}', x'0303030303030303030303030303030303030303030303030303030303030303');
INSERT INTO agenda VALUES ('tanger-2021', 0, 1632497400000000, 'offers-due', 'Remise des offres', 'vendredi 24 septembre 2021, 16 h 30', 126);
INSERT INTO outbox VALUES (1, 'tanger-2021/offers-due/1/7d/buyer', 'tanger-2021', 'achats@example.org', 'Remise des offres dans 7 jours', 'texte', 1631892600000000, 0, 'delivered', 1, 1631892602000000, '250 OK');
INSERT INTO outbox VALUES (2, 'tanger-2021/offers-due/1/1d/buyer', 'tanger-2021', NULL, 'Remise des offres demain', 'texte', 1632411000000000, 1, 'waiting', 2, 1632411600000000, '451 greylisted');
INSERT INTO counts VALUES ('cases running', 1), ('cases over', 1), ('effects delivered', 1), ('effects waiting', 1);
