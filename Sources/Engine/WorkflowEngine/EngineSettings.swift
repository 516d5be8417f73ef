/// How the engine delivers and how much it holds.
package struct EngineSettings: Sendable {
    /// The plugin and action that messages go through.
    package var messagePlugin: String
    package var messageAction: String
    /// Shown by `status`.
    package var version: String
    package var storeName: String

    package init(messagePlugin: String, messageAction: String = "send", version: String, storeName: String) {
        self.messagePlugin = messagePlugin
        self.messageAction = messageAction
        self.version = version
        self.storeName = storeName
    }

    /// Requests that may wait for the engine; more are refused as busy.
    static let longestQueue = 8_192
    /// Cases due that one turn takes.
    static let duesPerTurn = 2_048
    /// Effects on their way to plugins at a time.
    static let deliveriesAtOnce = 32
    /// Cases kept in memory between turns.
    static let cachedCases = 10_000
    /// An effect that could be asked for only this much later than it was owed, in seconds, is late.
    static let latenessSeconds = 900
    /// Days ahead that a case's agenda shows.
    static let agendaLength = 50
}
