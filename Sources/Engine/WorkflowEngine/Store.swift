package import CivilTime

/// Where cases are kept: the port behind which SQLite stands.
///
/// Calls block and come from the engine's one thread; a store need not be safe for others. What ``apply(_:)`` was given
/// is durable and visible to every later call once it returns, all of it or nothing.
package protocol Store: AnyObject {
    /// Makes a batch of changes durable in one transaction, in the order given.
    ///
    /// - Throws: ``StoreError``; nothing of the batch has happened then. A row of a journal whose sequence is taken is
    ///   refused as `failed`.
    func apply(_ changes: [StoreChange]) throws(StoreError)

    /// Every definition ever used, oldest first; of the same instant, as recorded. The first of a digest stays.
    func definitions() throws(StoreError) -> [StoredDefinition]

    /// A case; `nil` for an unknown one.
    func storedCase(_ id: String) throws(StoreError) -> StoredCase?

    /// The journal of a case in the order in which it was recorded; empty for an unknown case.
    func journal(of caseID: String) throws(StoreError) -> [JournalRow]

    /// A part of a journal, by sequence: rows of a sequence higher than one, at most so many.
    func journal(of caseID: String, after sequence: Int, limit: Int) throws(StoreError) -> [JournalRow]

    /// Cases in the order of their ids.
    ///
    /// - Parameters:
    ///   - after: Only ids that sort after this one.
    ///   - workflow: Only cases of this workflow; `nil` for all.
    ///   - limit: At most this many, 1 or more.
    func cases(after id: String?, workflow: String?, limit: Int) throws(StoreError) -> [StoredCase]

    /// Counts for `status`.
    func counts() throws(StoreError) -> StoreCounts

    /// Cases due at an instant or before, earliest first, then by id.
    func casesDue(by instant: Timestamp, limit: Int) throws(StoreError) -> [String]

    /// The earliest due of all cases; `nil` if nothing is due ever.
    func earliestDue() throws(StoreError) -> Timestamp?

    /// The earliest due later than an instant; `nil` if there is none.
    func earliestDue(after instant: Timestamp) throws(StoreError) -> Timestamp?

    /// What lies ahead from an instant until before another; of one case or of all.
    ///
    /// By instant, then by case, then in the order given.
    func agenda(from: Timestamp, until: Timestamp, caseID: String?, limit: Int) throws(StoreError) -> [AgendaRow]

    /// Effects whose turn has come, in the order in which they were owed, then recorded.
    func outbox(readyBy instant: Timestamp, limit: Int) throws(StoreError) -> [OutboxRow]

    /// Effects of one case or of all, latest owed first, then latest recorded, whatever their state.
    func outbox(of caseID: String?, limit: Int) throws(StoreError) -> [OutboxRow]

    /// Those of them that are in a state.
    func outbox(in state: OutboxRow.State, of caseID: String?, limit: Int) throws(StoreError) -> [OutboxRow]

    /// An effect by its key; `nil` for an unknown one.
    func effect(_ key: String) throws(StoreError) -> OutboxRow?

    /// When the next waiting effect may be tried; `nil` if none waits.
    func earliestDelivery() throws(StoreError) -> Timestamp?

    /// When the next waiting effect may be tried, of those that may not be tried yet at an instant; `nil` if none is.
    func earliestDelivery(after instant: Timestamp) throws(StoreError) -> Timestamp?

    /// The latest instant at which a waiting effect may be tried; `nil` if none waits.
    func latestDelivery() throws(StoreError) -> Timestamp?

    /// Something kept under a name for the whole store; `nil` for an unknown name.
    func mark(_ name: String) throws(StoreError) -> String?

    /// What is wrong with how a part of the store is kept, a sentence each; empty if nothing is found.
    ///
    /// All parts together are all of it; later ones may rest on earlier ones being sound.
    /// - Parameter part: From 0 on.
    /// - Returns: `nil` where there is no such part.
    func integrityProblems(ofPart part: Int) -> [String]?

    /// Begins to copy the store to a new file of mode 0600.
    ///
    /// - Parameters:
    ///   - destination: A path; its folder must exist. Two copies to one path at a time spoil each other.
    ///   - isReplacing: Whether a backup of that name may be replaced; anything else of that name never is.
    /// - Throws: ``StoreError`` that names the destination; what was there is as it was.
    func beginBackup(to destination: String, replacing isReplacing: Bool) throws(StoreError) -> any StoreBackup
}

extension Store {
    /// What is wrong with how the store is kept, a sentence each, as far as the first part that is not sound.
    package func integrityProblems() -> [String] {
        var part = 0
        while let found = integrityProblems(ofPart: part) {
            guard found.isEmpty else { return found }
            part += 1
        }
        return []
    }
}

/// A copy of a store under way. The store may be read and written between two steps.
package protocol StoreBackup: AnyObject {
    /// Copies the next part. Not called again once it has returned a size or has thrown.
    ///
    /// - Returns: The bytes of the file once it is there, as the store is now; `nil` while there is more to copy.
    /// - Throws: ``StoreError`` that names the destination; what was there is as it was.
    func step() throws(StoreError) -> Int?

    /// Gives the copy up. Nothing of it stays.
    func cancel()
}

/// Names of marks that a store keeps.
package enum StoreMark {
    /// When the store was put in the place of another from a backup: RFC 3339.
    package static let restored = "restored"
    /// When all journals were last found sound.
    package static let verified = "verified"
    /// Written to learn whether the store takes anything at all.
    package static let probe = "probe"
}

/// Why a store could not do what it was asked.
package struct StoreError: Error, Hashable, Sendable {
    /// What went wrong, for programs.
    package enum Code: String, Sendable {
        /// No room; the same batch may succeed once there is.
        case full
        /// The file cannot be written.
        case readOnly
        /// Another program holds the file.
        case locked
        /// The file is damaged.
        case corrupt
        /// The file was written by a newer version.
        case tooNew
        /// Anything else the file system or the library says.
        case failed
    }

    package var code: Code
    /// For people: names the file and what is wrong with it.
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
