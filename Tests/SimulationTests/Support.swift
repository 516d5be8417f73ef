import JalonTestSupport

/// The workflows that ship.
let workflowFolder = "\(#filePath.split(separator: "/").dropLast(3).map { "/\($0)" }.joined())/workflows"

/// The contracts that ship, and others.
let contracts = SimulatedContracts(workflows: workflowFolder)
