import CaseReplay
import Findings
import WorkflowModel

extension EngineCore {
    /// Takes what a start decides about contradictions of the document.
    ///
    /// - Returns: The start with its settlements, and with the values of the parameters that they settle.
    /// - Throws: `badRequest` for a contradiction that is not there or whose parameter is given too, `unsettled` where one
    ///   is left that nobody has settled.
    func settled(_ request: StartRequest, of workflow: Workflow, as start: Start) throws(EngineError) -> Start {
        let found = findings(of: workflow, settlements: request.settlements)
        if let wrong = stale(request.settlements, among: found).first {
            let open = found.filter { $0.settlement == nil }.map(\.key)
            throw EngineError(
                .badRequest, "'\(workflow.name)' has no contradiction '\(wrong.finding)'",
                hint: open.isEmpty ? "all of them are settled" : "there are \(open.joined(separator: ", "))")
        }
        let open = found.filter(\.isBlocking)
        guard open.isEmpty else {
            let told = open.map { "\($0.key): \($0.message)" }.joined(separator: " ")
            throw EngineError(
                .unsettled, "'\(workflow.name)' cannot start: its document contradicts itself. \(told)",
                hint:
                    "say what counts with \(open.map { "--settle \($0.key)=CHOICE" }.joined(separator: " ")) --reason TEXT"
            )
        }
        var start = start
        start.settlements = request.settlements
        for settlement in request.settlements {
            guard let parameter = workflow.parameters.first(where: { $0.settles == settlement.finding }) else {
                continue
            }
            if request.parameters.contains(where: { $0.name == parameter.name }) {
                throw EngineError(
                    .badRequest, "'\(parameter.name)' is given with --set, and \(settlement.finding) settles it",
                    hint: "leave out --set \(parameter.name)")
            }
            do throws(TypeProblem) {
                start.parameters.append(
                    try workflow.parameterValue(.init(name: parameter.name, value: .text(settlement.choice))))
            } catch {
                throw EngineError(
                    .badRequest, "\(settlement.finding) settles '\(parameter.name)': \(error.description)",
                    hint: "write --settle \(settlement.finding)=VALUE")
            }
        }
        return start
    }
}
