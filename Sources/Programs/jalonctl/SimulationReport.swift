import CaseReplay
import CivilTime
import StatechartKernel
import WorkflowModel

/// What `simulate --json` prints. Instants are RFC 3339 with the offset of the contract's zone.
struct SimulationReport: Encodable {
    struct Item: Encodable {
        var at: String
        /// As in `history`.
        var day: String?
        /// As in `history`; `data` where something remembered has another value, `why` behind an event without effect.
        var kind: String
        var text: String
        var element: String?
        var clause: Int?
        var message: Letter?
    }

    struct Letter: Encodable {
        /// The party's name.
        var to: String
        var address: String?
        var subject: String
        var body: String
    }

    struct End: Encodable {
        /// `running`, `over` or `fault`.
        var status: String
        var fault: String?
        /// Paths of the active states.
        var states: [String]
        var dates: [Date]
        var data: [Item]
        var accepts: [Event]
        var children: [Child]

        struct Child: Encodable {
            /// `order/BC-7`
            var path: String
            var title: String
            /// `running`, `over` or `fault`.
            var status: String
            var fault: String?
            /// Paths of the active states.
            var states: [String]
        }

        struct Date: Encodable {
            var name: String
            var title: String
            /// `2021-11-15` or `2021-09-24T16:30`; absent while it is not known.
            var date: String?
            var nominal: String?
            var words: String?
            var provisional: Bool
            var clause: Int?
        }

        struct Item: Encodable {
            var name: String
            var title: String
            var words: String
        }

        struct Event: Encodable {
            var name: String
            var title: String
            var unmet: [String]
        }
    }

    var workflow: String
    var title: String
    var language: String
    var zone: String
    var start: String
    var until: String
    /// What a real case would need before it could start.
    var missing: [String]
    var happened: [Item]
    var end: End

    init(_ simulation: Simulation) {
        let workflow = simulation.workflow
        self.workflow = workflow.name
        title = workflow.title
        language = workflow.language.rawValue
        zone = workflow.zone.identifier
        start = simulation.start.rfc3339(in: workflow.zone)
        until = simulation.until.rfc3339(in: workflow.zone)
        missing = simulation.missing
        happened = simulation.entries.map { entry in
            let told = simulation.narration(entry)
            var item = Item(
                at: entry.position.instant.rfc3339(in: workflow.zone),
                day: workflow.zone.dayEnding(at: entry.position).map { "\($0)" }, kind: told.kind, text: told.text,
                element: told.element,
                clause: told.clause)
            if case .happened(let occurrence) = entry.kind, case .message(let message) = occurrence.kind {
                let words = message.words(caseID: workflow.name, workflow: workflow)
                item.message = Letter(
                    to: message.party(in: workflow).name, address: message.address, subject: words.subject,
                    body: words.body)
            }
            return item
        }
        end = End(simulation)
    }
}

extension SimulationReport.End {
    fileprivate init(_ simulation: Simulation) {
        let workflow = simulation.workflow
        let end = simulation.end
        status = end.fault != nil ? "fault" : end.isOver ? "over" : "running"
        fault = end.fault
        states = end.configuration.active.map { workflow.states[Int($0.rawValue)].path }.filter { !$0.isEmpty }
        dates = zip(workflow.dates, end.dates).map { date, resolved in
            let moved = resolved.map { $0.nominal != $0.day } ?? false
            return Date(
                name: date.name, title: date.title,
                date: resolved.map { resolved in
                    resolved.time.map { CivilDateTime(date: resolved.day, time: $0).iso } ?? "\(resolved.day)"
                },
                nominal: moved ? resolved.map { "\($0.nominal)" } : nil,
                words: resolved?.words(of: date, in: workflow.language),
                provisional: resolved?.isProvisional ?? false, clause: date.clause?.line)
        }
        data = simulation.values.map { Item(name: $0.name, title: $0.title, words: simulation.words($0.value)) }
        children = ChildPlace(workflow: workflow, current: end).descendants.map { child in
            let current = child.current
            return Child(
                path: "\(child.path)", title: child.title ?? "",
                status: current.fault != nil ? "fault" : current.isOver ? "over" : "running", fault: current.fault,
                states: current.configuration.active.map { child.workflow.states[Int($0.rawValue)].path })
        }
        accepts = workflow.acceptedEvents(end).map {
            Event(name: $0.declaration.name, title: $0.declaration.title, unmet: $0.unmet)
        }
    }
}
