/// The bounds the host sets to every plugin, so that none can delay or exhaust the service.
package struct PluginLimits: Sendable, Equatable {
    /// How long a plugin may take to answer `initialize`.
    package var handshake = Duration.seconds(10)
    /// How long an action may take if the manifest does not say.
    package var action = Duration.seconds(30)
    /// How long after `cancel` a plugin may take to answer before it counts as hung.
    package var cancel = Duration.seconds(2)
    /// How long a call may wait behind others before it fails temporarily.
    package var waiting = Duration.seconds(120)
    /// How long a plugin may take to finish once asked to stop.
    package var stop = Duration.seconds(5)
    /// How many calls may wait behind others; one more fails temporarily.
    package var callsWaiting = 256
    /// How many events may be unacknowledged; one more is refused.
    package var eventsWaiting = 64
    /// How many messages to a plugin may be unread; one more and it counts as hung.
    package var messagesUnread = 1024
    /// The longest message, in bytes.
    package var messageBytes = 1 << 20
    /// How many refused requests a second a plugin may send for long. What is not refused bounds itself.
    package var refusalsPerSecond = 20
    /// How many refused requests a plugin may send in one burst.
    package var refusalBurst = 500
    /// From how many bytes a refused request counts twice, from twice as many three times, and so on.
    package var refusalUnit = 4096
    /// The longest line of a plugin's standard error that is kept, in bytes.
    package var logLineBytes = 4096
    /// How many lines a second of standard error are kept for long; the rest is counted and dropped.
    package var logLinesPerSecond = 20
    /// How many lines of standard error are kept in one burst.
    package var logLineBurst = 200
    /// How much a plugin may write to standard error for long, in bytes a second; what is dropped costs time too.
    package var logBytesPerSecond = 1 << 20
    /// How much a plugin may write to standard error in one burst, in bytes.
    package var logBurst = 16 << 20
    /// The data a process may hold if the manifest does not say, in bytes. Each process the plugin starts has as much.
    package var memory = 256 << 20
    /// How many files a process may have open.
    package var openFiles = 256
    /// The rest after a first failure; doubled for each one that follows.
    package var firstRest = Duration.seconds(1)
    /// The longest rest between two attempts to start.
    package var longestRest = Duration.seconds(300)
    /// After how many failures in a row calls are refused at once until the rest is over.
    package var failuresToRefuse = 5
    /// After how long without failure a process makes earlier failures forgotten.
    package var steady = Duration.seconds(60)

    /// The values above.
    package init() {}
}

/// The rest between attempts: doubled each time, and shaken so that plugins which failed together do not return
/// together.
struct Backoff: Sendable {
    var first: Duration
    var longest: Duration

    /// The rest after so many failures in a row, between half and the whole of the exponential value.
    ///
    /// - Parameters:
    ///   - failures: From 1.
    ///   - random: Where the shaking comes from.
    func rest(afterFailures failures: Int, random: inout some RandomNumberGenerator) -> Duration {
        let doublings = min(failures - 1, 30)
        let whole = min(first * (1 << doublings), longest)
        return whole * Double.random(in: 0.5...1, using: &random)
    }
}

/// An allowance that refills with time: a burst at most, and so many a second for long.
struct Allowance: Sendable {
    private let perSecond: Int
    private let burst: Int
    private var left: Double
    private var since: Duration

    init(perSecond: Int, burst: Int, now: Duration) {
        self.perSecond = perSecond
        self.burst = burst
        left = Double(burst)
        since = now
    }

    /// Takes so many; false, with none taken, if too few are left.
    mutating func take(_ count: Int = 1, now: Duration) -> Bool {
        left = min(Double(burst), left + (now - since) / .seconds(1) * Double(perSecond))
        since = now
        guard left >= Double(count) else { return false }
        left -= Double(count)
        return true
    }
}
