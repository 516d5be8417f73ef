package import CivilTime
package import Expressions
package import StatechartKernel
package import WorkflowModel

/// Something that happened in a case, in the order in which it happened: what `history` and `simulate` tell.
package struct Occurrence: Sendable {
    package var position: Position
    /// That of ``position``.
    package var instant: Timestamp { position.instant }
    package var kind: Kind
    /// The child it happened in; `nil` for the case itself.
    package var child: ChildReference?
    /// The number of the journal entry that this is; `nil` for what follows from one, and for a supposed fact.
    package var entry: Int?

    /// What happened. What is large and rare lies elsewhere, so that the rest is copied at little cost.
    package enum Kind: Sendable {
        /// The case began.
        case started
        /// A contradiction of the document was settled before the case began.
        indirect case settled(Settlement)
        /// A fact was reported. `isHandled` is false where it changed nothing.
        case event(name: String, payload: Value, isHandled: Bool)
        /// Parameters became known or changed.
        case parametersSet([ParameterValue])
        /// Parties became known or changed.
        case partiesSet([PartyBinding])
        /// Somebody decided about a message.
        indirect case decided(MessageDecision)
        /// An entry of the journal was corrected.
        indirect case corrected(Correction)
        /// The case went over to another version of its workflow.
        indirect case amended(Amendment)
        /// A due of a state was taken, as an index of `Workflow.timers`.
        case timer(Int)
        case entered(StateIndex)
        case exited(StateIndex)
        /// A named date became known, moved or became unknown.
        indirect case dateChanged(Int, from: ResolvedDate?, to: ResolvedDate?)
        /// Somebody has to be told something.
        indirect case message(Message)
        /// A stretch of an obligation that comes back has ended, and something is missing.
        indirect case cadenceMissed(CadenceStatus)
        /// An expression could not be computed; the chart got `error.execution`.
        case failure(String)
        /// A child was not opened, and why, in the contract's language; the chart got `error.execution`. `isKey` is false
        /// where what should be its key can be none.
        case refused(String, isKey: Bool)
        /// A top-level final state was reached.
        case over
        /// The case cannot go on.
        case fault(String)
    }
}

/// What somebody has to be told. Sent once per ``key(caseID:workflow:)``.
package struct Message: Hashable, Sendable {
    /// What it is about.
    package enum Content: Hashable, Sendable {
        /// A rung of a ladder: what `rung` says about `date`.
        case reminder(date: Int, resolved: ResolvedDate, rung: Rung)
        /// What is missing of an obligation that comes back, before its stretch is over or after.
        case cadence(CadenceStatus, isOver: Bool)
        /// What an action says.
        case notification(subject: String, body: String)
    }

    /// What asked for it: a ladder's state and date, or an action's place in the file.
    package var element: String
    /// Tells repetitions apart: the date a rung belongs to, or the instant and words of a notification.
    package var version: String
    package var recipient: PartyIndex
    /// `nil` where nobody is named for the party yet.
    package var address: String?
    /// The instant at which it is owed.
    package var instant: Timestamp
    package var state: StateIndex?
    package var clause: Clause?
    package var content: Content
    /// The child it is about, which ``element`` begins with; `nil` for the case itself.
    package var child: ChildReference?

    /// What the message is, whichever way the case came to it: the same for ever.
    package func key(caseID: String, workflow: Workflow) -> String {
        "\(caseID)/\(element)/\(version)/\(party(in: workflow).name)"
    }

    /// Who is told.
    package func party(in workflow: Workflow) -> Party { definition(in: workflow).parties[recipient] }

    /// The workflow that ``recipient`` and ``content`` are of.
    func definition(in workflow: Workflow) -> Workflow {
        child.flatMap { workflow.definition(at: $0.path) } ?? workflow
    }
}

extension Workflow {
    /// Who is named for a message's party as a case stands; `nil` for nobody, and where its child is not there.
    package func address(of message: Message, in current: Case) -> String? {
        let place =
            message.child.map { try? child(at: $0.path, of: current) } ?? ChildPlace(workflow: self, current: current)
        return place?.current.addresses[message.recipient]
    }
}

extension Occurrence {
    /// Whether a case is another one after it, rather than somebody told of something.
    package var movesCase: Bool {
        switch kind {
        case .message, .cadenceMissed, .failure, .refused: false
        default: true
        }
    }

    /// The occurrence as the case around sees it.
    func within(_ step: ChildPath.Step, title: String) -> Occurrence {
        var seen = self
        let reference =
            child?.within(step, title: title) ?? ChildReference(path: ChildPath(steps: [step]), title: title)
        seen.child = reference
        if case .message(var message) = kind {
            message.element = "\(step.kind)/\(step.key)/\(message.element)"
            message.child = reference
            seen.kind = .message(message)
        }
        return seen
    }
}
