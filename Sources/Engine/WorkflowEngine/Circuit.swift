import CivilTime

/// Keeps effects from a plugin that fails, whomever they are for: they wait, and now and then one of them tries.
///
/// Closed, everything passes. After ``EngineSettings/failuresToOpen`` failures of the plugin in a row it opens: nothing
/// passes until the pause is over, then one effect does. Any answer to it closes the circuit again; a further failure
/// makes the pause longer.
struct Circuit {
    /// Failures in a row while closed.
    private var failures = 0
    /// Since when it is open; `nil` while it is closed.
    private(set) var openedAt: Timestamp?
    /// When an effect may try again, while it is open.
    private(set) var probeAt = Timestamp.earliest
    /// What the plugin failed of last.
    private(set) var reason = ""
    /// The effect that tries now.
    private var probe: String?
    private var probes = 0

    /// How many effects may leave now.
    func room(at now: Timestamp) -> Int { openedAt == nil ? .max : probe == nil && probeAt <= now ? 1 : 0 }

    /// When there may be room again; `.earliest` while there is, `.latest` while only an answer can make some.
    var nextRoom: Timestamp { openedAt == nil ? .earliest : probe == nil ? probeAt : .latest }

    /// An effect leaves for the plugin.
    mutating func leave(_ key: String) {
        if openedAt != nil { probe = key }
    }

    /// The plugin has answered, whatever it said of the effect.
    mutating func answered() { self = Circuit() }

    /// The plugin itself has failed.
    ///
    /// - Parameter jitter: 0 to 1.
    mutating func failed(_ key: String, _ reason: String, now: Timestamp, jitter: Double) {
        if openedAt == nil {
            failures += 1
            self.reason = reason
            guard failures >= EngineSettings.failuresToOpen else { return }
            openedAt = now
        } else {
            // What left before it opened says nothing new.
            guard key == probe else { return }
            self.reason = reason
        }
        probe = nil
        probes += 1
        let seconds = EngineCore.pause(
            after: probes, first: EngineSettings.circuitPauseSeconds,
            longest: EngineSettings.longestCircuitPauseSeconds,
            jitter: jitter)
        probeAt = now + .seconds(seconds)
    }

    /// The clock was set back: what was to come is not put off by as much.
    mutating func rearm(at now: Timestamp) {
        if probeAt - now > .seconds(EngineSettings.longestCircuitPauseSeconds) { probeAt = now }
    }
}
