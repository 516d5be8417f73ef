/// Something a plugin reports of its own accord.
package struct PluginEvent: Sendable, Equatable {
    /// The plugin's name.
    package var plugin: String
    /// The event's name, one of the manifest's.
    package var event: String
    /// What the occurrence is: the same key from the same plugin is the same occurrence, told again.
    package var key: String
    /// What the event carries, as the manifest declares it: a JSON object in UTF-8.
    package var data: [UInt8]
}

/// Something the administrator may want to read.
package struct PluginLogEntry: Sendable, Equatable {
    /// Who speaks.
    package enum Source: Sendable { case plugin, host }

    /// The plugin's name.
    package var plugin: String
    /// The plugin itself, on its standard error, or the host about it.
    package var source: Source
    /// One line. What a plugin wrote is shown as it stands, invalid UTF-8 replaced.
    package var text: String
}

/// How a plugin is doing.
package struct PluginStatus: Sendable, Equatable {
    /// The plugin's name.
    package var name: String
    /// "resting", "starting", "ready", "hung", "stopping" or "ending".
    package var phase: String
    /// How many calls its process has.
    package var callsRunning: Int
    /// How many calls wait for their turn.
    package var callsWaiting: Int
    /// How many failures in a row there were.
    package var failures: Int
    /// What the last of them was; absent where there were none.
    package var lastFailure: String?
    /// Whether calls are refused at once until the rest is over.
    package var isRefusing: Bool
    /// How long no process is started; absent where one may be.
    package var rest: Duration?
}
