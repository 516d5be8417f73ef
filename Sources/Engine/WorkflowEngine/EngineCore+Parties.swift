import CaseReplay
import People
import WorkflowModel

extension EngineCore {
    /// A party as somebody names it, if that can be anybody.
    ///
    /// Only what is entered now is held to it: a journal keeps what it says, whoever has left since.
    /// - Throws: ``TypeProblem`` for somebody the people's file does not know, and for what is no address of any plugin.
    func named(_ binding: PartyBinding, of workflow: Workflow) throws(TypeProblem) -> PartyBinding {
        let (party, text) = (workflow.parties[binding.party].name, binding.address)
        guard let colon = text.firstIndex(of: ":"), let kind = Reference.Kind(rawValue: String(text[..<colon])) else {
            let isAddress = text.contains("@") || text.contains(":")
            guard text.contains(where: { !$0.isWhitespace }), isAddress || !text.contains(where: \.isWhitespace) else {
                throw TypeProblem(
                    path: party,
                    message:
                        "'\(text)' is no address; expected one such as mairie@example.org, or role:NAME, organ:NAME or "
                        + "person:NAME of the people's file")
            }
            return binding
        }
        guard directory != Directory() else { return binding }
        let name = String(text[text.index(after: colon)...])
        let known =
            switch kind {
            case .role: directory.roles.map(\.name)
            case .organ: directory.organs.map(\.name)
            case .person: directory.people.map(\.id)
            }
        guard known.contains(name) else {
            let others = known.isEmpty ? "it has none" : CaseReplay.offered(for: name, among: known)
            throw TypeProblem(path: party, message: "the people's file has no \(kind.rawValue) '\(name)': \(others)")
        }
        return binding
    }
}
