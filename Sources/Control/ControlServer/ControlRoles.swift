import ControlAPI
package import Varlink

/// What somebody may do, each role with all that the ones before it may.
package enum ControlRole: Int, Comparable, Sendable, CaseIterable {
    /// May look.
    case viewer
    /// May start cases and send events.
    case `operator`
    /// May change what the service runs.
    case administrator

    package static func < (one: ControlRole, other: ControlRole) -> Bool { one.rawValue < other.rawValue }
}

/// Who may do what, by the kernel's word on who is at the other end of the socket.
package struct ControlRoles: Sendable {
    /// Users who administer: `root` and the service's own user, as a rule.
    package var administrators: Set<UInt32>
    /// Groups whose members operate, by the connecting process's groups.
    package var operatorGroups: Set<UInt32>
    /// Users who operate, such as the members of `jalon-operators`.
    package var operators: Set<UInt32>
    /// What everybody else may do; `nil` for nothing at all.
    package var others: ControlRole?

    /// Makes a table of roles.
    package init(
        administrators: Set<UInt32>, operatorGroups: Set<UInt32> = [], operators: Set<UInt32> = [],
        others: ControlRole? = .viewer
    ) {
        self.administrators = administrators
        self.operatorGroups = operatorGroups
        self.operators = operators
        self.others = others
    }

    /// The role of whoever is at the other end; `nil` for nobody's.
    package func role(of peer: PeerCredentials) -> ControlRole? {
        if administrators.contains(peer.userID) { return .administrator }
        let groups = peer.groups.union([peer.groupID])
        if operators.contains(peer.userID) || !operatorGroups.isDisjoint(with: groups) { return .operator }
        return others
    }
}

extension ControlMethod {
    /// The least role that may call this method.
    var neededRole: ControlRole {
        switch self {
        case .status, .workflows, .cases, .show, .events, .evaluate, .why, .whyNot, .agenda, .history, .proof, .outbox,
            .showMessage, .watch, .whatIf, .plan, .replay:
            .viewer
        case .start, .send, .sendMany, .correct, .decideMessages, .verify: .operator
        case .reload, .apply, .backup: .administrator
        }
    }

    /// What the method does, for the sentence that refuses it.
    var action: String {
        switch self {
        case .status, .workflows, .cases, .show, .events, .evaluate, .why, .whyNot, .agenda, .history, .proof, .outbox,
            .showMessage, .watch, .whatIf, .plan, .replay:
            "look at cases"
        case .start: "start cases"
        case .send, .sendMany: "send events"
        case .correct: "correct journals"
        case .apply: "change the versions of cases"
        case .decideMessages: "decide about messages"
        case .verify: "have the journals looked at"
        case .reload: "reload workflows"
        case .backup: "make backups"
        }
    }
}
