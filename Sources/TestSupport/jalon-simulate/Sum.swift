import JalonTestSupport

/// What all runs came to, and how fast they went.
struct Sum {
    private(set) var runs = 0
    /// Runs that broke a law.
    private(set) var broken = 0
    private var cases = 0
    private var facts = 0
    private var commits = 0
    private var crashes = 0
    private var letters = 0
    private var repeated = 0
    private let start = ContinuousClock().now
    private var told = ContinuousClock().now

    mutating func add(_ report: Simulation.Report) {
        runs += 1
        if !report.violations.isEmpty { broken += 1 }
        cases += report.cases
        facts += report.facts
        commits += report.commits
        crashes += report.crashes
        letters += report.letters
        repeated += report.repeated
    }

    private var seconds: Double {
        let elapsed = (ContinuousClock().now - start).components
        return Double(elapsed.seconds) + Double(elapsed.attoseconds) / 1e18
    }

    private var speed: String { "\(Int((Double(runs) / max(seconds, 0.001)).rounded())) runs a second" }

    /// A line on standard error, every ten seconds.
    mutating func tellProgress(of count: Int) {
        guard ContinuousClock().now - told > .seconds(10) else { return }
        told = ContinuousClock().now
        tell("\(runs) of \(count) runs, \(speed), \(broken) broken")
    }

    func words(from first: UInt64, through last: UInt64) -> String {
        """
        \(runs) runs, seeds \(first) to \(last), in \(Int(seconds.rounded())) s (\(speed)): \
        \(broken == 0 ? "no law was broken" : "\(broken) broke a law")
        \(cases) cases, \(facts) facts, \(commits) commits, \(crashes) crashes, \(letters) messages, \
        \(repeated) of them again after a fault
        """
    }
}
