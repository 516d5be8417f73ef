package import CivilTime
import Crypto

/// A look at journals, to be taken a slice at a time.
///
/// It follows the chain of each journal to its end, and compares that with what is kept of the case.
package struct JournalAudit {
    /// What it has found so far.
    package private(set) var view: AuditView
    /// The one case to look at; `nil` for all.
    let only: String?
    /// Journals found sound, or not, since the last slice began.
    private(set) var seen: [(caseID: String, problem: JournalProblem?)] = []
    /// Cases up to this one are done, or wait in ``page``.
    private var after: String?
    /// Cases that come next. They may have got entries since they were read.
    private var page: ArraySlice<StoredCase> = []
    fileprivate var current: Chain?
    private var heads = SHA256()

    /// How far a journal has been followed.
    fileprivate struct Chain {
        var stored: StoredCase
        var count = 0
        var hash = JournalCoding.firstHash
        /// What is wrong with it, once something is.
        var problem: JournalProblem?
    }

    /// What a case costs beside the rows of its journal, in rows.
    private static let caseCost = 10
    /// Cases read at a time.
    private static let pageLength = 100

    /// - Parameter id: The one case to look at; `nil` for all.
    package init(of id: String?, startedAt: Timestamp) {
        only = id
        view = AuditView(
            state: .running, startedAt: startedAt, finishedAt: nil, cases: 0, entries: 0, head: "", problems: [])
    }

    /// Looks at the next rows.
    ///
    /// - Parameters:
    ///   - rows: About how many; at least one is looked at.
    ///   - further: A further look at a case whose chain is sound.
    /// - Returns: True once there is nothing left to look at.
    package mutating func slice(
        of store: any Store, rows: Int, now: Timestamp, further: (StoredCase) -> JournalProblem? = { _ in nil }
    ) throws(StoreError) -> Bool {
        seen = []
        var left = rows
        while left > 0 {
            if current == nil {
                guard let next = try nextCase(in: store) else {
                    finish(now)
                    return true
                }
                current = Chain(stored: next)
            }
            guard var chain = current else { return true }
            let rows = try store.journal(of: chain.stored.id, after: chain.count, limit: left)
            chain.follow(rows)
            view.entries += rows.count
            current = chain
            if rows.count == left, chain.problem == nil { return false }
            left -= rows.count + Self.caseCost
            // Entries may have come since, and what is kept of the case with them.
            let stored = chain.isAtEnd ? chain.stored : try store.storedCase(chain.stored.id) ?? chain.stored
            if chain.problem == nil, stored.journalCount > max(chain.count, chain.stored.journalCount) {
                current?.stored = stored
            } else {
                close(chain, stored, further)
            }
        }
        return false
    }

    private mutating func nextCase(in store: any Store) throws(StoreError) -> StoredCase? {
        if let only {
            defer { after = only }
            return after == nil ? try store.storedCase(only) : nil
        }
        if page.isEmpty { page = try store.cases(after: after, workflow: nil, limit: Self.pageLength)[...] }
        after = page.first?.id ?? after
        return page.popFirst()
    }

    private mutating func close(_ chain: Chain, _ stored: StoredCase, _ further: (StoredCase) -> JournalProblem?) {
        let id = stored.id
        let problem = chain.problem ?? chain.endProblem(stored)
        seen.append((id, problem))
        if let problem = problem ?? further(stored) { view.problems.append(problem) }
        let hash = JournalCoding.hexadecimal(stored.journalHash)
        heads.update(data: Array("\(id) \(stored.journalCount) \(hash)\n".utf8))
        view.head = hash
        view.cases += 1
        current = nil
    }

    private mutating func finish(_ now: Timestamp) {
        view.state = .done
        view.finishedAt = now
        if only == nil { view.head = JournalCoding.hexadecimal(Array(heads.finalize())) }
    }

    /// Adds what is wrong with how the store is kept.
    mutating func note(storeProblems: [String]) { view.storeProblems = storeProblems }
}

extension JournalAudit.Chain {
    fileprivate mutating func follow(_ rows: [JournalRow]) {
        for row in rows where problem == nil {
            if row.sequence != count + 1 || row.hash != JournalCoding.hash(row.text, after: hash) {
                problem = JournalProblem(
                    caseID: stored.id, entry: row.sequence,
                    message: "entry \(row.sequence) does not follow from the entries before it")
            }
            (count, hash) = (row.sequence, row.hash)
        }
    }

    /// Whether it ends as was kept of the case when it was begun.
    fileprivate var isAtEnd: Bool { count == stored.journalCount && hash == stored.journalHash }

    fileprivate func endProblem(_ stored: StoredCase) -> JournalProblem? {
        guard count != stored.journalCount || hash != stored.journalHash else { return nil }
        return JournalProblem(
            caseID: stored.id, entry: count,
            message:
                "it ends with entry \(count), which is not the last of the \(stored.journalCount) that were written")
    }
}
