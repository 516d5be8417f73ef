/// How the engine delivers and how much it holds.
package struct EngineSettings: Sendable {
    /// The plugin that messages go through.
    package var messagePlugin: String
    /// Its action.
    package var messageAction: String
    /// Shown by `status`.
    package var version: String
    /// Shown by `status` and in errors.
    package var storeName: String

    /// Makes settings.
    package init(messagePlugin: String, messageAction: String = "send", version: String, storeName: String) {
        self.messagePlugin = messagePlugin
        self.messageAction = messageAction
        self.version = version
        self.storeName = storeName
    }

    /// Requests that may wait for the engine; more are refused as busy. Twice what one call may carry.
    static let longestQueue = 20_000
    /// Writes that one turn takes, so that what takes long does not keep others, and a watchdog, waiting for as long.
    static let writesPerTurn = 512
    /// Cases due that one turn takes.
    static let duesPerTurn = 2_048
    /// Effects on their way to plugins at a time.
    static let deliveriesAtOnce = 32
    /// Tries of an effect before a person has to look: two to three days of them.
    static let mostAttempts = 30
    /// Failures of a plugin in a row after which effects wait for it instead of failing one by one.
    static let failuresToOpen = 5
    /// The pause after which one effect tries a plugin that failed so, doubled each time up to the longest, in seconds.
    static let circuitPauseSeconds = 30
    static let longestCircuitPauseSeconds = 900
    /// The longest pause between two tries of one effect, in seconds.
    static let longestPauseSeconds = 4 * 3_600
    /// Rows of journals that are checked between two turns.
    static let auditRows = 1_000
    /// Cases kept in memory between turns.
    static let cachedCases = 10_000
    /// An effect that could be asked for only this much later than it was owed, in seconds, is late.
    static let latenessSeconds = 900
    /// Deadlines ahead that a case's agenda shows.
    package static let agendaLength = 50
    /// Deadlines that are over of which an agenda of all cases looks whether they are still waited for.
    static let overdueLooks = 1_000
    /// Cases whose messages are kept in memory while their effects leave late.
    static let casesLookedUp = 16
    /// Effects that are no more sent by themselves of which it is looked whether they are told in another.
    static let gatheredLooks = 10_000
    /// Children that a case is shown with.
    static let shownChildren = 1_000
    /// Events that a case is said to wait for, before those of another child are left out.
    static let shownEvents = 200
    /// Plans that may be applied; older ones have to be made anew.
    static let rememberedPlans = 64
    /// After this long, a store that failed is tried again.
    static let storeRetrySeconds = 5
    /// After this long, a case that is due and cannot be read is tried again.
    static let unreadableRetrySeconds = 3_600
    /// The longest pause before a case that the store refuses is tried again, in seconds.
    static let longestRefusalSeconds = 3_600
    /// How long the engine waits for plugins once it was told to stop.
    static let stoppingSeconds = 10
}
