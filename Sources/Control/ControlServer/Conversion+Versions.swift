import CaseReplay
import CivilTime
import ControlAPI
import WorkflowEngine
import WorkflowModel

extension ControlAPI.Comparison {
    init(_ view: ComparisonView) {
        let moves = view.comparison
        self.init(
            language: view.language.rawValue, states: moves.states.map(Move.init),
            children: moves.children.map(Move.init),
            skipped: moves.skipped.map { Passage($0, view.zone) }, passed: moves.passed.map { Passage($0, view.zone) },
            shifted: moves.shifted.map(Move.init),
            dates: moves.dates.map(Move.init), cadences: moves.cadences.map(Move.init),
            values: moves.values.map(Move.init), parties: moves.parties.map(Move.init),
            notOwed: moves.dropped.map { MovedMessage($0, view) }, owed: moves.owed.map { MovedMessage($0, view) },
            entries: moves.effects.map { MovedEntry($0, view.zone) })
    }
}

extension Move {
    init(_ move: CaseReplay.Comparison.Move) {
        self.init(
            element: move.element, title: move.title, before: move.before, after: move.after, clause: move.clause?.line)
    }
}

extension Passage {
    init(_ passage: CaseReplay.Comparison.Passage, _ zone: TimeZoneRules) {
        self.init(
            at: passage.instant.rfc3339(in: zone), day: "\(passage.day)", path: passage.path, title: passage.title)
    }
}

extension MovedMessage {
    init(_ letter: CaseReplay.Comparison.Letter, _ view: ComparisonView) {
        self.init(
            key: letter.key, at: letter.instant.rfc3339(in: view.zone), day: "\(letter.day)", to: letter.recipient,
            subject: letter.subject, fate: view.fates[letter.key]?.rawValue ?? "", clause: letter.clause?.line)
    }
}

extension MovedEntry {
    init(_ effect: CaseReplay.Comparison.Effect, _ zone: TimeZoneRules) {
        self.init(
            entry: effect.entry, at: effect.instant.rfc3339(in: zone), text: effect.text, hasEffect: effect.hasEffect)
    }
}

extension WhatIfReply {
    init(_ view: WhatIfView) {
        let zone = view.comparison.zone
        self.init(
            title: view.end.title, zone: view.end.zone, now: view.now.rfc3339(in: zone),
            until: view.until.rfc3339(in: zone), lastDay: "\(view.lastDay)",
            comparison: ControlAPI.Comparison(view.comparison),
            notTaken: view.notTaken, refusal: view.refusal.map(ControlError.init),
            happened: view.happened.map(Happened.init), status: view.end.status, fault: view.end.fault,
            states: view.end.states.map(State.init), dates: view.end.dates.map(NamedDate.init),
            data: view.end.data.map(DataItem.init), accepts: view.end.accepts.map(AcceptedEvent.init))
    }
}

extension PlanReply {
    init(_ view: PlanView) {
        self.init(
            digest: view.digest, workflow: view.workflow, definition: view.definition,
            cases: view.cases.map { planned in
                PlannedCase(
                    caseID: planned.caseID, from: planned.from, obstacles: planned.obstacles, missing: planned.missing,
                    comparison: planned.comparison.map(ControlAPI.Comparison.init))
            })
    }

    init(_ reply: WriteReply) {
        // Only a plan that was applied is answered so.
        if let plan = reply.plan {
            self.init(plan)
        } else {
            self.init(digest: "", workflow: "", definition: "", cases: [])
        }
    }
}

extension ReplayReply {
    init(_ found: (checked: Int, differing: [DifferenceView], next: String?)) {
        self.init(
            checked: found.checked,
            differing: found.differing.map { Difference(caseID: $0.caseID, differences: $0.differences) },
            next: found.next)
    }
}
