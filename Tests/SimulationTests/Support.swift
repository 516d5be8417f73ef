import Glibc
import JalonTestSupport

/// The workflows that ship.
let workflowFolder = "\(#filePath.split(separator: "/").dropLast(3).map { "/\($0)" }.joined())/workflows"

/// The contracts that ship, and others.
let contracts = SimulatedContracts(workflows: workflowFolder)

/// So many times the usual effort, by the variable `JALON_FUZZ`.
let effort = getenv("JALON_FUZZ").flatMap { Int(String(cString: $0)) } ?? 1

/// Seeds of one test: the one of the variable `JALON_SEED`, or so many.
func seeds(_ count: Int) -> [UInt64] {
    if let seed = getenv("JALON_SEED").flatMap({ UInt64(String(cString: $0)) }) { return [seed] }
    return (1...UInt64(count * effort)).map { $0 }
}
