import CaseReplay
import CivilTime

/// A look at journals that somebody asked for, taken between turns so that nobody waits for it.
struct AuditRequest {
    var audit: JournalAudit
    /// Whether each case is computed again from its journal and compared with what is kept of it.
    var withReplay: Bool
    /// The part of the store that is looked at next, once the journals are done; `nil` to look at none.
    var storePart: Int?
    var answer: (Result<AuditView, EngineError>) -> Void
}

/// A copy of the store that somebody asked for, taken between turns.
struct BackupRequest {
    var destination: String
    var isReplacing: Bool
    /// `nil` until it is this one's turn.
    var backup: (any StoreBackup)?
    var answer: (Result<BackupView, EngineError>) -> Void
}

extension EngineCore {
    /// Begins to look at the journals of one case or of all, behind the looks asked for before.
    ///
    /// - Parameters:
    ///   - id: The case; `nil` for all.
    ///   - withReplay: Each case is computed again too.
    ///   - withStore: The file under the store is looked at too.
    ///   - answer: Called once, by ``upkeepSlice()`` or ``endUpkeep()``.
    package func beginAudit(
        of id: String?, withReplay: Bool, withStore: Bool, answer: @escaping (Result<AuditView, EngineError>) -> Void
    ) {
        audits.append(
            AuditRequest(
                audit: JournalAudit(of: id, startedAt: clock.now()), withReplay: withReplay,
                storePart: withStore ? 0 : nil, answer: answer))
    }

    /// Begins to copy the store to a file, behind the copies asked for before.
    ///
    /// - Parameters:
    ///   - file: A path; its folder must exist.
    ///   - isReplacing: Whether a backup of that name may be replaced; never by one that is known not to be sound.
    ///   - answer: Called once, by ``upkeepSlice()`` or ``endUpkeep()``.
    package func beginBackup(
        to file: String, replacing isReplacing: Bool, answer: @escaping (Result<BackupView, EngineError>) -> Void
    ) {
        backups.append(BackupRequest(destination: file, isReplacing: isReplacing, answer: answer))
    }

    /// Does a little of what takes long.
    ///
    /// - Returns: True if there is more to do.
    package func upkeepSlice() -> Bool {
        if backups.isEmpty { auditSlice() } else { backupSlice() }
        return !backups.isEmpty || !audits.isEmpty
    }

    /// Gives up what takes long and is not done.
    package func endUpkeep() {
        let stopping = EngineError(.stopping, "the service is stopping")
        let given = (backups, audits)
        (backups, audits) = ([], [])
        for request in given.0 {
            request.backup?.cancel()
            request.answer(.failure(stopping))
        }
        for request in given.1 { request.answer(.failure(stopping)) }
    }

    private func backupSlice() {
        var request = backups.removeFirst()
        if request.isReplacing, let problem = brokenJournals.first {
            let error = EngineError(
                .chainBroken,
                "\(request.destination) stays as it is, since this backup could not be restored: "
                    + problem.sentence, hint: "without --overwrite the store is copied as it is, for a closer look")
            return request.answer(.failure(error))
        }
        do throws(StoreError) {
            if request.backup == nil {
                request.backup = try store.beginBackup(to: request.destination, replacing: request.isReplacing)
            }
            if let bytes = try request.backup?.step() {
                let view = BackupView(bytes: bytes, problems: brokenJournals.map(\.sentence))
                return request.answer(.success(view))
            }
            backups.insert(request, at: 0)
        } catch {
            request.answer(.failure(EngineError(.backupFailed, error.message, hint: "the cases are as they were")))
        }
    }

    /// Looks at the next few rows of journals, or at the next part of the store.
    private func auditSlice() {
        guard var request = audits.first else { return }
        do throws(StoreError) {
            guard try slice(&request) else {
                audits[0] = request
                return
            }
            if request.audit.only == nil { lastAudit = request.audit.view }
            audits.removeFirst()
            request.answer(.success(request.audit.view))
        } catch {
            audits.removeFirst()
            request.answer(.failure(EngineError(storing: error)))
        }
    }

    /// - Returns: True once there is nothing left to look at.
    private func slice(_ request: inout AuditRequest) throws(StoreError) -> Bool {
        if request.audit.view.state == .running {
            let isDone = try request.audit.slice(of: store, rows: EngineSettings.auditRows, now: clock.now()) {
                stored in
                request.withReplay ? replayProblem(stored) : nil
            }
            for (id, problem) in request.audit.seen { broken[id] = problem }
            return isDone && request.storePart == nil
        }
        guard let part = request.storePart, let found = store.integrityProblems(ofPart: part) else { return true }
        request.audit.note(storeProblems: found)
        request.storePart = part + 1
        return !found.isEmpty
    }

    /// What is kept of a case, where its journal comes to something else.
    private func replayProblem(_ stored: StoredCase) -> JournalProblem? {
        do throws(EngineError) {
            let (current, workflow) = try open(stored)
            let journal = try journal(of: stored, workflow: workflow)
            var occurrences: [Occurrence] = []
            let again = workflow.replay(journal, until: current.position, occurrences: &occurrences)
            guard again?.snapshot() != current.snapshot() else { return nil }
            return JournalProblem(
                caseID: stored.id, entry: 0, message: "computed again from its journal it is not what is kept of it")
        } catch {
            return JournalProblem(caseID: stored.id, entry: 0, message: error.message)
        }
    }

    /// Checks the end of a journal that comes from the store, before a row is added to it.
    func checkEnd(of stored: StoredCase) throws(EngineError) {
        let id = stored.id
        if let problem = broken[id] { throw EngineError(problem) }
        let rows: [JournalRow]
        do throws(StoreError) {
            rows = try store.journal(of: id, after: max(0, stored.journalCount - 2), limit: 3)
        } catch {
            throw EngineError(storing: error)
        }
        guard !isEnd(rows, of: stored) else { return }
        let problem = JournalProblem(
            caseID: id, entry: rows.last?.sequence ?? 0, message: "its last entry is not the one that was written")
        broken[id] = problem
        throw EngineError(problem)
    }

    /// - Parameter rows: From the last but one on.
    private func isEnd(_ rows: [JournalRow], of stored: StoredCase) -> Bool {
        guard let last = rows.last else { return stored.journalCount == 0 }
        guard rows.count == min(2, stored.journalCount), last.sequence == stored.journalCount else { return false }
        let before = rows.count > 1 ? rows[0].hash : JournalCoding.firstHash
        return last.hash == stored.journalHash && last.hash == JournalCoding.hash(last.text, after: before)
    }

    private var brokenJournals: [JournalProblem] { broken.values.sorted { $0.caseID < $1.caseID } }

    /// What deserves a look: what it is about, the same as long as it lasts, and a sentence.
    package var problems: [(kind: String, sentence: String)] {
        let journals = brokenJournals.map { problem in
            (kind: "the journal of case '\(problem.caseID)' was changed", sentence: problem.sentence)
        }
        return journals + refusalProblems + (circuitProblem.map { [$0] } ?? [])
    }
}

extension JournalProblem {
    /// The problem with what it is a problem of, and what that means.
    package var sentence: String { "the journal of case '\(caseID)' was changed: \(message); the case stands still" }
}

extension EngineError {
    init(_ problem: JournalProblem) {
        self.init(
            .chainBroken, problem.sentence,
            hint: "jalonctl verify \(problem.caseID) looks again; jalond restore puts a sound backup in place")
    }
}
