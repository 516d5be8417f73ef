import CaseReplay
import WorkflowModel

extension JournalCoding {
    /// What a row says that a workflow does not know, for people; none where the workflow knows all of it.
    static func problems(of row: JournalRow, under workflow: Workflow) -> [String] {
        guard let plain = PlainValue(json: row.text), case .object(let members) = plain else { return [] }
        var path = ChildPath()
        if case .text(let text) = members.value("child") { path = ChildPath(text) ?? path }
        var event: String?
        if case .text(let text) = members.value("event") {
            event = text
            if members.value("kind") == .text("event"), let (child, name) = ChildPath.split(text) {
                (path, event) = (child, name)
            }
        }
        guard let own = workflow.definition(at: path) else {
            return ["there is no kind of case '\(path.steps.map(\.kind).joined(separator: "/"))'"]
        }
        return eventProblems(event, members, own)
            + problems(members.value("parameters")) { given throws(TypeProblem) in try _ = own.parameterValue(given) }
            + problems(members.value("parties")) { given throws(TypeProblem) in try _ = own.partyBinding(given) }
    }

    private static func eventProblems(
        _ name: String?, _ members: [PlainValue.Member], _ workflow: Workflow
    ) -> [String] {
        guard let name else { return [] }
        guard let declaration = workflow.event(named: name) else { return ["there is no event '\(name)'"] }
        do throws(TypeProblem) {
            if let payload = members.value("payload") {
                _ = try payload.record(declaration.fields, zone: workflow.zone)
            }
            if let fields = members.value("fields") { _ = try declaration.corrected(fields, zone: workflow.zone) }
            return []
        } catch {
            return [error.description]
        }
    }

    private static func problems(
        _ given: PlainValue?, _ read: (PlainValue.Member) throws(TypeProblem) -> Void
    ) -> [String] {
        guard case .object(let members) = given else { return [] }
        return members.compactMap { member in
            do throws(TypeProblem) {
                try read(member)
                return nil
            } catch {
                return error.description
            }
        }
    }
}
